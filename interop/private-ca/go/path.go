package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"strconv"
	"time"
)

var purposes = map[string]x509.ExtKeyUsage{
	"server": x509.ExtKeyUsageServerAuth,
	"client": x509.ExtKeyUsageClientAuth,
	"code":   x509.ExtKeyUsageCodeSigning,
	"email":  x509.ExtKeyUsageEmailProtection,
	"ca":     x509.ExtKeyUsageAny,
}

// judgePath verifies a chain as crypto/tls would, and then looks for the revocation of every certificate below the root.
func judgePath(fields []string) string {
	purpose, host, at, root, chain, revocation := fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]
	certificates := readCertificates(chain)
	usage, known := purposes[purpose]
	if !known {
		panic("the purpose " + purpose)
	}
	options := x509.VerifyOptions{
		Roots:         pool(readCertificates(root)),
		Intermediates: pool(certificates[1:]),
		KeyUsages:     []x509.ExtKeyUsage{usage},
		DNSName:       host,
	}
	if at != "" {
		options.CurrentTime = time.Unix(must(strconv.ParseInt(at, 10, 64)), 0)
	}
	paths, err := certificates[0].Verify(options)
	if err != nil {
		return err.Error()
	}
	if purpose == "ca" && !certificates[0].IsCA {
		return "it is no CA"
	}
	return revocationOn(paths[0], revocation)
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}
	return pool
}

func readCertificates(path string) (certificates []*x509.Certificate) {
	for block, rest := pem.Decode(must(os.ReadFile(path))); block != nil; block, rest = pem.Decode(rest) {
		certificates = append(certificates, must(x509.ParseCertificate(block.Bytes)))
	}
	if len(certificates) == 0 {
		panic(fmt.Sprint("no certificates in ", path))
	}
	return certificates
}
