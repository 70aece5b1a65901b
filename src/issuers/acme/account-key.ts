/** The key of an account, as the protocol needs it: its public half, and signatures. It lies with the keeper of all keys. */

/** P-256, with the members in the order of RFC 7638. */
export interface PublicJwk {
  readonly crv: 'P-256'
  readonly kty: 'EC'
  readonly x: string
  readonly y: string
}

export interface AccountKey {
  readonly jwk: PublicJwk
  /** ES256: `r || s` over the SHA-256 of the data (RFC 7518 3.4). */
  sign(data: Uint8Array): Promise<Uint8Array>
}
