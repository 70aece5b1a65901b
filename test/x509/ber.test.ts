import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { derFromBer } from '../../src/x509/ber.ts'
import { encode } from '../../src/x509/der.ts'
import { certificateVectors, vector } from './vectors.ts'

const refused = { name: 'VaultError', code: 'BadParameter' }

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex')
const toDer = (text: string) => Buffer.from(derFromBer(hex(text))).toString('hex')

/** A tree of elements, with how each is to be written: `padding` octets of length too many, -1 for indefinite length. */
interface Tree {
  readonly tag: number
  readonly contents: Uint8Array | Tree[]
  readonly padding: number
}

const { tree } = fc.letrec<{ tree: Tree; leaf: Tree; node: Tree; pieces: Tree }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('node'), tie('pieces')),
  leaf: fc.record({
    tag: fc.constantFrom(0x01, 0x02, 0x03, 0x04, 0x06, 0x0c, 0x80, 0x9e),
    contents: fc.uint8Array({ maxLength: 300 }),
    padding: fc.nat(3),
  }),
  node: fc.record({
    tag: fc.constantFrom(0x30, 0x31, 0xa0, 0xa3, 0x61),
    contents: fc.array(tie('tree'), { maxLength: 4 }),
    padding: fc.integer({ min: -1, max: 3 }),
  }),
  pieces: fc.record({
    tag: fc.constant(0x24),
    contents: fc.array(
      fc.record({
        tag: fc.constant(0x04),
        contents: fc.uint8Array({ maxLength: 40 }) as fc.Arbitrary<Uint8Array | Tree[]>,
        padding: fc.nat(2),
      }),
      { maxLength: 4 },
    ),
    padding: fc.integer({ min: -1, max: 3 }),
  }),
}))

function toBer({ tag, contents, padding }: Tree): Uint8Array {
  const octets = Array.isArray(contents) ? Buffer.concat(contents.map(toBer)) : contents
  if (padding < 0) return Buffer.concat([Uint8Array.of(tag, 0x80), octets, new Uint8Array(2)])
  if (padding === 0) return encode(tag, octets)
  const length = Buffer.alloc(4 + padding)
  length.writeUInt32BE(octets.length, padding)
  return Buffer.concat([Uint8Array.of(tag, 0x80 | length.length), length, octets])
}

function plain({ tag, contents }: Tree): Uint8Array {
  if (!Array.isArray(contents)) return encode(tag, contents)
  if (tag === 0x24) return encode(0x04, ...contents.map((piece) => piece.contents as Uint8Array))
  return encode(tag, ...contents.map(plain))
}

describe('BER', () => {
  test('that is DER stays as it is', () => {
    for (const name of certificateVectors) {
      const der = vector(name)
      assert.deepEqual(Buffer.from(derFromBer(der)), Buffer.from(der))
    }
  })

  test('becomes the DER of the same values, however it was framed', () => {
    fc.assert(
      fc.property(tree, (value) => {
        assert.deepEqual(Buffer.from(derFromBer(toBer(value))), Buffer.from(plain(value)))
      }),
    )
  })

  test('of each form is read', () => {
    assert.equal(toDer('3080 0201 03 0000'), '3003020103')
    assert.equal(toDer('3083 000003 020103'), '3003020103')
    assert.equal(toDer('2480 0402 0102 2480 0401 03 0000 0400 0000'), '0403010203')
    assert.equal(toDer('2400'), '0400')
    assert.equal(toDer('a080 a180 0500 0000 0000'), 'a004a1020500')
  })

  const bad = {
    'is empty': '',
    'has no length': '30',
    'has a length that is cut short': '3082 01',
    'is shorter than its length': '3003 0201',
    'has no end': '3080 020103',
    'has half an end': '3080 020103 00',
    'has an end with contents': '3080 0001 00 0000',
    'has an end in a definite length': '3002 0000',
    'is nothing but an end': '0000 00',
    'goes on behind its end': '3000 00',
    'goes on behind an indefinite end': '3080 0000 00',
    'has an indefinite length of a primitive': '0480 0000',
    'has a child that is longer than itself': '3003 0204 01',
    'has an indefinite child that ends outside': '3004 3080 0201 03 0000',
    'has a large tag number': '1f20 00',
    'has pieces of another kind': '2403 020103',
    'has a BIT STRING in pieces': '2303 030100',
    'has a string in pieces': '2c03 0c0141',
    'has a length beyond measure': '3089 ffffffffffffffffff',
  }
  for (const [what, text] of Object.entries(bad))
    test(`that ${what} is refused`, () => {
      assert.throws(() => derFromBer(hex(text)), refused)
    })

  test('is bounded in depth and number', () => {
    const nested = (depth: number) =>
      Buffer.concat([Buffer.from('3080'.repeat(depth), 'hex'), new Uint8Array(2 * depth)])
    derFromBer(nested(32))
    assert.throws(() => derFromBer(nested(34)), { ...refused, message: /nested/ })
    assert.throws(() => derFromBer(nested(1_000_000)), { ...refused, message: /nested/ })
    const many = encode(0x30, Buffer.from('0500'.repeat(100_000), 'hex'))
    assert.throws(() => derFromBer(many), { ...refused, message: /too many/ })
  })
})
