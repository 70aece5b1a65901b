/** Each rule is broken by a certificate that breaks it and nothing else; clean certificates of every kind break none. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../../../src/domain/time.ts'
import { buildTbsCertificate, type CertificateContent } from '../../../src/x509/certificate.ts'
import { derNull, integer, objectIdentifier, sequence } from '../../../src/x509/der.ts'
import {
  authorityKeyIdentifierExtension,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  extension,
  keyUsageExtension,
  noRevocationExtension,
  ocspNoCheckExtension,
} from '../../../src/x509/extensions.ts'
import {
  type CertificateKind,
  checkBeforeSigning,
  lintCertificate,
  rules,
} from '../../../src/x509/lint/lint.ts'
import { extensionOid, keyPurpose, signatureOid } from '../../../src/x509/object-identifiers.ts'
import { readDocument, tableOf } from '../../architecture/document.ts'
import {
  at,
  certificateOf,
  clean,
  contextOf,
  ecdsa,
  nameOf,
  rsa,
  rsa2048,
  sans,
  withExtension,
  withoutExtension,
} from './certificates.ts'

const day = 86_400
const { server, root, intermediate } = clean
const dns = (...dnsNames: string[]) =>
  withExtension({ ...server, subject: nameOf('O=Test') }, sans({ dnsNames }))
const responder = clean['ocsp-responder']
const self = clean['self-signed']
const lists = extension(extensionOid.crlDistributionPoints, false, sequence())
const withoutLists = withoutExtension(server, lists)
const caWithoutLists = withoutExtension(intermediate, lists)
const constraints = (critical: boolean) => extension(extensionOid.nameConstraints, critical, sequence())
const until = (content: CertificateContent, days: number) => ({
  ...content,
  notAfter: seconds(at + days * day),
})
const sha1 = sequence(objectIdentifier(signatureOid.ecdsaWithSha1))
const ed25519 = sequence(objectIdentifier(signatureOid.ed25519))
/** A key whose factors lie close together is found by Fermat's method: the square of a prime most of all. */
const squareKey = (() => {
  const { spki } = { spki: rsa2048 }
  const modulusAt = spki.length - 256 - 5
  const square = (2n ** 1024n - 1155n) ** 2n
  const changed = Uint8Array.from(spki)
  changed.set(Buffer.from(square.toString(16).padStart(512, '0'), 'hex'), modulusAt)
  return changed
})()

type Case = readonly [rule: string, kind: CertificateKind, content: CertificateContent, ...more: string[]]

/** Further rules that the same fault cannot help breaking. */
const cases: readonly Case[] = [
  ['validity-positive', 'server', { ...server, notBefore: at, notAfter: at }],
  ['backdating', 'server', { ...server, notBefore: seconds(at - 3 * day) }],
  ['outlives-issuer', 'server', until(server, 4000)],
  ['selfsigned-max', 'self-signed', until(self, 365)],
  ['serial-positive', 'server', { ...server, serialNumber: new Uint8Array(1) }, 'serial-entropy'],
  ['serial-length', 'server', { ...server, serialNumber: new Uint8Array(21).fill(1) }],
  ['serial-entropy', 'server', { ...server, serialNumber: Uint8Array.of(1, 2, 3) }],
  ['sha1', 'server', { ...server, signatureAlgorithm: sha1 }],
  ['sig-algorithm', 'server', { ...server, signatureAlgorithm: ed25519 }],
  [
    'san-present',
    'server',
    withoutExtension({ ...server, subject: nameOf('O=Test') }, sans({ dnsNames: ['a'] })),
  ],
  ['san-critical', 'server', { ...server, subject: nameOf('') }],
  ['subject-present', 'root', { ...root, subject: nameOf('') }, 'san-critical'],
  ['cn-in-san', 'server', { ...server, subject: nameOf('CN=other.example') }],
  ['dns-syntax', 'server', dns('-a.example')],
  ['dns-syntax', 'server', dns('a..example')],
  ['dns-syntax', 'server', dns('a.example.')],
  ['dns-syntax', 'server', dns(`${'a'.repeat(64)}.example`)],
  ['dns-underscore', 'server', dns('a_b.example')],
  ['wildcard-form', 'server', dns('a*.example')],
  ['wildcard-form', 'server', dns('a.*.example')],
  ['idn-form', 'server', dns('ab--c.example')],
  ['san-dupes', 'server', dns('a.example', 'A.example')],
  ['subject-country', 'server', { ...server, subject: nameOf('C=de, O=Test') }],
  ['subject-lengths', 'server', { ...server, subject: longOrganization() }],
  ['rsa-size', 'server', { ...server, spki: rsa(1024) }],
  ['rsa-exponent', 'server', { ...server, spki: rsa(2048, 17) }],
  ['rsa-weak', 'server', { ...server, spki: squareKey }],
  ['ca-key-strength', 'root', { ...root, spki: server.spki }],
  ['eku-present', 'server', withoutExtension(server, extendedKeyUsageExtension([]))],
  ['ku-consistent', 'server', withExtension(server, keyUsageExtension(['nonRepudiation']))],
  [
    'ku-consistent',
    'server',
    withExtension(server, keyUsageExtension(['digitalSignature', 'keyEncipherment'])),
  ],
  ['ku-ca-bits', 'server', withExtension(server, keyUsageExtension(['digitalSignature', 'keyCertSign']))],
  ['leaf-not-ca', 'server', withExtension(server, basicConstraintsExtension({ ca: true }, true))],
  ['ocsp-nocheck', 'ocsp-responder', withoutExtension(responder, ocspNoCheckExtension)],
  ['ext-critical-known', 'server', withExtension(server, extension('1.2.3.4', true, sequence()))],
  ['aki', 'server', withExtension(server, authorityKeyIdentifierExtension(new Uint8Array(20)))],
  ['crldp', 'server', withoutLists],
  ['no-rev-avail', 'server', withExtension(server, noRevocationExtension)],
  ['no-rev-avail', 'intermediate', withExtension(caWithoutLists, noRevocationExtension)],
  [
    'no-rev-avail',
    'server',
    withExtension(withoutLists, extension(extensionOid.noRevocationAvailable, true, derNull)),
  ],
  [
    'ca-basic',
    'intermediate',
    withExtension(intermediate, basicConstraintsExtension({ ca: true, pathLength: 0 }, false)),
  ],
  ['ca-basic', 'intermediate', withExtension(intermediate, keyUsageExtension(['cRLSign']))],
  ['ca-pathlen', 'intermediate', withExtension(intermediate, basicConstraintsExtension({ ca: true }, true))],
  ['ca-root-eku', 'root', withExtension(root, extendedKeyUsageExtension([keyPurpose.any]))],
  ['ca-nameconstraints', 'intermediate', withExtension(intermediate, constraints(false))],
  ['ca-nameconstraints', 'server', withExtension(server, constraints(true))],
]

for (const [id, kind, content, ...more] of cases)
  test(`${id} is broken by a ${kind} certificate that breaks it`, () => {
    const found = lintCertificate(certificateOf(content), contextOf(kind))
    assert.deepEqual([...new Set(found.map((finding) => finding.id))].toSorted(), [id, ...more].toSorted())
    for (const { observed, expected, source, path } of found)
      assert.ok(observed && expected && source && path)
  })

test('an intermediate below a CA that allows none, and one that allows more than it may', () => {
  const parent = (pathLength: number) =>
    certificateOf(withExtension(root, basicConstraintsExtension({ ca: true, pathLength }, true)))
  const found = (pathLength: number) =>
    lintCertificate(certificateOf(intermediate), { kind: 'intermediate', at, issuer: parent(pathLength) })
  assert.deepEqual(
    found(0).map(({ id }) => id),
    ['ca-pathlen-exceeded'],
  )
  assert.deepEqual(found(1), [])
})

for (const [kind, content] of Object.entries(clean) as [CertificateKind, CertificateContent][])
  test(`a clean ${kind} certificate breaks no rule`, () => {
    assert.deepEqual(lintCertificate(certificateOf(content), contextOf(kind)), [])
  })

test('every rule has a case of its own', () => {
  const tried = new Set(cases.map(([id]) => id))
  assert.deepEqual(
    rules.map(({ id }) => id).filter((id) => !tried.has(id) && id !== 'ca-pathlen-exceeded'),
    [],
  )
  assert.equal(new Set(rules.map(({ id }) => id)).size, rules.length)
})

test('an error keeps what it found from being signed, and names the rule; warnings are told', () => {
  const weak = { ...server, spki: rsa(1024), serialNumber: Uint8Array.of(1, 2, 3) }
  assert.throws(() => checkBeforeSigning(buildTbsCertificate(weak), ecdsa, contextOf('server')), {
    code: 'BadParameter',
    message:
      'The certificate is not signed: rsa-size: 1024 bits; 2048 bits at least and a multiple of 8; 3072 for what is used beyond 2030 (NIST SP 800-57 part 1; TLS Baseline Requirements 6.1.5).',
  })
  const told = checkBeforeSigning(
    buildTbsCertificate({ ...server, serialNumber: Uint8Array.of(1, 2, 3) }),
    ecdsa,
    contextOf('server'),
  )
  assert.deepEqual(
    told.map(({ id, severity }) => [id, severity]),
    [['serial-entropy', 'warning']],
  )
})

test('what is no DER, and an extension that occurs twice, are not signed', () => {
  const twice = { ...server, extensions: [...server.extensions, ...server.extensions.slice(0, 1)] }
  for (const tbs of [buildTbsCertificate(twice), sequence(integer(1)), Uint8Array.of(0x30, 0x81, 0)])
    assert.throws(() => checkBeforeSigning(tbs, ecdsa, contextOf('server')), {
      code: 'BadParameter',
      message: /^The certificate is not signed: der-strict: /,
    })
})

/** Longer than the policy would ever take. */
function longOrganization() {
  const long = nameOf(`O=${'x'.repeat(64)}`)
  const text = Buffer.from(long).toString('hex')
  const grow = (at: number, by: number) =>
    (Number.parseInt(text.slice(at, at + 2), 16) + by).toString(16).padStart(2, '0')
  // SEQUENCE, SET, SEQUENCE, OBJECT IDENTIFIER of three octets, PrintableString: one character more in each.
  const octets = text.match(/../g)!
  for (const place of [1, 3, 5, 12]) octets[place] = grow(place * 2, 1)
  return new Uint8Array(Buffer.from(`${octets.join('')}78`, 'hex'))
}

test('docs/lint.md has every rule as it is', () => {
  const rows = rules.map(({ id, severity, applies, expected, source }) => [
    `\`${id}\``,
    severity,
    applies.join(', '),
    expected,
    source,
  ])
  assert.deepEqual(tableOf(readDocument('docs/lint.md'), 'Rule'), rows)
})

test('the purposes of a CA bind those below it, and say nothing of its own key usage', () => {
  const bound = withExtension(intermediate, extendedKeyUsageExtension([keyPurpose.serverAuth]))
  assert.deepEqual(
    lintCertificate(certificateOf(bound), contextOf('intermediate')).map(({ id }) => id),
    [],
  )
})
