import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { addMonths, monthsBetween, seconds } from '../../src/domain/time.ts'

const at = (text: string) => seconds(Date.parse(text) / 1000)

test('months are calendar months, to the second', () => {
  assert.equal(addMonths(at('2026-01-31T10:20:30Z'), 1), at('2026-02-28T10:20:30Z'))
  assert.equal(addMonths(at('2024-01-31T00:00:00Z'), 1), at('2024-02-29T00:00:00Z'))
  assert.equal(addMonths(at('2026-11-24T12:00:00Z'), 12), at('2027-11-24T12:00:00Z'))
  assert.equal(addMonths(at('2026-12-31T23:59:59Z'), 2), at('2027-02-28T23:59:59Z'))
})

test('a life is rounded up to whole months, as recorded answers show', () => {
  // notBefore and notAfter of recorded imports, and the validity_months that Key Vault derived.
  assert.equal(monthsBetween(seconds(1430344421), seconds(2208988799)), 297)
  assert.equal(monthsBetween(seconds(1571119269), seconds(1886479269)), 120)
  // Made here with twelve months and ten minutes of backdating.
  assert.equal(monthsBetween(at('2026-11-24T11:50:00Z'), at('2027-11-24T12:00:00Z')), 13)
})

test('adding months and counting them agree', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 1, max: 600 }), (start, months) => {
      assert.equal(monthsBetween(seconds(start), addMonths(seconds(start), months)), months)
      assert.equal(monthsBetween(seconds(start), seconds(addMonths(seconds(start), months) + 1)), months + 1)
    }),
  )
})

test('a count of months reaches the end, and one month less does not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e9 }), fc.integer({ min: 1, max: 1e9 }), (start, life) => {
      const from = seconds(start)
      const end = seconds(start + life)
      const months = monthsBetween(from, end)
      assert.ok(addMonths(from, months) >= end)
      assert.ok(addMonths(from, months - 1) < end)
    }),
  )
})

test('months added one after the other never pass the same months added at once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e9 }),
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: 0, max: 300 }),
      (start, first, second) => {
        const stepwise = addMonths(addMonths(seconds(start), first), second)
        const atOnce = addMonths(seconds(start), first + second)
        // The last day of a short month on the way is kept.
        assert.ok(stepwise <= atOnce && atOnce - stepwise <= 3 * 86_400)
        assert.equal(addMonths(seconds(start), 0), start)
      },
    ),
  )
})
