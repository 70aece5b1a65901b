package main

import (
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
)

var changes = []step{
	{"a policy is read and changed", func(v vault) {
		v.create("policy", ecPolicy("Self", "policy.example.org"))
		policy := must(v.certificates.GetCertificatePolicy(ctx, "policy", nil)).CertificatePolicy
		equal("the validity", *policy.X509CertificateProperties.ValidityInMonths, int32(6))
		changed := must(v.certificates.UpdateCertificatePolicy(ctx, "policy", azcertificates.CertificatePolicy{
			X509CertificateProperties: &azcertificates.X509CertificateProperties{ValidityInMonths: to.Ptr[int32](9)},
			LifetimeActions: []*azcertificates.LifetimeAction{{
				Action:  &azcertificates.Action{ActionType: to.Ptr(azcertificates.CertificatePolicyActionAutoRenew)},
				Trigger: &azcertificates.Trigger{DaysBeforeExpiry: to.Ptr[int32](20)},
			}},
		}, nil)).CertificatePolicy
		equal("the new validity", *changed.X509CertificateProperties.ValidityInMonths, int32(9))
		equal("the subject", *changed.X509CertificateProperties.Subject, "CN=policy.example.org")
		equal("the trigger", *changed.LifetimeActions[0].Trigger.DaysBeforeExpiry, int32(20))
		again := must(v.certificates.GetCertificatePolicy(ctx, "policy", nil)).CertificatePolicy
		equal("the policy read again", *again.X509CertificateProperties.ValidityInMonths, int32(9))
	}},
	{"a version is disabled, tagged and enabled again", func(v vault) {
		v.create("disabled", ecPolicy("Self", "disabled.example.org"))
		set := func(enabled bool) azcertificates.UpdateCertificateResponse {
			return must(v.certificates.UpdateCertificate(ctx, "disabled", "", azcertificates.UpdateCertificateParameters{
				CertificateAttributes: &azcertificates.CertificateAttributes{Enabled: &enabled},
				Tags:                  map[string]*string{"team": to.Ptr("web")},
			}, nil))
		}
		off := set(false)
		equal("enabled", *off.Attributes.Enabled, false)
		equal("the tag", *off.Tags["team"], "web")
		_, err := v.secrets.GetSecret(ctx, "disabled", "", nil)
		refused("the secret of a disabled version", err, 403, "Forbidden")
		equal("enabled again", *set(true).Attributes.Enabled, true)
		holds("its secret is there again", v.secretOf("disabled") != "")
	}},
}
