import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatIpAddress } from '../../src/domain/ip-address.ts'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { certificateNames } from '../../src/x509/certificate-names.ts'
import {
  contextTag,
  type Der,
  encode,
  explicit,
  objectIdentifier,
  sequence,
  tag,
} from '../../src/x509/der.ts'
import { extension } from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import {
  type NameConstraints,
  nameConstraints,
  nameConstraintsExtension,
  noSubtrees,
  type Subtrees,
} from '../../src/x509/name-constraints.ts'
import { extensionOid, smtpUtf8Mailbox, userPrincipalName } from '../../src/x509/object-identifiers.ts'
import { violatedConstraint } from '../../src/x509/violated-constraint.ts'
import { ca, issue } from './authority.ts'
import { vector } from './vectors.ts'

const permitted = (subtrees: Partial<Subtrees>): NameConstraints => ({
  permitted: { ...noSubtrees, ...subtrees },
  excluded: noSubtrees,
})
const excluded = (subtrees: Partial<Subtrees>): NameConstraints => ({
  permitted: noSubtrees,
  excluded: { ...noSubtrees, ...subtrees },
})
const name = parseDistinguishedName

/** What a CA certificate with this extension says. */
function read(extensionDer: Der) {
  return nameConstraints(issue('CN=CA', { ...ca, extensions: [extensionDer] }).certificate)
}

describe('the extension', () => {
  test('is critical and absent where nothing is constrained', () => {
    const der = nameConstraintsExtension(permitted({ dnsNames: ['example.com'] }))
    assert.equal(
      Buffer.from(der).toString('hex'),
      `301d0603551d1e0101ff0413${'3011a00f300d820b'}${Buffer.from('example.com').toString('hex')}`,
    )
    assert.equal(nameConstraints(issue('CN=CA', ca).certificate), undefined)
  })

  test('reads back as it was meant', () => {
    const label = fc.stringMatching(/^[a-z0-9_-]{1,10}$/)
    const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))
    const hostOrDomain = fc.oneof(
      domain,
      domain.map((text) => `.${text}`),
    )
    const range = fc
      .tuple(fc.constantFrom(4, 16), fc.nat(128))
      .chain(([length, bits]) =>
        fc
          .uint8Array({ minLength: length, maxLength: length })
          .map((octets) => [octets, Math.min(bits, length * 8)] as const),
      )
      .map(([octets, prefix]) => {
        for (let bit = prefix; bit < octets.length * 8; bit++) octets[bit >> 3]! &= ~(0x80 >> (bit & 7))
        return `${formatIpAddress(octets)}/${prefix}`
      })
    const some = <Value>(values: fc.Arbitrary<Value>) => fc.array(values, { maxLength: 3 })
    const subtrees = fc
      .record({
        dnsNames: some(fc.oneof(domain, fc.constant(''))),
        ipRanges: some(range),
        emails: some(
          fc.oneof(
            hostOrDomain,
            fc.tuple(label, domain).map((parts) => parts.join('@')),
          ),
        ),
        uriHosts: some(hostOrDomain.filter((host) => !/^\d+(\.\d+){3}$/.test(host))),
        directoryNames: some(fc.constantFrom(name('C=DE'), name('O=Müller, C=DE'), [])),
      })
      .map((record): Subtrees => ({ ...record }))
    fc.assert(
      fc.property(subtrees, subtrees, (permitted, excluded) => {
        fc.pre([permitted, excluded].some((one) => Object.values(one).some((list) => list.length > 0)))
        const facts = read(nameConstraintsExtension({ permitted, excluded }))
        assert.deepEqual(facts, { permitted, excluded, otherKinds: [] })
      }),
      { numRuns: 100 },
    )
  })

  test('does not take what would mean something else than it seems', () => {
    const refused: Partial<Subtrees>[] = [
      { dnsNames: ['.example.com'] },
      { dnsNames: ['*.example.com'] },
      { dnsNames: ['exämple.com'] },
      { dnsNames: ['example.com.'] },
      { ipRanges: ['192.0.2.1/24'] },
      { ipRanges: ['192.0.2.0'] },
      { ipRanges: ['192.0.2.0/33'] },
      { ipRanges: ['192.0.2.0/024'] },
      { ipRanges: ['2001:db8::/129'] },
      { emails: ['@example.com'] },
      { emails: ['user@'] },
      { emails: ['user@.example.com'] },
      { emails: ['üser@example.com'] },
      { emails: [''] },
      { uriHosts: ['https://example.com'] },
      { uriHosts: ['192.0.2.1'] },
      { uriHosts: [''] },
      {},
    ]
    for (const subtrees of refused)
      assert.throws(
        () => nameConstraintsExtension(permitted(subtrees)),
        { code: 'BadParameter' },
        JSON.stringify(subtrees),
      )
  })

  test('is refused when it would not exclude what it was meant to', () => {
    const withBase = (...base: Der[]) =>
      extension(
        extensionOid.nameConstraints,
        true,
        sequence(encode(contextTag(1, 'constructed'), sequence(...base))),
      )
    const text = (number: number, value: string) => encode(0x80 | number, Buffer.from(value))
    const refused: Record<string, Der> = {
      'says nothing': extension(extensionOid.nameConstraints, true, sequence()),
      'an empty half': extension(extensionOid.nameConstraints, true, sequence(explicit(0))),
      'a wildcard': withBase(text(2, '*.example.com')),
      'a NUL': withBase(text(2, 'example.com\0')),
      'a URI for a host': withBase(text(6, 'https://example.com')),
      'no local part': withBase(text(1, '@example.com')),
      'a maximum': withBase(text(2, 'example.com'), encode(0x81, Uint8Array.of(1))),
      'a minimum': withBase(text(2, 'example.com'), encode(0x80, Uint8Array.of(1))),
      'an address without mask': withBase(encode(0x87, Uint8Array.of(192, 0, 2, 1))),
      'a mask with gaps': withBase(encode(0x87, Uint8Array.of(192, 0, 2, 0, 255, 0, 255, 0))),
      'no general name': withBase(sequence()),
    }
    for (const [what, der] of Object.entries(refused))
      assert.throws(() => read(der), { code: 'BadParameter' }, what)
    assert.deepEqual(read(withBase(text(2, '.example.com')))?.excluded.dnsNames, ['.example.com'])
    assert.deepEqual(read(withBase(text(8, 'x')))?.otherKinds, [8])
  })
})

type Row = readonly [constraint: string, within: readonly string[], outside: readonly string[]]

/** `within` are permitted where the constraint permits and forbidden where it excludes; `outside` the other way round. */
function holds(kind: 'dnsNames' | 'ipAddresses' | 'emails' | 'uris', rows: readonly Row[]): void {
  const member = { dnsNames: 'dnsNames', ipAddresses: 'ipRanges', emails: 'emails', uris: 'uriHosts' }[kind]
  for (const [constraint, within, outside] of rows) {
    const judged = (value: string, by: typeof permitted) =>
      violatedConstraint(
        { subject: [], sans: { ...emptyNames, [kind]: [value] } },
        by({ [member]: [constraint] }),
      )?.rule
    for (const value of within) {
      assert.equal(judged(value, permitted), undefined, `${value} is within ${constraint}`)
      assert.equal(judged(value, excluded), 'excluded', `${value} is within ${constraint}`)
    }
    for (const value of outside) {
      assert.equal(judged(value, permitted), 'not-permitted', `${value} is outside ${constraint}`)
      assert.equal(judged(value, excluded), undefined, `${value} is outside ${constraint}`)
    }
  }
}

describe('names', () => {
  test('of hosts are within a domain with all that is below it', () => {
    holds('dnsNames', [
      [
        'example.com',
        ['example.com', 'www.example.com', 'a.b.EXAMPLE.com', '*.example.com', 'www.example.com.'],
        ['com', 'badexample.com', 'example.com.evil.example', 'example.org', '*.com.example'],
      ],
      ['www.Example.com', ['www.example.com', 'a.www.example.com'], ['example.com', '*.b.example.com']],
      ['', ['example.com', 'x'], []],
      ['.example.com', ['www.example.com', '*.example.com'], ['example.com', '.example.com']],
      // The rest of what a wildcard stands for is one label.
      ['a.b.example.com', ['a.b.example.com'], ['*.example.com', '*.example.com.']],
    ])
  })

  test('with a wildcard are not free of an exclusion below', () => {
    const wildcard = { subject: [], sans: { ...emptyNames, dnsNames: ['*.example.com'] } }
    assert.equal(violatedConstraint(wildcard, excluded({ dnsNames: ['www.example.com'] }))?.rule, 'excluded')
    assert.equal(
      violatedConstraint(wildcard, permitted({ dnsNames: ['www.example.com'] }))?.rule,
      'not-permitted',
    )
  })

  test('that are addresses are within a range of their own family', () => {
    holds('ipAddresses', [
      ['192.0.2.0/25', ['192.0.2.0', '192.0.2.127'], ['192.0.2.128', '192.0.3.1', '2001:db8::1']],
      ['0.0.0.0/0', ['255.255.255.255'], ['::1', '::ffff:192.0.2.1']],
      ['::/0', ['::1'], ['0.0.0.0']],
      ['2001:db8:8000::/33', ['2001:db8:8000::1', '2001:db8:ffff::'], ['2001:db8::', '2001:db9:8000::']],
      ['192.0.2.7/32', ['192.0.2.7'], ['192.0.2.6']],
    ])
  })

  test('of mailboxes are the mailbox, at the host, or below the domain', () => {
    holds('emails', [
      ['user@example.com', ['user@EXAMPLE.com'], ['other@example.com', 'user@a.example.com']],
      [
        'example.com',
        ['user@example.com', '"a@b"@Example.com'],
        ['user@a.example.com', 'example.com@evil.example'],
      ],
      [
        '.example.com',
        ['user@a.example.com', 'user@a.b.example.com'],
        ['user@example.com', 'user@badexample.com'],
      ],
    ])
  })

  test('of mailboxes that may be the excluded one are excluded', () => {
    const exclusion = excluded({ emails: ['user@example.com'] })
    for (const email of ['USER@example.com', '"user"@example.com', '"u\\ser"@example.com', 'no-host'])
      assert.equal(
        violatedConstraint({ subject: [], sans: { ...emptyNames, emails: [email] } }, exclusion)?.rule,
        'excluded',
        email,
      )
  })

  test('in URIs are the host, or below the domain', () => {
    holds('uris', [
      [
        'www.example.com',
        ['https://www.example.com', 'https://WWW.example.com:8443/x?y#z', 'ftp://user:pass@www.example.com/'],
        [
          'https://a.www.example.com/',
          'https://example.com/',
          'https://evil.example/www.example.com',
          'https://www.example.com@evil.example/',
        ],
      ],
      ['.example.com', ['https://www.example.com/', 'spiffe://a.b.example.com/x'], ['https://example.com/']],
    ])
  })

  test('in URIs without a host fit no constraint', () => {
    for (const uri of [
      'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
      'mailto:user@example.com',
      'https:///path',
      'https://192.0.2.1/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://[2001:db8::1]/',
      'https://www%2eexample.com/',
      'https://www.example.com\\@evil.example/',
      'https://./',
    ]) {
      const names = { subject: [], sans: { ...emptyNames, uris: [uri] } }
      assert.equal(
        violatedConstraint(names, permitted({ uriHosts: ['example.com'] }))?.rule,
        'not-permitted',
        uri,
      )
      assert.equal(violatedConstraint(names, excluded({ uriHosts: ['example.com'] }))?.rule, 'excluded', uri)
      assert.equal(violatedConstraint(names, permitted({ dnsNames: ['example.com'] })), undefined)
    }
  })

  test('of subjects begin with the directory name', () => {
    const judge = (subject: string, constraints: NameConstraints) =>
      violatedConstraint({ subject: name(subject), sans: emptyNames }, constraints)?.rule
    const constraint = { directoryNames: [name('O=Example  Corp, C=DE')] }
    for (const [subject, within] of [
      ['O=Example Corp, C=DE', true],
      ['CN=x, OU=y, O=" EXAMPLE corp ", C=de', true],
      ['CN=x, O=Example Corporation, C=DE', false],
      ['C=DE', false],
      ['CN=x, C=DE, O=Example Corp', false],
      ['OU=Example Corp, C=DE', false],
    ] as const) {
      assert.equal(judge(subject, permitted(constraint)), within ? undefined : 'not-permitted', subject)
      assert.equal(judge(subject, excluded(constraint)), within ? 'excluded' : undefined, subject)
    }
    assert.equal(judge('', permitted(constraint)), undefined)
    const levels = permitted({ directoryNames: [name('CN=a + OU=b')] })
    assert.equal(judge('OU=B + CN=A', levels), undefined)
    assert.equal(judge('CN=a', levels), 'not-permitted')
  })

  test('of mailboxes in the subject count as well', () => {
    const names = { subject: name('E=user@example.com, CN=x'), sans: emptyNames }
    assert.equal(violatedConstraint(names, excluded({ emails: ['example.com'] }))?.rule, 'excluded')
    assert.equal(violatedConstraint(names, permitted({ emails: ['example.com'] })), undefined)
  })

  test('of a kind without constraint are free, and exclusion is stronger than permission', () => {
    const names = {
      subject: name('CN=x'),
      sans: { ...emptyNames, dnsNames: ['a.example.com'], emails: ['a@b.c'] },
    }
    const both = {
      permitted: { ...noSubtrees, dnsNames: ['other.example', 'example.com'] },
      excluded: { ...noSubtrees, dnsNames: ['a.example.com'] },
    }
    assert.equal(violatedConstraint(names, permitted({ dnsNames: ['example.com'] })), undefined)
    assert.deepEqual(violatedConstraint(names, both), {
      rule: 'excluded',
      name: 'a.example.com',
      message: 'The DNS name a.example.com is excluded by the name constraints of the issuing CA.',
    })
  })

  test('and constraints that are too many are not compared', () => {
    const many = Array.from({ length: 1000 }, (_, index) => `${index}.example`)
    const names = { subject: [], sans: { ...emptyNames, dnsNames: many } }
    assert.throws(() => violatedConstraint(names, permitted({ dnsNames: many })), { code: 'BadParameter' })
  })
})

describe('a certificate', () => {
  const general = (...names: Der[]) =>
    certificateNames(
      issue('CN=x', { extensions: [extension(extensionOid.subjectAltName, false, sequence(...names))] })
        .certificate,
    )
  const otherName = (type: string, value: string) =>
    explicit(0, objectIdentifier(type), explicit(0, encode(tag.utf8String, Buffer.from(value))))

  test('is judged by every name it has', () => {
    const names = general(
      encode(0x82, Buffer.from('example.com')),
      explicit(4, encodeName(name('O=Alternative'))),
      otherName(smtpUtf8Mailbox, 'jörg@example.com'),
      otherName(userPrincipalName, 'user@corp.example'),
      encode(0x88, Uint8Array.of(0x2a, 3)),
    )
    assert.deepEqual(names.directoryNames, [name('O=Alternative')])
    assert.deepEqual(names.sans.emails, ['jörg@example.com'])
    assert.deepEqual(names.otherKinds, [0, 8])
    assert.equal(
      violatedConstraint(names, permitted({ directoryNames: [name('CN=x')] }))?.name,
      'O=Alternative',
    )
    assert.equal(violatedConstraint(names, excluded({ emails: ['example.com'] }))?.rule, 'excluded')
    assert.equal(violatedConstraint(names, permitted({ emails: ['example.com'] })), undefined)
  })

  test('made by OpenSSL shows all its names', () => {
    const names = certificateNames(parseCertificate(vector('x509/rsa-2048')))
    assert.deepEqual(names.directoryNames, [name('CN=directory')])
    assert.deepEqual(names.otherKinds, [0, 8])
    assert.deepEqual(names.sans.upns, ['user@corp.example'])
  })

  test('with a mailbox whose host is not ASCII fits no constraint', () => {
    const names = general(otherName(smtpUtf8Mailbox, 'user@exämple.com'))
    assert.equal(violatedConstraint(names, excluded({ emails: ['example.org'] }))?.rule, 'excluded')
    assert.equal(violatedConstraint(names, permitted({ emails: ['example.org'] }))?.rule, 'not-permitted')
  })

  test('with a name that a CA binds in a way not understood is not let pass', () => {
    const base = otherName(userPrincipalName, 'corp.example')
    const constraints = read(
      extension(extensionOid.nameConstraints, true, sequence(explicit(0, sequence(base)))),
    )!
    assert.deepEqual(constraints.otherKinds, [0])
    const upn = general(otherName(userPrincipalName, 'user@corp.example'))
    assert.equal(violatedConstraint(upn, constraints)?.rule, 'not-understood')
    const planned = { subject: [], sans: { ...emptyNames, upns: ['user@corp.example'] } }
    assert.equal(violatedConstraint(planned, constraints)?.rule, 'not-understood')
    assert.equal(violatedConstraint(general(encode(0x82, Buffer.from('x'))), constraints), undefined)
  })
})
