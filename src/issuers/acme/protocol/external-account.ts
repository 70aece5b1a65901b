/** Binding an account to one that the CA has on its books (RFC 8555 7.3.4). */
import { createHmac } from 'node:crypto'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import { flattened, type Jws } from './jws.ts'

export interface ExternalAccount {
  /** As the CA calls it. */
  readonly keyIdentifier: string
  /** As the CA gave it: base64url, or base64. */
  readonly macKey: Secret<string>
}

const octetsMin = 16

/**
 * Signs the public key of the account with the MAC key.
 * @param url that of newAccount.
 * @throws IssuerFailure `user-action` when the MAC key cannot be read.
 */
export async function bindExternalAccount(
  { keyIdentifier, macKey }: ExternalAccount,
  url: string,
  jwk: object,
): Promise<Jws> {
  const header = { alg: 'HS256', kid: keyIdentifier, url }
  return flattened(header, jwk, async (data) => {
    const octets = decode(macKey)
    try {
      return createHmac('sha256', octets).update(data).digest()
    } finally {
      octets.fill(0)
    }
  })
}

/** Node's decoder reads both alphabets, and passes over what is in neither. */
function decode(macKey: Secret<string>): Buffer {
  const text = macKey.reveal().trim()
  if (/^[A-Za-z0-9_+/-]+={0,2}$/.test(text)) {
    const octets = Buffer.from(text, 'base64url')
    if (octets.length >= octetsMin) return octets
  }
  throw new IssuerFailure(
    'user-action',
    'The MAC key of the external account must be base64url text, as the CA gave it; put it into the password of the issuer object.',
  )
}
