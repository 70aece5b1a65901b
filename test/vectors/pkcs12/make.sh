#!/bin/sh
# Makes the files of this folder anew, but for rfc9579-*: needs OpenSSL 3 with its legacy provider, a JDK of 12 or later,
# GnuTLS (certtool) and NSS (pk12util, certutil).
set -e
cd "$(dirname "$0")"
rm -f openssl-*.p12 java-*.p12 gnutls-*.p12 nss-*.p12 ./*.pem
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
password=secret

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 -subj /CN=Root \
  -keyout "$work/root.key" -out root.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=leaf.example -keyout leaf.key.pem -out "$work/leaf.csr"
openssl x509 -req -in "$work/leaf.csr" -CA root.pem -CAkey "$work/root.key" -CAserial "$work/root.srl" -CAcreateserial -days 36500 -out leaf.pem
openssl req -x509 -newkey rsa:2048 -nodes -days 36500 -subj /CN=rsa.example -keyout rsa.key.pem -out rsa.pem
openssl ca -gencrl -config /dev/stdin -keyfile "$work/root.key" -cert root.pem -out "$work/root.crl" -crldays 36500 <<EOF
[ca]
default_ca=it
[it]
database=/dev/null
default_md=sha256
EOF

# name, then options of "openssl pkcs12"
pfx() {
  name=$1
  shift
  openssl pkcs12 -export -inkey leaf.key.pem -in leaf.pem -certfile root.pem -name leaf -passout "pass:$password" \
    -out "openssl-$name.p12" "$@"
}

pfx modern
pfx modern-iter1 -iter 1
pfx legacy -legacy
pfx legacy-iter1 -legacy -iter 1
pfx descert -legacy -descert
pfx nomac -nomac
pfx nomaciter -nomaciter
pfx plain -keypbe NONE -certpbe NONE
pfx plain-nomac -keypbe NONE -certpbe NONE -nomac
pfx windows -descert -keypbe PBE-SHA1-3DES -macalg SHA1 -iter 2000 -LMK -CSP 'Microsoft Software Key Storage Provider'
for hash in SHA1 SHA224 SHA384 SHA512; do pfx "mac-$hash" -macalg "$hash"; done
for cipher in aes-128-cbc aes-192-cbc des-ede3-cbc; do pfx "$cipher" -keypbe "$cipher" -certpbe "$cipher"; done
for scheme in SHA1-RC4-128 SHA1-RC4-40 SHA1-2DES SHA1-RC2-128 MD5-DES MD5-RC2-64 SHA1-DES SHA1-RC2-64; do
  pfx "$scheme" -legacy -keypbe "PBE-$scheme" -certpbe "PBE-$scheme"
done
pfx empty -passout pass:
pfx empty-legacy -legacy -passout pass:
pfx unicode -passout 'pass:Grüße 𝄞'
pfx unicode-legacy -legacy -passout 'pass:Grüße 𝄞'
# OpenSSL before 1.1 took each octet of the UTF-8 "päß" for a character: U+00C3 U+00A4, U+00C3 U+009F.
pfx octets -legacy -passout "pass:p$(printf '\303\203\302\244\303\203\302\237')"
openssl pkcs12 -export -inkey rsa.key.pem -in rsa.pem -passout "pass:$password" -out openssl-rsa.p12
openssl pkcs12 -export -nokeys -in leaf.pem -certfile root.pem -passout "pass:$password" -out openssl-nokeys.p12

keytool=keytool
store() {
  name=$1
  shift
  $keytool -importkeystore -noprompt -srckeystore openssl-modern.p12 -srcstorepass "$password" \
    -destkeystore "java-$name.p12" -deststoretype PKCS12 -deststorepass "$password" "$@"
}
store modern
store legacy -J-Dkeystore.pkcs12.legacy
store secret
printf 'password\npassword\n' | $keytool -importpass -alias word -keystore java-secret.p12 -storepass "$password"
store two-keys
$keytool -importkeystore -noprompt -srckeystore openssl-rsa.p12 -srcstorepass "$password" \
  -destkeystore java-two-keys.p12 -deststoretype PKCS12 -deststorepass "$password" -srcalias 1 -destalias second
$keytool -importcert -noprompt -alias root -file root.pem -keystore java-trust.p12 -storetype PKCS12 -storepass "$password"
java TwoPasswords.java java-modern.p12 java-two-passwords.p12 "$password" other

tls() {
  name=$1
  shift
  certtool --to-p12 --load-privkey leaf.key.pem --load-certificate leaf.pem --load-ca-certificate root.pem \
    --p12-name leaf --outder --outfile "gnutls-$name.p12" "$@"
}
tls sha512 --password "$password" --hash sha512 --pkcs-cipher aes-128
tls crl --password "$password" --load-crl "$work/root.crl"
tls empty --empty-password --password ''
tls null --null-password

certutil -N -d "sql:$work" --empty-password
pk12util -i openssl-modern.p12 -d "sql:$work" -W "$password"
pk12util -o nss-modern.p12 -d "sql:$work" -n leaf -W "$password"
chmod 644 ./*.p12 ./*.pem
