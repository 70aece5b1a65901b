/** What nobody should send: each gets a clear error in Key Vault's shape, nothing is stored, and the service lives on. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let ca: string
let nobody: Send
let send: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ca = readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8')
  nobody = sender(service, environment)
  send = sender(service, environment, await tokenOf(environment))
})
after(() => service?.stop())

const version = 'api-version=2025-07-01'
const create = (body: Ask['body'], name = 'bad'): Ask => ({
  method: 'POST',
  path: `/certificates/${name}/create?${version}`,
  body: body!,
})
const withPolicy = (policy: object): Ask =>
  create({ policy: { issuer: { name: 'Self' }, x509_props: { subject: 'CN=bad' }, ...policy } })
const importOf = (body: object): Ask => ({
  method: 'POST',
  path: `/certificates/bad/import?${version}`,
  body,
})
const pem = readFileSync(join(import.meta.dirname, '..', 'vectors', 'x509', 'import.pem'), 'utf8')
const fifteen = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`t${index}`, 'v']))

const cases: readonly [string, Ask, number, string, RegExp][] = [
  ['no api-version', { path: '/certificates' }, 400, 'BadParameter', /api-version/],
  ['an unknown api-version', { path: '/certificates?api-version=1.0' }, 400, 'BadParameter', /api-version/],
  ['an empty api-version', { path: '/certificates?api-version=' }, 400, 'BadParameter', /api-version/],
  ['malformed JSON', create('{"policy":'), 400, 'BadParameter', /JSON/],
  ['JSON that is no object', create('[1]'), 400, 'BadParameter', /object/],
  ['JSON that is a string', create('"text"'), 400, 'BadParameter', /object/],
  ['bytes that are no UTF-8', create(Buffer.from([0x7b, 0xff, 0x7d])), 400, 'BadParameter', /UTF-8/],
  ['a member twice', create('{"tags":{"a":"1","a":"2"}}'), 400, 'BadParameter', /'a' twice/],
  [
    'a member twice in two spellings',
    create('{"tags":{"a":"1","\\u0061":"2"}}'),
    400,
    'BadParameter',
    /'a' twice/,
  ],
  ['deep nesting', create(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`), 400, 'BadParameter', /nested/],
  ['a huge body', create(`{"x":"${'y'.repeat(1_100_000)}"}`), 413, 'RequestEntityTooLarge', /1 MB/],
  [
    'a form',
    { ...create('a=b'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'UnsupportedMediaType',
    /JSON/,
  ],
  ['no policy for a first version', create({}), 400, 'BadParameter', /policy/],
  [
    'no body at all',
    { method: 'POST', path: `/certificates/bad/create?${version}` },
    400,
    'BadParameter',
    /policy/,
  ],
  ['a policy without names', create({ policy: {} }), 400, 'BadParameter', /subject/],
  [
    'a number for a text',
    withPolicy({ x509_props: { subject: 5 } }),
    400,
    'BadParameter',
    /policy\.x509_props\.subject/,
  ],
  ['a text for a number', withPolicy({ key_props: { key_size: '2048' } }), 400, 'BadParameter', /key_size/],
  ['a list for an object', withPolicy({ key_props: [] }), 400, 'BadParameter', /key_props/],
  ['an unknown key type', withPolicy({ key_props: { kty: 'DSA' } }), 400, 'BadParameter', /kty.*RSA/],
  [
    'an unknown curve',
    withPolicy({ key_props: { kty: 'EC', crv: 'P-192' } }),
    400,
    'BadParameter',
    /crv.*P-256/,
  ],
  ['a weak size', withPolicy({ key_props: { key_size: 1024 } }), 400, 'BadParameter', /2048/],
  ['an HSM key', withPolicy({ key_props: { kty: 'RSA-HSM' } }), 400, 'BadParameter', /HSM/],
  ['half a key size', withPolicy({ key_props: { key_size: 2048.5 } }), 400, 'BadParameter', /key_size/],
  [
    'an unknown key usage',
    withPolicy({ x509_props: { subject: 'CN=a', key_usage: ['fly'] } }),
    400,
    'BadParameter',
    /key_usage/,
  ],
  [
    'a key usage that EC cannot serve',
    withPolicy({ key_props: { kty: 'EC' }, x509_props: { subject: 'CN=a', key_usage: ['keyEncipherment'] } }),
    400,
    'BadParameter',
    /keyEncipherment/,
  ],
  [
    'an EKU that is no identifier',
    withPolicy({ x509_props: { subject: 'CN=a', ekus: ['serverAuth'] } }),
    400,
    'BadParameter',
    /ekus/,
  ],
  [
    'no validity',
    withPolicy({ x509_props: { subject: 'CN=a', validity_months: 0 } }),
    400,
    'BadParameter',
    /validity_months/,
  ],
  [
    'a long subject',
    withPolicy({ x509_props: { subject: `CN=${'a'.repeat(198)}` } }),
    400,
    'BadParameter',
    /200/,
  ],
  [
    'a subject with a null byte',
    withPolicy({ x509_props: { subject: 'CN=a\u0000b' } }),
    400,
    'BadParameter',
    /subject/,
  ],
  ['a subject without names', withPolicy({ x509_props: { subject: 'web' } }), 400, 'BadParameter', /CN=/],
  [
    'a DNS name with a null byte',
    withPolicy({ x509_props: { subject: 'CN=a', sans: { dns_names: ['a\u0000b'] } } }),
    400,
    'BadParameter',
    /DNS name/,
  ],
  [
    'an address that is none',
    withPolicy({ x509_props: { subject: 'CN=a', sans: { ipAddresses: ['1.2.3'] } } }),
    400,
    'BadParameter',
    /IP address/,
  ],
  [
    'a trigger that is two',
    withPolicy({
      lifetime_actions: [
        { trigger: { lifetime_percentage: 80, days_before_expiry: 3 }, action: { action_type: 'AutoRenew' } },
      ],
    }),
    400,
    'BadParameter',
    /lifetime_actions/,
  ],
  [
    'an issuer nobody knows',
    withPolicy({ issuer: { name: 'Nobody' } }),
    404,
    'CertificateIssuerNotFound',
    /Nobody/,
  ],
  [
    'sixteen tags',
    create({ policy: { x509_props: { subject: 'CN=a' } }, tags: { ...fifteen, more: 'x' } }),
    400,
    'BadParameter',
    /15/,
  ],
  [
    'a long tag',
    create({ policy: { x509_props: { subject: 'CN=a' } }, tags: { a: 'x'.repeat(257) } }),
    400,
    'BadParameter',
    /256/,
  ],
  ['a tag that is a number', create({ tags: { a: 1 } }), 400, 'BadParameter', /tags/],
  ['a name of 128 characters', create({ policy: {} }, 'n'.repeat(128)), 400, 'BadParameter', /127/],
  ['a name with a dot', create({ policy: {} }, 'a.b'), 400, 'BadParameter', /letters/],
  ['a name with a null byte', create({ policy: {} }, 'a%00b'), 400, 'BadParameter', /letters/],
  ['a name that climbs', { path: `/certificates/..%2f..%2fetc?${version}` }, 400, 'BadParameter', /letters/],
  [
    'a reserved name',
    create({ policy: { x509_props: { subject: 'CN=a' } } }, 'issuers'),
    400,
    'BadParameter',
    /reserved/,
  ],
  ['broken percent-encoding', { path: `/certificates/%zz?${version}` }, 400, 'BadParameter', /path/],
  ['dots in the path', { path: `/certificates/../keys?${version}` }, 400, 'BadParameter', /letters/],
  [
    'an empty name',
    { method: 'POST', path: `/certificates//create?${version}`, body: {} },
    405,
    'MethodNotAllowed',
    /name/,
  ],
  [
    'a wrong method',
    { method: 'PUT', path: `/certificates/bad?${version}`, body: {} },
    405,
    'MethodNotAllowed',
    /GET/,
  ],
  ['a path that there is not', { path: `/nothing?${version}` }, 404, 'NotFound', /path/],
  [
    'a version of another form',
    { path: `/certificates/bad/1?${version}` },
    404,
    'CertificateNotFound',
    /bad\/versions\/1/,
  ],
  ['too large a page', { path: `/certificates?${version}&maxresults=26` }, 400, 'BadParameter', /maxresults/],
  ['an empty page', { path: `/certificates?${version}&maxresults=0` }, 400, 'BadParameter', /maxresults/],
  [
    'a page of half an item',
    { path: `/certificates?${version}&maxresults=1.5` },
    400,
    'BadParameter',
    /maxresults/,
  ],
  [
    'a token from elsewhere',
    { path: `/certificates?${version}&$skiptoken=abc` },
    400,
    'BadParameter',
    /skiptoken/,
  ],
  [
    'a switch that is none',
    { path: `/certificates?${version}&includePending=yes` },
    400,
    'BadParameter',
    /includePending/,
  ],
  [
    'an unknown content type',
    { path: `/secrets/bad?${version}&outContentType=text/plain` },
    400,
    'BadParameter',
    /outContentType/,
  ],
  [
    'a vault that there is not',
    { path: `/certificates?${version}`, host: 'absent.vault.localhost' },
    404,
    'VaultNotFound',
    /vault\.localhost/,
  ],
  [
    'a host of somebody else',
    { path: `/certificates?${version}`, host: 'evil.example' },
    404,
    'VaultNotFound',
    /vault\.localhost/,
  ],
  ['an import without a value', importOf({}), 400, 'BadParameter', /value/],
  ['an import of nothing', importOf({ value: '' }), 400, 'BadParameter', /value/],
  [
    'an import of something else',
    importOf({ value: 'bm90IGEgY2VydGlmaWNhdGU=' }),
    400,
    'BadParameter',
    /PFX|PEM/,
  ],
  [
    'an import of a public certificate',
    importOf({ value: pem.slice(pem.indexOf('-----BEGIN CERT')) }),
    400,
    'BadParameter',
    /private key/,
  ],
  [
    'an import with trailing DER',
    importOf({ value: withTrailingByte(pem) }),
    400,
    'BadParameter',
    /malformed/,
  ],
  [
    'an import of a cut certificate',
    importOf({ value: withShortCertificate(pem) }),
    400,
    'BadParameter',
    /malformed/,
  ],
  [
    'an import with a key of another type than asked',
    importOf({ value: pem, policy: { key_props: { kty: 'RSA' } } }),
    400,
    'BadParameter',
    /EC/,
  ],
  ['a long password', importOf({ value: pem, pwd: 'p'.repeat(201) }), 400, 'BadParameter', /200/],
]

function withCertificate(text: string, change: (der: Buffer) => Buffer): string {
  return text.replace(
    /(?<=-----BEGIN CERTIFICATE-----\n)[^-]+/,
    (base64) => `${change(Buffer.from(base64, 'base64')).toString('base64')}\n`,
  )
}

function withTrailingByte(text: string): string {
  return withCertificate(text, (der) => Buffer.concat([der, Buffer.from([0])]))
}

function withShortCertificate(text: string): string {
  return withCertificate(text, (der) => der.subarray(0, der.length - 10))
}

for (const [label, ask, status, code, message] of cases) {
  test(label, async () => {
    const reply = await send(ask)
    assert.equal(reply.status, status, reply.text)
    assert.equal(reply.json.error.code, code)
    assert.match(reply.json.error.message, message)
    assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8')
    assert.match(reply.headers['x-ms-request-id']!, /^[0-9a-f-]{36}$/)
    assert.ok(reply.text.length < 1000, 'an error says what is wrong, not everything that was sent')
  })
}

test('an unknown member is passed over', async () => {
  const body = { value: pem, whatever: { a: [1, null] }, attributes: { enabled: true, nbf: 1, exp: null } }
  const reply = await send({ method: 'POST', path: `/certificates/good/import?${version}`, body })
  assert.equal(reply.status, 200, reply.text)
})

test('members of Object are no escape', async () => {
  const body = '{"policy":{"x509_props":{"subject":"CN=a"}},"tags":{"__proto__":"x","constructor":"y"}}'
  const reply = await send(create(body, 'proto'))
  assert.equal(reply.status, 202, reply.text)
  const { json } = await send({ path: `/certificates/proto?${version}` })
  assert.equal(JSON.stringify(json.tags), '{"__proto__":"x","constructor":"y"}')
  assert.equal(({} as Record<string, unknown>).x, undefined)
})

test('without a token a bad request learns nothing but that', async () => {
  for (const ask of [
    create('{"policy":'),
    { path: '/nothing' },
    { path: '/certificates' },
    withPolicy({ key_props: [] }),
  ]) {
    const reply = await nobody(ask)
    assert.equal(reply.status, 401, reply.text)
    assert.ok(reply.headers['www-authenticate'])
  }
})

test('bytes that are no HTTP get an answer and no more', async () => {
  const socket = tls.connect({ host: '127.0.0.1', port: service.port, servername: 'localhost', ca })
  await once(socket, 'secureConnect')
  socket.write('NONSENSE\r\n\r\n')
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  assert.match(String(chunk), /^HTTP\/1\.1 400 /)
  for (const header of ['x-ms-request-id: [0-9a-f-]{36}', 'x-content-type-options: nosniff'])
    assert.match(String(chunk), new RegExp(`\r\n${header}\r\n`))
  assert.match(String(chunk), /"code":"BadParameter"/)
})

test('nothing of all this was stored, and the service is well', async () => {
  for (const path of ['/certificates', '/deletedcertificates']) {
    const { json } = await send({ path: `${path}?${version}&includePending=true` })
    const names = json.value.map(({ id }: { id: string }) => id.split('/').at(-1))
    assert.deepEqual(names, path === '/certificates' ? ['good', 'proto'] : [])
  }
  assert.equal((await nobody({ path: '/health' })).status, 200)
})
