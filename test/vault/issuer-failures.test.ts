/** What the vault does about each way in which a CA can fail, and what it tells those who wait. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FailureClass, IssuerFailure } from '../../src/domain/issuer-failure.ts'
import type { IssuerProvider } from '../../src/issuers/issuer.ts'
import { type Answer, type ScriptedIssuer, scriptedIssuer } from '../doubles/issuer.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const fails =
  (failure: FailureClass, retryAfterSeconds?: number): Answer =>
  () => {
    throw new IssuerFailure(failure, 'The CA says so.', { ...(retryAfterSeconds && { retryAfterSeconds }) })
  }

/** A vault with an account at a CA, and two operations that wait for it. */
async function open(): Promise<{ house: TestVault; ca: ScriptedIssuer }> {
  const ca = scriptedIssuer()
  const provider: IssuerProvider = { name: 'Scripted', connect: () => ca }
  const house = await openTestVault({ providers: [provider] })
  await house.vault.setIssuer(house.officer, 'account', { provider: 'Scripted' })
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('account') })
  return { house, ca }
}

const operationOf = (house: TestVault, name = 'web') => house.vault.readOperation(house.officer, name)

const consequences: [failure: FailureClass, delaySeconds: number, accountRests: boolean][] = [
  ['transient', 2, false],
  ['ambiguous', 2, false],
  ['throttled', 60, true],
  ['auth', 3600, true],
  ['quota', 4 * 3600, true],
  ['user-action', 3600, false],
]
for (const [failure, delaySeconds, accountRests] of consequences)
  test(`${failure}: tried again after ${delaySeconds} s${accountRests ? ', and the account rests' : ''}`, async () => {
    const { house, ca } = await open()
    ca.answer(fails(failure))
    await house.recover()
    const { status, dueAt, failedSteps, statusDetails } = await operationOf(house)
    const next = house.clock.now() + delaySeconds
    assert.deepEqual([status, dueAt, failedSteps], ['inProgress', next, 1])
    const when = new Date(next * 1000).toISOString().replace('.000', '')
    assert.ok(statusDetails!.endsWith(`The CA says so. The next try is due at ${when}.`))
    await house.vault.createCertificate(house.officer, 'other', { policy: policyOf('account') })
    await house.recover()
    const other = await operationOf(house, 'other')
    if (accountRests) {
      assert.deepEqual([ca.asked.length, other.dueAt, other.failedSteps], [1, next, 0])
      assert.match(other.statusDetails!, /The account of account rests\. The next step is due at /)
    } else assert.equal(other.status, 'completed')
    house.clock.move(delaySeconds)
    await house.recover()
    await house.recover()
    for (const name of ['web', 'other']) assert.equal((await operationOf(house, name)).status, 'completed')
    await house.close()
  })

test('what the CA asks for counts where it is longer, up to a day', async () => {
  for (const [asked, waits] of [
    [900, 900],
    [1, 60],
    [10_000_000, 86_400],
  ] as const) {
    const { house, ca } = await open()
    ca.answer(fails('throttled', asked))
    await house.recover()
    assert.equal((await operationOf(house)).dueAt, house.clock.now() + waits)
    await house.close()
  }
})

test('permanent: the operation ends with the reason', async () => {
  for (const before of [[], [() => ({ state: 'pending', reference: 'a', checkAgainAfterSeconds: 1 })]]) {
    const { house, ca } = await open()
    ca.answer(...(before as Answer[]), fails('permanent'))
    await house.recover()
    house.clock.move(1)
    await house.recover()
    const { status, error, dueAt } = await operationOf(house)
    assert.deepEqual([status, error?.message, dueAt], ['failed', 'The CA says so.', undefined])
    await house.close()
  }
})

test('whoever changes the issuer object ends the rest of the account', async () => {
  const { house, ca } = await open()
  ca.answer(fails('auth'))
  await house.recover()
  await house.vault.updateIssuer(house.officer, 'account', { credentials: { accountId: 'right' } })
  await house.vault.createCertificate(house.officer, 'other', { policy: policyOf('account') })
  await house.recover()
  assert.equal((await operationOf(house, 'other')).status, 'completed')
  await house.close()
})

test('a failure that nobody foresaw is told to the operator, not to the caller', async () => {
  const { house, ca } = await open()
  ca.answer(() => {
    throw new Error('connect ECONNREFUSED 10.0.0.1')
  })
  await house.recover()
  assert.match((await operationOf(house)).statusDetails!, /for a reason that the log of the service has/)
  assert.doesNotMatch((await operationOf(house)).statusDetails!, /10\.0\.0\.1/)
  assert.match(JSON.stringify(house.log), /10\.0\.0\.1/)
  await house.close()
})

test('what an order waits for is told while it waits, for days, and is gone afterwards', async () => {
  const { house, ca } = await open()
  const needsApproval = () =>
    ({
      state: 'pending',
      reference: 'order 7',
      checkAgainAfterSeconds: 86_400,
      needs: 'approval',
      details: 'An administrator has to approve the order.',
    }) as const
  ca.answer(...Array(5).fill(needsApproval))
  for (let day = 0; day < 5; day++) {
    await house.recover()
    assert.equal((await operationOf(house)).statusDetails, 'An administrator has to approve the order.')
    house.clock.move(86_400)
  }
  ca.answer(() => ({ state: 'pending', reference: 'order 7', checkAgainAfterSeconds: 60, needs: 'payment' }))
  await house.recover()
  assert.match((await operationOf(house)).statusDetails!, /The CA waits for payment\.$/)
  house.clock.move(60)
  await house.recover()
  const { status, statusDetails } = await operationOf(house)
  assert.deepEqual([status, statusDetails], ['completed', undefined])
  await house.close()
})
