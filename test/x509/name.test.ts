import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type DistinguishedName, parseDistinguishedName } from '../../src/domain/subject.ts'
import { encode, objectIdentifier, sequence, setOf, tag } from '../../src/x509/der.ts'
import { decodeName, encodeName } from '../../src/x509/name.ts'

/** The tags of the values, in the order of the encoding. */
function valueTags(text: string): number[] {
  const tags: number[] = []
  const name = encodeName(parseDistinguishedName(text))
  for (let at = 2; at < name.length; ) {
    tags.push(name[at + 4 + 2 + name[at + 5]!]!)
    at += 2 + name[at + 1]!
  }
  return tags
}

function nameWith(value: Uint8Array): Uint8Array {
  return sequence(setOf(sequence(objectIdentifier('2.5.4.3'), value)))
}

function decodedValue(valueTag: number, contents: Uint8Array): string | undefined {
  return decodeName(nameWith(encode(valueTag, contents)))[0]?.[0]?.value
}

describe('encoding', () => {
  test('prefers PrintableString, and UTF8String where that cannot hold the value', () => {
    assert.deepEqual(valueTags("CN=*.x, O=Ex & Co, L=A-Z 0'9 (:/?.), C=US"), [
      tag.printableString,
      tag.printableString,
      tag.utf8String,
      tag.utf8String,
    ])
    assert.deepEqual(valueTags('CN=ü'), [tag.utf8String])
  })

  test('wants IA5String for e-mail addresses and domain components', () => {
    assert.deepEqual(valueTags('E=a@b.example, DC=example'), [tag.ia5String, tag.ia5String])
  })

  test('sorts the attributes of one level as DER demands', () => {
    const encoded = encodeName([
      [
        { type: '2.5.4.11', value: 'b' },
        { type: '2.5.4.3', value: 'a' },
      ],
    ])
    assert.deepEqual(
      decodeName(encoded)[0]?.map(({ type }) => type),
      ['2.5.4.3', '2.5.4.11'],
    )
  })

  test('and decoding give the same name', () => {
    const attributes = fc
      .tuple(
        fc.constantFrom('2.5.4.3', '2.5.4.10', '1.2.3.4'),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 70 }),
      )
      .map(([type, value]) => ({ type, value }))
    const names: fc.Arbitrary<DistinguishedName> = fc.array(
      attributes.map((attribute) => [attribute]),
      { maxLength: 6 },
    )
    fc.assert(fc.property(names, (name) => assert.deepEqual(decodeName(encodeName(name)), name)))
  })
})

describe('decoding', () => {
  test('reads each kind of string', () => {
    const cases: [number, Uint8Array, string][] = [
      [tag.utf8String, Buffer.from('Zürich \ufffd'), 'Zürich \ufffd'],
      [tag.printableString, Buffer.from('*.x@y'), '*.x@y'],
      [tag.ia5String, Buffer.from('a@b'), 'a@b'],
      [tag.numericString, Buffer.from('12 3'), '12 3'],
      [tag.teletexString, Buffer.from('Zürich', 'latin1'), 'Zürich'],
      [tag.bmpString, Buffer.from('Zürich', 'utf16le').swap16(), 'Zürich'],
      [tag.universalString, Buffer.from('0000005a000000fc0001f600', 'hex'), 'Zü😀'],
    ]
    for (const [valueTag, contents, text] of cases) assert.equal(decodedValue(valueTag, contents), text)
  })

  test('refuses strings that are not what their kind says', () => {
    const cases: [number, Uint8Array][] = [
      [tag.utf8String, Buffer.of(0xc3)],
      [tag.utf8String, Buffer.of(0xc0, 0x80)],
      [tag.printableString, Buffer.of(0xfc)],
      [tag.bmpString, Buffer.of(0)],
      [tag.bmpString, Buffer.of(0xd8, 0)],
      [tag.universalString, Buffer.of(0, 0, 0)],
      [tag.universalString, Buffer.of(0, 0x11, 0, 0)],
      [tag.universalString, Buffer.of(0, 0, 0xd8, 0)],
    ]
    for (const [valueTag, contents] of cases)
      assert.throws(
        () => decodedValue(valueTag, contents),
        { code: 'BadParameter' },
        Buffer.from(contents).toString('hex'),
      )
  })

  test('shows what is no text as RFC 4514 does', () => {
    assert.equal(decodedValue(tag.bitString, Buffer.of(0, 1)), '#03020001')
  })

  test('refuses empty levels and trailing members', () => {
    assert.throws(() => decodeName(sequence(setOf())), { code: 'BadParameter' })
    const attribute = sequence(objectIdentifier('2.5.4.3'), encode(tag.utf8String), encode(tag.utf8String))
    assert.throws(() => decodeName(sequence(setOf(attribute))), { code: 'BadParameter' })
  })
})
