/** Extensions by which certificates point to their issuer's services and rules, here and as OpenSSL understands them. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { authorityInformation, authorityInformationExtension } from '../../src/x509/authority-information.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { certificateNames } from '../../src/x509/certificate-names.ts'
import { certificatePolicies, certificatePoliciesExtension } from '../../src/x509/certificate-policies.ts'
import { type Der, derNull, encode, explicit, objectIdentifier, sequence, tag } from '../../src/x509/der.ts'
import {
  crlDistributionPoints,
  crlDistributionPointsExtension,
  freshestCrl,
  freshestCrlExtension,
} from '../../src/x509/distribution-points.ts'
import {
  basicConstraintsExtension,
  extension,
  hasOcspNoCheck,
  ocspNoCheckExtension,
  subjectAltNameExtension,
} from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { nameConstraintsExtension, noSubtrees } from '../../src/x509/name-constraints.ts'
import { accessMethod, extensionOid } from '../../src/x509/object-identifiers.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { violatedConstraint } from '../../src/x509/violated-constraint.ts'
import { ca, issue, type Party } from './authority.ts'
import { attempt, needs, run, workFolder } from './programs.ts'

const { save } = workFolder()
const certificate = (...extensions: Der[]): CertificateFacts => issue('CN=x', { extensions }).certificate
const uri = (text: string) => encode(0x86, Buffer.from(text))
const refused = { name: 'VaultError', code: 'BadParameter' }
const uris = fc.array(fc.webUrl(), { minLength: 1, maxLength: 3 })

describe('distribution points', () => {
  test('read back as they were meant', () => {
    fc.assert(
      fc.property(uris, uris, (lists, deltas) => {
        const facts = certificate(crlDistributionPointsExtension(lists), freshestCrlExtension(deltas))
        assert.deepEqual(crlDistributionPoints(facts), lists)
        assert.deepEqual(freshestCrl(facts), deltas)
      }),
      { numRuns: 30 },
    )
    assert.deepEqual(crlDistributionPoints(certificate()), [])
    assert.throws(() => crlDistributionPointsExtension([]), RangeError)
  })

  const full = (...names: Der[]) => explicit(0, explicit(0, ...names))
  const points = (...list: Der[]) =>
    crlDistributionPoints(
      certificate(extension(extensionOid.crlDistributionPoints, false, sequence(...list))),
    )
  const issuerName = explicit(4, encodeName(parseDistinguishedName('CN=Other')))

  test('are the places of whole lists of the issuer', () => {
    const whole = sequence(full(issuerName, uri('ldap://a.example/'), uri('http://a.example/')))
    const ofOther = sequence(full(uri('http://b.example/')), explicit(2, issuerName))
    const forReasons = sequence(full(uri('http://c.example/')), encode(0x81, Uint8Array.of(6, 0x40)))
    const relative = sequence(explicit(0, encode(0xa1, derNull)))
    const last = sequence(full(uri('http://d.example/')))
    assert.deepEqual(points(ofOther, whole, forReasons, relative, sequence(explicit(2, issuerName)), last), [
      'ldap://a.example/',
      'http://a.example/',
      'http://d.example/',
    ])
  })

  test('are refused when they are malformed', () => {
    assert.throws(() => points(), refused)
    assert.throws(() => points(sequence(full())), refused)
    assert.throws(() => points(sequence(full(uri('http://a.example/')), derNull)), refused)
    assert.throws(() => points(sequence(full(uri('http://a.example\0/')))), refused)
  })
})

describe('authority information', () => {
  test('reads back as it was meant', () => {
    fc.assert(
      fc.property(uris, uris, (caIssuers, ocsp) => {
        const facts = certificate(authorityInformationExtension({ caIssuers, ocsp }))
        assert.deepEqual(authorityInformation(facts), { caIssuers, ocsp })
      }),
      { numRuns: 30 },
    )
    assert.deepEqual(authorityInformation(certificate()), { caIssuers: [], ocsp: [] })
    assert.throws(() => authorityInformationExtension({ caIssuers: [], ocsp: [] }), RangeError)
  })

  test('passes over other methods and places, and is refused when malformed', () => {
    const information = (...list: Der[]) =>
      authorityInformation(
        certificate(extension(extensionOid.authorityInformationAccess, false, sequence(...list))),
      )
    const method = (oid: string, ...place: Der[]) => sequence(objectIdentifier(oid), ...place)
    const directory = explicit(4, encodeName(parseDistinguishedName('CN=CA')))
    assert.deepEqual(
      information(
        method('1.2.3', uri('http://a.example/')),
        method(accessMethod.caIssuers, directory),
        method(accessMethod.ocsp, uri('http://b.example/')),
      ),
      { caIssuers: [], ocsp: ['http://b.example/'] },
    )
    assert.throws(() => information(), refused)
    assert.throws(() => information(method(accessMethod.ocsp)), refused)
    assert.throws(() => information(method(accessMethod.ocsp, uri('a:b'), uri('a:b'))), refused)
  })
})

describe('certificate policies', () => {
  test('read back as they were meant', () => {
    const policies = [
      { oid: '2.5.29.32.0' },
      { oid: '1.3.6.1.4.1.99999.1', practiceStatement: 'https://ca.example/cps' },
    ]
    assert.deepEqual(certificatePolicies(certificate(certificatePoliciesExtension(policies))), policies)
    assert.deepEqual(certificatePolicies(certificate()), [])
    assert.throws(() => certificatePoliciesExtension([]), RangeError)
  })

  test('pass over notices and are refused when malformed', () => {
    const policies = (...list: Der[]) =>
      certificatePolicies(certificate(extension(extensionOid.certificatePolicies, false, sequence(...list))))
    const policy = (...qualifiers: Der[]) => sequence(objectIdentifier('1.2.3'), ...qualifiers)
    const notice = sequence(objectIdentifier('1.3.6.1.5.5.7.2.2'), sequence())
    const statement = (value: Der) => sequence(objectIdentifier('1.3.6.1.5.5.7.2.1'), value)
    const here = encode(tag.ia5String, Buffer.from('http://a.example/'))
    assert.deepEqual(policies(policy(sequence(notice, statement(here)))), [
      { oid: '1.2.3', practiceStatement: 'http://a.example/' },
    ])
    assert.throws(() => policies(), refused)
    assert.throws(() => policies(policy(), policy()), refused)
    assert.throws(() => policies(policy(sequence())), refused)
    assert.throws(() => policies(policy(sequence(statement(derNull)))), refused)
  })
})

test('a responder says that its own certificate needs no check', () => {
  assert.equal(hasOcspNoCheck(certificate(ocspNoCheckExtension)), true)
  assert.equal(hasOcspNoCheck(certificate()), false)
  const wrong = certificate(extension(extensionOid.ocspNoCheck, false, sequence()))
  assert.throws(() => hasOcspNoCheck(wrong), refused)
})

describe('OpenSSL', needs('openssl', 'version'), () => {
  const savePem = (name: string, { certificate }: Party) =>
    save(name, formatPem('CERTIFICATE', certificate.der))

  test('understands every extension', () => {
    const party = issue('CN=x', {
      extensions: [
        basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
        crlDistributionPointsExtension(['http://ca.example/a.crl', 'http://b.example/a.crl']),
        freshestCrlExtension(['http://ca.example/delta.crl']),
        authorityInformationExtension({
          caIssuers: ['http://ca.example/ca.cer'],
          ocsp: ['http://o.example/'],
        }),
        certificatePoliciesExtension([
          { oid: '2.5.29.32.0' },
          { oid: '1.3.6.1.4.1.99999.1', practiceStatement: 'https://ca.example/cps' },
        ]),
        nameConstraintsExtension({
          permitted: {
            ...noSubtrees,
            dnsNames: ['example.com'],
            ipRanges: ['192.0.2.0/25'],
            emails: ['a@b.example'],
          },
          excluded: {
            ...noSubtrees,
            ipRanges: ['2001:db8::/33'],
            uriHosts: ['.example.com'],
            directoryNames: [parseDistinguishedName('O=Example, C=DE')],
          },
        }),
        ocspNoCheckExtension,
      ],
    })
    const text = run('openssl', 'x509', '-in', savePem('all.pem', party), '-noout', '-text')
    for (const part of [
      /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/,
      /CRL Distribution Points: \s+Full Name:\s+URI:http:\/\/ca\.example\/a\.crl\s+URI:http:\/\/b\.example\/a\.crl\n/,
      /Freshest CRL: \s+Full Name:\s+URI:http:\/\/ca\.example\/delta\.crl\n/,
      /OCSP - URI:http:\/\/o\.example\/\s+CA Issuers - URI:http:\/\/ca\.example\/ca\.cer\n/,
      /Policy: X509v3 Any Policy\s+Policy: 1\.3\.6\.1\.4\.1\.99999\.1\s+CPS: https:\/\/ca\.example\/cps\n/,
      /Name Constraints: critical\s+Permitted:\s+DNS:example\.com\s+IP:192\.0\.2\.0\/255\.255\.255\.128\s+email:a@b\.example\s+Excluded:\s+IP:2001:DB8:0:0:0:0:0:0\/FFFF:FFFF:8000:0:0:0:0:0\s+URI:\.example\.com\s+DirName:C ?= ?DE, ?O ?= ?Example\n/,
      /OCSP No Check:/,
    ])
      assert.match(text, part)
  })

  test('finds the same constraints violated', () => {
    const constraints = {
      permitted: {
        dnsNames: ['example.com'],
        ipRanges: ['192.0.2.0/25', '2001:db8::/32'],
        emails: ['example.com', '.mail.example.com', 'chief@example.org'],
        uriHosts: ['www.example.com', '.example.org'],
        directoryNames: [parseDistinguishedName('O=Example Corp, C=DE')],
      },
      excluded: { ...noSubtrees, dnsNames: ['secret.example.com'], ipRanges: ['192.0.2.64/32'] },
    }
    const root = issue('CN=Root', { ...ca, extensions: [nameConstraintsExtension(constraints)] })
    const rootFile = savePem('root.pem', root)
    const subject = 'CN=x, O=EXAMPLE Corp, C=DE'
    const cases: [string, Partial<typeof emptyNames>, string?][] = [
      [subject, {}],
      ['CN=x, O=Example Corp', {}, 'subject'],
      [subject, { dnsNames: ['example.com', '*.a.Example.com'] }],
      [subject, { dnsNames: ['badexample.com'] }, 'dns'],
      [subject, { dnsNames: ['a.secret.example.com'] }, 'dns'],
      [subject, { ipAddresses: ['192.0.2.63', '2001:db8:1::'] }],
      [subject, { ipAddresses: ['192.0.2.64'] }, 'ip'],
      [subject, { ipAddresses: ['192.0.2.128'] }, 'ip'],
      [subject, { ipAddresses: ['2001:db9::'] }, 'ip'],
      [subject, { emails: ['a@Example.com', 'a@b.mail.example.com', 'chief@example.org'] }],
      [subject, { emails: ['a@mail.example.com'] }, 'email'],
      [subject, { emails: ['CHIEF@example.org'] }, 'email'],
      [subject, { uris: ['https://www.example.com:8443/x', 'https://a.example.org/'] }],
      [subject, { uris: ['https://example.org/'] }, 'uri'],
      [subject, { uris: ['https://user@www.example.com.evil.example/'] }, 'uri'],
      [subject, { uris: ['urn:example:1'] }, 'uri'],
      ['E=a@evil.example, O=Example Corp, C=DE', {}, 'email'],
    ]
    for (const [subject, names, wrong] of cases) {
      const sans = { ...emptyNames, ...names }
      const extensions = Object.keys(names).length > 0 ? [subjectAltNameExtension(sans, false)] : []
      const leaf = issue(subject, { issuer: root, extensions })
      const flags = ['-attime', '1800000000', '-CAfile', rootFile]
      const { status, text } = attempt('openssl', 'verify', ...flags, savePem('leaf.pem', leaf))
      const label = `${JSON.stringify([subject, names])} ${text}`
      assert.equal(status === 0, wrong === undefined, label)
      assert.equal(
        violatedConstraint(certificateNames(leaf.certificate), constraints) !== undefined,
        wrong !== undefined,
        label,
      )
    }
  })
})
