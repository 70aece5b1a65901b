package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

var imports = []step{
	{"a PFX with a chain and a password is imported", func(v vault) { importPFX(v, "pfx", pkcs12.Modern) }},
	{"a PFX with the encryption of former times is imported", func(v vault) { importPFX(v, "pfx-des", pkcs12.LegacyDES) }},
	{"a PFX with a wrong password is refused", func(v vault) {
		ca := newAuthority()
		key, leaf := ca.issue("wrong.example.org")
		pfx := must(pkcs12.Modern.Encode(key, leaf, []*x509.Certificate{ca.certificate}, "right"))
		_, err := v.certificates.ImportCertificate(ctx, "wrong-password", azcertificates.ImportCertificateParameters{
			Base64EncodedCertificate: to.Ptr(base64.StdEncoding.EncodeToString(pfx)),
			Password:                 to.Ptr("wrong"),
		}, nil)
		refused("it", err, 400, "BadParameter")
	}},
	{"a PEM with a chain is imported and comes back as PEM", func(v vault) {
		ca := newAuthority()
		key, leaf := ca.issue("pem.example.org")
		text := string(pemOf(key, leaf, ca.certificate))
		imported := must(v.certificates.ImportCertificate(ctx, "pem", azcertificates.ImportCertificateParameters{
			Base64EncodedCertificate: &text,
			CertificatePolicy: &azcertificates.CertificatePolicy{
				SecretProperties: &azcertificates.SecretProperties{ContentType: to.Ptr("application/x-pem-file")},
			},
		}, nil))
		equal("the certificate", imported.CER, leaf.Raw)
		foundKey, chain := openPEM(v.secretOf("pem"))
		judgeOpened(foundKey, chain, key, leaf, ca.certificate)
	}},
}

func importPFX(v vault, name string, encoder *pkcs12.Encoder) {
	ca := newAuthority()
	key, leaf := ca.issue(name + ".example.org")
	pfx := must(encoder.Encode(key, leaf, []*x509.Certificate{ca.certificate}, "a password"))
	imported := must(v.certificates.ImportCertificate(ctx, name, azcertificates.ImportCertificateParameters{
		Base64EncodedCertificate: to.Ptr(base64.StdEncoding.EncodeToString(pfx)),
		Password:                 to.Ptr("a password"),
	}, nil))
	equal("the certificate", imported.CER, leaf.Raw)
	foundKey, chain := openPFX(v.secretOf(name))
	judgeOpened(foundKey, chain, key, leaf, ca.certificate)
}

// judgeOpened compares what a secret held with what was imported.
func judgeOpened(foundKey any, chain []*x509.Certificate, key *ecdsa.PrivateKey, leaf, ca *x509.Certificate) {
	holds("the private key is the one that was imported", key.Equal(foundKey.(*ecdsa.PrivateKey)))
	equal("the length of the chain", len(chain), 2)
	holds("the leaf comes first, then its issuer", bytes.Equal(chain[0].Raw, leaf.Raw) && bytes.Equal(chain[1].Raw, ca.Raw))
}

// openPFX opens the secret's value as a program would that takes the certificate for its own server.
func openPFX(value string) (any, []*x509.Certificate) {
	key, leaf, issuers, err := pkcs12.DecodeChain(must(base64.StdEncoding.DecodeString(value)), "")
	need(err)
	return key, append([]*x509.Certificate{leaf}, issuers...)
}

func openPEM(value string) (key any, chain []*x509.Certificate) {
	for block, rest := pem.Decode([]byte(value)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "PRIVATE KEY" {
			key = must(x509.ParsePKCS8PrivateKey(block.Bytes))
		} else {
			chain = append(chain, must(x509.ParseCertificate(block.Bytes)))
		}
	}
	return key, chain
}

func pemOf(key any, chain ...*x509.Certificate) []byte {
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(key))})
	for _, certificate := range chain {
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})...)
	}
	return text
}
