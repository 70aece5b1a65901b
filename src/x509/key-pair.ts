/** A private key in the one form that is kept, beside its public key. */
import type { Der } from './der.ts'

export interface KeyPair {
  readonly kty: 'RSA' | 'EC'
  /** PrivateKeyInfo (RFC 5208), without attributes. */
  readonly pkcs8: Der
  /** SubjectPublicKeyInfo. */
  readonly spki: Der
}
