package main

import (
	"crypto/x509"

	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var merges = []step{
	{"what an outside CA signed is merged, and its chain is in the secret", func(v vault) {
		ca := newAuthority()
		leaf := ca.answer(v.open("merged", rsaPolicy("Unknown", "merged.example.org")).CSR)
		merged := v.merge("merged", leaf, ca.certificate)
		equal("the certificate", merged.CER, leaf.Raw)
		equal("the current version", v.read("merged").ID, merged.ID)
		_, chain := openPFX(v.secretOf("merged"))
		equal("the length of the chain", len(chain), 2)
		need(chain[0].CheckSignatureFrom(chain[1]))
		operation := must(v.certificates.GetCertificateOperation(ctx, "merged", nil))
		equal("the status", *operation.Status, "completed")
	}},
	{"a certificate for another request is not merged", func(v vault) {
		ca := newAuthority()
		v.open("mine", ecPolicy("Unknown", "mine.example.org"))
		_, leaf := ca.issue("mine.example.org")
		_, err := v.certificates.MergeCertificate(ctx, "mine", azcertificates.MergeCertificateParameters{
			X509Certificates: [][]byte{leaf.Raw, ca.certificate.Raw},
		}, nil)
		refused("it", err, 400, "BadParameter")
		equal("the status", *must(v.certificates.GetCertificateOperation(ctx, "mine", nil)).Status, "inProgress")
	}},
}

func (v vault) merge(name string, chain ...*x509.Certificate) azcertificates.CertificateBundle {
	parameters := azcertificates.MergeCertificateParameters{}
	for _, certificate := range chain {
		parameters.X509Certificates = append(parameters.X509Certificates, certificate.Raw)
	}
	return must(v.certificates.MergeCertificate(ctx, name, parameters, nil)).CertificateBundle
}
