# A certification authority that the vault does not know, made with OpenSSL.

host=tour.example.org

outside_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout root.key -out root.pem -days 90 \
    -subj '/CN=Interop Root' -addext basicConstraints=critical,CA:true
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.csr -subj '/CN=Interop Intermediate'
  openssl x509 -req -in ca.csr -CA root.pem -CAkey root.key -CAcreateserial -days 90 -out ca.pem \
    -extfile <(echo basicConstraints=critical,CA:true)
}

# sign_request REQUEST CERTIFICATE
sign_request() {
  openssl x509 -req -in "$1" -CA ca.pem -CAkey ca.key -CAcreateserial -days 60 -out "$2" \
    -extfile <(echo "subjectAltName=DNS:$host")
}

# new_leaf NAME: NAME.key and NAME.pem
new_leaf() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$host"
  sign_request "$1.csr" "$1.pem"
}

# DER of a certificate in base64, as the vault shows `cer`.
cer_of() { openssl x509 -in "$1" -outform DER | base64 -w 0; }

(outside_ca >/dev/null 2>&1) || exit 1
