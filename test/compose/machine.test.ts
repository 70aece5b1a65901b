/** The machine's randomness, handed out from a stock: everything secret here hangs on it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { random } from '../../src/compose/machine.ts'

test('every draw is of the asked length and unlike every other', () => {
  const lengths = [1, 2, 12, 16, 32, 80, 1000, 1024, 1025, 10_000]
  for (const length of lengths) assert.equal(random(length).length, length)
  const draws = new Set(Array.from({ length: 5000 }, () => Buffer.from(random(16)).toString('hex')))
  assert.equal(draws.size, 5000)
})

test('what was given stays as it was given, whatever is drawn afterwards', () => {
  const first = random(32)
  const kept = Buffer.from(first).toString('hex')
  assert.notEqual(kept, '0'.repeat(64))
  for (let draw = 0; draw < 1000; draw++) random(32)
  assert.equal(Buffer.from(first).toString('hex'), kept)
})

test('all octets occur about as often as they should, on both sides of the end of a stock', () => {
  const counts = new Array<number>(256).fill(0)
  const draws = 8192
  for (let draw = 0; draw < draws; draw++) for (const octet of random(16)) counts[octet]!++
  const expected = (draws * 16) / 256
  // Six standard deviations: a good generator fails this once in millions of runs.
  for (const count of counts) assert.ok(Math.abs(count - expected) < 6 * Math.sqrt(expected), `${count}`)
})
