package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"
)

// authority is a CA outside of the vault.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
}

func newAuthority() authority {
	key := newKey()
	root := authority{
		certificate: &x509.Certificate{
			Subject:               pkix.Name{CommonName: "Outside CA"},
			IsCA:                  true,
			BasicConstraintsValid: true,
			KeyUsage:              x509.KeyUsageCertSign,
			SignatureAlgorithm:    x509.ECDSAWithSHA256,
		},
		key: key,
	}
	root.certificate = root.sign(root.certificate, key.Public())
	return root
}

func newKey() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }

// sign issues what the template describes, for a day.
func (a authority) sign(template *x509.Certificate, public crypto.PublicKey) *x509.Certificate {
	template.SerialNumber = must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)))
	template.NotBefore = time.Now().Add(-time.Minute)
	template.NotAfter = time.Now().Add(24 * time.Hour)
	der := must(x509.CreateCertificate(rand.Reader, template, a.certificate, public, a.key))
	return must(x509.ParseCertificate(der))
}

// answer checks a certificate signing request and issues what it asks for.
func (a authority) answer(csr []byte) *x509.Certificate {
	request := must(x509.ParseCertificateRequest(csr))
	need(request.CheckSignature())
	template := &x509.Certificate{Subject: request.Subject, ExtraExtensions: request.Extensions}
	return a.sign(template, request.PublicKey)
}

// issue makes a key and a certificate for a server.
func (a authority) issue(host string) (*ecdsa.PrivateKey, *x509.Certificate) {
	key := newKey()
	return key, a.sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: host},
		DNSNames:    []string{host},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, key.Public())
}
