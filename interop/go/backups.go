package main

import "github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"

var backups = []step{
	{"a certificate is restored from its backup with every version and key", func(v vault) {
		first := v.create("saved", ecPolicy("Self", "first.example.org"))
		second := v.create("saved", ecPolicy("Self", "second.example.org"))
		secret := v.secretOf("saved")
		backup := must(v.certificates.BackupCertificate(ctx, "saved", nil)).Value
		_, err := v.restore(backup)
		refused("a restore over what is there", err, 409, "Conflict")
		v.delete("saved")
		must(v.certificates.PurgeDeletedCertificate(ctx, "saved", nil))

		restored := must(v.restore(backup))
		equal("the version", restored.ID, second.ID)
		equal("the certificate", restored.CER, second.CER)
		equal("the secret", v.secretOf("saved"), secret)
		former := must(v.certificates.GetCertificate(ctx, "saved", first.ID.Version(), nil))
		equal("the former certificate", former.CER, first.CER)
	}},
	{"what is no backup is not restored", func(v vault) {
		_, err := v.restore([]byte("no backup at all"))
		refused("it", err, 400, "Malformed backup blob")
	}},
}

func (v vault) restore(backup []byte) (azcertificates.RestoreCertificateResponse, error) {
	parameters := azcertificates.RestoreCertificateParameters{CertificateBundleBackup: backup}
	return v.certificates.RestoreCertificate(ctx, parameters, nil)
}
