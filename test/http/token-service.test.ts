/** The doors of the token service, as requests reach them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify'
import { createTokenVerifier, type TokenVerifier } from '../../src/access/bearer-token.ts'
import { registerTokenService } from '../../src/http/token-service.ts'
import type { ApplicationCredentials } from '../../src/vault/identity/administer.ts'
import { createTokenService } from '../../src/vault/identity/issue-token.ts'
import { createTestInstallation, type TestInstallation } from '../doubles/installation.ts'

const audience = 'https://vault.example'
const host = 'login.vault.example:8443'
const requestId = '0f5a2b1c-0000-4000-8000-00000000000a'
const correlationId = '0f5a2b1c-0000-4000-8000-00000000000b'

let vault: TestInstallation
let server: FastifyInstance
let verifier: TokenVerifier
let app: ApplicationCredentials
let tenantId: string
before(async () => {
  vault = await createTestInstallation()
  ;({ tenantId } = vault.installation)
  const options = {
    tenantId,
    issuer: 'https://login.vault.example/v2.0',
    isAudience: (text: string) => text === audience || text === `${audience}/`,
    wallClock: vault.wallClock,
  }
  const tokens = await createTokenService(vault.parts, options)
  verifier = createTokenVerifier({ ...options, keys: tokens.publicKeys, cacheEntriesMax: 10 })
  app = await vault.administration.createApplication('web')
  server = fastify({ exposeHeadRoutes: false })
  registerTokenService(server, {
    tokens,
    tenantId,
    wallClock: vault.wallClock,
    originOf: ({ url, ip }) => ({ requestId, correlationId, requestUri: url, address: ip }),
  })
})
after(async () => {
  await server.close()
  await vault.close()
})

const send = (request: InjectOptions) =>
  server.inject({ ...request, headers: { host, ...(request.headers as Record<string, string>) } })

const goodForm = () => ({
  grant_type: 'client_credentials',
  client_id: app.applicationId,
  client_secret: app.clientSecret.reveal(),
  scope: `${audience}/.default`,
})

const formType = { 'content-type': 'application/x-www-form-urlencoded' }

function post(
  path: string,
  form: Record<string, string | undefined> | string,
  headers: Record<string, string> = {},
) {
  const entries =
    typeof form === 'string' ? [] : Object.entries(form).filter(([, value]) => value !== undefined)
  const payload =
    typeof form === 'string' ? form : new URLSearchParams(entries as [string, string][]).toString()
  return send({ method: 'POST', url: path, payload, headers: { ...formType, ...headers } })
}

const v2 = () => `/${tenantId}/oauth2/v2.0/token`

// ---------------------------------------------------------------------------------------------- client secrets

test('version 2: numbers are numbers, and nobody stores the answer', async () => {
  const answer = await post(`${v2()}?client-request-id=1`, {
    ...goodForm(),
    'x-client-SKU': 'msal',
    client_info: '1',
  })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { access_token: token, ...rest } = answer.json()
  assert.equal((await verifier.verify(token)).applicationId, app.applicationId)
  assert.deepEqual(Object.keys(rest), ['token_type', 'expires_in', 'ext_expires_in'])
  assert.equal(rest.token_type, 'Bearer')
  assert.ok(rest.expires_in >= 3600 && rest.expires_in <= 5400)
})

test('version 1: asked with resource, answered in strings', async () => {
  const form = { ...goodForm(), scope: undefined, resource: audience }
  const answer = (await post(`/${tenantId}/oauth2/token`, form)).json()
  await verifier.verify(answer.access_token)
  assert.equal(answer.resource, audience)
  for (const name of ['expires_in', 'ext_expires_in', 'expires_on', 'not_before'])
    assert.match(answer[name], /^\d+$/)
  assert.equal(Number(answer.expires_on) - Number(answer.expires_in), vault.time.wall)
})

const tokenPaths = [
  '/adfs/oauth2/token',
  '/adfs/oauth2/v2.0/token',
  '/ADFS/oauth2/token',
  '/{tenant}/oauth2/token',
  '/{TENANT}/oauth2/v2.0/token',
]
for (const path of tokenPaths) {
  test(`${path} gives tokens of the real tenant`, async () => {
    const spelled = path.replace('{tenant}', tenantId).replace('{TENANT}', tenantId.toUpperCase())
    const answer = await post(spelled, goodForm())
    assert.equal(answer.statusCode, 200, answer.body)
    await verifier.verify(answer.json().access_token)
  })
}

test('one /.default is cut from the scope, and what clients add out of habit is passed over', async () => {
  for (const [scope, aud] of [
    [`openid ${audience}/.default profile  offline_access`, audience],
    [`${audience}//.default`, `${audience}/`],
  ]) {
    const { access_token: token } = (await post(v2(), { ...goodForm(), scope })).json()
    assert.equal(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).aud, aud)
  }
})

test('the capabilities that a client claims stand in its token', async () => {
  const claims = JSON.stringify({ access_token: { nbf: { essential: true }, xms_cc: { values: ['cp1'] } } })
  const { access_token: token } = (await post(v2(), { ...goodForm(), claims })).json()
  assert.deepEqual(JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).xms_cc, ['cp1'])
  for (const odd of [
    'null',
    '[]',
    '1',
    '{"access_token":[]}',
    '{"access_token":{"xms_cc":{"values":"cp1"}}}',
  ])
    assert.equal((await post(v2(), { ...goodForm(), claims: odd })).statusCode, 200, odd)
})

test('id and secret may come in the Authorization header', async () => {
  const { client_id, client_secret, ...form } = goodForm()
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  })
  const answer = await post(v2(), form, basic(client_id, client_secret))
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal((await post(v2(), { ...form, client_id }, basic(client_id, client_secret))).statusCode, 200)
  for (const [body, headers] of [
    [{ ...form, client_secret }, basic(client_id, client_secret)],
    [{ ...form, client_id: tenantId }, basic(client_id, client_secret)],
    [form, basic('', client_secret)],
    [form, basic('%zz', client_secret)],
  ] as const)
    assert.equal((await post(v2(), body, headers)).json().error, 'invalid_request')
})

const refusals: [string, () => ReturnType<typeof post>, { status: number; error: string; code: number }][] = [
  [
    'a wrong secret',
    () => post(v2(), { ...goodForm(), client_secret: 'x' }),
    { status: 401, error: 'invalid_client', code: 7000215 },
  ],
  [
    'an unknown application',
    () => post(v2(), { ...goodForm(), client_id: tenantId }),
    { status: 400, error: 'unauthorized_client', code: 700016 },
  ],
  [
    'a foreign resource',
    () => post(v2(), { ...goodForm(), scope: 'https://graph.microsoft.com/.default' }),
    { status: 400, error: 'invalid_resource', code: 500011 },
  ],
  [
    'another tenant',
    () => post('/0f5a2b1c-0000-4000-8000-000000000001/oauth2/v2.0/token', goodForm()),
    { status: 400, error: 'invalid_request', code: 90002 },
  ],
  [
    'the tenant common',
    () => post('/common/oauth2/v2.0/token', goodForm()),
    { status: 400, error: 'invalid_request', code: 90002 },
  ],
  [
    'no grant type',
    () => post(v2(), { ...goodForm(), grant_type: undefined }),
    { status: 400, error: 'invalid_request', code: 900144 },
  ],
  [
    'a password grant',
    () => post(v2(), { ...goodForm(), grant_type: 'password' }),
    { status: 400, error: 'unsupported_grant_type', code: 70003 },
  ],
  [
    'no client id',
    () => post(v2(), { ...goodForm(), client_id: undefined }),
    { status: 400, error: 'invalid_request', code: 900144 },
  ],
  [
    'no secret',
    () => post(v2(), { ...goodForm(), client_secret: undefined }),
    { status: 400, error: 'invalid_request', code: 7000216 },
  ],
  [
    'an empty secret',
    () => post(v2(), { ...goodForm(), client_secret: '' }),
    { status: 400, error: 'invalid_request', code: 7000216 },
  ],
  [
    'no scope',
    () => post(v2(), { ...goodForm(), scope: undefined }),
    { status: 400, error: 'invalid_request', code: 900144 },
  ],
  [
    'a scope without /.default',
    () => post(v2(), { ...goodForm(), scope: audience }),
    { status: 400, error: 'invalid_scope', code: 70011 },
  ],
  [
    'two resources in the scope',
    () => post(v2(), { ...goodForm(), scope: `${audience}/.default ${audience}/.default` }),
    { status: 400, error: 'invalid_scope', code: 70011 },
  ],
  [
    'a scope of nothing',
    () => post(v2(), { ...goodForm(), scope: 'openid profile' }),
    { status: 400, error: 'invalid_scope', code: 70011 },
  ],
  [
    'a field that comes twice',
    () => post(v2(), `${new URLSearchParams(goodForm())}&client_id=${app.applicationId}`),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
  [
    'a field that comes twice, once empty',
    () => post(v2(), `client_secret=&${new URLSearchParams(goodForm())}`),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
  [
    'claims that are no JSON',
    () => post(v2(), { ...goodForm(), claims: '{' }),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
  ['an empty body', () => post(v2(), ''), { status: 400, error: 'invalid_request', code: 900144 }],
  [
    'no body at all',
    () => send({ method: 'POST', url: v2() }),
    { status: 400, error: 'invalid_request', code: 900144 },
  ],
  [
    'JSON',
    () => send({ method: 'POST', url: v2(), payload: goodForm() }),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
  [
    'plain text',
    () => post(v2(), goodForm(), { 'content-type': 'text/plain' }),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
  [
    'too much',
    () => post(v2(), { ...goodForm(), padding: 'x'.repeat(20_000) }),
    { status: 400, error: 'invalid_request', code: 9000411 },
  ],
]
for (const [name, attempt, { status, error, code }] of refusals) {
  test(`refused in the shape of OAuth, and on record once: ${name}`, async () => {
    const count = (await vault.audit()).length
    const answer = await attempt()
    const body = answer.json()
    assert.deepEqual([answer.statusCode, body.error, body.error_codes], [status, error, [code]], answer.body)
    assert.equal(answer.headers['cache-control'], 'no-store')
    const timestamp = '2027-01-15 08:00:00Z'
    const [description, trace, correlation, time, ...more] = body.error_description.split('\r\n')
    assert.ok(description.startsWith(`AADSTS${code}: `) && description.endsWith('.'), description)
    assert.deepEqual(
      [trace, correlation, time, more],
      [`Trace ID: ${requestId}`, `Correlation ID: ${correlationId}`, `Timestamp: ${timestamp}`, []],
    )
    assert.deepEqual(
      [body.trace_id, body.correlation_id, body.timestamp],
      [requestId, correlationId, timestamp],
    )
    assert.equal(answer.body.includes(app.clientSecret.reveal()), false)
    const records = (await vault.audit()).slice(count)
    assert.deepEqual(
      records.map(({ operation, outcome, errorCode }) => [operation, outcome, errorCode]),
      [['Authentication', 'refused', `AADSTS${code}`]],
    )
  })
}

test('after too many wrong secrets the answer says when to come back', async () => {
  const wrong = { ...goodForm(), client_id: requestId, client_secret: 'x' }
  for (let round = 0; round < 20; round++) assert.equal((await post(v2(), wrong)).statusCode, 400)
  const answer = await post(v2(), wrong)
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [429, '60'])
})

test('a secret in the query is not a secret in the journal', async () => {
  const secret = app.clientSecret.reveal()
  await post(`${v2()}?client_secret=${secret}`, goodForm())
  await post(`${v2()}?client_secret=${secret}`, { ...goodForm(), client_secret: undefined })
  const records = (await vault.audit()).slice(-2)
  assert.deepEqual(
    records.map(({ origin }) => origin.requestUri),
    [v2(), v2()],
  )
  assert.equal(JSON.stringify(records).includes(secret), false)
})

// --------------------------------------------------------------------------------------------------- discovery

test('the document names what is served, under the host and port of the caller', async () => {
  const url = `/${tenantId}/v2.0/.well-known/openid-configuration`
  for (const [caller, origin] of [
    [host, `https://${host}`],
    ['localhost:9443', 'https://localhost:9443'],
    ['login.vault.example:443', 'https://login.vault.example'],
    ['[::1]:8443', 'https://[::1]:8443'],
  ]) {
    const document = (await send({ url, headers: { host: caller! } })).json()
    assert.equal(document.issuer, `${origin}/${tenantId}/v2.0`)
    assert.equal(document.token_endpoint, `${origin}/${tenantId}/oauth2/v2.0/token`)
    assert.equal(document.jwks_uri, `${origin}/${tenantId}/discovery/v2.0/keys`)
    assert.ok(document.authorization_endpoint.startsWith(`${origin}/${tenantId}/`))
  }
})

const documents = [
  '/{t}/v2.0/.well-known/openid-configuration',
  '/{t}/.well-known/openid-configuration',
  '/adfs/.well-known/openid-configuration',
]
for (const path of documents) {
  test(`${path} leads to doors that are open`, async () => {
    const document = (await send({ url: path.replace('{t}', tenantId) })).json()
    const pathOf = (url: string) => new URL(url).pathname
    assert.equal((await post(pathOf(document.token_endpoint), goodForm())).statusCode, 200)
    const { keys } = (await send({ url: pathOf(document.jwks_uri) })).json()
    assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
}

test('other tenants have no document and no keys', async () => {
  for (const path of ['/common/v2.0/.well-known/openid-configuration', '/common/discovery/v2.0/keys']) {
    const answer = await send({ url: path })
    assert.deepEqual([answer.statusCode, answer.json().error_codes], [400, [90002]])
  }
})

test('instance discovery names this service and no other', async () => {
  const url =
    '/common/discovery/instance?api-version=1.1&authorization_endpoint=https://evil.example/common/oauth2/v2.0/authorize'
  assert.deepEqual((await send({ url })).json(), {
    tenant_discovery_endpoint: `https://${host}/${tenantId}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  })
})

test('WebFinger trusts this service', async () => {
  const rel = 'http://schemas.microsoft.com/rel/trusted-realm'
  const answer = await send({ url: `/.well-known/webfinger?rel=${rel}&resource=https://${host}` })
  assert.deepEqual(answer.json(), { subject: `https://${host}`, links: [{ rel, href: `https://${host}` }] })
})

test('a Host that is more than a host is not repeated', async () => {
  for (const bad of ['a/b', 'user@a', 'a?b', 'a b', 'a#b', 'a:99999'])
    for (const url of [
      `/${tenantId}/v2.0/.well-known/openid-configuration`,
      '/common/discovery/instance',
      '/.well-known/webfinger',
    ])
      assert.equal((await send({ url, headers: { host: bad } })).statusCode >= 400, true, bad)
})

// ------------------------------------------------------------------------------------------- managed identities

const msi = `/msi/token?api-version=2019-08-01&resource=${encodeURIComponent(audience)}`
const header = () => ({ 'x-identity-header': app.identityHeader.reveal() })

test('a managed identity is answered in strings, the two expiries in the order that clients need', async () => {
  const answer = await send({ url: msi, headers: header() })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const body = answer.json()
  assert.deepEqual(Object.keys(body), [
    'access_token',
    'refresh_token',
    'expires_in',
    'expires_on',
    'not_before',
    'resource',
    'token_type',
    'client_id',
  ])
  for (const value of Object.values(body)) assert.equal(typeof value, 'string')
  assert.equal(Number(body.expires_on), vault.time.wall + Number(body.expires_in))
  assert.equal((await verifier.verify(body.access_token)).kind, 'managedIdentity')
})

test('selectors are read under all their names', async () => {
  const { applicationId, objectId } = app
  for (const own of [
    `client_id=${applicationId}`,
    `clientid=${applicationId}`,
    `object_id=${objectId}`,
    `principal_id=${objectId}`,
  ])
    assert.equal((await send({ url: `${msi}&${own}`, headers: header() })).statusCode, 200, own)
  for (const name of ['client_id', 'clientid', 'object_id', 'principal_id', 'mi_res_id', 'msi_res_id']) {
    const answer = await send({ url: `${msi}&${name}=${tenantId}`, headers: header() })
    assert.deepEqual(
      [answer.statusCode, answer.json()],
      [400, { error: 'invalid_request', error_description: 'Identity not found' }],
    )
  }
})

const outsiders: [string, InjectOptions, number][] = [
  ['without the header', { url: msi }, 401],
  ['with a wrong header', { url: msi, headers: { 'x-identity-header': 'x' } }, 401],
  ['without a resource', { url: '/msi/token?api-version=2019-08-01' }, 400],
  ['with the resource twice', { url: `${msi}&resource=x` }, 400],
  ['for a foreign resource', { url: '/msi/token?resource=https://graph.microsoft.com' }, 400],
  ['through a proxy', { url: msi, headers: { 'x-forwarded-for': '127.0.0.1' } }, 403],
  ['through a proxy by RFC 7239', { url: msi, headers: { forwarded: 'for=127.0.0.1' } }, 403],
  ['from another machine', { url: msi, remoteAddress: '192.0.2.1' }, 403],
  ['from another machine by IPv6', { url: msi, remoteAddress: '::ffff:192.0.2.1' }, 403],
  ['from an address that begins like loopback', { url: msi, remoteAddress: '::1:1' }, 403],
]
for (const [name, request, status] of outsiders) {
  test(`no token for a managed identity ${name}`, async () => {
    const count = (await vault.audit()).length
    const withHeader = status === 401 ? {} : header()
    const answer = await send({ ...request, headers: { ...withHeader, ...(request.headers as object) } })
    assert.equal(answer.statusCode, status, answer.body)
    assert.equal(answer.body.includes('access_token'), false)
    const [record, ...more] = (await vault.audit()).slice(count)
    assert.deepEqual([record!.operation, record!.outcome, more], ['Authentication', 'refused', []])
  })
}

test('loopback has several spellings', async () => {
  for (const remoteAddress of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])
    assert.equal((await send({ url: msi, remoteAddress, headers: header() })).statusCode, 200, remoteAddress)
})

test('managed identities are asked for with GET alone', async () => {
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const) {
    const answer = await send({ method, url: msi, headers: header() })
    assert.equal(answer.statusCode, 404)
  }
})
