package main

import (
	"crypto/x509"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var operations = []step{
	{"an operation that waits for a merge is cancelled and deleted", func(v vault) {
		operation := v.open("waiting", ecPolicy("Unknown", "waiting.example.org"))
		equal("the status", *operation.Status, "inProgress")
		request := must(x509.ParseCertificateRequest(operation.CSR))
		need(request.CheckSignature())
		equal("the subject", request.Subject.String(), "CN=waiting.example.org")
		_, err := v.certificates.CreateCertificate(ctx, "waiting", azcertificates.CreateCertificateParameters{
			CertificatePolicy: ecPolicy("Self", "other.example.org"),
		}, nil)
		refused("another operation", err, 409, "Forbidden")

		cancel := azcertificates.UpdateCertificateOperationParameter{CancellationRequested: to.Ptr(true)}
		must(v.certificates.UpdateCertificateOperation(ctx, "waiting", cancel, nil))
		must(v.certificates.DeleteCertificateOperation(ctx, "waiting", nil))
		_, err = v.certificates.GetCertificateOperation(ctx, "waiting", nil)
		refused("a deleted operation", err, 404, "PendingCertificateNotFound")
	}},
}
