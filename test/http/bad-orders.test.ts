/**
 * What nobody should ask of the private CA, over HTTP: each order is refused with the rule in its message, no serial number is
 * given out, nothing is signed, and the audit says who asked which issuer and why it was refused.
 */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, randomUUID, sign, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import {
  bitString,
  contextTag,
  type Der,
  encode,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
} from '../../src/x509/der.ts'
import {
  basicConstraintsExtension,
  extension,
  keyUsageExtension,
  subjectAltNameExtension,
} from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { nameConstraintsExtension, noSubtrees } from '../../src/x509/name-constraints.ts'
import { buildRequestInfo } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import type { TestKey } from '../x509/authority.ts'
import { type Reply, type Send, sender } from './request.ts'

const version = 'api-version=2025-07-01'
let service: Service
let send: Send
let store: DatabaseSync

const bounds = {
  dns: { dns_names: ['example.org'] },
  ip: { ip_ranges: ['192.0.2.0/24', '2001:db8::/32'] },
  mail: { emails: ['example.org'] },
  uri: { uri_hosts: ['.example.org'] },
  dir: { directory_names: ['O=Example'] },
} as const
type Kind = keyof typeof bounds

before(async () => {
  service = await startService({ args: ['--dev'] })
  const environment = await environmentOf(service)
  trust(environment)
  send = sender(service, environment, await tokenOf(environment))
  store = new DatabaseSync(join(service.dataFolder, 'certkeep.db'), { readOnly: true })
  await authority('root', {})
  await authority('plain', { kind: 'intermediate', parent: 'root' })
  await authority('other-root', {})
  await authority('other-plain', { kind: 'intermediate', parent: 'other-root' })
  await authority('asking', { kind: 'requested' })
  await authority('retired', {})
  await send({ method: 'PATCH', path: `/authorities/retired?${version}`, body: { state: 'retired' } })
  for (const kind of Object.keys(bounds) as Kind[])
    for (const side of ['permitted', 'excluded'] as const) {
      const bound = { name_constraints: { [side]: bounds[kind] } }
      await authority(`${side}-${kind}`, { kind: 'intermediate', parent: 'root', ...bound })
      await issuer(`${side}-${kind}`, { authority: `${side}-${kind}`, profile: 'tls-client' })
    }
  for (const profile of ['tls-server', 'tls-client', 'smime', 'device', 'code-signing', 'subordinate-ca'])
    await issuer(profile, { authority: 'plain', profile })
  await issuer('root-cas', { authority: 'root', profile: 'subordinate-ca', pathLength: 1 })
  for (const name of ['asking', 'retired', 'none'])
    await issuer(`at-${name}`, { authority: name, profile: 'tls-server' })
  await issuer('disabled', { authority: 'plain', profile: 'tls-server' }, { attributes: { enabled: false } })
})
after(async () => {
  store?.close()
  await service?.stop()
})

async function authority(name: string, body: object): Promise<void> {
  const whole = { subject: `CN=${name}, O=Example`, key_props: { kty: 'EC', crv: 'P-256' }, ...body }
  const reply = await send({ method: 'PUT', path: `/authorities/${name}?${version}`, body: whole })
  assert.equal(reply.status, 200, reply.text)
}

async function issuer(name: string, settings: object, more: object = {}): Promise<void> {
  const body = { provider: 'PrivateCA', settings, ...more }
  const path = `/certificates/issuers/${name}?${version}`
  const reply = await send({ method: 'PUT', path, body })
  assert.equal(reply.status, 200, reply.text)
}

/** How many serial numbers were ever given out, by all authorities. */
const givenOut = () => Number(store.prepare('SELECT count(*) AS count FROM issued').get()!.count)
const recordOf = (correlationId: string) => {
  const sql = `SELECT record FROM journal WHERE record ->> '$.origin.correlationId' = ?`
  return JSON.parse(String(store.prepare(sql).get(correlationId)!.record))
}

// ------------------------------------------------------------------------------------------------ requests

const base64 = (der: Der) => Buffer.from(der).toString('base64')
const ecKey = (namedCurve = 'prime256v1'): TestKey => exported(generateKeyPairSync('ec', { namedCurve }))
const rsaKey = (modulusLength: number, publicExponent = 65_537): TestKey =>
  exported(generateKeyPairSync('rsa', { modulusLength, publicExponent }))
const exported = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): TestKey => ({
  privateKey,
  spki: publicKey.export({ type: 'spki', format: 'der' }),
})
const someone = ecKey()
const names = (sans: Partial<typeof emptyNames>) => subjectAltNameExtension({ ...emptyNames, ...sans }, false)
const usual = names({ dnsNames: ['www.example.org'] })
const sansOf = (...generalNames: Der[]) => extension('2.5.29.17', false, sequence(...generalNames))
const generalName = (number: number, octets: Uint8Array | string) =>
  encode(contextTag(number, 'primitive'), Buffer.from(octets as string, 'latin1'))

interface Asked {
  readonly key?: TestKey
  readonly subject?: string | Der
  readonly extensions?: readonly Der[]
  readonly signer?: KeyObject
  /** In place of what is built. */
  readonly info?: Der
}

function csr({ key = someone, subject = 'CN=www.example.org', extensions = [usual], ...more }: Asked = {}) {
  const name = typeof subject === 'string' ? encodeName(parseDistinguishedName(subject)) : subject
  const info = more.info ?? buildRequestInfo({ subject: name, spki: key.spki, extensions })
  const { asymmetricKeyType } = key.privateKey
  const { identifier } = signatureAlgorithm(
    asymmetricKeyType === 'rsa' ? { kty: 'RSA' } : { kty: 'EC', curve: 'P-256' },
  )
  return base64(assembleSigned(info, identifier, sign('sha256', info, more.signer ?? key.privateKey)))
}

/** CertificationRequestInfo with these attributes, whatever they are. */
const withAttributes = (...attributes: Der[]) =>
  sequence(
    integer(0),
    encodeName(parseDistinguishedName('CN=www.example.org')),
    someone.spki,
    encode(contextTag(0, 'constructed'), ...attributes),
  )
const extensionRequest = (...values: Der[]) =>
  sequence(objectIdentifier('1.2.840.113549.1.9.14'), setOf(...values))

/** The exponent 1 makes every message its own signature. */
function keyWithExponentOne(): TestKey {
  const { n } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
  const modulus = Buffer.concat([Buffer.of(0), Buffer.from(n!, 'base64url')])
  const numbers = sequence(encode(2, modulus), integer(1))
  const algorithm = sequence(objectIdentifier('1.2.840.113549.1.1.1'), encode(5))
  return { privateKey: rsaKey(2048).privateKey, spki: sequence(algorithm, bitString(numbers)) }
}

const askFor = (issuerName: string, body: object, id: string = randomUUID()) =>
  send({
    method: 'POST',
    path: `/certificates/issuers/${issuerName}/sign?${version}`,
    body,
    headers: { 'x-ms-client-request-id': id },
  })

type Case = readonly [what: string, issuer: string, body: () => object, message: RegExp, status?: number]
const asCsr =
  (asked: Asked, more: object = {}) =>
  () => ({ csr: csr(asked), ...more })
const dns = (...dnsNames: string[]) => asCsr({ extensions: [names({ dnsNames })] })
const inPolicy = (sans: object) => asCsr({}, { policy: { x509_props: { sans } } })
const bound = (extensionsOf: Partial<typeof emptyNames>) => asCsr({ extensions: [names(extensionsOf)] })

const cases: readonly Case[] = [
  // Name constraints, of each kind, permitted and excluded.
  [
    'a DNS name outside',
    'permitted-dns',
    dns('www.example.com'),
    /name-constraints: The DNS name www\.example\.com is not permitted/,
  ],
  ['a DNS name that only ends alike', 'permitted-dns', dns('notexample.org'), /name-constraints/],
  [
    'a DNS name inside what is excluded',
    'excluded-dns',
    dns('a.EXAMPLE.org'),
    /name-constraints: .* is excluded/,
  ],
  ['a wildcard over what is excluded', 'excluded-dns', dns('*.org'), /name-constraints: .* is excluded/],
  [
    'one DNS name of many',
    'permitted-dns',
    dns('a.example.org', 'b.example.com'),
    /name-constraints: .*b\.example\.com/,
  ],
  [
    'an address outside',
    'permitted-ip',
    bound({ ipAddresses: ['198.51.100.1'] }),
    /name-constraints: The IP address/,
  ],
  [
    'a long address outside',
    'permitted-ip',
    bound({ ipAddresses: ['2001:db9::1'] }),
    /name-constraints: The IP address/,
  ],
  [
    'an address inside what is excluded',
    'excluded-ip',
    bound({ ipAddresses: ['192.0.2.9'] }),
    /name-constraints: .* is excluded/,
  ],
  [
    'a mailbox outside',
    'permitted-mail',
    bound({ emails: ['a@example.com'] }),
    /name-constraints: The e-mail address/,
  ],
  [
    'a mailbox of a host below',
    'permitted-mail',
    bound({ emails: ['a@b.example.org'] }),
    /name-constraints: The e-mail address/,
  ],
  [
    'a mailbox that is excluded',
    'excluded-mail',
    bound({ emails: ['a@example.org'] }),
    /name-constraints: .* is excluded/,
  ],
  [
    'a mailbox in the subject that is excluded',
    'excluded-mail',
    asCsr({ subject: 'E=a@example.org, CN=a' }),
    /name-constraints: .* is excluded/,
  ],
  [
    'a URI outside',
    'permitted-uri',
    bound({ uris: ['https://a.example.com/'] }),
    /name-constraints: The URI/,
  ],
  ['a URI without a host', 'permitted-uri', bound({ uris: ['urn:device:7'] }), /name-constraints: The URI/],
  [
    'a URI that is excluded',
    'excluded-uri',
    bound({ uris: ['https://a.example.org/'] }),
    /name-constraints: .* is excluded/,
  ],
  [
    'a URI that hides its host',
    'permitted-uri',
    bound({ uris: ['https://a.example.org@evil.example/'] }),
    /name-constraints: The URI/,
  ],
  [
    'a subject outside',
    'permitted-dir',
    asCsr({ subject: 'CN=a, O=Else' }),
    /name-constraints: The name .* is not permitted/,
  ],
  [
    'a subject that is excluded',
    'excluded-dir',
    asCsr({ subject: 'CN=a, O=EXAMPLE' }),
    /name-constraints: The name .* is excluded/,
  ],

  // Keys.
  [
    'a signature of another key',
    'tls-server',
    asCsr({ signer: ecKey().privateKey }),
    /csr: it is not signed by the key in it/,
  ],
  ['RSA of 1024 bits', 'tls-server', asCsr({ key: rsaKey(1024) }), /The RSA key has 1024 bits/],
  ['RSA of 2047 bits', 'tls-server', asCsr({ key: rsaKey(2047) }), /The RSA key has 2047 bits/],
  [
    'the exponent 1',
    'tls-server',
    asCsr({ key: keyWithExponentOne() }),
    /exponent|not signed by the key in it/,
  ],
  [
    'the curve P-192',
    'tls-server',
    asCsr({ key: ecKey('prime192v1') }),
    /curve 1\.2\.840\.10045\.3\.1\.1 is not supported/,
  ],
  [
    'a curve of Brainpool',
    'tls-server',
    asCsr({ key: ecKey('brainpoolP256r1') }),
    /curve .* is not supported/,
  ],
  [
    'a CA on a curve that verifiers do not know',
    'root-cas',
    asCsr({
      key: ecKey('secp256k1'),
      subject: 'CN=Sub',
      extensions: [
        basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
        keyUsageExtension(['keyCertSign', 'cRLSign']),
      ],
    }),
    /curve|P-256/,
  ],
  ['Ed25519', 'tls-server', () => ({ csr: base64(edRequest()) }), /./],

  // The rights of a CA, and what else a request may ask for.
  [
    'a CA',
    'tls-server',
    asCsr({ extensions: [usual, basicConstraintsExtension({ ca: true }, true)] }),
    /csr: it asks for the rights of a CA/,
  ],
  [
    'keyCertSign',
    'tls-server',
    asCsr({ extensions: [usual, keyUsageExtension(['digitalSignature', 'keyCertSign'])] }),
    /csr: it asks for the rights of a CA/,
  ],
  [
    'cRLSign',
    'tls-server',
    asCsr({ extensions: [usual, keyUsageExtension(['digitalSignature', 'cRLSign'])] }),
    /csr: it asks for the rights of a CA/,
  ],
  [
    'a critical extension that nobody knows',
    'tls-server',
    asCsr({ extensions: [usual, extension('1.3.6.1.4.1.99999.1', true, octetString(Buffer.of(1)))] }),
    /csr: .*critical extension 1\.3\.6\.1\.4\.1\.99999\.1/,
  ],
  [
    'a CA that wants to be bound',
    'root-cas',
    asCsr({
      subject: 'CN=Sub',
      extensions: [
        basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
        keyUsageExtension(['keyCertSign', 'cRLSign']),
        nameConstraintsExtension({
          permitted: { ...noSubtrees, dnsNames: ['example.org'] },
          excluded: noSubtrees,
        }),
      ],
    }),
    /csr: .*critical extension 2\.5\.29\.30/,
  ],
  [
    'an extension twice',
    'tls-server',
    asCsr({ extensions: [usual, usual] }),
    /extension 2\.5\.29\.17 occurs twice/,
  ],
  [
    'two wishes for extensions',
    'tls-server',
    asCsr({ info: withAttributes(extensionRequest(sequence(usual)), extensionRequest(sequence(usual))) }),
    /asks for extensions twice/,
  ],
  [
    'a wish with two values',
    'tls-server',
    asCsr({
      info: withAttributes(
        extensionRequest(sequence(usual), sequence(keyUsageExtension(['digitalSignature']))),
      ),
    }),
    /./,
  ],
  ['a wish without a value', 'tls-server', asCsr({ info: withAttributes(extensionRequest()) }), /./],
  [
    'a CA below one that allows none',
    'subordinate-ca',
    asCsr({
      subject: 'CN=Sub',
      extensions: [
        basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
        keyUsageExtension(['keyCertSign', 'cRLSign']),
      ],
    }),
    /ca-pathlen|path-length/,
  ],
  [
    'a CA deeper than its issuer gives',
    'root-cas',
    asCsr({
      subject: 'CN=Sub',
      extensions: [
        basicConstraintsExtension({ ca: true, pathLength: 2 }, true),
        keyUsageExtension(['keyCertSign', 'cRLSign']),
      ],
    }),
    /path_len_constraint does not fit|path/,
  ],
  [
    'a CA of endless depth',
    'root-cas',
    asCsr(
      {
        subject: 'CN=Sub',
        extensions: [
          basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
          keyUsageExtension(['keyCertSign', 'cRLSign']),
        ],
      },
      { policy: { x509_props: { basic_constraints: { ca: true, path_len_constraint: 2 ** 40 } } } },
    ),
    /path/,
  ],

  // Alternative names.
  [
    'an empty list of names',
    'tls-server',
    asCsr({ extensions: [extension('2.5.29.17', false, sequence())] }),
    /list of alternative names is empty/,
  ],
  [
    'an empty name',
    'tls-server',
    asCsr({ extensions: [sansOf(generalName(2, ''))] }),
    /cannot be a subject alternative name|dns-syntax/,
  ],
  [
    'raw letters of Unicode',
    'tls-server',
    asCsr({ extensions: [sansOf(generalName(2, Buffer.from('bücher.example.org')))] }),
    /ASCII|IA5|7 bit|characters/i,
  ],
  [
    'raw letters of Unicode in the policy',
    'tls-server',
    inPolicy({ dns_names: ['bücher.example.org'] }),
    /ASCII/,
  ],
  [
    'a NUL in a name',
    'tls-server',
    asCsr({ extensions: [sansOf(generalName(2, 'bank.example\0.evil.example'))] }),
    /control characters/,
  ],
  [
    'a NUL in the policy',
    'tls-server',
    inPolicy({ dns_names: ['bank.example\0.evil.example'] }),
    /cannot be a subject alternative name/,
  ],
  ['a wildcard in the middle', 'tls-server', dns('www.*.example.org'), /wildcard-form/],
  ['a wildcard in a label', 'tls-server', dns('w*.example.org'), /wildcard-form/],
  ['two wildcards', 'tls-server', dns('*.*.example.org'), /wildcard-form/],
  ['a wildcard alone', 'tls-server', dns('*'), /wildcard-form/],
  ['a dot at the end', 'tls-server', dns('www.example.org.'), /dns-syntax/],
  ['two dots', 'tls-server', dns('www..example.org'), /dns-syntax/],
  ['a label of 64', 'tls-server', dns(`${'a'.repeat(64)}.example.org`), /dns-syntax/],
  ['a name of 254', 'tls-server', dns(`${'a.'.repeat(121)}example.org`.padStart(254, 'b')), /dns-syntax/],
  ['hyphens of no encoding', 'tls-server', dns('ab--cd.example.org'), /idn-form/],
  [
    'an address of five octets',
    'tls-server',
    asCsr({ extensions: [sansOf(generalName(7, Buffer.alloc(5, 1)))] }),
    /neither 4 nor 16 octets/,
  ],
  ['an address with a mask', 'tls-server', inPolicy({ ipAddresses: ['192.0.2.0/24'] }), /IP address/],
  [
    'a name of another kind',
    'tls-server',
    asCsr({ extensions: [sansOf(generalName(8, Buffer.of(0x2a, 3)))] }),
    /alternative names of a kind that is not issued/,
  ],
  [
    '10,000 names',
    'tls-server',
    dns(...Array.from({ length: 10_000 }, (_, index) => `n${index}.example.org`)),
    /at most 1000/,
  ],
  [
    'a NUL in the subject',
    'tls-server',
    asCsr({
      subject: sequence(setOf(sequence(objectIdentifier('2.5.4.3'), encode(12, Buffer.from('a\0b'))))),
    }),
    /./,
  ],
  [
    'a country that is none',
    'tls-server',
    asCsr({
      subject: sequence(setOf(sequence(objectIdentifier('2.5.4.6'), encode(19, Buffer.from('usa'))))),
    }),
    /country|two/i,
  ],

  // Validity, profile, sizes.
  [
    'no month',
    'tls-server',
    asCsr({}, { validity_months: 0 }),
    /validity_months: send a whole number from 1 to 1200/,
  ],
  ['less than no month', 'tls-server', asCsr({}, { validity_months: -1 }), /validity_months/],
  ['more than a century', 'tls-server', asCsr({}, { validity_months: 1201 }), /validity_months/],
  ['half a month', 'tls-server', asCsr({}, { validity_months: 0.5 }), /validity_months/],
  [
    'a purpose of another profile',
    'code-signing',
    asCsr({ extensions: [] }, { policy: { x509_props: { ekus: ['1.3.6.1.5.5.7.3.1'] } } }),
    /ekus does not fit the profile code-signing/,
  ],
  ['the name of a server for code', 'code-signing', asCsr({}), /sans does not fit the profile code-signing/],
  [
    'a URI for a server',
    'tls-server',
    bound({ dnsNames: ['a.example.org'], uris: ['urn:a:b'] }),
    /sans does not fit the profile tls-server/,
  ],
  ['no request', 'tls-server', () => ({ csr: '' }), /csr/],
  ['half a request', 'tls-server', () => ({ csr: csr().slice(0, 80) }), /./],
  [
    'a request with something behind it',
    'tls-server',
    () => ({ csr: base64(Buffer.concat([Buffer.from(csr(), 'base64'), Buffer.of(5, 0)])) }),
    /./,
  ],
  ['a megabyte', 'tls-server', () => ({ csr: 'A'.repeat(1_100_000) }), /./, 413],
  [
    'many purposes',
    'root-cas',
    asCsr(
      {
        subject: 'CN=Sub',
        extensions: [
          basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
          keyUsageExtension(['keyCertSign', 'cRLSign']),
        ],
      },
      { policy: { x509_props: { ekus: ['web'] } } },
    ),
    /ekus/,
  ],

  // Who signs.
  ['an authority that waits for its certificate', 'at-asking', asCsr({}), /waits for its certificate/, 409],
  ['an authority that is retired', 'at-retired', asCsr({}), /is retired/, 409],
  ['an authority that is not there', 'at-none', asCsr({}), /There is no authority none/, 409],
  ['an issuer that is disabled', 'disabled', asCsr({}), /is disabled/, 403],
  ['an issuer that is not there', 'nobody', asCsr({}), /Issuer nobody not found/, 404],
]

function edRequest(): Der {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const info = buildRequestInfo({ subject: encodeName([]), spki, extensions: [usual] })
  return assembleSigned(info, sequence(objectIdentifier('1.3.101.112')), sign(null, info, privateKey))
}

for (const [what, issuerName, body, message, status = 400] of cases)
  test(`${what} is refused`, async () => {
    const before = givenOut()
    const id = randomUUID()
    const reply = await askFor(issuerName, body(), id)
    assert.equal(reply.status, status, reply.text)
    checkRefusal(reply, message)
    assert.equal(givenOut(), before)
    if (status === 413) return
    const { operation, object, outcome, errorMessage } = recordOf(id)
    assert.equal(operation, 'CertificateIssuerSign')
    assert.match(errorMessage, message)
    // What no verb was asked for, because the body has not the shape, is recorded by the door.
    if (outcome === 'refused') assert.match(what, /half a month/)
    else assert.deepEqual([object, outcome], [`certificates/issuers/${issuerName}`, 'failed'])
  })

function checkRefusal({ json, text }: Reply, message: RegExp): void {
  assert.match(json.error.message, message)
  assert.doesNotMatch(text, /PRIVATE|node:|\.ts:/)
}

test('what all refusals differ from is signed; the audit ties request, authority, serial number and order', async () => {
  const before = givenOut()
  const id = randomUUID()
  const reply = await askFor('tls-server', asCsr({})(), id)
  assert.equal(reply.status, 200, reply.text)
  assert.equal(givenOut(), before + 1)
  const serialNumber = reply.json.serialnumber.toLowerCase()
  assert.equal(recordOf(id).facts.serialNumber, serialNumber)
  const sql = `SELECT record FROM journal WHERE record ->> '$.facts.serialNumber' = ? ORDER BY rowid LIMIT 1`
  const { operation, object, facts } = JSON.parse(String(store.prepare(sql).get(serialNumber)!.record))
  assert.deepEqual([operation, object], ['AuthorityCertificateIssue', 'authorities/plain'])
  assert.match(facts.order, /./)
})

test('a century is cut to what the authority gives', async () => {
  const { json } = await askFor('tls-server', asCsr({}, { validity_months: 1200 })())
  const { validTo, validFrom } = new X509Certificate(Buffer.from(json.cer, 'base64'))
  const days = (Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000
  assert.equal(Math.round(days), 398)
})

test('keys with small odd exponents, and on secp256k1, are signed as Key Vault takes them', async () => {
  for (const key of [rsaKey(2048, 3), ecKey('secp256k1')])
    assert.equal((await askFor('tls-server', asCsr({ key })())).status, 200)
})

test('an order of a certificate fails with the rule, and the audit names issuer and order', async () => {
  const before = givenOut()
  const policy = {
    issuer: { name: 'permitted-dns' },
    key_props: { kty: 'EC', crv: 'P-256' },
    x509_props: {
      subject: 'CN=a',
      sans: { dns_names: ['www.example.com'] },
      ekus: ['1.3.6.1.5.5.7.3.2'],
      key_usage: ['digitalSignature'],
    },
  }
  const path = `/certificates/outside/create?${version}`
  const { json: created } = await send({ method: 'POST', path, body: { policy } })
  const { status, error } = await ended('outside')
  assert.equal(status, 'failed')
  assert.match(error.message, /name-constraints: The DNS name www\.example\.com is not permitted/)
  assert.equal(givenOut(), before)
  const record = recordOf(created.request_id)
  assert.deepEqual(
    [record.operation, record.object, record.outcome, record.facts],
    [
      'CertificateEnroll',
      'certificates/outside',
      'failed',
      { requestId: created.request_id, issuer: 'permitted-dns' },
    ],
  )
  assert.match(record.errorMessage, /name-constraints/)
})

async function ended(name: string) {
  for (let tries = 0; tries < 500; tries++) {
    const { json } = await send({ path: `/certificates/${name}/pending?${version}` })
    if (json.status !== 'inProgress') return json
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${name} is still in progress`)
}

// The clock moves for good, so this comes last.
test('past the end of a CA above, nobody below signs', async () => {
  await authority('short', { validity_years: 1 })
  await authority('below-short', { kind: 'intermediate', parent: 'short' })
  for (const name of ['short', 'below-short'])
    await issuer(`at-${name}`, { authority: name, profile: 'tls-server' })
  const ours = { extensions: [usual] }
  assert.equal((await askFor('at-below-short', asCsr(ours)())).status, 200)
  const advance = { advanceSeconds: 367 * 86_400 }
  assert.equal((await send({ method: 'POST', path: '/dev/clock', body: advance })).status, 200)
  const before = givenOut()
  for (const name of ['short', 'below-short']) {
    const reply = await askFor(`at-${name}`, asCsr(ours)())
    assert.equal(reply.status, 409, reply.text)
    checkRefusal(reply, /past its end, or a CA above it is/)
  }
  const create = { kind: 'intermediate', parent: 'short', subject: 'CN=Late' }
  const reply = await send({ method: 'PUT', path: `/authorities/late?${version}`, body: create })
  assert.equal(reply.status, 409, reply.text)
  assert.equal((await send({ path: `/authorities/late?${version}` })).status, 404)
  assert.equal(givenOut(), before)
})
