/** What nobody should send about keys: each gets a clear error, nothing is stored, and nothing private is told again. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let nobody: Send
let send: Send
let output = ''

const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey.export({ format: 'jwk' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
const another = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'jwk' })
const k = Buffer.from('a secret of 32 octets, known here').subarray(0, 32).toString('base64url')
/** Private members of all that is sent here. */
const secrets = [ec.d, rsa.d, rsa.p, another.d, small.d, k].map(String)

before(async () => {
  service = await startService()
  service.process.stdout!.on('data', (chunk) => (output += chunk))
  service.process.stderr!.on('data', (chunk) => (output += chunk))
  const environment = await environmentOf(service)
  trust(environment)
  nobody = sender(service, environment)
  send = sender(service, environment, await tokenOf(environment))
  for (const name of ['there', 'gone']) assert.equal((await send(create({ kty: 'EC' }, name))).status, 200)
  assert.equal((await send({ method: 'DELETE', path: pathOf('/keys/gone') })).status, 200)
})
after(() => service?.stop())

const pathOf = (path: string) => `${path}?api-version=2025-07-01`
const post = (path: string, body: Ask['body']): Ask => ({ method: 'POST', path: pathOf(path), body: body! })
const create = (body: Ask['body'], name = 'bad') => post(`/keys/${name}/create`, body)
const put = (body: Ask['body'], path = '/keys/bad'): Ask => ({
  method: 'PUT',
  path: pathOf(path),
  body: body!,
})
const take = (key: object, more: object = {}) => put({ key, ...more })
const patch = (body: object, path = '/keys/there'): Ask => ({ method: 'PATCH', path: pathOf(path), body })
const policy = (body: object, name = 'there') => put(body, `/keys/${name}/rotationpolicy`)
const action = (type: unknown, trigger: object) => ({ lifetimeActions: [{ trigger, action: { type } }] })
const absentVersion = '0'.repeat(32)

const cases: readonly [string, Ask, number, string, RegExp][] = [
  ['no body', { method: 'POST', path: pathOf('/keys/bad/create') }, 400, 'BadParameter', /kty: required/],
  ['the body of a secret', create({ value: 'x' }), 400, 'BadParameter', /kty: required/],
  ['the body of a certificate', create({ policy: {} }), 400, 'BadParameter', /kty: required/],
  ['an unknown type', create({ kty: 'OKP' }), 400, 'BadParameter', /^kty: send one of RSA, EC, oct/],
  ['a type of other letters', create({ kty: 'rsa' }), 400, 'BadParameter', /^kty: send one of/],
  ['hardware', create({ kty: 'EC-HSM' }), 400, 'BadParameter', /^kty: .*send EC\./],
  ['a small RSA key', create({ kty: 'RSA', key_size: 1024 }), 400, 'BadParameter', /2048, 3072 or 4096/],
  ['a huge RSA key', create({ kty: 'RSA', key_size: 16384 }), 400, 'BadParameter', /2048, 3072 or 4096/],
  ['half a bit', create({ kty: 'RSA', key_size: 2048.5 }), 400, 'BadParameter', /key_size/],
  ['a size as text', create({ kty: 'RSA', key_size: '2048' }), 400, 'BadParameter', /key_size/],
  ['another exponent', create({ kty: 'RSA', public_exponent: 3 }), 400, 'BadParameter', /^public_exponent/],
  ['a curve of others', create({ kty: 'EC', crv: 'P-192' }), 400, 'BadParameter', /crv: send one of P-256/],
  ['a curve for RSA', create({ kty: 'RSA', crv: 'P-256' }), 400, 'BadParameter', /^crv/],
  [
    'an operation of others',
    create({ kty: 'EC', key_ops: ['encrypt'] }),
    400,
    'BadParameter',
    /sign, verify/,
  ],
  ['an operation twice', create({ kty: 'EC', key_ops: ['sign', 'sign'] }), 400, 'BadParameter', /once/],
  ['operations as text', create({ kty: 'EC', key_ops: 'sign' }), 400, 'BadParameter', /key_ops/],
  ['a release policy', create({ kty: 'RSA', release_policy: {} }), 400, 'BadParameter', /^release_policy/],
  [
    'a key to export',
    create({ kty: 'EC', attributes: { exportable: true } }),
    400,
    'BadParameter',
    /exportable/,
  ],
  [
    'an end at the beginning',
    create({ kty: 'EC', attributes: { nbf: 5, exp: 5 } }),
    400,
    'BadParameter',
    /later/,
  ],
  ['a date as text', create({ kty: 'EC', attributes: { exp: '2030' } }), 400, 'BadParameter', /exp/],
  ['a long tag', create({ kty: 'EC', tags: { a: 'x'.repeat(257) } }), 400, 'BadParameter', /256/],
  ['a name with a dot', create({ kty: 'EC' }, 'a.b'), 400, 'BadParameter', /letters/],
  ['no name', create({ kty: 'EC' }, ''), 405, 'MethodNotAllowed', /name/],
  ['the name of a deleted key', create({ kty: 'EC' }, 'gone'), 409, 'Conflict', /recovered or purged/],

  ['an import of nothing', put({}), 400, 'BadParameter', /key: required/],
  ['an import of text', put({ key: JSON.stringify(ec) }), 400, 'BadParameter', /key/],
  ['an import of what create takes', put({ kty: 'EC' }), 400, 'BadParameter', /key: required/],
  ['a public key', take({ ...ec, d: undefined }), 400, 'BadParameter', /^key\.d: .*missing/],
  ['an RSA key without its primes', take({ ...rsa, p: undefined }), 400, 'BadParameter', /^key\.p/],
  ['a key for hardware', take(ec, { Hsm: true }), 400, 'BadParameter', /^Hsm/],
  ['a type of hardware', take({ ...ec, kty: 'EC-HSM' }), 400, 'BadParameter', /^key\.kty: .*send EC/],
  ['a wrapped key', take({ kty: 'RSA-HSM', key_hsm: 'AAAA' }), 400, 'BadParameter', /^key\.key_hsm/],
  ['two halves of two RSA keys', take({ ...rsa, d: another.d }), 400, 'BadParameter', /do not fit together/],
  ['a number twice', put(`{"key":{"kty":"oct","k":"${k}","k":"AAAA"}}`), 400, 'BadParameter', /'k' twice/],
  ['a number with padding', take({ kty: 'oct', k: `${k}=` }), 400, 'BadParameter', /^key\.k: .*base64url/],
  ['a number that is a list', take({ ...ec, d: [ec.d] }), 400, 'BadParameter', /key\.d/],
  ['a number of a million digits', take({ ...rsa, n: 'A'.repeat(900_000) }), 400, 'BadParameter', /key\.n/],
  ['a small RSA key of others', take(small), 400, 'BadParameter', /1024 bits/],
  ['a symmetric key of another size', take({ kty: 'oct', k: 'AAAA' }), 400, 'BadParameter', /not 24/],
  ['operations that the key has not', take({ ...ec, key_ops: ['wrapKey'] }), 400, 'BadParameter', /^key_ops/],
  [
    'an import of a version',
    put({ key: ec }, `/keys/there/${absentVersion}`),
    405,
    'MethodNotAllowed',
    /GET/,
  ],
  ['an import for a deleted key', put({ key: ec }, '/keys/gone'), 409, 'Conflict', /recovered or purged/],

  ['a change of a deleted key', patch({}, '/keys/gone'), 404, 'KeyNotFound', /gone/],
  ['a change of nothing', patch({}, '/keys/absent'), 404, 'KeyNotFound', /absent/],
  ['a change of no version', patch({}, `/keys/there/${absentVersion}`), 404, 'KeyNotFound', /versions\/0/],
  ['a change of a version of another form', patch({}, '/keys/there/1'), 404, 'KeyNotFound', /there/],
  ['a change to an operation of others', patch({ key_ops: ['wrapKey'] }), 400, 'BadParameter', /^key_ops/],
  [
    'a change to a key to export',
    patch({ attributes: { exportable: true } }),
    400,
    'BadParameter',
    /exportable/,
  ],
  ['a read of a deleted key', { path: pathOf('/keys/gone') }, 404, 'KeyNotFound', /recover/],

  ['a rotation of nothing', post('/keys/absent/rotate', {}), 404, 'KeyNotFound', /absent/],
  ['a rotation of a deleted key', post('/keys/gone/rotate', {}), 404, 'KeyNotFound', /gone/],
  ['a policy of nothing', policy({}, 'absent'), 404, 'KeyNotFound', /absent/],
  [
    'an unknown action',
    policy(action('Renew', { timeAfterCreate: 'P9D' })),
    400,
    'BadParameter',
    /Rotate, Notify/,
  ],
  ['an action without a trigger', policy(action('Rotate', {})), 400, 'BadParameter', /either/],
  [
    'a trigger in hours',
    policy(action('Rotate', { timeAfterCreate: 'PT999H' })),
    400,
    'BadParameter',
    /duration/,
  ],
  [
    'a rotation each day',
    policy(action('Rotate', { timeAfterCreate: 'P1D' })),
    400,
    'BadParameter',
    /7 days/,
  ],
  [
    'a trigger as a number',
    policy(action('Rotate', { timeAfterCreate: 9 })),
    400,
    'BadParameter',
    /timeAfterCreate/,
  ],
  ['a short life', policy({ attributes: { expiryTime: 'P27D' } }), 400, 'BadParameter', /28 days/],
  [
    'three actions',
    policy({
      lifetimeActions: Array(3).fill(action('Notify', { timeBeforeExpiry: 'P9D' }).lifetimeActions[0]),
    }),
    400,
    'BadParameter',
    /lifetimeActions/,
  ],

  ['no random octets', post('/rng', { count: 0 }), 400, 'BadParameter', /count/],
  ['too many random octets', post('/rng', { count: 129 }), 400, 'BadParameter', /count/],
  ['a release', post('/keys/there/release', { target: 'x' }), 403, 'Forbidden', /not exportable/],
  ['a release of nothing', post('/keys/absent//release', { target: 'x' }), 404, 'KeyNotFound', /absent/],
  ['a secure wrapping', post('/keys/there//securewrapkey', { alg: 'x' }), 400, 'BadParameter', /use wrapkey/],

  [
    'a deletion of a version',
    { method: 'DELETE', path: pathOf(`/keys/there/${absentVersion}`) },
    405,
    'MethodNotAllowed',
    /GET/,
  ],
  [
    'a deletion of a deleted key',
    { method: 'DELETE', path: pathOf('/keys/gone') },
    404,
    'KeyNotFound',
    /gone/,
  ],
  [
    'a purge of a live key',
    { method: 'DELETE', path: pathOf('/deletedkeys/there') },
    404,
    'KeyNotFound',
    /Deleted Key/,
  ],
  [
    'a recovery of a live key',
    post('/deletedkeys/there/recover', {}),
    400,
    'MethodNotAllowed',
    /exists already/,
  ],
  ['a read of no deleted key', { path: pathOf('/deletedkeys/there') }, 404, 'KeyNotFound', /there/],
]

for (const [label, ask, status, code, message] of cases) {
  test(label, async () => {
    const reply = await send(ask)
    assert.equal(reply.status, status, reply.text)
    assert.equal(reply.json.error.code, code)
    assert.match(reply.json.error.message, message)
    assert.ok(reply.text.length < 1000)
    for (const secret of secrets) assert.ok(!reply.text.includes(secret))
  })
}

test('without a token nothing is told and nothing done, whatever is sent', async () => {
  for (const ask of [
    create({ kty: 'EC' }),
    create('{"kty":'),
    take(ec),
    { path: pathOf('/keys/there') },
    patch({ tags: {} }),
    post('/keys/there/rotate', {}),
    policy({}),
    { method: 'DELETE', path: pathOf('/keys/there') },
    { path: pathOf('/deletedkeys') },
    { method: 'DELETE', path: pathOf('/deletedkeys/gone') },
    post('/rng', { count: 1 }),
  ]) {
    const reply = await nobody(ask)
    assert.equal(reply.status, 401, reply.text)
    assert.match(reply.json.error.message, /^AKV10000/)
  }
})

test('a version may be left out of the path, or be empty', async () => {
  const kid = (await send({ path: pathOf('/keys/there') })).json.key.kid
  assert.equal((await send({ path: pathOf('/keys/there/') })).json.key.kid, kid)
  const value = Buffer.alloc(32, 1).toString('base64url')
  for (const path of ['/keys/there/sign', '/keys/there//sign', `/keys/there/${kid.split('/').at(-1)}/sign`])
    assert.equal((await send(post(path, { alg: 'ES256', value }))).json.kid, kid)
})

test('nothing of all this was stored', async () => {
  const namesAt = async (path: string) =>
    (await send({ path: pathOf(path) })).json.value.map(({ kid }: { kid: string }) => kid.split('/').at(-1))
  assert.deepEqual(await namesAt('/keys'), ['there'])
  assert.deepEqual(await namesAt('/deletedkeys'), ['gone'])
  assert.equal((await send({ path: pathOf('/keys/there/versions') })).json.value.length, 1)
  const { json } = await send({ path: pathOf('/keys/there/rotationpolicy') })
  assert.deepEqual(json.attributes, {})
})

test('nothing private is readable in what the service keeps and says: not of a key that is kept, nor of one refused', async () => {
  for (const key of [ec, rsa, { kty: 'oct', k }]) {
    const { status, text } = await send(take(key))
    assert.equal(status, 200, text)
    for (const secret of secrets) assert.ok(!text.includes(secret))
  }
  await service.stop()
  const files = readdirSync(service.dataFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  assert.ok(files.length > 1)
  for (const { parentPath, name } of files) {
    const content = readFileSync(join(parentPath, name))
    for (const secret of secrets) {
      assert.ok(!content.includes(secret), name)
      assert.ok(!content.includes(Buffer.from(secret, 'base64url')), name)
    }
  }
  for (const secret of secrets) assert.ok(!output.includes(secret))
})
