import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { KeyUsageWord } from '../../src/domain/certificate-policy.ts'
import { keyUsageWords } from '../../src/domain/key-spec.ts'
import { parseDistinguishedName, printDistinguishedName } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import {
  assembleSigned,
  buildTbsCertificate,
  type CertificateContent,
  parseCertificate,
  thumbprint,
} from '../../src/x509/certificate.ts'
import { bitString, type Der, derNull, encode, explicit, integer, sequence } from '../../src/x509/der.ts'
import {
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  extension,
  keyUsageExtension,
  subjectAltNameExtension,
} from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { describePublicKey } from '../../src/x509/public-key.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { endOfTime } from '../../src/x509/time.ts'
import { certificateVectors, vector } from './vectors.ts'

const { identifier } = signatureAlgorithm({ kty: 'RSA', size: 2048 })
const model = parseCertificate(vector('x509/rsa-2048'))

function content(changes: Partial<CertificateContent> = {}): CertificateContent {
  return {
    serialNumber: Uint8Array.of(1),
    signatureAlgorithm: identifier,
    issuer: encodeName(parseDistinguishedName('CN=Issuer')),
    subject: encodeName(parseDistinguishedName('CN=Subject')),
    notBefore: seconds(0),
    notAfter: endOfTime,
    spki: model.spki,
    extensions: [],
    ...changes,
  }
}

function certificate(changes: Partial<CertificateContent> = {}): Der {
  return assembleSigned(buildTbsCertificate(content(changes)), identifier, Uint8Array.of(1, 2, 3))
}

function signed(integer: Uint8Array): bigint {
  return BigInt.asIntN(integer.length * 8, BigInt(`0x${Buffer.from(integer).toString('hex')}`))
}

function signedHexadecimal(text: string): bigint {
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`)
}

describe('a certificate made by others', () => {
  for (const name of certificateVectors)
    test(`${name} reads as Node reads it`, () => {
      const facts = parseCertificate(vector(name))
      const node = new X509Certificate(vector(name))
      assert.equal(signed(facts.serialNumber), signedHexadecimal(node.serialNumber))
      assert.equal(facts.notBefore * 1000, node.validFromDate.getTime())
      assert.equal(facts.notAfter * 1000, node.validToDate.getTime())
      assert.equal(facts.basicConstraints?.ca ?? false, node.ca)
      assert.deepEqual(facts.ekus, node.keyUsage)
      assert.equal(
        Buffer.from(thumbprint(facts.der, 'sha1')).toString('hex').toUpperCase(),
        node.fingerprint.replaceAll(':', ''),
      )
      assert.equal(
        Buffer.from(thumbprint(facts.der, 'sha256')).toString('hex').toUpperCase(),
        node.fingerprint256.replaceAll(':', ''),
      )
      if (name !== 'x509/explicit-curve')
        assert.deepEqual(Buffer.from(facts.spki), node.publicKey.export({ type: 'spki', format: 'der' }))
      for (const dnsName of facts.sans?.dnsNames ?? [])
        assert.ok(node.subjectAltName?.includes(`DNS:${dnsName}`))
    })

  test('gives all kinds of alternative names that Key Vault knows, and passes over the others', () => {
    assert.deepEqual(model.sans, {
      dnsNames: ['rsa-2048.example', '*.rsa-2048.example'],
      emails: ['user@rsa-2048.example'],
      upns: ['user@corp.example'],
      uris: ['https://rsa-2048.example/'],
      ipAddresses: ['192.0.2.7', '2001:db8::7'],
    })
    assert.deepEqual(model.keyUsage, ['digitalSignature', 'keyAgreement', 'decipherOnly'])
    assert.deepEqual(model.ekus, ['1.3.6.1.5.5.7.3.1', '1.2.3.4.5'])
    assert.equal(printDistinguishedName(model.subject), 'CN=rsa-2048.example, O=Example GmbH, C=DE')
    assert.equal(model.serialNumberConforms, true)
  })

  test('as RFC 7468 shows it reads though its key usage is not quite DER', () => {
    assert.deepEqual(parseCertificate(vector('x509/rfc7468')).keyUsage, ['keyCertSign', 'cRLSign'])
    assert.equal(parseCertificate(vector('x509/rfc7468')).serialNumberConforms, false)
  })
})

const words = fc.subarray([...keyUsageWords] as KeyUsageWord[], { minLength: 1 })
const labels = fc.stringMatching(/^[a-z0-9*.-]{1,40}$/)
const sans = fc.record(
  {
    dnsNames: fc.array(labels, { maxLength: 4 }),
    emails: fc.array(
      labels.map((label) => `${label}@x`),
      { maxLength: 2 },
    ),
    upns: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), { maxLength: 2 }),
    uris: fc.array(
      labels.map((label) => `urn:${label}`),
      { maxLength: 2 },
    ),
    ipAddresses: fc.array(fc.ipV4(), { maxLength: 2 }),
  },
  { noNullPrototype: true },
)
const contents = fc.record(
  {
    serial: fc.uint8Array({ minLength: 1, maxLength: 19 }).filter((octets) => octets[0]! > 0),
    subject: fc.stringMatching(/^[A-Za-z0-9äöü .*@-]{1,40}$/).filter((text) => text.trim() === text),
    notBefore: fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: endOfTime }),
    notAfter: fc.integer({ min: Date.UTC(1950, 0, 1) / 1000, max: endOfTime }),
    keyUsage: words,
    ekus: fc.array(fc.constantFrom('1.3.6.1.5.5.7.3.1', '1.2.3', '2.5.29.37.0'), {
      minLength: 1,
      maxLength: 3,
    }),
    constraints: fc.oneof(
      fc.constant({ ca: false }),
      fc.constant({ ca: true }),
      fc.nat(200).map((pathLength) => ({ ca: true, pathLength })),
    ),
    sans: sans.filter((names) => Object.values(names).flat().length > 0),
  },
  { noNullPrototype: true },
)

describe('a certificate built here', () => {
  test('reads back as it was meant', () => {
    fc.assert(
      fc.property(contents, (wanted) => {
        const subject = [[{ type: '2.5.4.3', value: wanted.subject }]]
        const facts = parseCertificate(
          certificate({
            serialNumber: wanted.serial,
            subject: encodeName(subject),
            notBefore: seconds(wanted.notBefore),
            notAfter: seconds(wanted.notAfter),
            extensions: [
              keyUsageExtension(wanted.keyUsage),
              extendedKeyUsageExtension(wanted.ekus),
              basicConstraintsExtension(wanted.constraints, true),
              subjectAltNameExtension(wanted.sans, false),
              extension('1.2.3.4', true, derNull),
            ],
          }),
        )
        assert.equal(
          BigInt(`0x${Buffer.from(facts.serialNumber).toString('hex')}`),
          BigInt(`0x${Buffer.from(wanted.serial).toString('hex')}`),
        )
        assert.equal(facts.serialNumberConforms, true)
        assert.deepEqual(facts.subject, subject)
        assert.deepEqual([facts.notBefore, facts.notAfter], [wanted.notBefore, wanted.notAfter])
        assert.deepEqual(facts.keyUsage, wanted.keyUsage)
        assert.deepEqual(facts.ekus, wanted.ekus)
        assert.deepEqual(facts.basicConstraints, wanted.constraints)
        assert.deepEqual(facts.sans, wanted.sans)
        const last = facts.extensions.at(-1)
        assert.deepEqual([last?.oid, last?.critical], ['1.2.3.4', true])
        assert.equal(facts.version, 3)
        assert.deepEqual(describePublicKey(facts.spki).jwk, describePublicKey(model.spki).jwk)
      }),
      { numRuns: 200 },
    )
  })

  test('names no extensions when it has none', () => {
    assert.deepEqual(parseCertificate(certificate()).extensions, [])
    assert.deepEqual(parseCertificate(certificate({ subject: encodeName([]) })).subject, [])
  })

  test('leaves out what DER leaves out', () => {
    const hex = (der: Der) => Buffer.from(der).toString('hex')
    assert.equal(hex(basicConstraintsExtension({ ca: false }, false)), '30090603551d1304023000')
    assert.equal(hex(basicConstraintsExtension({ ca: true }, true)), '300f0603551d130101ff040530030101ff')
    assert.equal(
      hex(basicConstraintsExtension({ ca: true, pathLength: 0 }, true)),
      '30120603551d130101ff040830060101ff020100',
    )
    assert.equal(hex(keyUsageExtension(['digitalSignature'])), '300e0603551d0f0101ff040403020780')
  })
})

/** A certificate of the given members, complete down to the signature. */
function assembled(...members: Uint8Array[]): Der {
  return assembleSigned(sequence(...members), identifier, Uint8Array.of(0))
}

const validity = sequence(
  encode(0x17, Buffer.from('240101000000Z')),
  encode(0x17, Buffer.from('250101000000Z')),
)
const [name, version3] = [encodeName(parseDistinguishedName('CN=x')), explicit(0, integer(2))]
const upToKey = [integer(1), identifier, name, validity, name, model.spki]

describe('old certificates', () => {
  test('may be of version 1, with or without saying so', () => {
    assert.equal(parseCertificate(assembled(...upToKey)).version, 1)
    assert.equal(parseCertificate(assembled(explicit(0, integer(0)), ...upToKey)).version, 1)
    assert.equal(
      parseCertificate(assembled(explicit(0, integer(1)), ...upToKey, encode(0x81, Uint8Array.of(0))))
        .version,
      2,
    )
  })

  test('may have a serial number that is zero, negative or long: it is reported', () => {
    for (const serial of [
      Uint8Array.of(2, 1, 0),
      Uint8Array.of(2, 1, 0x80),
      encode(2, new Uint8Array(21).fill(1)),
    ])
      assert.equal(
        parseCertificate(assembled(version3, serial, ...upToKey.slice(1))).serialNumberConforms,
        false,
      )
    assert.equal(
      parseCertificate(assembled(version3, encode(2, new Uint8Array(20).fill(1)), ...upToKey.slice(1)))
        .serialNumberConforms,
      true,
    )
  })

  test('may say that an extension is not critical', () => {
    const spelled = sequence(
      Uint8Array.of(6, 3, 0x55, 0x1d, 0x13),
      Uint8Array.of(1, 1, 0),
      encode(4, sequence()),
    )
    assert.deepEqual(
      parseCertificate(assembled(version3, ...upToKey, explicit(3, sequence(spelled)))).basicConstraints,
      { ca: false },
    )
  })
})

describe('a certificate is refused', () => {
  const twice = basicConstraintsExtension({ ca: false }, false)
  const withExtensions = (...list: Der[]) => certificate({ extensions: list })
  const noNames = extension('2.5.29.17', false, sequence())
  const names = (tag: number, text: string) =>
    extension('2.5.29.17', false, sequence(encode(tag, Buffer.from(text, 'latin1'))))
  const refusals: [string, Der, RegExp][] = [
    ['with an extension twice', withExtensions(twice, twice), /twice/],
    ['with bytes behind it', Buffer.concat([certificate(), Uint8Array.of(0)]), /unexpected bytes/],
    ['of an unknown version', assembled(explicit(0, integer(3)), ...upToKey), /version 4/],
    [
      'with members of version 3 in version 1',
      assembled(...upToKey, explicit(3, sequence(twice))),
      /unexpected bytes/,
    ],
    [
      'with members behind the extensions',
      assembled(version3, ...upToKey, explicit(3, sequence(twice)), derNull),
      /unexpected bytes/,
    ],
    ['without a key', assembled(version3, ...upToKey.slice(0, 5)), /missing/],
    [
      'with two signature algorithms',
      sequence(sequence(version3, ...upToKey), sequence(), bitString(Uint8Array.of(0))),
      /two signature algorithms/,
    ],
    ['with an empty list of alternative names', withExtensions(noNames), /empty/],
    [
      'with a NUL in a DNS name',
      withExtensions(names(0x82, 'bank.example\0.attacker.example')),
      /control characters/,
    ],
    ['with a DNS name that is not ASCII', withExtensions(names(0x82, 'bänk.example')), /ASCII/],
    ['with an IP address of five octets', withExtensions(names(0x87, '12345')), /IP address/],
    ['with an alternative name of no kind', withExtensions(names(0x89, 'x')), /kind/],
    [
      'with a critical flag that is neither true nor false',
      withExtensions(sequence(Uint8Array.of(6, 1, 0x2a), Uint8Array.of(1, 1, 1), encode(4))),
      /BOOLEAN/,
    ],
  ]
  for (const [reason, der, message] of refusals)
    test(reason, () =>
      assert.throws(() => parseCertificate(der), { name: 'VaultError', code: 'BadParameter', message }),
    )
})
