package main

import (
	"errors"
	"os"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

var refusals = []step{
	{"a name that does not exist is not found", func(v vault) {
		_, err := v.certificates.GetCertificate(ctx, "nobody", "", nil)
		refused("a certificate", err, 404, "CertificateNotFound")
		_, err = v.certificates.GetCertificatePolicy(ctx, "nobody", nil)
		refused("a policy", err, 404, "CertificateNotFound")
		_, err = v.secrets.GetSecret(ctx, "nobody", "", nil)
		refused("a secret", err, 404, "SecretNotFound")
		_, err = v.keys.GetKey(ctx, "nobody", "", nil)
		refused("a key", err, 404, "KeyNotFound")
	}},
	{"a version that does not exist is not found", func(v vault) {
		v.create("one", ecPolicy("Self", "one.example.org"))
		_, err := v.certificates.GetCertificate(ctx, "one", strings.Repeat("0", 32), nil)
		refused("it", err, 404, "CertificateNotFound")
	}},
	{"a policy that makes no sense is refused", func(v vault) {
		policy := ecPolicy("Self", "odd.example.org")
		policy.X509CertificateProperties.ValidityInMonths = to.Ptr[int32](0)
		_, err := v.certificates.CreateCertificate(ctx, "odd", azcertificates.CreateCertificateParameters{
			CertificatePolicy: policy,
		}, nil)
		refused("it", err, 400, "BadParameter")
	}},
	{"the secret of a certificate is not set by hand", func(v vault) {
		v.create("managed", ecPolicy("Self", "managed.example.org"))
		before := v.secretOf("managed")
		_, err := v.secrets.SetSecret(ctx, "managed", azsecrets.SetSecretParameters{Value: to.Ptr("mine")}, nil)
		refused("it", err, 403, "Forbidden")
		equal("the secret", v.secretOf("managed"), before)
	}},
	{"a caller without a role gets nothing", func(v vault) {
		v.create("guarded", ecPolicy("Self", "guarded.example.org"))
		powerless := connect(secretCredential(
			os.Getenv("INTEROP_POWERLESS_CLIENT_ID"), os.Getenv("INTEROP_POWERLESS_CLIENT_SECRET"),
		))
		_, err := powerless.certificates.GetCertificate(ctx, "guarded", "", nil)
		refused("the certificate", err, 403, "Forbidden")
		_, err = powerless.secrets.GetSecret(ctx, "guarded", "", nil)
		refused("the secret", err, 403, "Forbidden")
		_, err = powerless.keys.GetKey(ctx, "guarded", "", nil)
		refused("the key", err, 403, "Forbidden")
		_, err = powerless.certificates.GetCertificate(ctx, "nobody", "", nil)
		refused("what does not exist", err, 403, "Forbidden")
	}},
	{"a wrong client secret gets no token", func(v vault) {
		stranger := connect(secretCredential(os.Getenv("AZURE_CLIENT_ID"), "wrong"))
		_, err := stranger.certificates.GetCertificate(ctx, "ec", "", nil)
		var failed *azidentity.AuthenticationFailedError
		holds("authentication fails", errors.As(err, &failed))
		equal("the status", failed.RawResponse.StatusCode, 401)
	}},
	{"a managed identity of the machine signs in without a secret", func(v vault) {
		credential := must(azidentity.NewManagedIdentityCredential(nil))
		v.create("by-identity", ecPolicy("Self", "by-identity.example.org"))
		equal("what it reads", connect(credential).read("by-identity").ID, v.read("by-identity").ID)
	}},
}
