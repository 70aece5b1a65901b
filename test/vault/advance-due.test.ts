/** Who takes the next step of an operation, and when. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { advanceDue, claimSeconds } from '../../src/vault/certificates/advance-due.ts'
import { stepsUnderWay } from '../../src/vault/certificates/steps-under-way.ts'
import { issued, pending, unreachable } from '../doubles/issuer.ts'
import { newPath, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const create = (house: TestVault, name: string) =>
  house.vault.createCertificate(house.officer, name, { policy: policyOf('my-ca') })
const due = (house: TestVault) => advanceDue(house.parts, house.clock.now())

test('whoever records an operation has it for himself at first', async () => {
  const house = await openTestVault()
  await create(house, 'web')
  await due(house)
  house.clock.move(claimSeconds - 1)
  await due(house)
  assert.equal(house.issuer.asked.length, 0)
  house.clock.move(1)
  await due(house)
  assert.equal(house.issuer.asked.length, 1)
  await house.close()
})

/** Two processes on one store. */
async function twoHouses(): Promise<[TestVault, TestVault]> {
  const path = newPath()
  const one = await openTestVault({ path })
  const other = await openTestVault({ path, clock: one.clock, issuer: one.issuer, seed: 'other' })
  return [one, other]
}

test('of two runners one takes the step, and one certificate is issued', async () => {
  const [one, other] = await twoHouses()
  const names = Array.from({ length: 12 }, (_, index) => `c${index}`)
  for (const name of names) await create(one, name)
  one.clock.move(claimSeconds)
  await Promise.all([due(one), due(other), due(one), due(other)])
  assert.equal(one.issuer.asked.length, names.length)
  assert.equal(one.issuer.orders, names.length)
  for (const name of names) {
    const versions = await one.vault.listCertificateVersions(one.officer, name, { limit: 9 })
    assert.equal(versions.length, 1, name)
  }
  const enrolled = (await one.audit()).filter(({ operation }) => operation === 'CertificateEnroll')
  assert.equal(enrolled.length, names.length)
  await one.close()
  await other.close()
})

test('a step that takes longer than its claim is taken by another, and one version comes of it', async () => {
  const [one, other] = await twoHouses()
  await create(one, 'web')
  one.clock.move(claimSeconds)
  one.issuer.answer(async (order) => {
    one.clock.move(claimSeconds - 1)
    await due(other)
    assert.equal(one.issuer.asked.length, 1, 'the claim still held')
    one.clock.move(1)
    await due(other)
    return issued(order)
  })
  await due(one)
  assert.equal(one.issuer.asked.length, 2)
  assert.equal(one.issuer.orders, 1, 'both asked with the same order key')
  assert.equal((await one.vault.listCertificateVersions(one.officer, 'web', { limit: 9 })).length, 1)
  await one.close()
  await other.close()
})

test('one operation that fails does not hold up the others', async () => {
  const house = await openTestVault()
  for (const name of ['a', 'b', 'c']) await create(house, name)
  house.issuer.answer(unreachable)
  await house.recover()
  const states = await Promise.all(
    ['a', 'b', 'c'].map(async (name) => (await house.vault.readOperation(house.officer, name)).status),
  )
  assert.deepEqual(states.sort(), ['completed', 'completed', 'inProgress'])
  await house.close()
})

/** A CA that is silent until it is let go. */
function silence() {
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  return { end, ended }
}

test('a CA that is silent holds up no other, however many of its operations wait', async () => {
  const house = await openTestVault()
  const steps = stepsUnderWay(house.parts)
  const { end, ended } = silence()
  const silent = Array.from({ length: 70 }, (_, index) => `silent${index}`)
  house.issuer.answer(
    ...silent.map(() => async (order: Parameters<typeof issued>[0]) => {
      await ended
      return issued(order)
    }),
  )
  for (const name of silent) await create(house, name)
  house.clock.move(claimSeconds)
  for (let more = true; more; ) more = await advanceDue(house.parts, house.clock.now(), steps)
  await create(house, 'other')
  // What is silent has been due for longer, and is so again.
  house.clock.move(claimSeconds)
  const state = async (name: string) => (await house.vault.readOperation(house.officer, name)).status
  await advanceDue(house.parts, house.clock.now(), steps)
  for (let turns = 0; turns < 100 && (await state('other')) === 'inProgress'; turns++)
    await new Promise(setImmediate)
  assert.equal(await state('other'), 'completed')
  assert.equal(await state('silent0'), 'inProgress')
  assert.equal(house.issuer.asked.length, silent.length + 1, 'of one operation one step at a time')
  end()
  await steps.settled()
  for (const name of silent) assert.equal(await state(name), 'completed')
  await house.close()
})

test('an operation that was just made is not taken up a second time while its step is under way', async () => {
  const house = await openTestVault()
  const steps = stepsUnderWay(house.parts)
  const { end, ended } = silence()
  house.issuer.answer(async (order) => {
    await ended
    return issued(order)
  })
  await create(house, 'web')
  const operation = (await house.parts.storage.read((reader) => reader.operations.find('default', 'web')))!
  steps.begin(operation)
  steps.begin(operation)
  house.clock.move(claimSeconds)
  await advanceDue(house.parts, house.clock.now(), steps)
  end()
  await steps.settled()
  assert.equal(house.issuer.asked.length, 1)
  assert.equal(steps.taken.size, 0)
  await house.close()
})

test('a step that is lost is told in the log, and taken again when its claim ends', async () => {
  const house = await openTestVault()
  const steps = stepsUnderWay({
    ...house.parts,
    storage: { ...house.parts.storage, transact: () => Promise.reject(new Error('disk full')) },
  })
  await create(house, 'web')
  steps.begin((await house.parts.storage.read((reader) => reader.operations.find('default', 'web')))!)
  await steps.settled()
  assert.match(house.log.at(-1)!.message, /was lost; it will be taken up again/)
  house.clock.move(claimSeconds)
  await due(house)
  assert.equal((await house.vault.readOperation(house.officer, 'web')).status, 'completed')
  await house.close()
})

test('more than one batch is said to be more', async () => {
  const house = await openTestVault()
  for (let index = 0; index < 60; index++) await create(house, `c${index}`)
  house.clock.move(claimSeconds)
  assert.equal(await due(house), true)
  assert.equal(await due(house), false)
  assert.equal(house.issuer.orders, 60)
  assert.equal(await house.parts.storage.read(({ operations }) => operations.nextDue()), undefined)
  await house.close()
})

test('a check comes when it was agreed, not before', async () => {
  const house = await openTestVault()
  await create(house, 'web')
  house.issuer.answer(pending('order 7', 600))
  await house.recover()
  house.clock.move(599)
  await due(house)
  assert.equal(house.issuer.asked.length, 1)
  house.clock.move(1)
  await due(house)
  assert.equal(house.issuer.asked.length, 2)
  await house.close()
})

test('a cancellation is seen at once by whoever recovers, else when its claim ends', async () => {
  const house = await openTestVault()
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Unknown') })
  await house.recover()
  await house.vault.cancelOperation(house.officer, 'web', true)
  await due(house)
  assert.equal((await house.vault.readOperation(house.officer, 'web')).status, 'inProgress')
  house.clock.move(claimSeconds)
  await due(house)
  assert.equal((await house.vault.readOperation(house.officer, 'web')).status, 'cancelled')
  await house.close()
})
