import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../src/domain/time.ts'
import { DerReader, encode, tag } from '../../src/x509/der.ts'
import { encodeTime, endOfTime, readTime } from '../../src/x509/time.ts'

const utc = (digits: string) => new DerReader(encode(tag.utcTime, Buffer.from(digits))).read()
const generalized = (digits: string) => new DerReader(encode(tag.generalizedTime, Buffer.from(digits))).read()
const at = (iso: string) => seconds(Date.parse(iso) / 1000)

test('a two-digit year lies between 1950 and 2049', () => {
  assert.equal(readTime(utc('500101000000Z')), at('1950-01-01T00:00:00Z'))
  assert.equal(readTime(utc('491231235959Z')), at('2049-12-31T23:59:59Z'))
})

test('the form changes in 2050', () => {
  assert.deepEqual(encodeTime(at('2049-12-31T23:59:59Z')), utc('491231235959Z').encoded)
  assert.deepEqual(encodeTime(at('2050-01-01T00:00:00Z')), generalized('20500101000000Z').encoded)
  assert.deepEqual(encodeTime(endOfTime), generalized('99991231235959Z').encoded)
  assert.deepEqual(encodeTime(at('1949-12-31T23:59:59Z')), generalized('19491231235959Z').encoded)
  assert.throws(() => encodeTime(seconds(endOfTime + 1)), RangeError)
  assert.throws(() => encodeTime(seconds(1.5)), RangeError)
})

test('dates survive encoding and reading', () => {
  const dates = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z') / 1000, max: endOfTime }).map(seconds)
  fc.assert(
    fc.property(dates, (date) => assert.equal(readTime(new DerReader(encodeTime(date)).read()), date)),
    { numRuns: 1000 },
  )
})

test('dates of the first century are not taken for those of ours', () => {
  assert.equal(readTime(generalized('00240229000000Z')), Date.parse('0024-02-29T00:00:00Z') / 1000)
})

test('what is not a date, or not to the second in UTC, is refused', () => {
  for (const digits of [
    '2401010000Z',
    '240101000000',
    '240101000000+0000',
    '240230000000Z',
    '241301000000Z',
    '240001000000Z',
  ])
    assert.throws(() => readTime(utc(digits)), { code: 'BadParameter' }, digits)
  for (const digits of [
    '240100000000Z',
    '240101240000Z',
    '240101006000Z',
    '240101000060Z',
    '2401010000xxZ',
    '230229000000Z',
    '',
  ])
    assert.throws(() => readTime(utc(digits)), { code: 'BadParameter' }, digits)
  assert.throws(() => readTime(generalized('20240101000000.5Z')), { code: 'BadParameter' })
  assert.throws(() => readTime(new DerReader(Uint8Array.of(5, 0)).read()), { code: 'BadParameter' })
})
