#!/bin/sh
# Makes the files of this folder anew with OpenSSL 3. The private keys are thrown away.
set -e
cd "$(dirname "$0")"
here=$(pwd)
work=$(mktemp -d)
cd "$work"

cat >ca.conf <<'END'
[req]
distinguished_name=empty
[empty]
[v3]
basicConstraints=critical,CA:TRUE,pathlen:1
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
crlDistributionPoints=one,two,three
freshestCRL=URI:http://ca.example/delta.crl
authorityInfoAccess=OCSP;URI:http://ocsp.example/,caIssuers;URI:http://ca.example/ca.cer,caIssuers;dirName:directory
certificatePolicies=2.5.29.32.0,@policy
nameConstraints=critical,permitted;DNS:example.com,permitted;IP:192.0.2.0/255.255.255.128,permitted;email:.example.com,permitted;dirName:directory,excluded;URI:.example.com,excluded;IP:2001:db8::/ffff:ffff:8000::,excluded;otherName:1.3.6.1.4.1.311.20.2.3;UTF8:corp.example
noCheck=ignored
[one]
fullname=URI:http://ca.example/a.crl,URI:ldap://ca.example/a
[two]
relativename=directory
[three]
fullname=URI:http://other.example/a.crl
CRLissuer=dirName:directory
[directory]
O=Example
[policy]
policyIdentifier=1.3.6.1.4.1.99999.1
CPS=https://ca.example/cps
userNotice.1=@notice
[notice]
explicitText=UTF8:Notice
[ca]
default_ca=it
[it]
database=index
crlnumber=number
default_md=sha256
default_crl_days=36500
[list]
authorityKeyIdentifier=keyid
issuingDistributionPoint=critical,@point
freshestCRL=URI:http://ca.example/delta.crl
[point]
fullname=URI:http://ca.example/a.crl
onlyuser=TRUE
[delta]
authorityKeyIdentifier=keyid
# OpenSSL has no word for the indicator of a delta: a number in DER will do.
2.5.29.27=critical,DER:02021000
END

openssl req -x509 -config ca.conf -extensions v3 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -keyout key.pem \
  -out "$here/ca.pem" -days 36500 -subj '/C=DE/O=Example/CN=Revocation CA' -set_serial 0x1000

line() { printf 'R\t21260101000000Z\t%s\t%s\tunknown\t/CN=x\n' "$1" "$2"; }
{
  line 270101000000Z 7F
  line 270101000000Z,keyCompromise 0080
  line 491231235959Z,superseded 0123456789ABCDEF0123456789ABCDEF01234567
  line 270101000000Z,keyTime,20260101000000Z 01
  line 270101000000Z,holdInstruction,holdInstructionReject 02
  printf 'V\t21260101000000Z\t\t0A\tunknown\t/CN=x\n'
} >index
echo 1001 >number

list() {
  name=$1
  shift
  openssl ca -gencrl -config ca.conf -cert "$here/ca.pem" -keyfile key.pem -out "$here/$name.pem" "$@"
}
list crl -crlexts list
list crl-delta -crlexts delta
: >empty
sed -i 's/^database=.*/database=empty/; s/^crlnumber=.*//' ca.conf
list crl-version-1

keep() { { echo "-----BEGIN $2-----"; base64 -w 64 "$1.der"; echo "-----END $2-----"; } >"$here/$1.pem"; }

request() {
  name=$1
  shift
  openssl ocsp -issuer "$here/ca.pem" "$@" -reqout "$name.der"
  keep "$name" 'OCSP REQUEST'
}
request ocsp-request -serial 0x0A -no_nonce
request ocsp-request-nonce -sha256 -serial 0x80 -nonce
request ocsp-request-several -serial 0x0A -sha256 -serial 0x80 -sha384 -serial 0x7F -sha1 -serial 0x01 -nonce
request ocsp-request-signed -serial 0x0A -signer "$here/ca.pem" -signkey key.pem

openssl ocsp -index index -CA "$here/ca.pem" -rsigner "$here/ca.pem" -rkey key.pem -resp_key_id -ndays 36500 \
  -reqin ocsp-request-several.der -respout ocsp-response.der
keep ocsp-response 'OCSP RESPONSE'
rm -r "$work"
