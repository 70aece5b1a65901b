/** Attributes of keys and secrets that stand for themselves. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AttributesInput, changedAttributes, newAttributes } from '../../src/domain/object-attributes.ts'
import { seconds } from '../../src/domain/time.ts'

const now = seconds(1_700_000_000)
const later = seconds(now + 5)

test('a new version is enabled, without dates or tags, unless they are given', () => {
  assert.deepEqual(newAttributes({}, now), { enabled: true, created: now, updated: now })
  const given = { enabled: false, notBefore: seconds(0), expires: later, tags: {} }
  assert.deepEqual(newAttributes(given, now), { ...given, created: now, updated: now })
})

test('a change takes what is given and leaves the rest', () => {
  const former = newAttributes({ notBefore: now, tags: { a: '1', b: '2' } }, now)
  assert.deepEqual(changedAttributes(former, {}, later), { ...former, updated: later })
  assert.deepEqual(changedAttributes(former, { enabled: false, tags: { c: '3' } }, later), {
    enabled: false,
    notBefore: now,
    created: now,
    updated: later,
    tags: { c: '3' },
  })
})

test('dates that cannot be are refused, together with those that are there already', () => {
  const former = newAttributes({ notBefore: now }, now)
  const refused: [AttributesInput, RegExp][] = [
    [{ expires: now }, /later than attributes\.nbf/],
    [{ expires: seconds(now - 1) }, /later than attributes\.nbf/],
    [{ notBefore: seconds(-1) }, /attributes\.nbf/],
    [{ expires: seconds(1.5) }, /attributes\.exp/],
    [{ expires: seconds(253_402_300_800) }, /9999/],
  ]
  for (const [input, message] of refused)
    assert.throws(() => changedAttributes(former, input, later), { code: 'BadParameter', message })
  assert.equal(changedAttributes(former, { expires: seconds(253_402_300_799) }, later).enabled, true)
})
