import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { DerivationBudget, inTurn } from '../../src/x509/derivation-budget.ts'

const refused = { name: 'VaultError', code: 'BadParameter', message: /iterations/ }

test('a file may ask for ten million iterations, and not for one more', () => {
  new DerivationBudget().spend(10_000_000)
  assert.throws(() => new DerivationBudget().spend(10_000_001), refused)
  const budget = new DerivationBudget(10)
  budget.spend(4)
  budget.spend(6)
  assert.throws(() => budget.spend(1), refused)
})

test('long derivations run one at a time, in their order, also after a failure; short ones run at once', async () => {
  const log: string[] = []
  const long = (name: string, fails = false) =>
    inTurn(1_000_000, async () => {
      log.push(`${name} starts`)
      await delay(5)
      log.push(`${name} ends`)
      if (fails) throw new Error(name)
    })
  const all = [long('a'), long('b', true), long('c')]
  await inTurn(1000, async () => void log.push('short'))
  const outcomes = await Promise.allSettled(all)
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  assert.equal(
    log.filter((line) => line !== 'short').join(', '),
    'a starts, a ends, b starts, b ends, c starts, c ends',
  )
  assert.ok(log.indexOf('short') < log.indexOf('a ends'))
})
