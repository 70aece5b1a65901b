/** Tokens of every kind of forgery against the verifier, each but for one flaw a good one. */
import assert from 'node:assert/strict'
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { createTokenVerifier } from '../../src/access/bearer-token.ts'
import { signingJwk } from '../../src/access/json-web-key.ts'
import { seconds } from '../../src/domain/time.ts'

const now = 1_800_000_000
const issuer = 'https://login.vault.example/0f5a2b1c-0000-4000-8000-000000000001/v2.0'
const tenantId = '0f5a2b1c-0000-4000-8000-000000000001'
const objectId = '0f5a2b1c-0000-4000-8000-000000000002'
const applicationId = '0f5a2b1c-0000-4000-8000-000000000003'
const audience = 'https://vault.example'

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 })
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = signingJwk(ours.publicKey.export({ format: 'jwk' }) as { n: string; e: string })

const goodHeader = { typ: 'JWT', alg: 'RS256', kid: jwk.kid }
const goodClaims = {
  aud: audience,
  iss: issuer,
  iat: now - 60,
  nbf: now - 60,
  exp: now + 3600,
  tid: tenantId,
  oid: objectId,
  sub: objectId,
  appid: applicationId,
  idtyp: 'app',
  app_displayname: 'web',
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const signatureOf = (input: string, key: KeyObject) =>
  sign('sha256', Buffer.from(input), key).toString('base64url')

function token(
  change: { header?: object; claims?: object; key?: KeyObject; signature?: (input: string) => string } = {},
): string {
  const input = `${encode({ ...goodHeader, ...change.header })}.${encode({ ...goodClaims, ...change.claims })}`
  const signature = change.signature ?? ((text) => signatureOf(text, change.key ?? ours.privateKey))
  return `${input}.${signature(input)}`
}

function verifierAt(time: { now: number }, cacheEntriesMax = 10) {
  return createTokenVerifier({
    keys: [jwk],
    issuer,
    tenantId,
    isAudience: (text) => text === audience,
    wallClock: { now: () => seconds(time.now) },
    cacheEntriesMax,
  })
}

const verifier = verifierAt({ now })
const good = token()
const [header, claims, signature] = good.split('.') as [string, string, string]
const publicPem = ours.publicKey.export({ format: 'pem', type: 'spki' }).toString()
const hmac = (secret: string) => (input: string) =>
  createHmac('sha256', secret).update(input).digest('base64url')
const foreignJwk = foreign.publicKey.export({ format: 'jwk' })
const missing = (claim: string) => ({ claims: { [claim]: undefined } })

test('a good token tells who bears it', async () => {
  assert.deepEqual(await verifier.verify(good), {
    objectId,
    kind: 'application',
    applicationId,
    name: 'web',
  })
})

test('a token of a managed identity says so', async () => {
  const principal = await verifier.verify(token({ claims: { xms_mirid: '/identities/web' } }))
  assert.equal(principal.kind, 'managedIdentity')
})

const refused: [string, string, RegExp][] = [
  ['no token', '', /^AKV10000: /],
  [
    'alg none without signature',
    token({ header: { alg: 'none' }, signature: () => '' }),
    /not a JSON Web Token/,
  ],
  ['alg none with the good signature', token({ header: { alg: 'none' } }), /not a JSON Web Token/],
  ['alg NONE in capitals', token({ header: { alg: 'NONE' }, signature: () => '' }), /not a JSON Web Token/],
  [
    'HS256 with the public key as PEM',
    token({ header: { alg: 'HS256' }, signature: hmac(publicPem) }),
    /not a JSON Web Token/,
  ],
  [
    'HS256 with the modulus',
    token({ header: { alg: 'HS256' }, signature: hmac(jwk.n) }),
    /not a JSON Web Token/,
  ],
  ['RS256 header on an HMAC', token({ signature: hmac(publicPem) }), /^AKV10046: /],
  ['another RSA algorithm', token({ header: { alg: 'RS512' } }), /not a JSON Web Token/],
  ['PS256', token({ header: { alg: 'PS256' } }), /not a JSON Web Token/],
  ['no alg', token({ header: { alg: undefined } }), /not a JSON Web Token/],
  ['an unknown kid', token({ header: { kid: 'other' } }), /^AKV10046: /],
  ['no kid', token({ header: { kid: undefined } }), /^AKV10046: /],
  ['a kid that is no string', token({ header: { kid: 1 } }), /AKV10046|not a JSON Web Token/],
  ['a foreign key under our kid', token({ key: foreign.privateKey }), /^AKV10046: /],
  [
    'a foreign key brought along as jwk',
    token({ header: { jwk: foreignJwk }, key: foreign.privateKey }),
    /^AKV10046: /,
  ],
  [
    'a foreign key brought along as jwk, without kid',
    token({ header: { jwk: foreignJwk, kid: undefined }, key: foreign.privateKey }),
    /^AKV10046: /,
  ],
  [
    'a foreign key by jku',
    token({ header: { jku: 'https://127.0.0.1:9/keys' }, key: foreign.privateKey }),
    /^AKV10046: /,
  ],
  [
    'a foreign key by x5u',
    token({ header: { x5u: 'https://127.0.0.1:9/chain' }, key: foreign.privateKey }),
    /^AKV10046: /,
  ],
  ['an unknown critical header', token({ header: { crit: ['exp'], exp: now + 1 } }), /not a JSON Web Token/],
  ['an empty list of critical headers', token({ header: { crit: [] } }), /not a JSON Web Token/],
  ['an unencoded payload', token({ header: { crit: ['b64'], b64: false } }), /not a JSON Web Token/],
  [
    'an altered payload',
    `${header}.${encode({ ...goodClaims, oid: applicationId })}.${signature}`,
    /^AKV10046: /,
  ],
  [
    'an altered signature',
    `${header}.${claims}.${signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))}`,
    /^AKV10046: /,
  ],
  ['no signature', `${header}.${claims}.`, /AKV10046|not a JSON Web Token/],
  ['two parts', `${header}.${claims}`, /not a JSON Web Token/],
  ['four parts', `${good}.${signature}`, /not a JSON Web Token/],
  ['five parts, as an encrypted one', `${good}.${signature}.${signature}`, /not a JSON Web Token/],
  ['garbage', 'garbage', /not a JSON Web Token/],
  ['dots', '..', /not a JSON Web Token/],
  ['a good token with a blank', `${good} `, /AKV10046|not a JSON Web Token/],
  [
    'a payload that is no object',
    (() => {
      const input = `${header}.${encode([goodClaims])}`
      return `${input}.${signatureOf(input, ours.privateKey)}`
    })(),
    /not a JSON Web Token/,
  ],
  ['something huge', `${header}.${'A'.repeat(1_000_000)}.${signature}`, /too long/],
  ['expired beyond the skew', token({ claims: { exp: now - 300 } }), /expired/],
  ['not yet valid beyond the skew', token({ claims: { nbf: now + 301 } }), /not yet valid/],
  ['an expiry that is no number', token({ claims: { exp: String(now + 3600) } }), /'exp'/],
  ['no exp', token(missing('exp')), /'exp'/],
  ['no nbf', token(missing('nbf')), /'nbf'/],
  [
    'another issuer',
    token({ claims: { iss: 'https://sts.windows.net/other/' } }),
    /^AKV10032: .*found https:\/\/sts\.windows\.net\/other\//,
  ],
  ['an issuer that only begins like ours', token({ claims: { iss: `${issuer}/` } }), /^AKV10032: /],
  ['no issuer', token(missing('iss')), /^AKV10032: /],
  [
    'another audience',
    token({ claims: { aud: 'https://management.azure.com' } }),
    /^AKV10022: .*found: https:\/\/management\.azure\.com/,
  ],
  ['a list of audiences', token({ claims: { aud: [audience] } }), /^AKV10022: /],
  ['no audience', token(missing('aud')), /'aud'/],
  ['another tenant', token({ claims: { tid: objectId } }), /another tenant/],
  ['no tenant', token(missing('tid')), /another tenant/],
  ['no object id', token(missing('oid')), /no principal/],
  ['an object id that is none', token({ claims: { oid: '*' } }), /no principal/],
  ['a token for a person', token({ claims: { idtyp: 'user' } }), /not one of an application/],
  ['a token without type', token(missing('idtyp')), /not one of an application/],
]
for (const [name, forged, message] of refused) {
  test(`refused: ${name}`, async () => {
    await assert.rejects(verifier.verify(forged), { code: 'Unauthorized', message })
    await assert.rejects(
      verifier.verify(forged),
      { code: 'Unauthorized' },
      'a refused token is not remembered',
    )
  })
}

test('clocks may differ by five minutes', async () => {
  await verifier.verify(token({ claims: { nbf: now + 300 } }))
  await verifier.verify(token({ claims: { exp: now - 299 } }))
})

test('a remembered token is refused once it expires', async () => {
  const time = { now }
  const remembering = verifierAt(time)
  const principal = await remembering.verify(good)
  assert.equal(await remembering.verify(good), principal, 'the second time it is remembered')
  time.now = goodClaims.exp + 299
  assert.notEqual(await remembering.verify(good), principal, 'it is looked at again after its expiry')
  time.now = goodClaims.exp + 300
  await assert.rejects(remembering.verify(good), { code: 'Unauthorized', message: /expired/ })
})

test('a token that resembles a remembered one is not taken for it', async () => {
  const remembering = verifierAt({ now })
  await remembering.verify(good)
  const forged = token({ key: foreign.privateKey })
  await assert.rejects(remembering.verify(forged), { message: /^AKV10046: / })
})

test('the number of remembered tokens is bounded, the oldest goes first', async () => {
  const remembering = verifierAt({ now }, 2)
  const tokens = [1, 2, 3].map((uti) => token({ claims: { uti } }))
  const first = []
  for (const text of tokens) first.push(await remembering.verify(text))
  assert.equal(await remembering.verify(tokens[2]!), first[2])
  assert.notEqual(await remembering.verify(tokens[0]!), first[0])
})
