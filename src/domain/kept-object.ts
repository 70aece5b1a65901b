/**
 * Secrets and keys that stand for themselves, without a certificate: a name, versions, soft deletion. What a version
 * holds is the business of its kind.
 */
import type { Deletion, Tags } from './certificate.ts'
import type { CurveName } from './certificate-policy.ts'
import type { UnixSeconds } from './time.ts'

/** @typeParam Facts what only the kind understands; JSON-able, never secret. */
export interface ObjectVersion<Facts> {
  /** 32 lower-case hex digits; random, not ordered in time. */
  readonly version: string
  readonly enabled: boolean
  /** Set by callers, unlike those of a certificate; absent where they set none. */
  readonly notBefore?: UnixSeconds
  readonly expires?: UnixSeconds
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
  readonly tags?: Tags
  readonly facts: Facts
}

/** A live or deleted object. */
export interface KeptObject<Facts> {
  readonly vault: string
  /** As first given; compared without regard to case. */
  readonly name: string
  /** The version made last. */
  readonly current: ObjectVersion<Facts>
  readonly deleted?: Deletion
  /** What belongs to the object and not to a version, e.g. the rotation policy of a key; opaque to storage. */
  readonly settings?: string
  /** When the vault acts on it by itself; waits while it is deleted. */
  readonly dueAt?: UnixSeconds
}

/** The private half of a version, as it lies in storage: sealed, and bound to vault, name and version. */
export interface SealedPart {
  /** Names the keeper of a private key; absent for secrets. */
  readonly uri?: string
  /** The sealed value, or the wrapped key where the keeper stores it with us. */
  readonly sealed?: Uint8Array
}

export interface SecretFacts {
  readonly contentType?: string
}

/** The public half of a key (RFC 7518 6.2.1, 6.3.1); an `oct` key has none. */
export type PublicJwk =
  | { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  | { readonly kty: 'EC'; readonly crv: CurveName; readonly x: string; readonly y: string }
  | { readonly kty: 'oct' }

export interface KeyFacts {
  readonly jwk: PublicJwk
  /** Bits: of the modulus, the curve or the secret. */
  readonly keySize: number
  /** JWK key operations, in the order of the caller. */
  readonly keyOperations: readonly string[]
  readonly exportable: boolean
}
