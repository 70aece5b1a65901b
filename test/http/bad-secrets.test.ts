/** What nobody should send about secrets: each gets a clear error, nothing is stored, and no value is told again. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let nobody: Send
let send: Send
let output = ''

before(async () => {
  service = await startService()
  service.process.stdout!.on('data', (chunk) => (output += chunk))
  service.process.stderr!.on('data', (chunk) => (output += chunk))
  const environment = await environmentOf(service)
  trust(environment)
  nobody = sender(service, environment)
  send = sender(service, environment, await tokenOf(environment))
  for (const name of ['there', 'gone']) assert.equal((await send(put({ value: 'former' }, name))).status, 200)
  assert.equal((await send({ method: 'DELETE', path: pathOf('/secrets/gone') })).status, 200)
})
after(() => service?.stop())

/** In every value that is sent here, and nowhere else. */
const marker = 'correct-horse-battery-staple'
const pathOf = (path: string) => `${path}?api-version=2025-07-01`
const put = (body: Ask['body'], name = 'bad'): Ask => ({
  method: 'PUT',
  path: pathOf(`/secrets/${name}`),
  body: body!,
})
const patch = (body: object, path = '/secrets/there'): Ask => ({ method: 'PATCH', path: pathOf(path), body })
const value = marker
const sixteen = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`t${index}`, 'v']))
const absentVersion = '0'.repeat(32)

const cases: readonly [string, Ask, number, string, RegExp][] = [
  ['no body', { method: 'PUT', path: pathOf('/secrets/bad') }, 400, 'BadParameter', /value: required/],
  ['no value', put({ contentType: marker }), 400, 'BadParameter', /value: required/],
  ['null for a value', put({ value: null }), 400, 'BadParameter', /value: required/],
  ['a number for a value', put({ value: 1 }), 400, 'BadParameter', /value/],
  ['an object for a value', put({ value: { [marker]: marker } }), 400, 'BadParameter', /value/],
  ['two values', put(`{"value":"${marker}","value":"x"}`), 400, 'BadParameter', /'value' twice/],
  ['broken JSON', put(`{"value":"${marker}`), 400, 'BadParameter', /JSON/],
  ['the body of a key', put({ kty: 'RSA', key_size: 2048 }), 400, 'BadParameter', /value: required/],
  [
    'the body of a certificate',
    put({ policy: { x509_props: { subject: 'CN=a' } } }),
    400,
    'BadParameter',
    /value: required/,
  ],
  ['too large a value', put({ value: value.repeat(1000) }), 400, 'BadParameter', /25600/],
  ['a huge body', put({ value: value.repeat(50_000) }), 413, 'RequestEntityTooLarge', /1 MB/],
  ['half a character', put(`{"value":"${marker}\\ud800"}`), 400, 'BadParameter', /surrogate/],
  ['a long content type', put({ value, contentType: 'x'.repeat(256) }), 400, 'BadParameter', /255/],
  ['a list for a content type', put({ value, contentType: ['a'] }), 400, 'BadParameter', /contentType/],
  ['sixteen tags', put({ value, tags: sixteen }), 400, 'BadParameter', /15/],
  ['a long tag', put({ value, tags: { a: 'x'.repeat(513) } }), 400, 'BadParameter', /512/],
  ['a tag that is a number', put({ value, tags: { a: 1 } }), 400, 'BadParameter', /tags/],
  ['a date as text', put({ value, attributes: { exp: '2030-01-01' } }), 400, 'BadParameter', /exp/],
  ['half a second', put({ value, attributes: { nbf: 1.5 } }), 400, 'BadParameter', /nbf/],
  ['a date before all dates', put({ value, attributes: { nbf: -1 } }), 400, 'BadParameter', /nbf/],
  ['a date after all dates', put({ value, attributes: { exp: 1e15 } }), 400, 'BadParameter', /exp/],
  ['an end at the beginning', put({ value, attributes: { nbf: 5, exp: 5 } }), 400, 'BadParameter', /later/],
  ['a text for a switch', put({ value, attributes: { enabled: 'yes' } }), 400, 'BadParameter', /enabled/],
  ['a name with a dot', put({ value }, 'a.b'), 400, 'BadParameter', /letters/],
  ['a name of 128 characters', put({ value }, 'n'.repeat(128)), 400, 'BadParameter', /127/],
  ['no name', { method: 'PUT', path: pathOf('/secrets/'), body: { value } }, 405, 'MethodNotAllowed', /name/],
  ['a set of a version', put({ value }, `there/${absentVersion}`), 405, 'MethodNotAllowed', /GET/],
  ['the name of a deleted secret', put({ value }, 'gone'), 409, 'Conflict', /recovered or purged/],
  ['a change of a deleted secret', patch({}, '/secrets/gone'), 404, 'SecretNotFound', /gone/],
  ['a change of nothing', patch({}, '/secrets/absent'), 404, 'SecretNotFound', /absent/],
  [
    'a change of a version that there is not',
    patch({}, `/secrets/there/${absentVersion}`),
    404,
    'SecretNotFound',
    /there\/versions\/0/,
  ],
  ['a change of a version of another form', patch({}, '/secrets/there/1'), 404, 'SecretNotFound', /there/],
  ['a change to a long tag', patch({ tags: { a: 'x'.repeat(513) } }), 400, 'BadParameter', /512/],
  ['a change to an impossible date', patch({ attributes: { exp: 0, nbf: 1 } }), 400, 'BadParameter', /later/],
  ['a read of a deleted secret', { path: pathOf('/secrets/gone') }, 404, 'SecretNotFound', /recover/],
  [
    'a conversion of what is no certificate',
    { path: `${pathOf('/secrets/there')}&outContentType=application/x-pem-file` },
    400,
    'BadParameter',
    /outContentType/,
  ],
  [
    'a deletion of a version',
    { method: 'DELETE', path: pathOf(`/secrets/there/${absentVersion}`) },
    405,
    'MethodNotAllowed',
    /GET/,
  ],
  [
    'a deletion of a deleted secret',
    { method: 'DELETE', path: pathOf('/secrets/gone') },
    404,
    'SecretNotFound',
    /gone/,
  ],
  [
    'a purge of a live secret',
    { method: 'DELETE', path: pathOf('/deletedsecrets/there') },
    404,
    'SecretNotFound',
    /Deleted Secret/,
  ],
  [
    'a recovery of a live secret',
    { method: 'POST', path: pathOf('/deletedsecrets/there/recover') },
    400,
    'MethodNotAllowed',
    /exists already/,
  ],
  ['a read of no deleted secret', { path: pathOf('/deletedsecrets/there') }, 404, 'SecretNotFound', /there/],
]

for (const [label, ask, status, code, message] of cases) {
  test(label, async () => {
    const reply = await send(ask)
    assert.equal(reply.status, status, reply.text)
    assert.equal(reply.json.error.code, code)
    assert.match(reply.json.error.message, message)
    assert.ok(reply.text.length < 1000 && !reply.text.includes(marker), reply.text)
  })
}

test('without a token nothing is told and nothing done, whatever is sent', async () => {
  for (const ask of [
    put({ value }),
    put('{"value":'),
    put({ value }, 'gone'),
    { path: pathOf('/secrets/there') },
    patch({ tags: {} }),
    { method: 'DELETE', path: pathOf('/secrets/there') },
    { path: pathOf('/deletedsecrets') },
    { method: 'DELETE', path: pathOf('/deletedsecrets/gone') },
  ]) {
    const reply = await nobody(ask)
    assert.equal(reply.status, 401, reply.text)
    assert.match(reply.json.error.message, /^AKV10000/)
  }
})

test('names that are reserved among certificates are none here', async () => {
  for (const name of ['contacts', 'issuers', 'restore']) {
    assert.equal((await send(put({ value: 'x' }, name))).json.value, 'x')
    assert.equal((await send({ path: pathOf(`/secrets/${name}`) })).json.value, 'x')
    await send({ method: 'DELETE', path: pathOf(`/secrets/${name}`) })
    const purge = await send({ method: 'DELETE', path: pathOf(`/deletedsecrets/${name}`) })
    assert.equal(purge.status, 204)
  }
})

test('members of Object are no escape', async () => {
  const body = '{"value":"x","tags":{"__proto__":"a","constructor":"b"},"attributes":{"__proto__":{"nbf":5}}}'
  const { status, json } = await send(put(body, 'proto'))
  assert.equal(status, 200)
  assert.equal(JSON.stringify(json.tags), '{"__proto__":"a","constructor":"b"}')
  assert.equal(json.attributes.nbf, undefined)
})

test('nothing of all this was stored', async () => {
  const namesAt = async (path: string) =>
    (await send({ path: pathOf(path) })).json.value.map(({ id }: { id: string }) => id.split('/').at(-1))
  assert.deepEqual(await namesAt('/secrets'), ['proto', 'there'])
  assert.deepEqual(await namesAt('/deletedsecrets'), ['gone'])
  assert.equal((await send({ path: pathOf('/secrets/there') })).json.value, 'former')
  const { json } = await send({ path: pathOf('/secrets/there/versions') })
  assert.equal(json.value.length, 1)
})

test('no value is readable in what the service keeps and says: not one that was stored, not one that was refused', async () => {
  assert.equal((await send(put({ value }, 'kept'))).json.value, marker)
  assert.equal((await send({ path: pathOf('/secrets/kept') })).json.value, marker)
  await service.stop()
  const files = readdirSync(service.dataFolder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  assert.ok(files.length > 1)
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name)).includes(marker), name)
  assert.ok(!output.includes(marker))
})
