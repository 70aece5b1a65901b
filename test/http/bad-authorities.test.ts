/**
 * What nobody should make an authority of, over HTTP: each is refused with the rule in its message, nothing is on record, and
 * nothing private is in answers, logs, audit or on the disk.
 */
import assert from 'node:assert/strict'
import { type KeyObject, sign } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import { keyUsageExtension, subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { nameConstraintsExtension, noSubtrees } from '../../src/x509/name-constraints.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { buildRequestInfo, parseRequest } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { certkeep, environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { issue, type Party, type TestKey, type Wishes } from '../x509/authority.ts'
import { type Reply, type Send, sender } from './request.ts'

const version = 'api-version=2025-07-01'
const year = 365 * 86_400
const now = Math.floor(Date.now() / 1000)
const times = { notBefore: seconds(now - year), notAfter: seconds(now + 5 * year) }
/** Without a key usage, a CA may do everything. */
const ca = { constraints: { ca: true } } as const
const trusted: Party = issue('CN=Offline Root', { ...ca, ...times })
const taken: Party = issue('CN=Taken In', { ...ca, ...times })
let service: Service
let send: Send
let store: DatabaseSync
let output = ''
let answers = ''

before(async () => {
  service = await startService()
  service.process.stdout!.on('data', (chunk) => (output += chunk))
  service.process.stderr!.on('data', (chunk) => (output += chunk))
  const environment = await environmentOf(service)
  trust(environment)
  const through = sender(service, environment, await tokenOf(environment))
  send = async (ask) => {
    const reply = await through(ask)
    answers += reply.text
    return reply
  }
  store = new DatabaseSync(join(service.dataFolder, 'certkeep.db'), { readOnly: true })
  for (const [name, body] of [
    ['root', {}],
    ['flat', { path_len_constraint: 0 }],
    ['middle', { kind: 'intermediate', parent: 'root', path_len_constraint: 0 }],
    [
      'bound',
      {
        kind: 'intermediate',
        parent: 'root',
        path_len_constraint: 2,
        name_constraints: { permitted: { directory_names: ['O=Example'] } },
      },
    ],
    ['asking', { kind: 'requested' }],
    ['retired', {}],
  ] as const)
    assert.equal((await put(name, body)).status, 200)
  await send({ method: 'PATCH', path: `/authorities/retired?${version}`, body: { state: 'retired' } })
})
after(async () => {
  store?.close()
  await service?.stop()
})

function put(name: string, body: object): Promise<Reply> {
  const whole = { subject: `CN=${name}, O=Else`, key_props: { kty: 'EC', crv: 'P-256' }, ...body }
  return send({ method: 'PUT', path: `/authorities/${name}?${version}`, body: whole })
}

const post = (path: string, body: object) => send({ method: 'POST', path: `${path}?${version}`, body })
const count = (table: 'issued' | 'authorities') =>
  Number(store.prepare(`SELECT count(*) AS count FROM ${table}`).get()!.count)
const onRecord = () =>
  JSON.stringify([count('issued'), store.prepare('SELECT document FROM authorities ORDER BY name').all()])

const below = (parent: string, more: object = {}) => ({ kind: 'intermediate', parent, ...more })
const many = Array.from({ length: 20_000 }, (_, index) => `n${index}.example.org`)

const creations: readonly [string, object, RegExp, number?][] = [
  ['an intermediate below one that allows none', below('middle'), /ca-pathlen|path-length/],
  ['an intermediate below a flat root', below('flat'), /ca-pathlen|path-length/],
  ['an intermediate too deep', below('bound', { path_len_constraint: 2 }), /ca-pathlen|path-length/],
  ['a name outside of what is permitted', below('bound'), /name-constraints: The name/],
  ['a parent that is retired', below('retired'), /is retired/, 409],
  ['a parent that waits', below('asking'), /waits for its certificate/, 409],
  ['a parent that is not there', below('none'), /There is no authority none/, 404],
  ['a life of no years', { validity_years: 0 }, /validity_years/],
  ['a life of less', { validity_years: -1 }, /validity_years/],
  ['a life of a thousand years', { validity_years: 1000 }, /validity_years/],
  ['a path length below zero', { path_len_constraint: -1 }, /path_len_constraint/],
  ['an endless path', { path_len_constraint: 2 ** 31 }, /path_len_constraint/],
  ['a short RSA key', { key_props: { kty: 'RSA', key_size: 1024 } }, /key_size/],
  ['a curve that few know', { key_props: { kty: 'EC', crv: 'P-256K' } }, /crv: send one of/],
  [
    'a range that is none',
    { name_constraints: { permitted: { ip_ranges: ['192.0.2.0/33'] } } },
    /192\.0\.2\.0\/33/,
  ],
  [
    'a wildcard as constraint',
    { name_constraints: { permitted: { dns_names: ['*.example.org'] } } },
    /\*\.example\.org/,
  ],
  [
    'raw letters of Unicode as constraint',
    { name_constraints: { excluded: { dns_names: ['bücher.example'] } } },
    /bücher/,
  ],
  ['a NUL in a constraint', { name_constraints: { excluded: { dns_names: ['a\0b'] } } }, /./],
  ['constraints on nothing', { name_constraints: {} }, /have to permit or exclude something/],
  ['20,000 constraints', { name_constraints: { excluded: { dns_names: many } } }, /at most/],
  [
    '10,000 purposes',
    below('root', { ekus: Array.from({ length: 10_000 }, (_, index) => `1.3.6.1.4.1.${index}`) }),
    /ekus: at most/,
  ],
  ['a purpose twice', below('root', { ekus: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.1'] }), /ekus/],
  ['an empty subject', { subject: '' }, /subject/],
  ['a NUL in the subject', { subject: 'CN=a\0b' }, /./],
  ['a long subject', { subject: `CN=${'a'.repeat(300)}` }, /subject/],
]

for (const [what, body, message, status = 400] of creations)
  test(`${what} makes no authority`, async () => {
    const before = onRecord()
    const reply = await put('bad', body)
    assert.equal(reply.status, status, reply.text.slice(0, 500))
    assert.match(reply.json.error.message, message)
    assert.equal(onRecord(), before)
  })

for (const [what, name, by, message, status = 400] of [
  ['below a root that allows none', 'middle', 'flat', /ca-pathlen|path-length/],
  ['outside of what the signer permits', 'flat', 'bound', /name-constraints: The name/],
  ['of itself', 'root', 'ROOT', /does not certify itself/],
  ['by one that is retired', 'root', 'retired', /is retired/, 409],
  ['by one that waits', 'root', 'asking', /waits for its certificate/, 409],
  ['of one that waits', 'asking', 'root', /waits for its certificate/, 409],
] as [string, string, string, RegExp, number?][])
  test(`a cross-certificate ${what} is refused`, async () => {
    const before = onRecord()
    const reply = await post(`/authorities/${name}/cross`, { by })
    assert.equal(reply.status, status, reply.text)
    assert.match(reply.json.error.message, message)
    assert.equal(onRecord(), before)
  })

/** What an offline CA could make of the request of `asking`. */
async function certified(
  issuer: Party,
  wishes: Wishes = {},
  subject = 'CN=asking, O=Else',
): Promise<string[]> {
  const { json } = await send({ path: `/authorities/asking/request?${version}` })
  const { spki } = parseRequest(Buffer.from(json.csr, 'base64'))
  const key: TestKey = { privateKey: issuer.key.privateKey, spki }
  const { certificate } = issue(subject, { issuer, key, ...ca, ...times, ...wishes })
  return [certificate, issuer.certificate].map(({ der }) => Buffer.from(der).toString('base64'))
}

const installs: readonly [string, () => Promise<string[]>, RegExp][] = [
  [
    'for another key',
    async () => [Buffer.from(trusted.certificate.der).toString('base64')],
    /public key of the pending request/,
  ],
  ['of no CA', () => certified(trusted, { constraints: { ca: false } }), /not-a-ca/],
  [
    'without the right to sign',
    () => certified(trusted, { extensions: [keyUsageExtension(['digitalSignature'])] }),
    /key-usage|not-a-ca/,
  ],
  ['that another key signed', () => certified(trusted, { forged: true }), /chain: at place 0/],
  ['that is past its end', () => certified(trusted, { notAfter: seconds(now - 60) }), /chain: at place 0/],
  [
    'that is not valid yet',
    () => certified(trusted, { notBefore: seconds(now + 86_400) }),
    /chain: at place 0/,
  ],
  [
    'below a root past its end',
    () =>
      certified(
        issue('CN=Late', { ...ca, notBefore: seconds(now - 2 * year), notAfter: seconds(now - year) }),
      ),
    /chain: at place/,
  ],
  [
    'below a root that allows no CA',
    () =>
      certified(issue('CN=Flat', { ...ca, ...times, constraints: { ca: true, pathLength: 0 } }), {
        constraints: { ca: true, pathLength: 1 },
      }),
    /chain|path-length/,
  ],
  [
    'outside of what the root permits',
    () =>
      certified(
        issue('CN=Bound', {
          ...ca,
          ...times,
          extensions: [
            nameConstraintsExtension({
              permitted: { ...noSubtrees, directoryNames: [parseDistinguishedName('O=Example')] },
              excluded: noSubtrees,
            }),
          ],
        }),
      ),
    /name-constraints|not permitted/,
  ],
  ['without its root', async () => (await certified(trusted)).slice(0, 1), /does not end with a root/],
  ['101 times', async () => Array(101).fill((await certified(trusted))[0]), /at most 100/],
  ['that is no certificate', async () => ['AAAA'], /x5c\.0 cannot be read/],
]
for (const [what, chain, message] of installs)
  test(`a certificate ${what} is not installed`, async () => {
    const x5c = await chain()
    const before = onRecord()
    const reply = await post('/authorities/asking/install', { x5c })
    assert.equal(reply.status, 400, reply.text)
    assert.match(reply.json.error.message, message)
    assert.equal(onRecord(), before)
  })

test('what all those differ from is installed', async () => {
  const reply = await post('/authorities/asking/install', { x5c: await certified(trusted) })
  assert.equal(reply.status, 200, reply.text)
  assert.equal(reply.json.state, 'active')
})

const pem = (key: KeyObject) => String(key.export({ format: 'pem', type: 'pkcs8' }))

test('the key of an authority gets no certificate, not even in another vault', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'certkeep-ca-')), 'ca.pem')
  writeFileSync(file, pem(taken.key.privateKey) + formatPem('CERTIFICATE', taken.certificate.der))
  const data = ['--data', service.dataFolder]
  await certkeep('vault', 'create', 'another', ...data)
  output += await certkeep('ca', 'import', 'taken', '--file', file, '--vault', 'another', ...data)
  const path = `/certificates/issuers/leaves?${version}`
  const settings = { authority: 'root', profile: 'tls-server' }
  await send({ method: 'PUT', path, body: { provider: 'PrivateCA', settings } })
  const names = subjectAltNameExtension({ ...emptyNames, dnsNames: ['www.example.org'] }, false)
  const subject = encodeName(parseDistinguishedName('CN=www.example.org'))
  const info = buildRequestInfo({ subject, spki: taken.key.spki, extensions: [names] })
  const { identifier } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
  const csr = assembleSigned(info, identifier, sign('sha256', info, taken.key.privateKey))
  const checkRefused = async () => {
    const before = onRecord()
    const wish = { csr: Buffer.from(csr).toString('base64') }
    const reply = await post('/certificates/issuers/leaves/sign', wish)
    assert.equal(reply.status, 400, reply.text)
    assert.match(reply.json.error.message, /ca-key-reused/)
    assert.equal(onRecord(), before)
  }
  await checkRefused()
  output += await certkeep('ca', 'import', 'taken', '--file', file, ...data)
  await checkRefused()
})

test('no private key is in an answer, in the log, in the audit, or readable on the disk', async () => {
  const settings = { authority: 'taken', profile: 'tls-server' }
  const path = `/certificates/issuers/by-taken?${version}`
  await send({ method: 'PUT', path, body: { provider: 'PrivateCA', settings } })
  assert.equal((await post('/authorities/root/cross', { by: 'taken' })).status, 200)
  output += await certkeep('ca', 'show', 'taken', '--data', service.dataFolder)
  output += await certkeep('ca', 'export', 'taken', '--data', service.dataFolder)
  await service.stop()
  const { d } = taken.key.privateKey.export({ format: 'jwk' })
  const octets = Buffer.from(d!, 'base64url')
  const pkcs8 = taken.key.privateKey.export({ format: 'der', type: 'pkcs8' })
  const traces = [
    octets,
    ...(['hex', 'base64', 'base64url'] as const).map((encoding) => Buffer.from(octets.toString(encoding))),
    Buffer.from(octets.toString('hex').toUpperCase()),
    Buffer.from(pkcs8.toString('base64').slice(40, 100)),
    Buffer.from('PRIVATE KEY-----'),
  ]
  const files = readdirSync(service.dataFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  // The public half is there to be found, so the search would find the private one.
  assert.ok(files.some((file) => readFileSync(file).includes(taken.certificate.signature)))
  for (const trace of traces) {
    for (const file of files) assert.ok(!readFileSync(file).includes(trace), `${file} holds a private key`)
    assert.ok(!Buffer.from(output).includes(trace), 'the log holds a private key')
    assert.ok(!Buffer.from(answers).includes(trace), 'an answer holds a private key')
  }
})
