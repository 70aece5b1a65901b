import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../src/domain/time.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import { parseCrl, type RevokedCertificate } from '../../src/x509/crl.ts'
import { buildTbsCrl, type CrlContent } from '../../src/x509/crl-writer.ts'
import { boolean, type Der, encode, explicit, integer, openDer, sequence, tag } from '../../src/x509/der.ts'
import { extension } from '../../src/x509/extensions.ts'
import { crlExtensionOid } from '../../src/x509/object-identifiers.ts'
import { revocationReasons } from '../../src/x509/revocation-reason.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { encodeTime, endOfTime } from '../../src/x509/time.ts'
import { ecKey } from './authority.ts'
import { algorithm, anHourAgo, listingCa, now, revocationList, tomorrow } from './revocation-lists.ts'

const ca = listingCa('C=DE, O="Müller", CN=Lists')
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
/** Comparable whatever kind of array holds the serial number. */
const plain = (certificate: RevokedCertificate) => ({
  ...certificate,
  serialNumber: hex(certificate.serialNumber),
})
const refused = (message: RegExp) => ({ name: 'VaultError', code: 'BadParameter', message })
const entry = (changes: Partial<RevokedCertificate> = {}): RevokedCertificate => ({
  serialNumber: Uint8Array.of(5),
  revokedAt: anHourAgo,
  reason: 'unspecified',
  ...changes,
})

describe('a revocation list', () => {
  test('names its issuer in the very bytes of the certificate, and is signed', () => {
    const facts = parseCrl(revocationList(ca))
    assert.equal(hex(facts.issuerDer), hex(ca.certificate.subjectDer))
    assert.deepEqual(facts.authorityKeyIdentifier, ca.certificate.subjectKeyIdentifier)
    assert.equal(verifySigned(facts, ca.key.spki), true)
    assert.equal(verifySigned(facts, ecKey().spki), false)
  })

  test('of nothing has no list of entries, and is of version 2', () => {
    const members = openDer(parseCrl(revocationList(ca)).toBeSigned)
    const tags: number[] = []
    while (!members.atEnd) tags.push(members.read().tag)
    assert.deepEqual(tags, [tag.integer, tag.sequence, tag.sequence, tag.utcTime, tag.utcTime, 0xa0])
  })

  test('writes times as certificates do: in full from 2050 on', () => {
    const nextUpdate = seconds(Date.parse('2050-01-01T00:00:00Z') / 1000)
    const der = revocationList(ca, { nextUpdate, revoked: [entry({ revokedAt: nextUpdate })] })
    assert.equal(hex(der).split(hex(encodeTime(nextUpdate))).length, 3)
    assert.equal(encodeTime(nextUpdate)[0], tag.generalizedTime)
  })

  test('says nothing of an unspecified reason, and writes the date of invalidity in full', () => {
    const bare = hex(sequence(integer(5), encodeTime(anHourAgo)))
    assert.ok(hex(revocationList(ca, { revoked: [entry()] })).includes(bare))
    const der = revocationList(ca, { revoked: [entry({ reason: 'keyCompromise', invalidityDate: now })] })
    // reasonCode, then invalidityDate with a GeneralizedTime: 20270115080000Z.
    assert.ok(hex(der).includes(`0603551d1504030a0101`), hex(der))
    assert.ok(hex(der).includes(`0603551d180411180f${Buffer.from('20270115080000Z').toString('hex')}`))
  })

  test('marks as critical what others have to understand', () => {
    const critical = (der: Der, identifier: string) => hex(der).includes(`0603551d${identifier}0101ff`)
    const delta = revocationList(ca, { number: 3n, deltaBase: 2n })
    const partial = revocationList(ca, { distributionPoint: { uris: ['http://lists.example/1.crl'] } })
    const fresh = revocationList(ca, { freshestCrl: ['http://lists.example/delta.crl'] })
    assert.ok(critical(delta, '1b'))
    assert.ok(critical(partial, '1c'))
    for (const [der, identifier] of [
      [delta, '14'],
      [delta, '23'],
      [fresh, '2e'],
    ] as const) {
      assert.ok(hex(der).includes(`0603551d${identifier}04`))
      assert.ok(!critical(der, identifier))
    }
  })

  test('has a serial number of 20 octets as it is, without and with its top bit', () => {
    for (const first of [0x7f, 0x80]) {
      const serialNumber = Uint8Array.from({ length: 20 }, (_, index) => (index === 0 ? first : index))
      const [read] = parseCrl(revocationList(ca, { revoked: [entry({ serialNumber })] })).revoked
      assert.equal(BigInt(`0x${hex(read!.serialNumber)}`), BigInt(`0x${hex(serialNumber)}`))
    }
  })

  test('reads back as it was meant', () => {
    const dates = fc.integer({ min: 0, max: endOfTime }).map(seconds)
    const revokedCertificates = fc.record(
      {
        serialNumber: fc
          .uint8Array({ minLength: 1, maxLength: 20 })
          .filter((octets) => octets[0]! > 0 && octets[0]! < 0x80),
        revokedAt: dates,
        reason: fc.constantFrom(...revocationReasons),
        invalidityDate: dates,
      },
      { requiredKeys: ['serialNumber', 'revokedAt', 'reason'] },
    )
    const uris = fc.array(fc.webUrl(), { minLength: 1, maxLength: 3 })
    type WrittenContent = Partial<CrlContent> & { readonly revoked: readonly RevokedCertificate[] }
    const contents = fc
      .record({
        number: fc.bigInt({ min: 0n, max: (1n << 159n) - 1n }),
        isDelta: fc.boolean(),
        uris,
        hasPoint: fc.boolean(),
        only: fc.constantFrom(undefined, 'userCertificates', 'caCertificates', 'attributeCertificates'),
        freshestCrl: uris,
        revoked: fc.array(revokedCertificates, { maxLength: 5 }),
      })
      .map(({ number, isDelta, uris, hasPoint, only, freshestCrl, revoked }): WrittenContent => {
        const point = { uris, ...(only ? { only } : {}) } as const
        return {
          number,
          ...(hasPoint ? { distributionPoint: point } : {}),
          ...(isDelta ? { deltaBase: number / 2n } : { freshestCrl }),
          revoked: revoked.filter(({ reason }) => isDelta || reason !== 'removeFromCRL'),
        }
      })
    fc.assert(
      fc.property(contents, (content) => {
        const facts = parseCrl(revocationList(ca, content))
        assert.deepEqual([facts.thisUpdate, facts.nextUpdate], [anHourAgo, tomorrow])
        assert.equal(facts.number, content.number)
        assert.equal(facts.deltaBase, content.deltaBase)
        assert.deepEqual(facts.freshestCrl, content.freshestCrl ?? [])
        assert.deepEqual(facts.distributionPoint, content.distributionPoint)
        assert.deepEqual(facts.revoked.map(plain), content.revoked.map(plain))
      }),
      { numRuns: 200 },
    )
  })

  test('of a hundred thousand entries comes out of one walk through them', () => {
    function* entries(): Generator<RevokedCertificate> {
      for (let number = 0x10_0000; number < 0x10_0000 + 100_000; number++)
        yield entry({ serialNumber: integer(number).subarray(2), reason: 'superseded' })
    }
    const { revoked } = parseCrl(revocationList(ca, { revoked: entries() }))
    assert.equal(revoked.length, 100_000)
    assert.equal(hex(revoked[99_999]!.serialNumber), (0x10_0000 + 99_999).toString(16))
    assert.equal(revoked[99_999]!.reason, 'superseded')
  })
})

describe('the writer refuses', () => {
  const cases: Record<string, Partial<CrlContent>> = {
    'a list that is never current': { nextUpdate: anHourAgo },
    'a delta before its base': { number: 1n, deltaBase: 2n },
    'a delta of a delta': { number: 2n, deltaBase: 1n, freshestCrl: ['http://lists.example/'] },
    'to take an entry back in a complete list': { revoked: [entry({ reason: 'removeFromCRL' })] },
    'a number of more than 20 octets': { number: 1n << 159n },
    'a negative number': { number: -1n },
    'a distribution point that says nothing': { distributionPoint: { uris: [] } },
    'a pointer to no delta': { freshestCrl: [] },
  }
  for (const [what, content] of Object.entries(cases))
    test(what, () => assert.throws(() => revocationList(ca, content), RangeError))
})

describe('the reader', () => {
  /** A list with members of one's own. */
  function list(...members: Der[]): Der {
    return assembleSigned(sequence(...members), algorithm.identifier, Uint8Array.of(1))
  }
  const start = [integer(1), algorithm.identifier, ca.certificate.subjectDer, encodeTime(anHourAgo)]
  const entryWith = (...extensions: Der[]) =>
    list(...start, sequence(sequence(integer(5), encodeTime(now), sequence(...extensions))))
  const listWith = (...extensions: Der[]) => list(...start, explicit(0, sequence(...extensions)))
  const reason = (number: number) =>
    extension(crlExtensionOid.reasonCode, false, encode(tag.enumerated, Uint8Array.of(number)))
  const point = (...members: Der[]) =>
    listWith(extension(crlExtensionOid.issuingDistributionPoint, true, sequence(...members)))
  const flag = (number: number, value = 0xff) => encode(0x80 | number, Uint8Array.of(value))

  test('takes lists of version 1 and lists without an end', () => {
    const facts = parseCrl(list(...start.slice(1), sequence(sequence(integer(5), encodeTime(now)))))
    assert.equal(facts.nextUpdate, undefined)
    assert.equal(facts.number, undefined)
    assert.deepEqual(facts.revoked, [
      { serialNumber: Uint8Array.of(5), revokedAt: now, reason: 'unspecified' },
    ])
    assert.deepEqual(parseCrl(list(...start)).revoked, [])
  })

  test('passes over what it need not know', () => {
    const strange = extension('1.2.3.4', false, integer(1))
    assert.equal(parseCrl(listWith(strange)).number, undefined)
    assert.equal(parseCrl(entryWith(strange, reason(6))).revoked[0]?.reason, 'certificateHold')
  })

  test('takes a FALSE that DER would have left out', () => {
    assert.deepEqual(parseCrl(point(flag(1, 0), flag(2), flag(4, 0))).distributionPoint, {
      uris: [],
      only: 'caCertificates',
    })
  })

  const strange = extension('1.2.3.4', true, integer(1))
  const cases: Record<string, [Der, RegExp]> = {
    'an empty list of entries': [list(...start, sequence()), /empty list of entries/],
    'version 3': [list(integer(2), ...start.slice(1)), /neither version 1 nor 2/],
    'extensions in version 1': [list(...start.slice(1), explicit(0, sequence(strange))), /unexpected bytes/],
    'extensions of entries in version 1': [
      list(...start.slice(1), sequence(sequence(integer(5), encodeTime(now), sequence(reason(1))))),
      /unexpected bytes/,
    ],
    'no extensions where some are announced': [listWith(), /list of extensions is empty/],
    'no extensions of an entry where some are announced': [entryWith(), /list of extensions is empty/],
    'an unknown critical extension': [listWith(strange), /critical extension 1\.2\.3\.4/],
    'an unknown critical extension of an entry': [entryWith(strange), /critical extension 1\.2\.3\.4/],
    'an entry about another issuer': [
      entryWith(extension('2.5.29.29', true, sequence())),
      /critical extension 2\.5\.29\.29/,
    ],
    'an extension twice': [entryWith(reason(1), reason(1)), /occurs twice/],
    'reason 7': [entryWith(reason(7)), /reason/],
    'reason 11': [entryWith(reason(11)), /reason/],
    'a reason that is an INTEGER': [
      entryWith(extension(crlExtensionOid.reasonCode, false, integer(1))),
      /expected tag 0a/,
    ],
    'an entry taken back in a complete list': [entryWith(reason(8)), /takes an entry back/],
    'a delta without number': [
      listWith(extension(crlExtensionOid.deltaCrlIndicator, true, integer(1))),
      /not numbered/,
    ],
    'a delta before its base': [
      listWith(
        extension(crlExtensionOid.crlNumber, false, integer(1)),
        extension(crlExtensionOid.deltaCrlIndicator, true, integer(2)),
      ),
      /not numbered/,
    ],
    'a negative number': [
      listWith(extension(crlExtensionOid.crlNumber, false, encode(tag.integer, Uint8Array.of(0x80)))),
      /negative/,
    ],
    'a number of 21 octets': [
      listWith(extension(crlExtensionOid.crlNumber, false, integer(new Uint8Array(21).fill(1)))),
      /too large/,
    ],
    'an indirect list': [point(flag(4)), /Indirect/],
    'a list for some reasons': [point(encode(0x83, Uint8Array.of(6, 0x40))), /some reasons/],
    'a list about two kinds': [point(flag(1), flag(2)), /two kinds/],
    'a distribution point that says nothing': [point(), /says nothing/],
    'a distribution point in an unknown place': [
      point(explicit(0, encode(0xa1, boolean(true)))),
      /URIs only/,
    ],
    'something behind the list': [Buffer.concat([revocationList(ca), Uint8Array.of(0)]), /unexpected bytes/],
  }
  for (const [what, [der, message]] of Object.entries(cases))
    test(`refuses ${what}`, () => assert.throws(() => parseCrl(der), refused(message)))

  test('refuses two signature algorithms', () => {
    const tbs = buildTbsCrl({
      signatureAlgorithm: sequence(integer(1)),
      issuer: ca.certificate.subjectDer,
      authorityKeyIdentifier: Uint8Array.of(1),
      thisUpdate: anHourAgo,
      nextUpdate: tomorrow,
      number: 1n,
      revoked: [],
    })
    const der = assembleSigned(tbs, algorithm.identifier, Uint8Array.of(1))
    assert.throws(() => parseCrl(der), refused(/two signature algorithms/))
  })
})
