import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Revocation, type RevocationReason, revocationReasons } from '../../src/domain/authority.ts'
import { checkInvalidityDate, checkReleasable, isFinal, revokedBy } from '../../src/domain/revoke.ts'
import { seconds } from '../../src/domain/time.ts'

const then = seconds(1_000_000)
const now = seconds(2_000_000)
const hold: Revocation = { at: then, reason: 'certificateHold' }
const reasons = Object.keys(revocationReasons) as RevocationReason[]

test('what is not revoked is revoked now, with what was asked for', () => {
  for (const reason of reasons) assert.deepEqual(revokedBy(undefined, { reason }, now), { at: now, reason })
  const wish = { reason: 'keyCompromise', invalidityDate: then } as const
  assert.deepEqual(revokedBy(undefined, wish, now), { at: now, ...wish })
})

test('a hold becomes final and keeps its date; another hold changes nothing', () => {
  assert.deepEqual(revokedBy(hold, { reason: 'superseded' }, now), { at: then, reason: 'superseded' })
  assert.equal(revokedBy(hold, { reason: 'certificateHold', invalidityDate: then }, now), hold)
  const dated = { ...hold, invalidityDate: then }
  assert.deepEqual(revokedBy(dated, { reason: 'keyCompromise' }, now), { ...dated, reason: 'keyCompromise' })
})

test('whatever is asked, in whatever order: what is final stays the same object, and cannot be released', () => {
  const wish = fc.record({ reason: fc.constantFrom(...reasons) })
  fc.assert(
    fc.property(fc.array(wish, { minLength: 1 }), (wishes) => {
      let present: Revocation | undefined
      let final: Revocation | undefined
      for (const [index, each] of wishes.entries()) {
        present = revokedBy(present, each, seconds(now + index))
        if (final) assert.equal(present, final)
        if (isFinal(present)) final = present
      }
      assert.equal(present!.at, now, 'the first one tells the time, since nothing was lifted')
      if (final) assert.throws(() => checkReleasable(final), { code: 'Conflict' })
      else checkReleasable(present)
    }),
  )
  checkReleasable(undefined)
})

test('the key is in doubt from a time within the life of the certificate so far', () => {
  const at = (invalidityDate: number) =>
    checkInvalidityDate({ reason: 'keyCompromise', invalidityDate: seconds(invalidityDate) }, then, now)
  for (const good of [then, then + 1, now]) at(good)
  for (const bad of [then - 1, now + 1, 0])
    assert.throws(() => at(bad), {
      code: 'BadParameter',
      message: /^invalidity_date: .*1970-01-24T03:33:20Z/,
    })
  checkInvalidityDate({ reason: 'keyCompromise' }, then, now)
})
