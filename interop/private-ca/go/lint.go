package main

import (
	"encoding/pem"
	"os"
	"sort"
	"strings"

	"github.com/zmap/zcrypto/x509"
	"github.com/zmap/zlint/v3"
	"github.com/zmap/zlint/v3/lint"
	"golang.org/x/crypto/ocsp"
)

// lintFile gives the lints that found something, as `source/name`, parted by spaces.
func lintFile(fields []string) string {
	kind, path := fields[0], fields[1]
	var results *zlint.ResultSet
	switch kind {
	case "certificate":
		certificate, err := x509.ParseCertificate(readDER(path))
		if err != nil {
			return "unreadable: " + err.Error()
		}
		results = zlint.LintCertificate(certificate)
	case "list":
		list, err := x509.ParseRevocationList(readDER(path))
		if err != nil {
			return "unreadable: " + err.Error()
		}
		results = zlint.LintRevocationList(list)
	case "ocsp":
		// The tour has its signature judged by others.
		response, err := ocsp.ParseResponse(must(os.ReadFile(path)), nil)
		if err != nil {
			return "unreadable: " + err.Error()
		}
		results = zlint.LintOcspResponse(response)
	default:
		panic("the kind " + kind)
	}
	return strings.Join(findings(results), " ")
}

func findings(results *zlint.ResultSet) (names []string) {
	for name, result := range results.Results {
		if result.Status >= lint.Notice {
			names = append(names, string(result.LintMetadata.Source)+"/"+name)
		}
	}
	sort.Strings(names)
	return names
}

func readDER(path string) []byte {
	octets := must(os.ReadFile(path))
	if block, _ := pem.Decode(octets); block != nil {
		return block.Bytes
	}
	return octets
}
