/**
 * A CA that says what a test wants it to say, whether sense or not, and checks every signature that it gets (RFC 8555 6.2).
 * What a well-behaved CA does is tried with Pebble (interop/pebble).
 */
import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import type { AccountKey, PublicJwk } from '../../src/issuers/acme/account-key.ts'
import { type AcmeServer, openAcmeServer } from '../../src/issuers/acme/protocol/server.ts'
import type { HttpAnswer, HttpRequest } from '../../src/network/http-client.ts'
import { type SettableClock, settableClock } from './clock.ts'

export interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text as it stands; anything else as JSON. */
  readonly body?: unknown
}

/** What a request said, with the signature checked. */
export interface Heard {
  readonly url: string
  readonly nonce: string
  readonly kid?: string
  readonly jwk?: object
  /** Undefined for a read. */
  readonly payload: unknown
  readonly headers: Readonly<Record<string, string>>
}

export interface ScriptedCa {
  readonly server: AcmeServer
  readonly clock: SettableClock
  /** Signed requests in their order. */
  readonly heard: Heard[]
  /** Every other request, as `GET url`. */
  readonly asked: string[]
  /** What is said to signed requests, one after the other; or thrown. Empty: `{}`. */
  readonly script: (Said | Error)[]
  /** What is said to whoever asks without a signature for this URL. */
  readonly pages: Map<string, Said>
}

export const at = (path: string) => `https://ca.example${path}`

export const directoryUrl = at('/directory')

export const directory = {
  newNonce: at('/nonce'),
  newAccount: at('/account'),
  newOrder: at('/order'),
  revokeCert: at('/revoke'),
  keyChange: at('/key-change'),
  renewalInfo: 'https://renewal.example/info/',
}

export const problem = (type: string, more: object = {}): Said => ({
  status: 400,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: `urn:ietf:params:acme:error:${type}`, detail: `Detail of ${type}.`, ...more },
})

/** @param key whose signatures are checked where no key comes with the request. */
export function scriptedCa(key: TestAccountKey = testAccountKey()): ScriptedCa {
  const clock = settableClock()
  const heard: Heard[] = []
  const asked: string[] = []
  const script: (Said | Error)[] = []
  const pages = new Map<string, Said>([[directoryUrl, { body: directory }]])
  let nonces = 0
  const answer = ({ status = 200, headers = {}, body = {} }: Said): HttpAnswer => ({
    status,
    headers: { 'replay-nonce': `nonce-${++nonces}`, 'content-type': 'application/json', ...headers },
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  })
  const http = {
    async send(request: HttpRequest) {
      if (request.method !== 'POST') {
        asked.push(`${request.method} ${request.url}`)
        return answer(pages.get(request.url) ?? (request.method === 'HEAD' ? {} : { status: 404 }))
      }
      heard.push(hear(request, key.jwk))
      const next = script.shift() ?? {}
      if (next instanceof Error) throw next
      return answer(next)
    },
  }
  return { server: openAcmeServer({ http, url: directoryUrl, clock }), clock, heard, asked, script, pages }
}

function hear({ url, headers = {}, body }: HttpRequest, known: PublicJwk): Heard {
  assert.equal(headers['content-type'], 'application/jose+json')
  const jws = JSON.parse(String(body))
  assert.deepEqual(Object.keys(jws), ['protected', 'payload', 'signature'])
  const header = checkJws(jws, known)
  assert.equal(header.url, url)
  assert.ok((header.kid === undefined) !== (header.jwk === undefined), 'either kid or jwk')
  const payload = jws.payload === '' ? undefined : decode(jws.payload)
  return {
    url,
    nonce: header.nonce,
    payload,
    headers,
    ...(header.kid && { kid: header.kid }),
    ...(header.jwk && { jwk: header.jwk }),
  }
}

/** @returns the protected header. */
export function checkJws(
  jws: { protected: string; payload: string; signature: string },
  known: object,
  // biome-ignore lint/suspicious/noExplicitAny: JSON of any kind.
): any {
  const header = decode(jws.protected)
  assert.equal(header.alg, 'ES256')
  const key = createPublicKey({ key: header.jwk ?? known, format: 'jwk' })
  const signed = Buffer.from(`${jws.protected}.${jws.payload}`)
  const signature = Buffer.from(jws.signature, 'base64url')
  assert.ok(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature), 'the signature is wrong')
  return header
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of any kind.
export const decode = (part: string): any => JSON.parse(Buffer.from(part, 'base64url').toString())

export type TestAccountKey = AccountKey

export function testAccountKey(): TestAccountKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const { crv, kty, x, y } = publicKey.export({ format: 'jwk' }) as unknown as PublicJwk
  return {
    jwk: { crv, kty, x, y },
    sign: async (data) => sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  }
}
