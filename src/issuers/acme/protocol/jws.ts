/** Signed requests (RFC 8555 6.2): flattened JWS (RFC 7515 7.2.2) without an unprotected header. */
import type { AccountKey } from '../account-key.ts'

/** A key that signs requests: that of an account, or that of a certificate which is to be revoked. */
export interface JwsKey {
  /** RFC 7518 3.1, RFC 8037 3.1. */
  readonly algorithm: 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'EdDSA'
  /** Only the public members, in the order of RFC 7638. */
  readonly jwk: Readonly<Record<string, string>>
  sign(data: Uint8Array): Promise<Uint8Array>
}

/** Who sends a request. Without the URL of an account the key itself goes with it. */
export interface Signer {
  readonly key: JwsKey
  readonly account?: string
}

export interface Jws {
  readonly protected: string
  readonly payload: string
  readonly signature: string
}

/** The key of an account, and its URL as soon as it has one. */
export function accountSigner(key: AccountKey, account?: string): Signer {
  const signing: JwsKey = {
    algorithm: 'ES256',
    jwk: { ...key.jwk },
    sign: (data) => key.sign(data),
  }
  return account === undefined ? { key: signing } : { key: signing, account }
}

/** @param payload the members of the request; undefined for a read (POST-as-GET, RFC 8555 6.3). */
export async function signRequest(
  { key, account }: Signer,
  url: string,
  nonce: string,
  payload: object | undefined,
): Promise<Jws> {
  const sender = account === undefined ? { jwk: key.jwk } : { kid: account }
  return flattened({ alg: key.algorithm, nonce, url, ...sender }, payload, (data) => key.sign(data))
}

/** Signs what stands inside of another request and has no nonce. */
export async function flattened(
  header: object,
  payload: object | undefined,
  sign: (data: Uint8Array) => Promise<Uint8Array>,
): Promise<Jws> {
  const parts = {
    protected: base64url(JSON.stringify(header)),
    payload: payload === undefined ? '' : base64url(JSON.stringify(payload)),
  }
  const signature = await sign(Buffer.from(`${parts.protected}.${parts.payload}`, 'latin1'))
  return { ...parts, signature: base64url(signature) }
}

export function base64url(data: string | Uint8Array): string {
  return Buffer.from(data as Uint8Array).toString('base64url')
}
