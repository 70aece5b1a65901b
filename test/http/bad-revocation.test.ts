/** Revoking and taking in authorities: what nobody should send, and who may not send it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import { keyUsageExtension } from '../../src/x509/extensions.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { certkeep, environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { issue } from '../x509/authority.ts'
import { type Ask, type Send, sender } from './request.ts'

let service: Service
let nobody: Send
let reader: Send
let send: Send
let serial: string

const version = 'api-version=2025-07-01'
const now = () => Math.floor(Date.now() / 1000)

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  nobody = sender(service, environment)
  send = sender(service, environment, await tokenOf(environment))
  await certkeep('app', 'create', 'reader', '--data', service.dataFolder)
  const [role, data] = ['Key Vault Reader', service.dataFolder]
  await certkeep('role', 'assign', '--app', 'reader', '--role', role, '--data', data)
  reader = sender(service, environment, await tokenOf(await environmentOf(service, 'reader')))
  await make('PUT', '/authorities/root', { subject: 'CN=Root', key_props: { kty: 'EC' } })
  const sub = { kind: 'intermediate', subject: 'CN=Sub', parent: 'root', key_props: { kty: 'EC' } }
  serial = (await make('PUT', '/authorities/sub', sub)).serialnumber
  const settings = { authority: 'sub', profile: 'tls-both' }
  await make('PUT', '/certificates/issuers/own', { provider: 'PrivateCA', settings })
  const names = { subject: 'CN=web', sans: { dns_names: ['www.example.org'] } }
  for (const name of ['own', 'Self'])
    await make('POST', `/certificates/by-${name}/create`, {
      policy: { issuer: { name }, key_props: { kty: 'EC' }, x509_props: names },
    })
  await make('POST', '/certificates/waiting/create', { policy: { x509_props: { subject: 'CN=waiting' } } })
  for (const name of ['own', 'Self']) await completed(`by-${name}`)
})
after(() => service?.stop())

async function make(method: string, path: string, body: object) {
  const reply = await send({ method, path: `${path}?${version}`, body })
  assert.ok(reply.status < 300, reply.text)
  return reply.json
}

async function completed(name: string): Promise<void> {
  for (;;) {
    const { json } = await send({ path: `/certificates/${name}/pending?${version}` })
    if (json.status === 'completed') return
    assert.equal(json.status, 'inProgress')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

const post = (path: string, body?: Ask['body']): Ask => ({
  method: 'POST',
  path: `${path}?${version}`,
  ...(body !== undefined && { body }),
})
const revoke = (body: Ask['body'], name = 'by-own') => post(`/certificates/${name}/revoke`, body)
const revokeIssued = (body: object, name = 'root') =>
  post(`/authorities/${name}/revoke`, { serial_number: serial, ...body })
const issued = (path: string): Ask => ({ path: `/authorities/root/issued${path}?${version}` })
const take = (body: Ask['body'], name = 'moved') => post(`/authorities/${name}/import`, body)

/** A root with its key, PEM; `short` of one of both. */
function authority(short?: 'key' | 'certificate'): string {
  const { key, certificate } = issue('CN=Moved', {
    constraints: { ca: true },
    notAfter: seconds(now() + 86_400),
    extensions: [keyUsageExtension(['keyCertSign', 'cRLSign'])],
  })
  const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
  return [
    short === 'certificate' ? '' : formatPem('CERTIFICATE', certificate.der),
    short === 'key' ? '' : formatPem('PRIVATE KEY', pkcs8),
  ].join('')
}

const bad = 'BadParameter'
const allowed =
  /^reason: send one of unspecified, keyCompromise, .*certificateHold, privilegeWithdrawn, aACompromise\.$/
const cases: readonly [string, () => Ask, number, string, RegExp][] = [
  ['the reason of delta lists', () => revoke({ reason: 'removeFromCRL' }), 400, bad, allowed],
  ['a reason that does not exist', () => revoke({ reason: 'unknown' }), 400, bad, allowed],
  ['the number of a reason', () => revoke({ reason: 1 }), 400, bad, allowed],
  ['a reason in another case', () => revoke({ reason: 'KeyCompromise' }), 400, bad, allowed],
  ['an empty reason', () => revoke({ reason: '' }), 400, bad, allowed],
  ['a reason twice', () => revoke('{"reason":"superseded","reason":"keyCompromise"}'), 400, bad, /twice/],
  ['a list', () => revoke('[]'), 400, bad, /./],
  ['a date that is a text', () => revoke({ invalidity_date: '2027-01-31' }), 400, bad, /^invalidity_date/],
  ['half a second', () => revoke({ invalidity_date: now() - 0.5 }), 400, bad, /^invalidity_date/],
  [
    'a date before the certificate',
    () => revoke({ invalidity_date: 0 }),
    400,
    bad,
    /^invalidity_date: send a time from/,
  ],
  [
    'a date to come',
    () => revoke({ invalidity_date: now() + 3600 }),
    400,
    bad,
    /^invalidity_date: send a time from/,
  ],
  ['a date past all dates', () => revoke({ invalidity_date: 1e15 }), 400, bad, /^invalidity_date/],
  ['an unknown certificate', () => revoke({}, 'none'), 404, 'CertificateNotFound', /none/],
  ['what waits for its certificate', () => revoke({}, 'waiting'), 404, 'CertificateNotFound', /waiting/],
  ['a version of another form', () => revoke({}, 'by-own/xyz'), 404, 'CertificateNotFound', /xyz/],
  ['an unknown version', () => revoke({}, `by-own/${'0'.repeat(32)}`), 404, 'CertificateNotFound', /0000/],
  [
    'what is its own issuer',
    () => revoke({}, 'by-Self'),
    409,
    'Conflict',
    /its own issuer.*disable or delete/,
  ],
  ['the release of the same', () => post('/certificates/by-Self/release'), 409, 'Conflict', /its own issuer/],

  ['no serial number', () => post('/authorities/root/revoke', {}), 400, bad, /^serial_number/],
  ['a number', () => revokeIssued({ serial_number: 17 }), 400, bad, /^serial_number/],
  [
    'an empty serial number',
    () => revokeIssued({ serial_number: '' }),
    400,
    bad,
    /^serial_number: .*hexadecimal/,
  ],
  ['a serial number with 0x', () => revokeIssued({ serial_number: '0x1F' }), 400, bad, /^serial_number/],
  ['22 octets', () => revokeIssued({ serial_number: '11'.repeat(22) }), 400, bad, /^serial_number/],
  ['100,000 colons', () => revokeIssued({ serial_number: ':'.repeat(100_000) }), 400, bad, /^serial_number/],
  ['the serial number of another authority', () => revokeIssued({}, 'sub'), 404, 'NotFound', /sub issued no/],
  ['an authority that is not there', () => revokeIssued({}, 'none'), 404, 'NotFound', /no authority none/],
  ['a reason of delta lists there', () => revokeIssued({ reason: 'removeFromCRL' }), 400, bad, allowed],
  [
    'the release of nothing',
    () => post('/authorities/root/release', { serial_number: '1F' }),
    404,
    'NotFound',
    /1F/,
  ],
  ['a look at what is not there', () => issued('/1F'), 404, 'NotFound', /1F/],
  ['a look at what is no number', () => issued('/web'), 400, bad, /^serial_number/],
  [
    'a page of none',
    () => ({ path: `/authorities/root/issued?maxresults=0&${version}` }),
    400,
    bad,
    /maxresults/,
  ],
  ['another method', () => ({ ...revoke({}), method: 'PUT' }), 405, 'MethodNotAllowed', /./],

  ['an authority without body', () => take({}), 400, bad, /^value/],
  ['an authority of rubbish', () => take({ value: '-' }), 400, bad, /^value/],
  ['an authority without key', () => take({ value: authority('key') }), 400, bad, /private key/],
  [
    'an authority without certificate',
    () => take({ value: authority('certificate') }),
    400,
    bad,
    /certificate/,
  ],
  ['an authority with a name of its own', () => take({ value: authority() }, 'a.b'), 400, bad, /name/],
  ['a name that is taken', () => take({ value: authority() }, 'ROOT'), 409, 'Conflict', /root already/],
  ['rules that are none', () => take({ value: authority(), rules: { crl_hours: 0 } }), 400, bad, /crl_hours/],
]
for (const [what, ask, status, code, message] of cases)
  test(`${what} is answered ${status}`, async () => {
    const reply = await send(ask())
    assert.equal(reply.status, status, reply.text)
    assert.equal(reply.json.error.code, code)
    assert.match(reply.json.error.message, message)
  })

const asks: Readonly<Record<string, () => Ask>> = {
  'a revocation': () => revoke({}),
  'a release': () => post('/certificates/by-own/release'),
  'a revocation by serial number': () => revokeIssued({}),
  'a release by serial number': () => post('/authorities/root/release', { serial_number: serial }),
  'an authority that is taken in': () => take({ value: authority() }),
}
for (const [what, ask] of Object.entries(asks)) {
  test(`${what}: without a token that is all that is said`, async () => {
    const reply = await nobody({ ...ask(), body: '{' })
    assert.deepEqual([reply.status, reply.json.error.code], [401, 'Unauthorized'])
  })

  test(`${what}: with a role that only reads it is refused`, async () => {
    const reply = await reader(ask())
    assert.deepEqual([reply.status, reply.json.error.innererror?.code], [403, 'ForbiddenByRbac'], reply.text)
  })
}

test('nothing of all this changed anything', async () => {
  const { json: web } = await reader({ path: `/certificates/by-own/revocation?${version}` })
  assert.equal(web.state, 'notRevoked')
  const { json: ca } = await send(issued(`/${serial}`))
  assert.equal(ca.state, 'notRevoked')
  const { json: authorities } = await send({ path: `/authorities?${version}` })
  assert.equal(authorities.value.length, 2)
})

test('no answer holds the private key of an authority that was sent', async () => {
  const value = authority()
  const key = value.split('-----BEGIN PRIVATE KEY-----')[1]!.trim().slice(0, 40)
  for (const ask of [take({ value }, 'kept'), take({ value }, 'kept'), take({ value, pwd: 'x' }, 'other')]) {
    const { text } = await send(ask)
    assert.ok(!text.includes(key) && !text.includes('PRIVATE KEY'), text)
  }
})
