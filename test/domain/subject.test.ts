import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { VaultError } from '../../src/domain/errors.ts'
import {
  checkSubjectAlternativeNames,
  type DistinguishedName,
  emptyNames,
  hasNames,
  parseDistinguishedName,
  printDistinguishedName,
} from '../../src/domain/subject.ts'

/** One level per line, DER order, as `type=value`, for readable expectations. */
function levels(text: string): string[] {
  return parseDistinguishedName(text).map((level) =>
    level.map(({ type, value }) => `${type}=${value}`).join(' + '),
  )
}

describe('an X.500 string', () => {
  test('is reversed into the order of DER', () => {
    assert.deepEqual(levels('C=US, ST=WA, L=Redmond, O=Test Noodle, OU=x, CN=www.x.com'), [
      '2.5.4.3=www.x.com',
      '2.5.4.11=x',
      '2.5.4.10=Test Noodle',
      '2.5.4.7=Redmond',
      '2.5.4.8=WA',
      '2.5.4.6=US',
    ])
  })

  test('may spell each attribute in several ways', () => {
    const spellings: [string, string][] = [
      ['S=WA', '2.5.4.8'],
      ['ST=WA', '2.5.4.8'],
      ['stateOrProvinceName=WA', '2.5.4.8'],
      ['cn=x', '2.5.4.3'],
      ['SN=x', '2.5.4.4'],
      ['SERIALNUMBER=x', '2.5.4.5'],
      ['STREET=x', '2.5.4.9'],
      ['T=x', '2.5.4.12'],
      ['G=x', '2.5.4.42'],
      ['GN=x', '2.5.4.42'],
      ['UID=x', '0.9.2342.19200300.100.1.1'],
      ['DC=x', '0.9.2342.19200300.100.1.25'],
      ['E=a@b', '1.2.840.113549.1.9.1'],
      ['emailAddress=a@b', '1.2.840.113549.1.9.1'],
      ['1.2.3=x', '1.2.3'],
      ['OID.1.2.3=x', '1.2.3'],
      ['oid.2.5.4.3=x', '2.5.4.3'],
    ]
    for (const [text, type] of spellings) assert.equal(parseDistinguishedName(text)[0]?.[0]?.type, type, text)
  })

  test('may hold the examples of RFC 4514 4', () => {
    assert.deepEqual(levels('UID=jsmith,DC=example,DC=net'), [
      '0.9.2342.19200300.100.1.25=net',
      '0.9.2342.19200300.100.1.25=example',
      '0.9.2342.19200300.100.1.1=jsmith',
    ])
    assert.deepEqual(
      levels('OU=Sales+CN=J.  Smith,DC=example,DC=net').at(-1),
      '2.5.4.11=Sales + 2.5.4.3=J.  Smith',
    )
    assert.deepEqual(
      levels('CN=James \\"Jim\\" Smith\\, III,DC=example').at(-1),
      '2.5.4.3=James "Jim" Smith, III',
    )
    assert.deepEqual(levels('CN=Lu\\C4\\8Di\\C4\\87'), ['2.5.4.3=Lučić'])
  })

  test('may be quoted, with blanks around its separators', () => {
    assert.deepEqual(levels(' CN = "a, ""b"" \\"c\\" \\\\d" ; O = x = y '), [
      '2.5.4.10=x = y',
      '2.5.4.3=a, "b" "c" \\d',
    ])
    assert.deepEqual(levels('CN=\\ a\\ '), ['2.5.4.3= a '])
    assert.deepEqual(levels('O=/slash/ #5 <b>'), ['2.5.4.10=/slash/ #5 <b>'])
  })

  test('may be empty, which is a name without levels', () => {
    assert.deepEqual(parseDistinguishedName(''), [])
    assert.deepEqual(parseDistinguishedName('  '), [])
    assert.equal(printDistinguishedName([]), '')
  })

  test('is refused when it makes no sense, with a message that says why', () => {
    const refusals: [string, RegExp][] = [
      ['www.example.com', /no '='/],
      ['CN=x,', /no '='/],
      ['CN=x,,O=y', /no '='|unknown attribute/],
      ['XX=1', /unknown attribute 'XX'/],
      ['=x', /unknown attribute/],
      ['3.1=x', /unknown attribute/],
      ['1.40.1=x', /unknown attribute/],
      ['1.02.3=x', /unknown attribute/],
      ['CN=', /CN is empty/],
      ['CN=""', /CN is empty/],
      ['CN="x', /not closed/],
      ['CN="x" y', /after a closing quote/],
      ['CN=x"y"', /quote inside a value/],
      ['CN=#0401', /hexadecimal/],
      ['CN=a\\z', /backslash/],
      ['CN=a\\', /backslash/],
      ['CN=\\C4', /UTF-8/],
      ['CN=a\\00b', /characters/],
      ['CN=\ud800', /characters/],
      ['CN=a+CN=b', /twice/],
      ['C=USA', /two letters/],
      ['C=1', /two letters/],
      ['C=Ü1', /two letters/],
      ['SERIALNUMBER=a_b', /letters, digits/],
      ['E=ü@x', /ASCII/],
      [`CN=${'x'.repeat(65)}`, /longer than 64/],
      [`O=${'x'.repeat(65)}`, /longer than 64/],
      [`L=${'x'.repeat(129)}`, /longer than 128/],
    ]
    for (const [text, message] of refusals)
      assert.throws(
        () => parseDistinguishedName(text),
        { name: 'VaultError', code: 'BadParameter', message },
        text,
      )
  })

  test('counts characters, not UTF-16 units', () => {
    assert.equal(parseDistinguishedName(`CN=${'😀'.repeat(64)}`).length, 1)
    assert.throws(() => parseDistinguishedName(`CN=${'😀'.repeat(65)}`), /longer than 64/)
  })
})

describe('a distinguished name', () => {
  test('is printed in the Windows spelling', () => {
    for (const text of [
      'C=US, S=WA, L=Redmond, O=Test Noodle, OU=x, CN=www.x.com',
      'O="Noodle, Inc.", E=a@b.example, CN=*.x',
      'CN="say ""hi"""',
      'CN=a + OU=b, O=c',
      'OID.2.5.4.97=x, OID.1.2.3=y',
      'CN=" a "',
      'CN="#5"',
      'CN="a\\\\b"',
      'PostalCode=1, STREET=2, T=3, G=4, I=5, SN=6, SERIALNUMBER=7, DC=8, Description=9, dnQualifier=10',
    ])
      assert.equal(printDistinguishedName(parseDistinguishedName(text)), text)
    assert.equal(printDistinguishedName(parseDistinguishedName('ST=WA')), 'S=WA')
  })

  test('survives printing and parsing', () => {
    fc.assert(
      fc.property(names, (name) =>
        assert.deepEqual(parseDistinguishedName(printDistinguishedName(name)), name),
      ),
    )
  })

  test('that makes no sense is refused as a bad parameter and nothing else', () => {
    const pieces = fc.constantFrom(
      'CN=',
      'O=',
      ',',
      '+',
      ';',
      '"',
      '\\',
      'a',
      ' ',
      '#',
      '=',
      '\\C4\\87',
      '1.2.3=',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(pieces).map((parts) => parts.join('')),
        ),
        (text) => {
          try {
            const name = parseDistinguishedName(text)
            assert.deepEqual(parseDistinguishedName(printDistinguishedName(name)), name)
          } catch (error) {
            assert.ok(error instanceof VaultError && error.code === 'BadParameter', String(error))
          }
        },
      ),
    )
  })
})

const values = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
  .filter((value) => !/\p{Cc}/u.test(value) && [...value].length <= 64)
const types = fc.constantFrom('2.5.4.3', '2.5.4.10', '2.5.4.11', '2.5.4.8', '1.2.3.4', '2.5.4.97')
const attributes = fc.tuple(types, values).map(([type, value]) => ({ type, value }))
const names: fc.Arbitrary<DistinguishedName> = fc.array(
  fc.uniqueArray(attributes, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
  { maxLength: 5 },
)

describe('subject alternative names', () => {
  test('come back complete, addresses in their one spelling', () => {
    assert.deepEqual(
      checkSubjectAlternativeNames({ dnsNames: ['1', '*.x'], ipAddresses: ['2001:DB8:0::1', '10.0.0.1'] }),
      {
        ...emptyNames,
        dnsNames: ['1', '*.x'],
        ipAddresses: ['2001:db8::1', '10.0.0.1'],
      },
    )
  })

  test('that no certificate can carry are refused', () => {
    const unusable = {
      dnsNames: ['', 'a b', 'münchen.example', 'a\0b', 'x'.repeat(256)],
      emails: ['', 'x', '@x', 'x@', 'a@b@c', 'ü@x.example', 'a b@x'],
      upns: ['', 'a\nb', '\udc00'],
      uris: ['', '/relative', 'https:', 'ht tp://x', 'http://ü', '1a:b', '//x/y', 'a:<b>'],
      ipAddresses: ['', '1.2.3', '1.2.3.256', '::1::', '10.0.0.0/8', 'fe80::1%eth0', '1.2.3.4:80', '[::1]'],
    }
    for (const [kind, names] of Object.entries(unusable))
      for (const name of names)
        assert.throws(
          () => checkSubjectAlternativeNames({ [kind]: [name] }),
          { code: 'BadParameter' },
          `${kind} ${name}`,
        )
  })

  test('that certificates carry are accepted', () => {
    const usable = {
      dnsNames: ['1', 'EXAMPLE.com', '_x._tcp.example', '*.example.com', 'x'.repeat(255)],
      emails: ['a@b', "o'brien+tag@example.com"],
      upns: ['jörg@corp.example', 'plain'],
      uris: ['https://example.com/?a=b#c', 'urn:uuid:1', 'spiffe://x/y'],
      ipAddresses: ['0.0.0.0', '::', '::ffff:1.2.3.4'],
    }
    assert.ok(hasNames(checkSubjectAlternativeNames(usable)))
  })

  test('have a bounded number', () => {
    checkSubjectAlternativeNames({ dnsNames: Array(1000).fill('x') })
    assert.throws(
      () => checkSubjectAlternativeNames({ dnsNames: Array(1000).fill('x'), upns: ['y'] }),
      /1000/,
    )
  })

  test('are there as soon as one kind has one', () => {
    assert.equal(hasNames({}), false)
    assert.equal(hasNames(emptyNames), false)
    assert.equal(hasNames({ upns: ['x'] }), true)
  })
})
