import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decryptRc2Cbc } from '../../src/x509/rc2.ts'
import { applyRc4 } from '../../src/x509/rc4.ts'

const octets = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Key, effective bits, plaintext, ciphertext. */
const rfc2268 = [
  ['0000000000000000', 63, '0000000000000000', 'ebb773f993278eff'],
  ['ffffffffffffffff', 64, 'ffffffffffffffff', '278b27e42e2f0d49'],
  ['3000000000000000', 64, '1000000000000001', '30649edf9be7d2c2'],
  ['88', 64, '0000000000000000', '61a8a244adacccf0'],
  ['88bca90e90875a', 64, '0000000000000000', '6ccf4308974c267f'],
  ['88bca90e90875a7f0f79c384627bafb2', 64, '0000000000000000', '1a807d272bbe5db1'],
  ['88bca90e90875a7f0f79c384627bafb2', 128, '0000000000000000', '2269552ab0f85ca6'],
  [
    '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e',
    129,
    '0000000000000000',
    '5b78d3a43dfff1f1',
  ],
] as const

test('RC2 decrypts the examples of RFC 2268 5', () => {
  for (const [key, bits, plaintext, ciphertext] of rfc2268)
    assert.equal(hexOf(decryptRc2Cbc(octets(key), bits, new Uint8Array(8), octets(ciphertext))), plaintext)
})

test('RC2 chains its blocks', () => {
  const [key, bits, , block] = rfc2268[4]
  const iv = octets('0102030405060708')
  const once = octets('0102030405060708')
  assert.equal(
    hexOf(decryptRc2Cbc(octets(key), bits, iv, octets(block + block))),
    hexOf(Buffer.concat([once, octets(block)])),
  )
})

test('RC4 gives the key stream of RFC 6229', () => {
  const stream = (key: string) => hexOf(applyRc4(octets(key), new Uint8Array(16)))
  assert.equal(stream('0102030405'), 'b2396305f03dc027ccc3524a0a1118a8')
  assert.equal(stream('0102030405060708090a0b0c0d0e0f10'), '9ac7cc9a609d1ef7b2932899cde41b97')
})
