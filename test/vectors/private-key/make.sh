#!/bin/sh
# Makes the keys of this folder anew: needs OpenSSL 3 with its legacy provider, and ssh-keygen.
set -e
cd "$(dirname "$0")"
rm -f ./*.pem
password=secret

ec() {
  openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:$2" -pkeyopt ec_param_enc:named_curve -out "$1.pem"
  openssl pkey -in "$1.pem" -pubout -out "$1.public.pem"
}
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem
openssl pkey -in rsa.pem -pubout -out rsa.public.pem
ec p-256 P-256
ec p-384 P-384
ec p-521 P-521
ec secp256k1 secp256k1

# The forms of before PKCS#8, plain and encrypted by RFC 1421.
openssl rsa -in rsa.pem -traditional -out rsa.pkcs1.pem
openssl ec -in p-256.pem -out p-256.sec1.pem
openssl ec -in p-256.pem -no_public -out p-256.sec1-no-public.pem
openssl ec -in p-256.pem -conv_form compressed -out p-256.sec1-compressed.pem
openssl ec -in p-256.pem -param_enc explicit -out p-256.sec1-explicit.pem
for cipher in des des3 aes128 aes192 aes256; do
  openssl rsa -provider legacy -provider default -in rsa.pem -traditional "-$cipher" -passout "pass:$password" \
    -out "rsa.pkcs1-$cipher.pem"
done
openssl ec -in p-256.pem -aes256 -passout "pass:$password" -out p-256.sec1-aes256.pem
openssl rsa -in rsa.pem -traditional -camellia256 -passout "pass:$password" -out rsa.pkcs1-camellia256.pem

# EncryptedPrivateKeyInfo
pkcs8() {
  name=$1
  shift
  openssl pkcs8 -topk8 -provider legacy -provider default -in p-256.pem -passout "pass:$password" -out "p-256.pkcs8-$name.pem" "$@"
}
for hash in SHA1 SHA224 SHA256 SHA384 SHA512; do pkcs8 "aes256-$hash" -v2 aes256 -v2prf "hmacWith$hash"; done
pkcs8 aes128 -v2 aes128
pkcs8 aes192 -v2 aes192
pkcs8 des3 -v2 des3
pkcs8 scrypt -scrypt
for scheme in MD5-DES MD5-RC2-64 SHA1-DES SHA1-RC2-64 SHA1-RC4-128 SHA1-RC4-40 SHA1-3DES SHA1-2DES SHA1-RC2-128 SHA1-RC2-40; do
  pkcs8 "$scheme" -v1 "PBE-$scheme"
done
pkcs8 camellia256 -v2 camellia256

# Kinds of keys that no certificate of Key Vault has.
openssl genpkey -algorithm ED25519 -out ed25519.pem
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out rsa-pss.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit -out explicit.pem
ec brainpool brainpoolP256r1
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3 -out three-primes.pem
openssl dsaparam -genkey -noout -out dsa.pem 1024
ssh-keygen -q -t ed25519 -N '' -C '' -f openssh.pem
rm openssh.pem.pub brainpool.public.pem
chmod 644 ./*.pem
