/** What is shown to prove control of a name, made from the key of the account (RFC 8555 8.1). */
import { createHash } from 'node:crypto'
import { base64url } from './jws.ts'

/** RFC 7638: the digest of the public members in the order of their names. */
export function jwkThumbprint(jwk: Readonly<Record<string, string>>): string {
  const members = Object.entries(jwk).toSorted(([left], [right]) => (left < right ? -1 : 1))
  return base64url(sha256(JSON.stringify(Object.fromEntries(members))))
}

export function keyAuthorization(token: string, jwk: Readonly<Record<string, string>>): string {
  return `${token}.${jwkThumbprint(jwk)}`
}

/** The text of the TXT record of `dns-01` and `dns-account-01` (RFC 8555 8.4). */
export function dnsRecordValue(authorization: string): string {
  return base64url(sha256(authorization))
}

/** What the certificate of `tls-alpn-01` holds in `acmeIdentifier` (RFC 8737 3). */
export function tlsAlpnDigest(authorization: string): Uint8Array {
  return sha256(authorization)
}

/** The label before `_acme-challenge` in the record of `dns-account-01` (draft-ietf-acme-dns-account-label). */
export function dnsAccountLabel(account: string): string {
  return `_${base32(sha256(account).subarray(0, 10))}`
}

/** RFC 4648 6, in lower case; five octets give eight characters, and there are ten. */
function base32(octets: Uint8Array): string {
  let bits = ''
  for (const octet of octets) bits += octet.toString(2).padStart(8, '0')
  return (bits.match(/.{5}/g) ?? []).map((five) => alphabet[Number.parseInt(five, 2)]).join('')
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
