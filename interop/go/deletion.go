package main

import (
	"errors"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var deletion = []step{
	{"a deleted certificate is recovered with all its versions", func(v vault) {
		kept := v.create("recovered", ecPolicy("Self", "recovered.example.org"))
		v.delete("recovered")
		_, err := v.certificates.GetCertificate(ctx, "recovered", "", nil)
		refused("a deleted certificate", err, 404, "CertificateNotFound")
		_, err = v.secrets.GetSecret(ctx, "recovered", "", nil)
		refused("its secret", err, 404, "SecretNotFound")
		must(v.certificates.RecoverDeletedCertificate(ctx, "recovered", nil))
		v.wait(func() error { return errorOf(v.certificates.GetCertificate(ctx, "recovered", "", nil)) })
		equal("the current version", v.read("recovered").ID, kept.ID)
	}},
	{"a deleted certificate is listed until it is purged", func(v vault) {
		v.create("purged", ecPolicy("Self", "purged.example.org"))
		v.delete("purged")
		holds("it is listed", v.deletedNames()["purged"])
		must(v.certificates.PurgeDeletedCertificate(ctx, "purged", nil))
		_, err := v.certificates.GetDeletedCertificate(ctx, "purged", nil)
		refused("a purged certificate", err, 404, "CertificateNotFound")
		holds("it is not listed", !v.deletedNames()["purged"])
		v.create("purged", ecPolicy("Self", "again.example.org"))
	}},
	{"the name of a deleted certificate is taken", func(v vault) {
		v.create("taken", ecPolicy("Self", "taken.example.org"))
		v.delete("taken")
		_, err := v.certificates.CreateCertificate(ctx, "taken", azcertificates.CreateCertificateParameters{
			CertificatePolicy: ecPolicy("Self", "taken.example.org"),
		}, nil)
		refused("it", err, 409, "Conflict")
	}},
}

// delete waits until the deleted certificate can be read.
func (v vault) delete(name string) {
	deleted := must(v.certificates.DeleteCertificate(ctx, name, nil))
	holds("it will be purged later", deleted.ScheduledPurgeDate.After(*deleted.DeletedDate))
	v.wait(func() error { return errorOf(v.certificates.GetDeletedCertificate(ctx, name, nil)) })
}

// wait asks until the object is there: Key Vault takes its time for both ways of a deletion.
func (v vault) wait(ask func() error) {
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		err := ask()
		var response *azcore.ResponseError
		if err == nil {
			return
		}
		if !errors.As(err, &response) || response.StatusCode != 404 || time.Now().After(deadline) {
			panic(err)
		}
	}
}

func (v vault) deletedNames() map[string]bool {
	names := map[string]bool{}
	for pager := v.certificates.NewListDeletedCertificatesPager(nil); pager.More(); {
		for _, item := range must(pager.NextPage(ctx)).Value {
			names[item.ID.Name()] = true
		}
	}
	return names
}
