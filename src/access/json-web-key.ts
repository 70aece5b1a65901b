/** The public key of the token service as it is published (RFC 7517). */
import { createHash } from 'node:crypto'

export interface PublicJwk {
  readonly kty: 'RSA'
  readonly use: 'sig'
  readonly alg: 'RS256'
  /** The thumbprint of the key: a key id that cannot be given to another key. */
  readonly kid: string
  readonly n: string
  readonly e: string
}

/** Describes an RSA key that signs tokens. `n` and `e` are base64url as in RFC 7518 6.3.1. */
export function signingJwk({ n, e }: { readonly n: string; readonly e: string }): PublicJwk {
  return { kty: 'RSA', use: 'sig', alg: 'RS256', kid: thumbprint(n, e), n, e }
}

/** RFC 7638 3: SHA-256 over the required members in the order of their names, without blanks. */
function thumbprint(n: string, e: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('base64url')
}
