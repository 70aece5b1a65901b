package main

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var creation = []step{
	{"a self-signed certificate with an EC key is created and read", func(v vault) {
		leaf := judgeSelfSigned(v.create("ec", ecPolicy("Self", "ec.example.org")), "ec.example.org")
		equal("the curve", leaf.PublicKey.(*ecdsa.PublicKey).Curve.Params().Name, "P-256")
		equal("the key usage", leaf.KeyUsage, x509.KeyUsageDigitalSignature)
	}},
	{"a self-signed certificate with an RSA key is created and read", func(v vault) {
		leaf := judgeSelfSigned(v.create("rsa", rsaPolicy("Self", "rsa.example.org")), "rsa.example.org")
		equal("the size", leaf.PublicKey.(*rsa.PublicKey).N.BitLen(), 2048)
	}},
	{"versions are listed, and each is read by its name", func(v vault) {
		first := v.create("versions", ecPolicy("Self", "first.example.org"))
		second := v.create("versions", ecPolicy("Self", "second.example.org"))
		holds("the second version is another", first.ID.Version() != second.ID.Version())
		listed := map[string]bool{}
		for pager := v.certificates.NewListCertificateVersionsPager("versions", nil); pager.More(); {
			for _, item := range must(pager.NextPage(ctx)).Value {
				listed[item.ID.Version()] = true
			}
		}
		equal("the list", listed, map[string]bool{first.ID.Version(): true, second.ID.Version(): true})
		former := must(v.certificates.GetCertificate(ctx, "versions", first.ID.Version(), nil))
		equal("the former certificate", former.CER, first.CER)
	}},
	{"certificates are listed page by page", func(v vault) {
		for _, name := range []string{"paged-1", "paged-2", "paged-3"} {
			v.create(name, ecPolicy("Self", name+".example.org"))
		}
		seen := map[string]bool{}
		options := &azcertificates.ListCertificatesOptions{MaxResults: to.Ptr[int32](2)}
		for pager := v.certificates.NewListCertificatesPager(options); pager.More(); {
			page := must(pager.NextPage(ctx)).Value
			holds("a page is as long as was asked for", len(page) <= 2)
			for _, item := range page {
				holds("nothing is listed twice", !seen[item.ID.Name()])
				seen[item.ID.Name()] = true
			}
		}
		holds("all of them are listed", seen["paged-1"] && seen["paged-2"] && seen["paged-3"])
	}},
}

// judgeSelfSigned holds the answer to what the certificate in it says.
func judgeSelfSigned(bundle azcertificates.CertificateBundle, host string) *x509.Certificate {
	leaf := must(x509.ParseCertificate(bundle.CER))
	need(leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature))
	need(leaf.VerifyHostname(host))
	equal("the subject", leaf.Subject.String(), "CN="+host)
	thumbprint := sha1.Sum(leaf.Raw)
	equal("the thumbprint", bundle.X509Thumbprint, thumbprint[:])
	equal("the expiry", bundle.Attributes.Expires.Unix(), leaf.NotAfter.Unix())
	equal("the issuer", *bundle.Policy.IssuerParameters.Name, "Self")
	equal("enabled", *bundle.Attributes.Enabled, true)
	return leaf
}
