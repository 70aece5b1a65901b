/** The length of an RSA key shows in what it makes or takes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyWeight } from '../../src/http/key-weight.ts'

const octets = (length: number) => Buffer.alloc(length, 1).toString('base64url')
const lengths: readonly [bits: number, weight: number][] = [
  [2048, 1],
  [3072, 4],
  [4096, 8],
]

for (const [bits, weight] of lengths)
  test(`RSA of ${bits} bits weighs ${weight}`, () => {
    const block = octets(bits / 8)
    const short = octets(32)
    const requests: [string, sent: object, answered: object][] = [
      ['read', {}, { key: { kty: 'RSA', n: block, e: 'AQAB' } }],
      ['sign', { alg: 'RS256', value: short }, { kid: 'k', value: block }],
      ['verify', { alg: 'PS512', digest: short, value: block }, { value: true }],
      ['encrypt', { alg: 'RSA-OAEP-256', value: short }, { kid: 'k', value: block }],
      ['unwrap', { alg: 'RSA1_5', value: block }, { kid: 'k', value: short }],
    ]
    for (const [label, sent, answered] of requests) assert.equal(keyWeight(sent, answered), weight, label)
  })

test('other keys and lists weigh 1, however long their values are', () => {
  const long = octets(4096)
  assert.equal(keyWeight({ alg: 'A256CBC', value: long }, { kid: 'k', value: long }), 1)
  assert.equal(keyWeight({ alg: 'ES512', value: octets(64) }, { kid: 'k', value: octets(132) }), 1)
  assert.equal(keyWeight(undefined, { key: { kty: 'EC', x: long, y: long } }), 1)
  assert.equal(keyWeight(undefined, { value: [], nextLink: null }), 1)
  assert.equal(keyWeight(undefined, undefined), 1)
})
