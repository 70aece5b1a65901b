/**
 * What applications prove themselves with: client secrets and managed-identity headers. Both are 32 random bytes, so
 * guessing is hopeless and their SHA-256 can be stored as it is; a slow hash is for passwords that people choose.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { Secret } from '../domain/secret.ts'
import type { Random } from '../domain/time.ts'

const credentialLength = 32

/**
 * A fresh credential: 43 characters of base64url, which need no quoting in shells, forms and headers. None begins with a
 * hyphen: programs would take it for one of their options.
 */
export function generateCredential(random: Random): Secret<string> {
  for (;;) {
    const text = Buffer.from(random(credentialLength)).toString('base64url')
    if (!text.startsWith('-')) return new Secret(text)
  }
}

/** SHA-256 of the credential's text: what is stored, and found again by it. */
export function hashCredential(credential: Secret<string>): Uint8Array {
  return createHash('sha256').update(credential.reveal(), 'utf8').digest()
}

/** Takes the same time whatever was presented. Without a stored hash it takes that time too, and says no. */
export function credentialMatches(presented: Secret<string>, storedHash: Uint8Array | undefined): boolean {
  const hash = hashCredential(presented)
  const equal = timingSafeEqual(hash, storedHash ?? new Uint8Array(hash.length))
  return equal && storedHash !== undefined
}
