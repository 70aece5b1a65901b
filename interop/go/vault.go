package main

import (
	"context"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/keyvault/azcertificates"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

// vault is what a program holds: a client for each kind of object.
type vault struct {
	certificates *azcertificates.Client
	secrets      *azsecrets.Client
	keys         *azkeys.Client
}

var ctx = context.Background()

// connect takes the address that `certkeep env` prints. The option is needed because `localhost` is no vault's own name.
func connect(credential azcore.TokenCredential) vault {
	address := os.Getenv("KEYVAULT_URI")
	return vault{
		certificates: must(azcertificates.NewClient(address, credential, &azcertificates.ClientOptions{
			DisableChallengeResourceVerification: true,
		})),
		secrets: must(azsecrets.NewClient(address, credential, &azsecrets.ClientOptions{
			DisableChallengeResourceVerification: true,
		})),
		keys: must(azkeys.NewClient(address, credential, &azkeys.ClientOptions{
			DisableChallengeResourceVerification: true,
		})),
	}
}

// environmentCredential reads AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and AZURE_AUTHORITY_HOST by itself.
func environmentCredential() azcore.TokenCredential {
	return must(azidentity.NewDefaultAzureCredential(&azidentity.DefaultAzureCredentialOptions{
		DisableInstanceDiscovery: true,
	}))
}

func secretCredential(clientID, clientSecret string) azcore.TokenCredential {
	return must(azidentity.NewClientSecretCredential(
		os.Getenv("AZURE_TENANT_ID"), clientID, clientSecret,
		&azidentity.ClientSecretCredentialOptions{DisableInstanceDiscovery: true},
	))
}

// ecPolicy asks for a P-256 key that signs.
func ecPolicy(issuer, host string) *azcertificates.CertificatePolicy {
	return &azcertificates.CertificatePolicy{
		IssuerParameters: &azcertificates.IssuerParameters{Name: &issuer},
		KeyProperties: &azcertificates.KeyProperties{
			KeyType: to.Ptr(azcertificates.JSONWebKeyTypeEC),
			Curve:   to.Ptr(azcertificates.JSONWebKeyCurveNameP256),
		},
		X509CertificateProperties: &azcertificates.X509CertificateProperties{
			Subject:                 to.Ptr("CN=" + host),
			SubjectAlternativeNames: &azcertificates.SubjectAlternativeNames{DNSNames: []*string{&host}},
			KeyUsage:                []*azcertificates.KeyUsageType{to.Ptr(azcertificates.KeyUsageTypeDigitalSignature)},
			ValidityInMonths:        to.Ptr[int32](6),
		},
	}
}

// rsaPolicy leaves all but the key and the names to the service.
func rsaPolicy(issuer, host string) *azcertificates.CertificatePolicy {
	return &azcertificates.CertificatePolicy{
		IssuerParameters: &azcertificates.IssuerParameters{Name: &issuer},
		KeyProperties: &azcertificates.KeyProperties{
			KeyType: to.Ptr(azcertificates.JSONWebKeyTypeRSA),
			KeySize: to.Ptr[int32](2048),
		},
		X509CertificateProperties: &azcertificates.X509CertificateProperties{
			Subject:                 to.Ptr("CN=" + host),
			SubjectAlternativeNames: &azcertificates.SubjectAlternativeNames{DNSNames: []*string{&host}},
		},
	}
}

// open begins an operation and gives it.
func (v vault) open(name string, policy *azcertificates.CertificatePolicy) azcertificates.CertificateOperation {
	parameters := azcertificates.CreateCertificateParameters{CertificatePolicy: policy}
	return must(v.certificates.CreateCertificate(ctx, name, parameters, nil)).CertificateOperation
}

// create makes a certificate and waits for it: this client leaves the polling to the program.
func (v vault) create(name string, policy *azcertificates.CertificatePolicy) azcertificates.CertificateBundle {
	v.open(name, policy)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(100 * time.Millisecond) {
		operation := must(v.certificates.GetCertificateOperation(ctx, name, nil))
		if *operation.Status == "completed" {
			return v.read(name)
		}
		if *operation.Status != "inProgress" || time.Now().After(deadline) {
			panic("the operation is " + *operation.Status + ": " + *operation.StatusDetails)
		}
	}
}

// read gives the current version.
func (v vault) read(name string) azcertificates.CertificateBundle {
	return must(v.certificates.GetCertificate(ctx, name, "", nil)).CertificateBundle
}

// secretOf gives the value of the current version's secret.
func (v vault) secretOf(name string) string {
	return *must(v.secrets.GetSecret(ctx, name, "", nil)).Value
}
