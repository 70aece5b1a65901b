# Contacts and issuers.

contact=(keyvault certificate contact)
issuer=(keyvault certificate issuer)

contacts() {
  refused ContactsNotFound az "${contact[@]}" list "${vault[@]}"
  az "${contact[@]}" add "${vault[@]}" --email team@example.org --name Team --phone 123
  az "${contact[@]}" add "${vault[@]}" --email other@example.org
  same "$(member 'contactList[].emailAddress' "${contact[@]}" list "${vault[@]}" | sort)" "$(printf 'other@example.org\nteam@example.org')"
  az "${contact[@]}" delete "${vault[@]}" --email other@example.org
  same "$(member 'contactList[].emailAddress' "${contact[@]}" list "${vault[@]}")" team@example.org
  az "${contact[@]}" delete "${vault[@]}" --email team@example.org
}

issuers() {
  az "${issuer[@]}" create "${vault[@]}" --issuer-name authority --provider-name Test --account-id account --password 'a password' --organization-id organisation
  same "$(member '[credentials.accountId, credentials.password]' "${issuer[@]}" show "${vault[@]}" --issuer-name authority)" "$(printf 'account\nNone')"
  az "${issuer[@]}" update "${vault[@]}" --issuer-name authority --account-id another
  same "$(member credentials.accountId "${issuer[@]}" show "${vault[@]}" --issuer-name authority)" another
  same "$(member '[].provider' "${issuer[@]}" list "${vault[@]}")" Test
  az "${issuer[@]}" admin add "${vault[@]}" --issuer-name authority --email ada@example.org --first-name Ada --last-name L --phone 1
  same "$(member '[].emailAddress' "${issuer[@]}" admin list "${vault[@]}" --issuer-name authority)" ada@example.org
  az "${issuer[@]}" admin delete "${vault[@]}" --issuer-name authority --email ada@example.org
  az keyvault certificate create "${vault[@]}" --name issued --policy "$(policy EC authority)"
  same "$(member policy.issuerParameters.name keyvault certificate show "${vault[@]}" --name issued)" authority
  az "${issuer[@]}" delete "${vault[@]}" --issuer-name authority
  refused CertificateIssuerNotFound az "${issuer[@]}" show "${vault[@]}" --issuer-name authority
}

step 'adds, lists and deletes contacts' contacts
step 'creates, changes, uses and deletes an issuer and its administrators' issuers
