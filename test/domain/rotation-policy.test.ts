/** What a rotation policy may say, and when it has a key rotated. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  completeRotationPolicy,
  defaultRotationPolicy,
  expiryAfterRotation,
  type LifetimeAction,
  rotationDue,
} from '../../src/domain/rotation-policy.ts'
import { seconds } from '../../src/domain/time.ts'

const day = 86_400
const noon = seconds(1_800_000_000)
const later = (days: number) => seconds(noon + days * day)
const rotate = (trigger: Omit<LifetimeAction, 'action'>): LifetimeAction => ({ action: 'Rotate', ...trigger })
const notify = (trigger: Omit<LifetimeAction, 'action'>): LifetimeAction => ({ action: 'Notify', ...trigger })

test('what is not sent is completed as Key Vault does it', () => {
  assert.deepEqual(completeRotationPolicy({}), defaultRotationPolicy)
  assert.deepEqual(completeRotationPolicy({ lifetimeActions: [rotate({ timeAfterCreate: 'P2M' })] }), {
    rotate: { timeAfterCreate: 'P2M' },
    notify: { timeBeforeExpiry: 'P30D' },
  })
  assert.deepEqual(
    completeRotationPolicy({ lifetimeActions: [notify({ timeBeforeExpiry: 'P60D' })], expiryTime: 'P90D' }),
    { notify: { timeBeforeExpiry: 'P60D' }, expiryTime: 'P90D' },
  )
})

for (const [why, input, message] of [
  ['a short life', { expiryTime: 'P27D' }, /^attributes\.expiryTime: .*28 days/],
  ['no duration', { expiryTime: '28 days' }, /^attributes\.expiryTime: send a duration/],
  [
    'both triggers',
    { lifetimeActions: [rotate({ timeAfterCreate: 'P9D', timeBeforeExpiry: 'P9D' })] },
    /either/,
  ],
  ['no trigger', { lifetimeActions: [rotate({})] }, /either/],
  [
    'an action twice',
    { lifetimeActions: [notify({ timeBeforeExpiry: 'P9D' }), notify({ timeBeforeExpiry: 'P8D' })] },
    /Notify once/,
  ],
  [
    'a reminder after creation',
    { lifetimeActions: [notify({ timeAfterCreate: 'P9D' })] },
    /Notify counts from the expiry/,
  ],
  ['a reminder at the expiry', { lifetimeActions: [notify({ timeBeforeExpiry: 'P0D' })] }, /one day/],
  ['rotation within a week', { lifetimeActions: [rotate({ timeAfterCreate: 'P6D' })] }, /7 days/],
  [
    'rotation before an expiry that the next version lacks',
    { lifetimeActions: [rotate({ timeBeforeExpiry: 'P9D' })] },
    /^attributes\.expiryTime: /,
  ],
  [
    'rotation within a week before the expiry',
    { lifetimeActions: [rotate({ timeBeforeExpiry: 'P6D' })], expiryTime: 'P28D' },
    /7 days/,
  ],
  [
    'rotation that is due when the version is made',
    { lifetimeActions: [rotate({ timeBeforeExpiry: 'P22D' })], expiryTime: 'P28D' },
    /between creation/,
  ],
  [
    'the same in months',
    { lifetimeActions: [rotate({ timeBeforeExpiry: 'P11M' })], expiryTime: 'P337D' },
    /between creation/,
  ],
  [
    'rotation that comes after the expiry',
    { lifetimeActions: [rotate({ timeAfterCreate: 'P1Y' })], expiryTime: 'P11M' },
    /between creation/,
  ],
] as const)
  test(`${why} is refused`, () => {
    assert.throws(() => completeRotationPolicy(input), { code: 'BadParameter', message })
  })

test('a rotation is due some time after creation, or before the expiry where there is one', () => {
  const current = { enabled: true, created: noon }
  const after = completeRotationPolicy({ lifetimeActions: [rotate({ timeAfterCreate: 'P15D' })] })
  assert.equal(rotationDue(after, current), later(15))
  assert.equal(rotationDue(after, { ...current, expires: later(3) }), later(15))
  assert.equal(rotationDue(after, { ...current, enabled: false }), undefined)
  const before = completeRotationPolicy({
    lifetimeActions: [rotate({ timeBeforeExpiry: 'P10D' })],
    expiryTime: 'P30D',
  })
  assert.equal(rotationDue(before, current), undefined)
  assert.equal(rotationDue(before, { ...current, expires: later(30) }), later(20))
  assert.equal(rotationDue(defaultRotationPolicy, { ...current, expires: later(30) }), undefined)
  assert.equal(expiryAfterRotation(before, noon), later(30))
  assert.equal(expiryAfterRotation(after, noon), undefined)
})
