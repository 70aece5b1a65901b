import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountPlace, Budget } from '../../../src/domain/acme-account.ts'
import { seconds, type UnixSeconds } from '../../../src/domain/time.ts'
import { checkBudgets, spendOnFailure, spendOnOrder } from '../../../src/issuers/acme/budget.ts'
import type { Identifier } from '../../../src/issuers/acme/identifiers.ts'
import type { AcmeRegister } from '../../../src/issuers/acme/register.ts'

const place: AccountPlace = { vault: 'v', issuer: 'i', directory: 'https://ca.example/' }
const www: Identifier = { type: 'dns', value: 'www.example.com' }
const star: Identifier = { type: 'dns', value: '*.www.example.com' }
const other: Identifier = { type: 'dns', value: 'example.org' }

function counting() {
  const clock = { now: seconds(1_800_000_000) }
  const counts = new Map<string, UnixSeconds[]>()
  const timesOf = ({ kind, subject }: Budget) => {
    const key = `${kind} ${subject}`
    if (!counts.has(key)) counts.set(key, [])
    return counts.get(key)!
  }
  const register = {
    now: () => clock.now,
    spend: async (_: AccountPlace, budget: Budget) => void timesOf(budget).push(clock.now),
    spent: async (_: AccountPlace, budget: Budget) =>
      timesOf(budget).filter((at) => at > clock.now - budget.windowSeconds),
  } as unknown as AcmeRegister
  return { clock, register }
}

test('a limit is kept, and the failure says when there is room again', async () => {
  const { clock, register } = counting()
  const limits = { 'certificates-of-domain': { most: 2, windowSeconds: 100 } }
  for (const step of [0, 10]) {
    clock.now = seconds(1_800_000_000 + step)
    await checkBudgets(register, place, limits, [www])
    await spendOnOrder(register, place, limits, [www])
  }
  clock.now = seconds(1_800_000_030)
  await assert.rejects(checkBudgets(register, place, limits, [star]), {
    failure: 'transient',
    retryAfterSeconds: 70,
    message: 'The 2 certificates that the CA allows for example.com in this time have been ordered.',
  })
  await checkBudgets(register, place, limits, [other])
  clock.now = seconds(1_800_000_100)
  await checkBudgets(register, place, limits, [star])
})

test('orders, sets of names and domains are counted each for itself', async () => {
  const { register } = counting()
  const limits = {
    orders: { most: 3, windowSeconds: 100 },
    'certificates-of-names': { most: 1, windowSeconds: 100 },
  }
  await spendOnOrder(register, place, limits, [www])
  await assert.rejects(checkBudgets(register, place, limits, [www]), /same names \(www\.example\.com\)/)
  await checkBudgets(register, place, limits, [www, other])
  await spendOnOrder(register, place, limits, [www, other])
  await spendOnOrder(register, place, limits, [other])
  await assert.rejects(checkBudgets(register, place, limits, [star]), /placed the 3 orders/)
})

test('failed validations of a name hold up the name and its wildcard alone', async () => {
  const { register } = counting()
  const limits = { failures: { most: 2, windowSeconds: 100 } }
  await spendOnFailure(register, place, limits, star)
  await spendOnFailure(register, place, limits, star)
  const www2: Identifier = { type: 'dns', value: 'www.example.com' }
  await assert.rejects(
    checkBudgets(register, place, limits, [other, www2]),
    /could not validate www\.example\.com 2 times/,
  )
  await checkBudgets(register, place, limits, [other])
})

test('without limits nothing is counted', async () => {
  const { register } = counting()
  await spendOnOrder(register, place, {}, [www])
  await spendOnFailure(register, place, {}, www)
  assert.deepEqual(await register.spent(place, { kind: 'orders', subject: '', windowSeconds: 9 }), [])
})
