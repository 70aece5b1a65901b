import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createTokenVerifier } from '../../src/access/bearer-token.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { ApplicationCredentials } from '../../src/vault/identity/administer.ts'
import { createTokenService, type TokenService } from '../../src/vault/identity/issue-token.ts'
import { openTokenSigningKey } from '../../src/vault/identity/token-signing-key.ts'
import { createTestInstallation, type TestInstallation } from '../doubles/installation.ts'

const issuer = 'https://login.vault.example/v2.0'
const audience = 'https://vault.example'
const origin = { correlationId: 'correlation', requestId: 'request', address: '192.0.2.1' }
const wrong = new Secret('wrong')

let vault: TestInstallation
let tokens: TokenService
let web: ApplicationCredentials
let other: ApplicationCredentials
before(async () => {
  vault = await createTestInstallation()
  tokens = await serviceOf(vault)
  web = await vault.administration.createApplication('web')
  other = await vault.administration.createApplication('other')
})
after(() => vault.close())

function optionsOf({ installation, wallClock }: TestInstallation) {
  return {
    tenantId: installation.tenantId,
    issuer,
    isAudience: (text: string) => text === audience,
    wallClock,
  }
}

function serviceOf(
  of: TestInstallation,
  change: Partial<TestInstallation['parts']> = {},
): Promise<TokenService> {
  return createTokenService({ ...of.parts, ...change }, optionsOf(of))
}

function bySecret(change: object = {}) {
  return tokens.issueForSecret({
    applicationId: web.applicationId,
    clientSecret: web.clientSecret,
    audience,
    clientCapabilities: [],
    origin,
    ...change,
  })
}

function byHeader(change: object = {}) {
  return tokens.issueForManagedIdentity({
    identityHeader: web.identityHeader,
    selector: {},
    audience,
    origin,
    ...change,
  })
}

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
const lastRecord = async () => (await vault.audit()).at(-1)!
const verifier = () =>
  createTokenVerifier({ ...optionsOf(vault), keys: tokens.publicKeys, cacheEntriesMax: 10 })

test('a client secret gives a token that the verifier and any reader of RFC 7515 accept', async () => {
  const { token } = await bySecret()
  assert.deepEqual(await verifier().verify(token), {
    objectId: web.objectId,
    kind: 'application',
    applicationId: web.applicationId,
    name: 'web',
  })
  const [header, claims, signature] = token.split('.') as [string, string, string]
  const [jwk] = tokens.publicKeys
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
    typ: 'JWT',
    alg: 'RS256',
    kid: jwk!.kid,
  })
  const key = createPublicKey({ key: { ...jwk! }, format: 'jwk' })
  assert.ok(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url')))
})

test('its claims are those of a token for an application', async () => {
  const issued = await bySecret({ clientCapabilities: ['cp1', 'unheard-of'] })
  const { uti, exp, ...claims } = claimsOf(issued.token)
  assert.match(uti, /^[\w-]{22}$/)
  assert.equal(exp, issued.expires)
  assert.deepEqual(claims, {
    aud: audience,
    iss: issuer,
    iat: vault.time.wall,
    nbf: vault.time.wall,
    tid: vault.installation.tenantId,
    oid: web.objectId,
    sub: web.objectId,
    appid: web.applicationId,
    azp: web.applicationId,
    appidacr: '1',
    azpacr: '1',
    idtyp: 'app',
    app_displayname: 'web',
    ver: '2.0',
    xms_cc: ['cp1'],
  })
  assert.equal(claimsOf((await bySecret()).token).xms_cc, undefined)
})

test('an identity header gives a token of a managed identity', async () => {
  const { token, applicationId } = await byHeader()
  assert.equal(applicationId, web.applicationId)
  assert.deepEqual(await verifier().verify(token), {
    objectId: web.objectId,
    kind: 'managedIdentity',
    applicationId: web.applicationId,
    name: 'web',
  })
  assert.equal(claimsOf(token).appidacr, '2')
})

test('tokens live 60 to 90 minutes by the clock on the wall, wherever the clock of the vault stands', async () => {
  vault.time.vault += 400 * 86_400
  for (const [byte, life] of [
    [0x00, 3600],
    [0xff, 3600 + (0xffff % 1801)],
  ] as const) {
    const fixed = await serviceOf(vault, { random: (length) => new Uint8Array(length).fill(byte) })
    const { token, ...issued } = await fixed.issueForSecret({
      applicationId: web.applicationId,
      clientSecret: web.clientSecret,
      audience,
      clientCapabilities: [],
      origin,
    })
    assert.equal(issued.expiresInSeconds, life)
    assert.equal(issued.notBefore, vault.time.wall)
    assert.equal(issued.expires, vault.time.wall + life)
  }
  for (let round = 0; round < 30; round++) {
    const { expiresInSeconds } = await bySecret()
    assert.ok(expiresInSeconds >= 3600 && expiresInSeconds <= 5400)
  }
})

test('an issuance is on record, by the id of the token, without secret and token', async () => {
  const { token, expires } = await byHeader()
  const record = await lastRecord()
  assert.deepEqual(record, {
    at: vault.time.vault,
    vault: '',
    operation: 'Authentication',
    identity: {
      kind: 'managedIdentity',
      objectId: web.objectId,
      applicationId: web.applicationId,
      name: 'web',
    },
    origin,
    outcome: 'success',
    facts: { proof: 'managedIdentity', audience, tokenId: claimsOf(token).uti, expires },
  })
})

const unknownId = '0f5a2b1c-0000-4000-8000-000000000009'
const refusals: [string, () => Promise<unknown>, { error: string; status: number; number?: number }][] = [
  [
    'a wrong secret',
    () => bySecret({ clientSecret: wrong }),
    { error: 'invalid_client', status: 401, number: 7000215 },
  ],
  [
    'an empty secret',
    () => bySecret({ clientSecret: new Secret('') }),
    { error: 'invalid_client', status: 401, number: 7000215 },
  ],
  [
    "another application's secret",
    () => bySecret({ clientSecret: other.clientSecret }),
    { error: 'invalid_client', status: 401, number: 7000215 },
  ],
  [
    'the identity header in place of the secret',
    () => bySecret({ clientSecret: web.identityHeader }),
    { error: 'invalid_client', status: 401, number: 7000215 },
  ],
  [
    'an unknown application',
    () => bySecret({ applicationId: unknownId }),
    { error: 'unauthorized_client', status: 400, number: 700016 },
  ],
  [
    'a client id that is none',
    () => bySecret({ applicationId: "' OR 1=1" }),
    { error: 'unauthorized_client', status: 400, number: 700016 },
  ],
  [
    'the object id in place of the client id',
    () => bySecret({ applicationId: web.objectId }),
    { error: 'unauthorized_client', status: 400, number: 700016 },
  ],
  [
    'a foreign audience',
    () => bySecret({ audience: 'https://graph.microsoft.com' }),
    { error: 'invalid_resource', status: 400, number: 500011 },
  ],
  [
    'a wrong identity header',
    () => byHeader({ identityHeader: wrong }),
    { error: 'invalid_client', status: 401 },
  ],
  [
    'the secret in place of the identity header',
    () => byHeader({ identityHeader: web.clientSecret }),
    { error: 'invalid_client', status: 401 },
  ],
  [
    'a managed identity for a foreign audience',
    () => byHeader({ audience: 'https://graph.microsoft.com' }),
    { error: 'invalid_resource', status: 400, number: 500011 },
  ],
  [
    "another application's client id",
    () => byHeader({ selector: { applicationId: other.applicationId } }),
    { error: 'invalid_request', status: 400 },
  ],
  [
    "another application's object id",
    () => byHeader({ selector: { objectId: other.objectId } }),
    { error: 'invalid_request', status: 400 },
  ],
  [
    'another resource id',
    () => byHeader({ selector: { resourceId: '/subscriptions/x' } }),
    { error: 'invalid_request', status: 400 },
  ],
]
for (const [name, attempt, expected] of refusals) {
  test(`refused and on record: ${name}`, async () => {
    const count = (await vault.audit()).length
    const message = expected.number
      ? new RegExp(`^AADSTS${expected.number}: `)
      : /Identity not found|X-IDENTITY-HEADER/
    await assert.rejects(attempt, { name: 'TokenRefusal', ...expected, message })
    const records = (await vault.audit()).slice(count)
    assert.equal(records.length, 1)
    const [record] = records
    assert.deepEqual(
      [record!.operation, record!.outcome, record!.identity.kind],
      ['Authentication', 'refused', 'anonymous'],
    )
    assert.equal(record!.errorCode, expected.number ? `AADSTS${expected.number}` : expected.error)
    const text = JSON.stringify(record)
    for (const secret of [web.clientSecret, web.identityHeader, other.clientSecret])
      assert.equal(text.includes(secret.reveal()), false)
  })
}

test('a secret sent as client id by mistake is not repeated', async () => {
  const secret = web.clientSecret.reveal()
  await assert.rejects(bySecret({ applicationId: secret }), (error: Error) => !error.message.includes(secret))
  assert.equal(JSON.stringify(await lastRecord()).includes(secret), false)
})

test('the selector of a managed identity may name the own one, whatever the case', async () => {
  for (const selector of [
    { applicationId: web.applicationId.toUpperCase() },
    { objectId: web.objectId },
    { applicationId: web.applicationId, objectId: web.objectId },
    { resourceId: '/providers/microsoft.managedidentity/userassignedidentities/web' },
  ])
    assert.equal((await byHeader({ selector })).applicationId, web.applicationId)
})

test('a disabled application gets nothing', async () => {
  const off = await vault.administration.createApplication('off')
  await vault.installation.storage.transact(async ({ identities }) => {
    const application = (await identities.findApplication(off.applicationId))!
    await identities.updateApplication({ ...application, enabled: false })
  })
  const own = { applicationId: off.applicationId, clientSecret: off.clientSecret }
  await assert.rejects(bySecret(own), { number: 7000112 })
  await assert.rejects(byHeader({ identityHeader: off.identityHeader }), { number: 7000112 })
  await assert.rejects(bySecret({ ...own, clientSecret: wrong }), { number: 7000215 })
})

test('an application that is removed while its token is made gets none', async () => {
  const { storage } = vault.parts
  let afterRead = async () => {}
  const late = await serviceOf(vault, {
    storage: {
      read: async (work) => {
        const result = await storage.read(work)
        await afterRead()
        return result
      },
      transact: (work) => storage.transact(work),
      close: () => storage.close(),
    },
  })
  const { identityHeader } = await vault.administration.createApplication('leaving')
  afterRead = async () => void (await vault.administration.removeApplication('leaving'))
  await assert.rejects(late.issueForManagedIdentity({ identityHeader, selector: {}, audience, origin }), {
    name: 'TokenRefusal',
    status: 401,
  })
  assert.equal((await lastRecord()).outcome, 'refused')
})

test('who sends wrong secrets again and again has to wait; callers at other addresses have not', async () => {
  const limited = await vault.administration.createApplication('limited')
  const own = { applicationId: limited.applicationId, clientSecret: limited.clientSecret }
  for (let round = 0; round < 20; round++)
    await assert.rejects(bySecret({ ...own, clientSecret: wrong }), { number: 7000215 })
  await assert.rejects(bySecret(own), {
    status: 429,
    retryAfterSeconds: 60,
    error: 'temporarily_unavailable',
  })
  await bySecret({ ...own, origin: { ...origin, address: '192.0.2.2' } })
  await bySecret()
  vault.time.wall += 60
  await bySecret(own)
})

test('what is refused at the door is on record', async () => {
  const refusal = await bySecret({ clientSecret: wrong }).catch((error) => error)
  await tokens.recordRefusal(refusal, origin)
  const { identity, errorCode } = await lastRecord()
  assert.deepEqual([identity, errorCode], [{ kind: 'anonymous' }, 'AADSTS7000215'])
})

test('the signing key is made once, even by two at once, and stays over a restart', async () => {
  const fresh = await createTestInstallation()
  const [first, second] = await Promise.all([
    openTokenSigningKey(fresh.parts),
    openTokenSigningKey(fresh.parts),
  ])
  assert.deepEqual(first.jwk, second.jwk)
  const key = createPublicKey({ key: { ...first.jwk }, format: 'jwk' })
  for (const each of [first, second])
    assert.ok(verify('sha256', Buffer.from('data'), key, await each.sign(Buffer.from('data'))))
  await fresh.close()
  const again = await fresh.reopen()
  assert.deepEqual((await openTokenSigningKey(again.parts)).jwk, first.jwk)
  await again.close()
})
