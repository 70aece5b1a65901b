package main

import (
	"crypto/x509"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var issuers = []step{
	{"an issuer is set, read, changed, listed and deleted; its password stays inside", func(v vault) {
		set := must(v.certificates.SetCertificateIssuer(ctx, "issuer", azcertificates.SetCertificateIssuerParameters{
			Provider:    to.Ptr("Test"),
			Credentials: &azcertificates.IssuerCredentials{AccountID: to.Ptr("account"), Password: to.Ptr("secret")},
			OrganizationDetails: &azcertificates.OrganizationDetails{
				AdminDetails: []*azcertificates.AdministratorDetails{{EmailAddress: to.Ptr("admin@example.org")}},
			},
		}, nil))
		equal("the account", *set.Credentials.AccountID, "account")
		holds("the password is not answered", set.Credentials.Password == nil)
		must(v.certificates.UpdateCertificateIssuer(ctx, "issuer", azcertificates.UpdateCertificateIssuerParameters{
			Attributes: &azcertificates.IssuerAttributes{Enabled: to.Ptr(false)},
		}, nil))
		read := must(v.certificates.GetCertificateIssuer(ctx, "issuer", nil))
		equal("enabled", *read.Attributes.Enabled, false)
		equal("the administrator", *read.OrganizationDetails.AdminDetails[0].EmailAddress, "admin@example.org")
		equal("the list", v.issuerNames()["issuer"], "Test")
		must(v.certificates.DeleteCertificateIssuer(ctx, "issuer", nil))
		_, err := v.certificates.GetCertificateIssuer(ctx, "issuer", nil)
		refused("a deleted issuer", err, 404, "CertificateIssuerNotFound")
	}},
	{"a certificate comes from the issuer that its policy names", func(v vault) {
		must(v.certificates.SetCertificateIssuer(ctx, "test-ca", azcertificates.SetCertificateIssuerParameters{
			Provider: to.Ptr("Test"),
		}, nil))
		issued := v.create("issued", ecPolicy("test-ca", "issued.example.org"))
		_, chain := openPFX(v.secretOf("issued"))
		equal("the certificate", chain[0].Raw, issued.CER)
		need(chain[0].CheckSignatureFrom(chain[len(chain)-1]))
		holds("it does not name itself", must(x509.ParseCertificate(issued.CER)).Issuer.String() != "CN=issued.example.org")
	}},
	{"contacts are set, read and deleted", func(v vault) {
		contacts := azcertificates.Contacts{ContactList: []*azcertificates.Contact{
			{EmailAddress: to.Ptr("admin@example.org"), Name: to.Ptr("Ada"), Phone: to.Ptr("1 555 0100")},
			{EmailAddress: to.Ptr("other@example.org")},
		}}
		equal("what was set", must(v.certificates.SetCertificateContacts(ctx, contacts, nil)).ContactList, contacts.ContactList)
		equal("what is read", must(v.certificates.GetCertificateContacts(ctx, nil)).ContactList, contacts.ContactList)
		equal("what was deleted", must(v.certificates.DeleteCertificateContacts(ctx, nil)).ContactList, contacts.ContactList)
		_, err := v.certificates.GetCertificateContacts(ctx, nil)
		refused("reading them then", err, 404, "ContactsNotFound")
	}},
}

// issuerNames gives the provider of each issuer.
func (v vault) issuerNames() map[string]string {
	names := map[string]string{}
	for pager := v.certificates.NewListCertificateIssuersPager(nil); pager.More(); {
		for _, item := range must(pager.NextPage(ctx)).Value {
			names[(*item.ID)[strings.LastIndex(*item.ID, "/")+1:]] = *item.Provider
		}
	}
	return names
}
