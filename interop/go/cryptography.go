package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"math/big"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azkeys"
)

var digest = sha256.Sum256([]byte("what is signed"))

var cryptography = []step{
	{"the key of an EC certificate signs; the certificate verifies", func(v vault) {
		leaf := must(x509.ParseCertificate(v.create("sign-ec", ecPolicy("Self", "sign-ec.example.org")).CER))
		signature := v.sign("sign-ec", azkeys.SignatureAlgorithmES256)
		equal("the length", len(signature), 64)
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		holds("the certificate verifies it", ecdsa.Verify(leaf.PublicKey.(*ecdsa.PublicKey), digest[:], r, s))
	}},
	{"the key of an RSA certificate signs; the certificate verifies", func(v vault) {
		leaf := must(x509.ParseCertificate(v.create("sign-rsa", rsaPolicy("Self", "sign-rsa.example.org")).CER))
		public := leaf.PublicKey.(*rsa.PublicKey)
		need(rsa.VerifyPKCS1v15(public, crypto.SHA256, digest[:], v.sign("sign-rsa", azkeys.SignatureAlgorithmRS256)))
		need(rsa.VerifyPSS(public, crypto.SHA256, digest[:], v.sign("sign-rsa", azkeys.SignatureAlgorithmPS256), nil))
	}},
	{"the public key that is read is the certificate's", func(v vault) {
		leaf := must(x509.ParseCertificate(v.create("public", rsaPolicy("Self", "public.example.org")).CER))
		public := leaf.PublicKey.(*rsa.PublicKey)
		key := must(v.keys.GetKey(ctx, "public", "", nil)).Key
		equal("the modulus", new(big.Int).SetBytes(key.N), public.N)
		equal("the exponent", new(big.Int).SetBytes(key.E), big.NewInt(int64(public.E)))
		holds("no private part is in it", key.D == nil && key.P == nil && key.Q == nil)
	}},
	{"a key is wrapped with the certificate and unwrapped by the vault, and the other way round", func(v vault) {
		leaf := must(x509.ParseCertificate(v.create("wrap", rsaPolicy("Self", "wrap.example.org")).CER))
		content := must(rsa.EncryptOAEP(sha256.New(), rand.Reader, leaf.PublicKey.(*rsa.PublicKey), digest[:], nil))
		equal("what was unwrapped", v.unwrap("wrap", content), digest[:])
		wrapped := must(v.keys.WrapKey(ctx, "wrap", "", azkeys.KeyOperationParameters{
			Algorithm: to.Ptr(azkeys.EncryptionAlgorithmRSAOAEP256), Value: digest[:],
		}, nil))
		equal("what was wrapped", v.unwrap("wrap", wrapped.Result), digest[:])
	}},
}

// sign signs the digest, and has the vault verify the signature and refuse another.
func (v vault) sign(name string, algorithm azkeys.SignatureAlgorithm) []byte {
	signed := must(v.keys.Sign(ctx, name, "", azkeys.SignParameters{Algorithm: &algorithm, Value: digest[:]}, nil))
	judge := func(signature []byte) bool {
		return *must(v.keys.Verify(ctx, name, signed.KID.Version(), azkeys.VerifyParameters{
			Algorithm: &algorithm, Digest: digest[:], Signature: signature,
		}, nil)).Value
	}
	holds("the vault verifies the signature", judge(signed.Result))
	altered := bytes.Clone(signed.Result)
	altered[len(altered)-1] ^= 1
	holds("the vault tells an altered one", !judge(altered))
	return signed.Result
}

func (v vault) unwrap(name string, content []byte) []byte {
	return must(v.keys.UnwrapKey(ctx, name, "", azkeys.KeyOperationParameters{
		Algorithm: to.Ptr(azkeys.EncryptionAlgorithmRSAOAEP256), Value: content,
	}, nil)).Result
}
