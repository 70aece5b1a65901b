# Secrets and keys: those of certificates, and those that stand for themselves.

secret=(keyvault secret)
key=(keyvault key)

secrets() {
  local first
  first=$(member id "${secret[@]}" set "${vault[@]}" --name word --value one --description text/plain --tags a=b)
  az "${secret[@]}" set "${vault[@]}" --name word --value two
  same "$(member value "${secret[@]}" show "${vault[@]}" --name word)" two
  same "$(member value "${secret[@]}" show --id "$first")" one
  same "$(member 'length(@)' "${secret[@]}" list-versions "${vault[@]}" --name word)" 2
  same "$(member '[?name==`word`] | length(@)' "${secret[@]}" list "${vault[@]}")" 1
  same "$(member attributes.enabled "${secret[@]}" set-attributes "${vault[@]}" --name word --enabled false)" false
  refused SecretDisabled az "${secret[@]}" show "${vault[@]}" --name word
  az "${secret[@]}" set-attributes "${vault[@]}" --name word --enabled true
}

secret_life() {
  az "${secret[@]}" backup "${vault[@]}" --name word --file word.backup
  az "${secret[@]}" delete "${vault[@]}" --name word
  same "$(member '[].name' "${secret[@]}" list-deleted "${vault[@]}")" word
  az "${secret[@]}" recover "${vault[@]}" --name word
  same "$(member value "${secret[@]}" show "${vault[@]}" --name word)" two
  az "${secret[@]}" delete "${vault[@]}" --name word
  az "${secret[@]}" purge "${vault[@]}" --name word
  az "${secret[@]}" restore "${vault[@]}" --file word.backup
  same "$(member value "${secret[@]}" show "${vault[@]}" --name word)" two
}

managed() {
  refused SecretManagedByKeyVault az "${secret[@]}" set "${vault[@]}" --name ec --value x
  refused KeyManagedByKeyVault az "${key[@]}" delete "${vault[@]}" --name ec
}

sign_with_certificate() {
  local digest signature
  printf 'what the tour signs' >message
  digest=$(openssl dgst -sha256 -binary message | base64 -w 0)
  same "$(member '[?name==`rsa`].managed' "${key[@]}" list "${vault[@]}" --include-managed true)" true
  signature=$(member signature "${key[@]}" sign "${vault[@]}" --name rsa --algorithm RS256 --digest "$digest")
  same "$(member isValid "${key[@]}" verify "${vault[@]}" --name rsa --algorithm RS256 --digest "$digest" --signature "$signature")" true
  az keyvault certificate download "${vault[@]}" --name rsa --file rsa.pem
  openssl x509 -in rsa.pem -noout -pubkey >rsa.pub
  base64 -d <<<"$signature" >signature
  openssl dgst -sha256 -verify rsa.pub -signature signature message
}

keys() {
  local text
  text=$(printf 'a short text' | base64 -w 0)
  az "${key[@]}" create "${vault[@]}" --name large --kty RSA --size 2048
  local sealed
  sealed=$(member result "${key[@]}" encrypt "${vault[@]}" --name large --algorithm RSA-OAEP-256 --value "$text" --data-type base64)
  same "$(member result "${key[@]}" decrypt "${vault[@]}" --name large --algorithm RSA-OAEP-256 --value "$sealed" --data-type base64)" "$text"
  openssl ecparam -name prime256v1 -genkey -noout -out brought-key.pem
  az "${key[@]}" import "${vault[@]}" --name brought --pem-file brought-key.pem
  az "${key[@]}" download "${vault[@]}" --name brought --encoding PEM --file brought-key.pub
  same "$(openssl pkey -pubin -in brought-key.pub -outform DER | base64 -w 0)" "$(openssl pkey -in brought-key.pem -pubout -outform DER | base64 -w 0)"
  same "$(member 'key.keyOps' "${key[@]}" set-attributes "${vault[@]}" --name brought --ops verify)" verify
}

rotate() {
  az "${key[@]}" create "${vault[@]}" --name curve --kty EC --curve P-384
  az "${key[@]}" rotate "${vault[@]}" --name curve
  same "$(member 'length(@)' "${key[@]}" list-versions "${vault[@]}" --name curve)" 2
  az "${key[@]}" rotation-policy update "${vault[@]}" --name curve \
    --value '{"lifetimeActions": [{"trigger": {"timeAfterCreate": "P60D"}, "action": {"type": "Rotate"}}], "attributes": {"expiryTime": "P90D"}}'
  same "$(member expiresIn "${key[@]}" rotation-policy show "${vault[@]}" --name curve)" P90D
}

key_life() {
  local id
  id=$(member key.kid "${key[@]}" show "${vault[@]}" --name curve)
  az "${key[@]}" backup "${vault[@]}" --name curve --file curve.backup
  az "${key[@]}" delete "${vault[@]}" --name curve
  same "$(member '[].name' "${key[@]}" list-deleted "${vault[@]}")" curve
  az "${key[@]}" recover "${vault[@]}" --name curve
  az "${key[@]}" delete "${vault[@]}" --name curve
  az "${key[@]}" purge "${vault[@]}" --name curve
  az "${key[@]}" restore "${vault[@]}" --file curve.backup
  same "$(member key.kid "${key[@]}" show "${vault[@]}" --name curve)" "$id"
}

step 'sets, reads, lists and disables secrets' secrets
step 'deletes, recovers, backs up, purges and restores a secret' secret_life
step 'refuses to change key and secret of a certificate by themselves' managed
step 'signs with the key of a certificate, and OpenSSL verifies it' sign_with_certificate
step 'creates and imports keys, and encrypts with them' keys
step 'rotates a key, by hand and by policy' rotate
step 'deletes, recovers, backs up, purges and restores a key' key_life
