/** Revocation lists judged by OpenSSL, GnuTLS and Java, and OpenSSL's own lists read here. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import { parseCrl } from '../../src/x509/crl.ts'
import type { CrlContent } from '../../src/x509/crl-writer.ts'
import type { Der } from '../../src/x509/der.ts'
import { crlDistributionPointsExtension, type OnlyKind } from '../../src/x509/distribution-points.ts'
import { formatPem, parsePem } from '../../src/x509/pem.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { issue, type Party } from './authority.ts'
import { attempt, needs, run, workFolder } from './programs.ts'
import { listingCa, now, revocationList, revoked } from './revocation-lists.ts'

const { path, save } = workFolder()
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const savePem = (name: string, label: string, der: Der) => save(name, formatPem(label, der))
const saveCertificate = (name: string, party: Party) => savePem(name, 'CERTIFICATE', party.certificate.der)
const saveList = (name: string, content: Partial<CrlContent>, issuer = root) =>
  savePem(name, 'X509 CRL', revocationList(issuer, content))

const root = listingCa('C=DE, O="Müller, Söhne & Co.", CN=Root')
const rootFile = saveCertificate('root.pem', root)
const [kept, withdrawn, held] = ['kept', 'withdrawn', 'held'].map((name) =>
  issue(`CN=${name}.example`, { issuer: root }),
) as [Party, Party, Party]

describe('OpenSSL', needs('openssl', 'version'), () => {
  /** The number of the error that OpenSSL finds, or 0. */
  function verdict(party: Party, lists: readonly string[], ...flags: string[]): number {
    const { status, text } = attempt(
      'openssl',
      ...['verify', '-x509_strict', '-crl_check', '-attime', String(now), '-CAfile', rootFile],
      ...lists.flatMap((list) => ['-CRLfile', list]),
      ...flags,
      saveCertificate('leaf.pem', party),
    )
    const error = /error (\d+) at/.exec(text)?.[1]
    assert.equal(status === 0, error === undefined, text)
    return Number(error ?? 0)
  }
  const certificateRevoked = 23
  const noList = 3
  const otherScope = 44

  test('verifies a list and understands all of it', () => {
    const content = {
      number: (1n << 159n) - 1n,
      freshestCrl: ['http://lists.example/delta.crl'],
      distributionPoint: { uris: ['http://lists.example/a.crl', 'http://b.example/a.crl'] },
      revoked: [
        revoked(kept),
        revoked(held, { reason: 'certificateHold' }),
        revoked(withdrawn, { reason: 'keyCompromise', invalidityDate: now }),
      ],
    }
    const file = saveList('all.pem', content)
    assert.match(run('openssl', 'crl', '-in', file, '-noout', '-CAfile', rootFile), /verify OK/)
    const text = run('openssl', 'crl', '-in', file, '-noout', '-text')
    assert.match(text, /Version 2/)
    assert.match(text, /Last Update: Jan 15 07:00:00 2027 GMT/)
    assert.match(text, /Next Update: Jan 16 08:00:00 2027 GMT/)
    assert.match(text, /X509v3 CRL Number: \s+0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF/)
    assert.match(
      text,
      /Issuing Distribution Point: critical\s+Full Name:\s+URI:http:\/\/lists\.example\/a\.crl\s+URI:http:\/\/b\.example\/a\.crl\n/,
    )
    assert.match(text, /Freshest CRL: \s+Full Name:\s+URI:http:\/\/lists\.example\/delta\.crl/)
    assert.match(text, /Reason Code: \s+Certificate Hold/)
    assert.match(text, /Reason Code: \s+Key Compromise\s+Invalidity Date: \s+Jan 15 08:00:00 2027 GMT/)
    assert.match(run('openssl', 'asn1parse', '-in', file), /cont \[ 0 \]/)
  })

  test('verifies a list of nothing', () => {
    const file = saveList('none.pem', {})
    assert.match(run('openssl', 'crl', '-in', file, '-noout', '-CAfile', rootFile), /verify OK/)
    assert.match(run('openssl', 'crl', '-in', file, '-noout', '-text'), /No Revoked Certificates/)
    assert.equal(verdict(kept, [file]), 0)
    const forged = saveList('forged.pem', {}, listingCa('C=DE, O="Müller, Söhne & Co.", CN=Root'))
    assert.notEqual(verdict(kept, [forged]), 0)
  })

  test('knows the revoked from the others', () => {
    const full = saveList('full.pem', { revoked: [revoked(withdrawn)] })
    assert.equal(verdict(kept, [full]), 0)
    assert.equal(verdict(withdrawn, [full]), certificateRevoked)
    assert.equal(verdict(kept, []), noList)
  })

  test('takes a delta together with its base', () => {
    const base = saveList('base.pem', {
      number: 10n,
      freshestCrl: ['http://lists.example/delta.crl'],
      revoked: [revoked(held, { reason: 'certificateHold' })],
    })
    const delta = saveList('delta.pem', {
      number: 11n,
      deltaBase: 10n,
      revoked: [revoked(held, { reason: 'removeFromCRL' }), revoked(withdrawn, { reason: 'superseded' })],
    })
    const later = saveList('later.pem', { number: 13n, deltaBase: 12n, revoked: [revoked(withdrawn)] })
    const deltas = ['-use_deltas', '-extended_crl']
    assert.equal(verdict(held, [base]), certificateRevoked)
    assert.equal(verdict(held, [base, delta], ...deltas), 0)
    assert.equal(verdict(withdrawn, [base]), 0)
    assert.equal(verdict(withdrawn, [base, delta], ...deltas), certificateRevoked)
    assert.equal(verdict(kept, [base, delta], ...deltas), 0)
    // A delta to a base that is not there changes nothing.
    assert.equal(verdict(withdrawn, [base, later], ...deltas), 0)
  })

  test('takes one list of several by its place', () => {
    const uris = ['http://lists.example/1.crl']
    const leaf = issue('CN=x', { issuer: root, extensions: [crlDistributionPointsExtension(uris)] })
    const mine = (entries: CrlContent['revoked']) =>
      saveList('mine.pem', { distributionPoint: { uris }, revoked: entries })
    const other = saveList('other.pem', { distributionPoint: { uris: ['http://lists.example/2.crl'] } })
    assert.equal(verdict(leaf, [mine([])], '-extended_crl'), 0)
    assert.equal(verdict(leaf, [mine([revoked(leaf)])], '-extended_crl'), certificateRevoked)
    assert.equal(verdict(leaf, [other], '-extended_crl'), otherScope)
  })

  test('takes a list for the kind of certificates that it is about', () => {
    const about = (only: OnlyKind) => saveList(`${only}.pem`, { distributionPoint: { uris: [], only } })
    assert.equal(verdict(kept, [about('userCertificates')], '-extended_crl'), 0)
    assert.equal(verdict(kept, [about('caCertificates')], '-extended_crl'), otherScope)
    const subordinate = listingCa('CN=Subordinate', { issuer: root })
    assert.equal(verdict(subordinate, [about('caCertificates')], '-extended_crl'), 0)
    assert.equal(verdict(subordinate, [about('userCertificates')], '-extended_crl'), otherScope)
  })

  test('writes lists that are read here', () => {
    const key = root.key.privateKey.export({ type: 'pkcs8', format: 'pem' })
    const reasons = ['keyCompromise', 'CACompromise', 'superseded', 'certificateHold']
    const lines = ['', ...reasons].map((reason, index) => {
      const date = `270101000000Z${reason && `,${reason}`}`
      return `R\t350101000000Z\t${date}\t${(index + 0x7f).toString(16).toUpperCase().padStart(4, '0')}\tunknown\t/CN=x`
    })
    const invalid = 'R\t350101000000Z\t270101000000Z,keyTime,20260101000000Z\t01\tunknown\t/CN=x'
    const config = `[ca]
default_ca=it
[it]
database=${save('index', `${[...lines, invalid].join('\n')}\n`)}
crlnumber=${save('number', '0FFF\n')}
default_md=sha256
default_crl_days=7
crl_extensions=extensions
[extensions]
authorityKeyIdentifier=keyid
issuingDistributionPoint=critical,@point
freshestCRL=URI:http://lists.example/delta.crl
[point]
fullname=URI:http://lists.example/a.crl
onlyuser=TRUE
`
    const files = ['-config', save('ca.conf', config), '-cert', rootFile, '-keyfile', save('key.pem', key)]
    run('openssl', 'ca', '-gencrl', ...files, '-out', path('theirs.pem'))
    const facts = parseCrl(parsePem(readFileSync(path('theirs.pem'), 'utf8'))[0]!.der)
    assert.equal(verifySigned(facts, root.key.spki), true)
    assert.equal(facts.number, 0xfffn)
    assert.equal(facts.nextUpdate! - facts.thisUpdate, 7 * 86_400)
    assert.deepEqual(hex(facts.authorityKeyIdentifier!), hex(root.certificate.subjectKeyIdentifier!))
    assert.deepEqual(facts.distributionPoint, {
      uris: ['http://lists.example/a.crl'],
      only: 'userCertificates',
    })
    assert.deepEqual(facts.freshestCrl, ['http://lists.example/delta.crl'])
    const read = facts.revoked.map(({ serialNumber, reason }) => [hex(serialNumber), reason])
    assert.deepEqual(
      read.toSorted(),
      [
        ['7f', 'unspecified'],
        ['0080', 'keyCompromise'],
        ['0081', 'cACompromise'],
        ['0082', 'superseded'],
        ['0083', 'certificateHold'],
        ['01', 'keyCompromise'],
      ].toSorted(),
    )
    const keyTime = facts.revoked.find(({ serialNumber }) => serialNumber[0] === 1)
    assert.equal(keyTime?.invalidityDate, Date.parse('2026-01-01T00:00:00Z') / 1000)
  })
})

const everything: Partial<CrlContent> = {
  number: 258n,
  distributionPoint: { uris: ['http://lists.example/a.crl'], only: 'userCertificates' },
  revoked: [revoked(withdrawn, { reason: 'keyCompromise', invalidityDate: now }), revoked(kept)],
}

test('GnuTLS understands a list', needs('certtool', '--version'), () => {
  const file = saveList('gnutls.pem', everything)
  const text = run('certtool', '--crl-info', '--infile', file)
  assert.match(text, /Version: 2/)
  assert.match(text, /CRL Number \(not critical\): 0102/)
  assert.match(text, /Revoked certificates \(2\):/)
  assert.match(text, new RegExp(`Serial Number \\(hex\\): ${hex(withdrawn.certificate.serialNumber)}`))
  // It goes by the clock of the machine, and knows no distribution points.
  const lasting = { thisUpdate: seconds(1_700_000_000), nextUpdate: seconds(2_000_000_000) }
  const verification = [
    '--verify-crl',
    '--load-ca-certificate',
    rootFile,
    '--infile',
    saveList('plain.pem', lasting),
  ]
  assert.match(run('certtool', ...verification), /Verification output: Verified/)
})

test('Java understands a list', needs('keytool', '-help'), () => {
  const text = run('keytool', '-printcrl', '-file', saveList('java.pem', everything))
  assert.match(text, /CRL Number: +0102/)
  assert.match(text, /Reason Code: KEY_COMPROMISE/)
  assert.match(text, /Only contains user certs: true/i)
})
