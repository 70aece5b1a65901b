import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  boolean,
  DerReader,
  encode,
  inside,
  integer,
  namedBits,
  objectIdentifier,
  openDer,
  readBigInteger,
  readBitString,
  readBoolean,
  readIntegerBytes,
  readNamedBits,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  setOf,
  tag,
} from '../../src/x509/der.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const element = (text: string) => new DerReader(bytes(text)).read()
const refused = { name: 'VaultError', code: 'BadParameter' }

describe('the reader', () => {
  test('refuses what DER forbids', () => {
    const malformed: [string, RegExp][] = [
      ['', /missing/],
      ['30', /length is missing/],
      ['3080 0000', /indefinite/],
      ['308101 00', /minimal/],
      ['30820001 00', /minimal/],
      ['3085 0000000001 00', /four octets/],
      ['3082 01', /cut short/],
      ['3002 00', /longer/],
      ['1f8101 00', /tag numbers/],
    ]
    for (const [text, message] of malformed) assert.throws(() => element(text), { ...refused, message }, text)
  })

  test('refuses trailing bytes and unexpected tags', () => {
    assert.throws(() => openDer(bytes('3000 00')), /unexpected bytes/)
    assert.throws(() => openDer(bytes('3100')), /expected tag 30, found 31/)
    assert.throws(() => new DerReader(bytes('0500')).end(), /unexpected bytes/)
  })

  test('refuses deep nesting', () => {
    const nested = (levels: number) => {
      let der: Uint8Array = sequence()
      for (let level = 1; level < levels; level++) der = sequence(der)
      return der
    }
    const descend = (der: Uint8Array) => {
      for (let reader = new DerReader(der); !reader.atEnd; ) reader = inside(reader.read(tag.sequence))
    }
    descend(nested(32))
    assert.throws(() => descend(nested(33)), /nested deeper/)
  })

  test('gives views of its input, not copies', () => {
    const input = bytes('3003 020105')
    const outer = new DerReader(input).read()
    assert.equal(outer.contents.buffer, input.buffer)
    assert.equal(outer.encoded.length, 5)
    assert.deepEqual(outer.contents, bytes('020105'))
  })

  test('passes over an absent optional member without moving', () => {
    const reader = new DerReader(bytes('020105'))
    assert.equal(reader.readOptional(tag.boolean), undefined)
    assert.equal(readSmallInteger(reader.readOptional(tag.integer) ?? assert.fail()), 5)
    assert.ok(reader.atEnd)
  })
})

describe('values', () => {
  test('are refused in encodings that DER forbids', () => {
    assert.throws(() => readBoolean(element('010101')), refused)
    assert.throws(() => readBoolean(element('0100')), refused)
    assert.throws(() => readIntegerBytes(element('0200')), refused)
    assert.throws(() => readIntegerBytes(element('02020001')), /padded/)
    assert.throws(() => readIntegerBytes(element('0202ff80')), /padded/)
    assert.throws(() => readSmallInteger(element('0201ff')), refused)
    assert.throws(() => readSmallInteger(element('02050100000000')), refused)
    assert.throws(() => readBitString(element('03020780')), refused)
    assert.throws(() => readBitString(element('0300')), refused)
    assert.throws(() => readNamedBits(element('0300')), refused)
    assert.throws(() => readNamedBits(element('030101')), refused)
    assert.throws(() => readNamedBits(element('03020880')), refused)
    assert.throws(() => readNamedBits(element('03020781')), /unused bits/)
    assert.throws(() => readObjectIdentifier(element('0600')), refused)
    assert.throws(() => readObjectIdentifier(element('060181')), /cut short/)
    assert.throws(() => readObjectIdentifier(element('0603800102')), /padded/)
    assert.throws(() => readObjectIdentifier(element('06032a8001')), /padded/)
    assert.throws(() => readObjectIdentifier(element(`0615 2a${'ff'.repeat(19)}01`)), /too large/)
  })

  test('have the encodings of X.690', () => {
    assert.equal(hex(boolean(true)), '0101ff')
    assert.equal(hex(integer(0)), '020100')
    assert.equal(hex(integer(127)), '02017f')
    assert.equal(hex(integer(128)), '02020080')
    assert.equal(hex(integer(256)), '02020100')
    assert.equal(hex(integer(bytes('0000ff'))), '020200ff')
    assert.equal(hex(namedBits([0])), '03020780')
    assert.equal(hex(namedBits([0, 2])), '030205a0')
    assert.equal(hex(namedBits([8])), '0303070080')
    assert.equal(hex(namedBits([])), '030100')
    assert.equal(hex(objectIdentifier('2.100.3')), '0603813403')
    assert.equal(hex(objectIdentifier('1.2.840.113549')), '06062a864886f70d')
    assert.equal(hex(setOf(bytes('0202'), bytes('0101'))), '310401010202')
    assert.throws(() => integer(-1), RangeError)
    for (const dotted of ['1', '3.1', '1.40', '1.2.03', '1.2.', 'x', ''])
      assert.throws(() => objectIdentifier(dotted), refused)
  })

  test('survive encoding and reading', () => {
    const arc = fc.oneof(fc.nat(300).map(BigInt), fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }))
    const identifiers = fc
      .tuple(fc.constantFrom('0.5', '1.39', '2.0', '2.999', '2.25'), fc.array(arc, { maxLength: 6 }))
      .map(([root, arcs]) => [root, ...arcs].join('.'))
    fc.assert(
      fc.property(identifiers, (dotted) =>
        assert.equal(readObjectIdentifier(new DerReader(objectIdentifier(dotted)).read()), dotted),
      ),
    )
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20)), (bits) =>
        assert.deepEqual(
          readNamedBits(new DerReader(namedBits(bits)).read()),
          bits.toSorted((a, b) => a - b),
        ),
      ),
    )
    fc.assert(
      fc.property(fc.nat(), (number) =>
        assert.equal(readSmallInteger(new DerReader(integer(number)).read()), number),
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (octets) =>
        assert.equal(readBigInteger(new DerReader(integer(octets)).read()), BigInt(`0x${hex(octets)}`)),
      ),
    )
    assert.equal(readBigInteger(element('0201ff')), -1n)
    assert.equal(readBigInteger(element('02020080')), 128n)
  })

  test('of any length survive', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 16_777_216]) {
      const encoded = encode(tag.octetString, new Uint8Array(length))
      assert.equal(new DerReader(encoded).read(tag.octetString).contents.length, length)
    }
  })

  test('named bits may end in zeros, as in the example of RFC 7468', () => {
    assert.deepEqual(readNamedBits(element('0303070600')), [5, 6])
  })
})
