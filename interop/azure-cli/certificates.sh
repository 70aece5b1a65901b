# Certificates: made, read, changed, brought, merged, served over TLS, deleted, recovered, backed up.

certificate=(keyvault certificate)

# policy KEY-TYPE ISSUER
policy() {
  local key='{"keyType": "EC", "curve": "P-256", "exportable": true, "reuseKey": false}'
  [ "$1" = RSA ] && key='{"keyType": "RSA", "keySize": 2048, "exportable": true, "reuseKey": false}'
  printf '{"issuerParameters": {"name": "%s"}, "keyProperties": %s, "secretProperties": {"contentType": "application/x-pkcs12"},
    "x509CertificateProperties": {"subject": "CN=%s", "subjectAlternativeNames": {"dnsNames": ["%s"]},
    "keyUsage": ["digitalSignature"], "validityInMonths": 12}}' "$2" "$key" "$host" "$host"
}

create_default() {
  same "$(member status "${certificate[@]}" create "${vault[@]}" --name rsa --policy "$(az "${certificate[@]}" get-default-policy)")" completed
  same "$(member policy.keyProperties.keyType "${certificate[@]}" show "${vault[@]}" --name rsa)" RSA
}

create_ec() {
  az "${certificate[@]}" create "${vault[@]}" --name ec --policy "$(policy EC Self)" --tags made=tour
  az "${certificate[@]}" download "${vault[@]}" --name ec --file ec.pem
  same "$(openssl x509 -in ec.pem -noout -subject -nameopt RFC2253)" "subject=CN=$host"
  openssl verify -CAfile ec.pem -partial_chain ec.pem
  same "$(cer_of ec.pem)" "$(member cer "${certificate[@]}" show "${vault[@]}" --name ec)"
  same "$(member tags.made "${certificate[@]}" show "${vault[@]}" --name ec)" tour
}

versions() {
  local first second
  first=$(member id "${certificate[@]}" show "${vault[@]}" --name ec)
  az "${certificate[@]}" create "${vault[@]}" --name ec --policy "$(policy EC Self)"
  second=$(member id "${certificate[@]}" show "${vault[@]}" --name ec)
  [ "$first" != "$second" ]
  same "$(member '[].id' "${certificate[@]}" list-versions "${vault[@]}" --name ec | sort)" "$(printf '%s\n' "$first" "$second" | sort)"
  same "$(member id "${certificate[@]}" show --id "$first")" "$first"
  same "$(member '[].name' "${certificate[@]}" list "${vault[@]}")" "$(printf 'ec\nrsa')"
}

change() {
  same "$(member attributes.enabled "${certificate[@]}" set-attributes "${vault[@]}" --name ec --enabled false --tags state=off)" false
  refused SecretDisabled az keyvault secret show "${vault[@]}" --name ec
  az "${certificate[@]}" set-attributes "${vault[@]}" --name ec --enabled true
  az "${certificate[@]}" set-attributes "${vault[@]}" --name ec --policy "$(policy RSA Self)"
  same "$(member policy.keyProperties.keyType "${certificate[@]}" show "${vault[@]}" --name ec)" RSA
  az "${certificate[@]}" set-attributes "${vault[@]}" --name ec --policy "$(policy EC Self)"
}

import_pfx() {
  new_leaf pfx
  openssl pkcs12 -export -in pfx.pem -inkey pfx.key -certfile <(cat ca.pem root.pem) -passout 'pass:pass word' -out pfx.pfx
  same "$(member cer "${certificate[@]}" import "${vault[@]}" --name pfx --file pfx.pfx --password 'pass word')" "$(cer_of pfx.pem)"
  refused BadParameter az "${certificate[@]}" import "${vault[@]}" --name wrong --file pfx.pfx --password wrong
}

import_pem() {
  new_leaf brought
  cat brought.key brought.pem ca.pem root.pem >brought-whole.pem
  az "${certificate[@]}" import "${vault[@]}" --name pem --file brought-whole.pem
  az keyvault secret download "${vault[@]}" --name pem --file pem-secret.pem
  same "$(openssl pkey -in pem-secret.pem -outform DER | base64 -w 0)" "$(openssl pkey -in brought.key -outform DER | base64 -w 0)"
  same "$(grep -c 'BEGIN CERTIFICATE' pem-secret.pem)" 3
}

merge() {
  same "$(member status "${certificate[@]}" create "${vault[@]}" --name merged --policy "$(policy EC Unknown)")" inProgress
  member csr "${certificate[@]}" pending show "${vault[@]}" --name merged | base64 -d | openssl req -inform DER -verify -out merged.csr
  sign_request merged.csr merged.pem
  refused Forbidden az "${certificate[@]}" create "${vault[@]}" --name merged --policy "$(policy EC Self)"
  new_leaf stranger
  refused BadParameter az "${certificate[@]}" pending merge "${vault[@]}" --name merged --file stranger.pem
  cat merged.pem ca.pem root.pem >merged-chain.pem
  same "$(member cer "${certificate[@]}" pending merge "${vault[@]}" --name merged --file merged-chain.pem)" "$(cer_of merged.pem)"
  same "$(member status "${certificate[@]}" pending show "${vault[@]}" --name merged)" completed
}

pending_delete() {
  az "${certificate[@]}" create "${vault[@]}" --name cancelled --policy "$(policy EC Unknown)"
  az "${certificate[@]}" pending delete "${vault[@]}" --name cancelled
  refused PendingCertificateNotFound az "${certificate[@]}" pending show "${vault[@]}" --name cancelled
}

# The PFX of a secret, served by OpenSSL with its chain, to a client that knows the root only.
serve_tls() {
  az keyvault secret download "${vault[@]}" --name merged --encoding base64 --file served.pfx
  openssl pkcs12 -in served.pfx -passin pass: -nodes -nocerts -out served.key
  openssl pkcs12 -in served.pfx -passin pass: -nokeys -clcerts -out served.pem
  openssl pkcs12 -in served.pfx -passin pass: -nokeys -cacerts -out served-chain.pem
  openssl s_server -accept 127.0.0.1:0 -naccept 1 -www -key served.key -cert served.pem -cert_chain served-chain.pem \
    </dev/null >server.log 2>&1 &
  local server=$! address= attempt
  for attempt in $(seq 100); do
    address=$(sed -n 's/^ACCEPT //p' server.log)
    [ -n "$address" ] && break
    sleep 0.1
  done
  openssl s_client -connect "127.0.0.1:${address##*:}" -servername "$host" -verify_hostname "$host" -CAfile root.pem \
    -verify_return_error </dev/null >client.log 2>&1
  grep 'Verify return code: 0 (ok)' client.log
  same "$(sed -n '/BEGIN CERT/,/END CERT/p' client.log | openssl x509 -outform DER | base64 -w 0)" "$(cer_of merged.pem)"
  kill "$server" 2>/dev/null || true
}

remove() {
  az "${certificate[@]}" delete "${vault[@]}" --name pfx
  refused CertificateNotFound az "${certificate[@]}" show "${vault[@]}" --name pfx
  refused SecretNotFound az keyvault secret show "${vault[@]}" --name pfx
  same "$(member '[].name' "${certificate[@]}" list-deleted "${vault[@]}")" pfx
  same "$(member name "${certificate[@]}" show-deleted "${vault[@]}" --name pfx)" pfx
  refused ObjectIsDeletedButRecoverable az "${certificate[@]}" create "${vault[@]}" --name pfx --policy "$(policy EC Self)"
  az "${certificate[@]}" recover "${vault[@]}" --name pfx
  same "$(member cer "${certificate[@]}" show "${vault[@]}" --name pfx)" "$(cer_of pfx.pem)"
}

back_up() {
  az "${certificate[@]}" backup "${vault[@]}" --name pfx --file pfx.backup
  refused Conflict az "${certificate[@]}" restore "${vault[@]}" --file pfx.backup
  az "${certificate[@]}" delete "${vault[@]}" --name pfx
  az "${certificate[@]}" purge "${vault[@]}" --name pfx
  refused CertificateNotFound az "${certificate[@]}" show-deleted "${vault[@]}" --name pfx
  az "${certificate[@]}" restore "${vault[@]}" --file pfx.backup
  same "$(member cer "${certificate[@]}" show "${vault[@]}" --name pfx)" "$(cer_of pfx.pem)"
}

powerless() {
  export AZURE_CONFIG_DIR=$INTEROP_WORK/powerless
  register
  sign_in "$INTEROP_POWERLESS_CLIENT_ID" "$INTEROP_POWERLESS_CLIENT_SECRET"
  refused ForbiddenByRbac az "${certificate[@]}" show "${vault[@]}" --name ec
  refused ForbiddenByRbac az "${certificate[@]}" list "${vault[@]}"
  refused ForbiddenByRbac az keyvault secret show "${vault[@]}" --name ec
}

step 'creates a certificate by the default policy of the program' create_default
step 'creates an EC certificate, and downloads what it shows' create_ec
step 'reads versions, and lists them' versions
step 'disables a certificate, enables it, and changes its policy' change
step 'imports a PFX with its chain, under a password' import_pfx
step 'imports PEM with its chain, and downloads its secret' import_pem
step 'merges what an outside CA gives for the request' merge
step 'deletes an operation' pending_delete
step 'serves TLS with the PFX of a secret' serve_tls
step 'deletes a certificate and recovers it' remove
step 'backs a certificate up, purges it and restores it' back_up
step 'gives nothing to a caller without a role' powerless
