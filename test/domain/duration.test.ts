/** Durations of rotation policies: what is read, and where they lead from an instant. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDuration, parseDuration, subtractDuration } from '../../src/domain/duration.ts'
import { seconds } from '../../src/domain/time.ts'

const at = (text: string) => seconds(Date.parse(text) / 1000)

for (const [duration, start, end] of [
  ['P30D', '2027-02-10T12:00:00Z', '2027-03-12T12:00:00Z'],
  ['P2M', '2027-01-31T12:00:00Z', '2027-03-31T12:00:00Z'],
  ['P1M', '2027-01-31T12:00:00Z', '2027-02-28T12:00:00Z'],
  ['P1Y', '2028-02-29T00:00:01Z', '2029-02-28T00:00:01Z'],
  ['P1Y6M', '2027-03-01T00:00:00Z', '2028-09-01T00:00:00Z'],
  ['P4W', '2027-03-01T00:00:00Z', '2027-03-29T00:00:00Z'],
  ['P1Y2M3W4D', '2027-01-01T00:00:00Z', '2028-03-26T00:00:00Z'],
] as const)
  test(`${duration} after ${start}`, () => {
    assert.equal(addDuration(at(start), parseDuration(duration, 'm')), at(end))
  })

for (const [duration, end, start] of [
  ['P30D', '2027-03-12T12:00:00Z', '2027-02-10T12:00:00Z'],
  ['P1M', '2027-03-31T12:00:00Z', '2027-02-28T12:00:00Z'],
  ['P1Y', '2029-02-28T00:00:00Z', '2028-02-28T00:00:00Z'],
  ['P14M', '2027-01-15T00:00:00Z', '2025-11-15T00:00:00Z'],
] as const)
  test(`${duration} before ${end}`, () => {
    assert.equal(subtractDuration(at(end), parseDuration(duration, 'm')), at(start))
  })

test('anything else is refused, and the member is named', () => {
  for (const wrong of [
    '',
    'P',
    'P1',
    '30D',
    'p30d',
    'P1.5D',
    'P-1D',
    'PT24H',
    'P1DT1H',
    'P1D1M',
    'P30D ',
    'P99999M',
  ])
    assert.throws(() => parseDuration(wrong, 'some.member'), {
      code: 'BadParameter',
      message: /^some\.member: /,
    })
  assert.throws(() => parseDuration('P101Y', 'm'), { message: /at most 100 years/ })
  assert.deepEqual(parseDuration('P100Y', 'm'), { months: 1200, days: 0 })
})
