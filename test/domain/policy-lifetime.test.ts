import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completePolicy, defaultLifetimeActions } from '../../src/domain/policy-rules.ts'

const subject = { subject: 'CN=www.example.com' }
const self = { name: 'Self' }
const autoRenew = (trigger: { lifetimePercentage: number } | { daysBeforeExpiry: number }) =>
  [{ action: 'AutoRenew', trigger }] as const
const emailContacts = (trigger: { lifetimePercentage: number } | { daysBeforeExpiry: number }) =>
  [{ action: 'EmailContacts', trigger }] as const

function refuses(attempt: () => unknown, message: RegExp): void {
  assert.throws(attempt, (error: Error & { code?: string }) => {
    assert.equal(error.code, 'BadParameter')
    assert.match(error.message, message)
    return true
  })
}

test('renewal is the default where an issuer can be asked, a reminder elsewhere', () => {
  for (const [name, action] of [
    ['Self', 'AutoRenew'],
    ['my-ca', 'AutoRenew'],
    ['Unknown', 'EmailContacts'],
    ['unknown', 'EmailContacts'],
  ] as const) {
    const expected = [{ action, trigger: { lifetimePercentage: 80 } }]
    assert.deepEqual(defaultLifetimeActions({ name }), expected)
    assert.deepEqual(completePolicy({ x509: subject, issuer: { name } }).lifetimeActions, expected)
  }
})

test('an issuer without a name is Unknown', () => {
  assert.deepEqual(completePolicy({ x509: subject, issuer: { certificateType: 'EV' } }).issuer, {
    name: 'Unknown',
    certificateType: 'EV',
  })
})

test('the name of an issuer is one of an object', () => {
  for (const name of ['', 'a b', 'a/b', 'x'.repeat(128)])
    refuses(
      () => completePolicy({ x509: subject, issuer: { name } }),
      /^policy\.issuer\.name: .*1 to 127 letters/,
    )
})

for (const [trigger, months] of [
  [{ lifetimePercentage: 1 }, 12],
  [{ lifetimePercentage: 99 }, 12],
  [{ daysBeforeExpiry: 1 }, 1],
  [{ daysBeforeExpiry: 27 }, 1],
  [{ daysBeforeExpiry: 324 }, 12],
] as const)
  test(`may act at ${JSON.stringify(trigger)} of ${months} months`, () => {
    const x509 = { ...subject, validityMonths: months }
    const lifetimeActions = autoRenew(trigger)
    assert.deepEqual(completePolicy({ x509, issuer: self, lifetimeActions }).lifetimeActions, lifetimeActions)
  })

for (const [trigger, months, message] of [
  [{ lifetimePercentage: 0 }, 12, /lifetime_percentage is a whole number from 1 to 99/],
  [{ lifetimePercentage: 100 }, 12, /lifetime_percentage/],
  [{ lifetimePercentage: 50.5 }, 12, /lifetime_percentage/],
  [{ daysBeforeExpiry: 0 }, 12, /days_before_expiry is a whole number from 1 to 324/],
  [{ daysBeforeExpiry: 325 }, 12, /days_before_expiry is a whole number from 1 to 324/],
  [{ daysBeforeExpiry: 28 }, 1, /days_before_expiry is a whole number from 1 to 27 /],
  [{ daysBeforeExpiry: 1.5 }, 12, /days_before_expiry/],
] as const)
  test(`cannot act at ${JSON.stringify(trigger)} of ${months} months`, () => {
    const x509 = { ...subject, validityMonths: months }
    refuses(() => completePolicy({ x509, issuer: self, lifetimeActions: autoRenew(trigger) }), message)
  })

test('each kind of action may stand once', () => {
  const renew = autoRenew({ lifetimePercentage: 80 })
  const remind = emailContacts({ daysBeforeExpiry: 30 })
  assert.equal(
    completePolicy({ x509: subject, issuer: self, lifetimeActions: [...renew, ...remind] }).lifetimeActions
      .length,
    2,
  )
  refuses(
    () => completePolicy({ x509: subject, issuer: self, lifetimeActions: [...renew, ...renew] }),
    /^policy\.lifetime_actions: each action_type may occur once/,
  )
})

test('nobody renews what has no issuer to ask', () => {
  for (const issuer of [{}, { name: 'UNKNOWN' }])
    refuses(
      () => completePolicy({ x509: subject, issuer, lifetimeActions: autoRenew({ lifetimePercentage: 80 }) }),
      /^policy\.lifetime_actions: AutoRenew needs an issuer that can be asked/,
    )
})
