package main

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/crypto/ocsp"
)

// revocationOn looks in `lists` or at the `ocsp` responders for every certificate of a path but the root.
func revocationOn(path []*x509.Certificate, where string) string {
	look := map[string]func(certificate, issuer *x509.Certificate) error{"lists": lookInList, "ocsp": askResponder}[where]
	if look == nil {
		return ""
	}
	for index, certificate := range path[:len(path)-1] {
		if err := look(certificate, path[index+1]); err != nil {
			return err.Error()
		}
	}
	return ""
}

func lookInList(certificate, issuer *x509.Certificate) error {
	if len(certificate.CRLDistributionPoints) == 0 {
		return fmt.Errorf("it names no list")
	}
	octets, err := answerOf(http.Get(certificate.CRLDistributionPoints[0]))
	if err != nil {
		return err
	}
	list, err := x509.ParseRevocationList(octets)
	if err != nil {
		return err
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return err
	}
	if now := time.Now(); now.Before(list.ThisUpdate) || now.After(list.NextUpdate) {
		return fmt.Errorf("the list is of another time")
	}
	for _, entry := range list.RevokedCertificateEntries {
		if entry.SerialNumber.Cmp(certificate.SerialNumber) == 0 {
			return fmt.Errorf("revoked, reason %d", entry.ReasonCode)
		}
	}
	return nil
}

func askResponder(certificate, issuer *x509.Certificate) error {
	if len(certificate.OCSPServer) == 0 {
		return fmt.Errorf("it names no responder")
	}
	request := must(ocsp.CreateRequest(certificate, issuer, nil))
	octets, err := answerOf(http.Post(certificate.OCSPServer[0], "application/ocsp-request", bytes.NewReader(request)))
	if err != nil {
		return err
	}
	answer, err := ocsp.ParseResponseForCert(octets, certificate, issuer)
	if err != nil {
		return err
	}
	switch now := time.Now(); {
	case answer.Status == ocsp.Revoked:
		return fmt.Errorf("revoked, reason %d", answer.RevocationReason)
	case answer.Status != ocsp.Good:
		return fmt.Errorf("the responder does not know it")
	case now.Before(answer.ThisUpdate) || now.After(answer.NextUpdate):
		return fmt.Errorf("the answer is of another time")
	}
	return nil
}

func answerOf(response *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", response.Request.URL, response.Status)
	}
	return io.ReadAll(response.Body)
}
