package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"math/big"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

// standing is about secrets and keys that belong to no certificate.
var standing = []step{
	{"a secret is set, read, changed, deleted and recovered", func(v vault) {
		first := must(v.secrets.SetSecret(ctx, "word", azsecrets.SetSecretParameters{Value: to.Ptr("first")}, nil))
		must(v.secrets.SetSecret(ctx, "word", azsecrets.SetSecretParameters{Value: to.Ptr("second")}, nil))
		equal("the current value", v.secretOf("word"), "second")
		equal("the former value", *must(v.secrets.GetSecret(ctx, "word", first.ID.Version(), nil)).Value, "first")
		must(v.secrets.UpdateSecretProperties(ctx, "word", "", azsecrets.UpdateSecretPropertiesParameters{
			ContentType: to.Ptr("text/plain"),
		}, nil))
		equal("the content type", *must(v.secrets.GetSecret(ctx, "word", "", nil)).ContentType, "text/plain")
		must(v.secrets.DeleteSecret(ctx, "word", nil))
		v.wait(func() error { return errorOf(v.secrets.GetDeletedSecret(ctx, "word", nil)) })
		refused("a deleted secret", errorOf(v.secrets.GetSecret(ctx, "word", "", nil)), 404, "SecretNotFound")
		must(v.secrets.RecoverDeletedSecret(ctx, "word", nil))
		v.wait(func() error { return errorOf(v.secrets.GetSecret(ctx, "word", "", nil)) })
		equal("the recovered value", v.secretOf("word"), "second")
	}},
	{"a secret is restored from its backup", func(v vault) {
		must(v.secrets.SetSecret(ctx, "kept", azsecrets.SetSecretParameters{Value: to.Ptr("kept")}, nil))
		backup := must(v.secrets.BackupSecret(ctx, "kept", nil)).Value
		must(v.secrets.DeleteSecret(ctx, "kept", nil))
		v.wait(func() error { return errorOf(v.secrets.GetDeletedSecret(ctx, "kept", nil)) })
		must(v.secrets.PurgeDeletedSecret(ctx, "kept", nil))
		must(v.secrets.RestoreSecret(ctx, azsecrets.RestoreSecretParameters{SecretBackup: backup}, nil))
		equal("the value", v.secretOf("kept"), "kept")
	}},
	{"a key is created, signs, and is rotated", func(v vault) {
		created := must(v.keys.CreateKey(ctx, "signer", azkeys.CreateKeyParameters{
			Kty: to.Ptr(azkeys.KeyTypeEC), Curve: to.Ptr(azkeys.CurveNameP256),
		}, nil)).Key
		public := &ecdsa.PublicKey{
			Curve: elliptic.P256(), X: new(big.Int).SetBytes(created.X), Y: new(big.Int).SetBytes(created.Y),
		}
		signature := v.sign("signer", azkeys.SignatureAlgorithmES256)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		holds("its public half verifies", ecdsa.Verify(public, digest[:], r, s))
		rotated := must(v.keys.RotateKey(ctx, "signer", nil)).Key
		holds("the rotated one is another", rotated.KID.Version() != created.KID.Version())
	}},
	{"a key is imported and restored from its backup", func(v vault) {
		key := newKey()
		public := must(key.ECDH()).PublicKey().Bytes() // 4, X, Y (SEC 1, 2.3.3)
		must(v.keys.ImportKey(ctx, "carried", azkeys.ImportKeyParameters{Key: &azkeys.JSONWebKey{
			Kty: to.Ptr(azkeys.KeyTypeEC), Crv: to.Ptr(azkeys.CurveNameP256),
			X: public[1:33], Y: public[33:], D: must(key.Bytes()),
		}}, nil))
		backup := must(v.keys.BackupKey(ctx, "carried", nil)).Value
		must(v.keys.DeleteKey(ctx, "carried", nil))
		v.wait(func() error { return errorOf(v.keys.GetDeletedKey(ctx, "carried", nil)) })
		must(v.keys.PurgeDeletedKey(ctx, "carried", nil))
		must(v.keys.RestoreKey(ctx, azkeys.RestoreKeyParameters{KeyBackup: backup}, nil))
		signature := v.sign("carried", azkeys.SignatureAlgorithmES256)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		holds("the public half outside verifies", ecdsa.Verify(&key.PublicKey, digest[:], r, s))
	}},
}
