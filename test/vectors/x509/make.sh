#!/bin/sh
# Makes the certificates of this folder anew with OpenSSL 3. The private keys are thrown away.
set -e
cd "$(dirname "$0")"
config=$(mktemp)
printf '[req]\ndistinguished_name=empty\n[empty]\n[directory]\nCN=directory\n' >"$config"

certificate() {
  name=$1
  shift
  openssl req -x509 -config "$config" -nodes -keyout /dev/null -out "$name.pem" -days 36500 \
    -subj "/C=DE/O=Example GmbH/CN=$name.example" \
    -addext "subjectAltName=DNS:$name.example,DNS:*.$name.example,email:user@$name.example,IP:192.0.2.7,IP:2001:db8::7,URI:https://$name.example/,otherName:1.3.6.1.4.1.311.20.2.3;UTF8:user@corp.example,otherName:1.2.3.4;UTF8:other,dirName:directory,RID:1.2.3" \
    -addext 'keyUsage=critical,digitalSignature,keyAgreement,decipherOnly' \
    -addext 'extendedKeyUsage=serverAuth,1.2.3.4.5' "$@"
}

ec() {
  certificate "$1" -newkey ec -pkeyopt "ec_paramgen_curve:$2"
}

certificate rsa-2048 -newkey rsa:2048
certificate rsa-1024 -newkey rsa:1024
certificate rsa-3072-sha384 -newkey rsa:3072 -sha384
certificate pss-signature -newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
certificate pss-key -newkey rsa-pss -pkeyopt rsa_keygen_bits:2048
certificate explicit-curve -newkey ec -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
ec p-256 P-256
ec p-384 P-384
ec p-521 P-521
ec secp256k1 secp256k1
ec brainpool brainpoolP256r1
certificate ed25519 -newkey ed25519
rm "$config"
