/** Somebody acts while the issuer is being asked. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateOperation } from '../../src/domain/certificate-operation.ts'
import { issued } from '../doubles/issuer.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const create = (house: TestVault, name = 'web') =>
  house.vault.createCertificate(house.officer, name, { policy: policyOf('my-ca'), tags: { a: 'b' } })
const operationOf = (house: TestVault, name = 'web') => house.vault.readOperation(house.officer, name)
const stored = (house: TestVault, name = 'web') =>
  house.parts.storage.read(async ({ certificates, operations }) => ({
    certificate: await certificates.find('default', name),
    versions: await certificates.listVersions('default', name, { limit: 9 }),
    operation: await operations.find('default', name),
  }))
const enrolments = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'CertificateEnroll')

/** Something happens to the operation or its certificate between the order and the answer. */
async function meanwhile(
  happens: (house: TestVault) => Promise<unknown>,
): Promise<{ house: TestVault; began: CertificateOperation }> {
  const house = await openTestVault()
  const began = await create(house)
  house.issuer.answer(async (order) => {
    await happens(house)
    return issued(order)
  })
  await house.recover()
  return { house, began }
}

test('a cancellation during the order is too late for a certificate that is issued', async () => {
  const { house, began } = await meanwhile((here) => here.vault.cancelOperation(here.officer, 'web', true))
  const { status, cancellationRequested } = await operationOf(house)
  assert.deepEqual([status, cancellationRequested], ['completed', true])
  assert.deepEqual(
    (await stored(house)).versions.map(({ version }) => version),
    [began.version],
  )
  await house.close()
})

test('a cancellation during the order wins at the next step where the order is still pending', async () => {
  const house = await openTestVault()
  await create(house)
  house.issuer.answer(async () => {
    await house.vault.cancelOperation(house.officer, 'web', true)
    return { state: 'pending', reference: 'order 7', checkAgainAfterSeconds: 3600 }
  })
  await house.recover()
  const { status, orderReference, dueAt } = await operationOf(house)
  assert.deepEqual([status, orderReference, dueAt], ['inProgress', 'order 7', house.clock.now()])
  await house.recover()
  assert.equal((await operationOf(house)).status, 'cancelled')
  assert.equal(house.issuer.asked.length, 1)
  await house.close()
})

test('an operation that is deleted during the order leaves no version', async () => {
  const { house } = await meanwhile((here) => here.vault.deleteOperation(here.officer, 'web'))
  const { certificate, versions, operation } = await stored(house)
  assert.deepEqual([certificate?.current.issued, versions, operation], [false, [], undefined])
  assert.deepEqual(await enrolments(house), [])
  await house.close()
})

test('a certificate that is purged during the order stays away', async () => {
  const { house } = await meanwhile(async (here) => {
    await here.vault.deleteCertificate(here.officer, 'web')
    await here.vault.purgeCertificate(here.officer, 'web')
  })
  const { certificate, operation } = await stored(house)
  assert.deepEqual([certificate, operation], [undefined, undefined])
  assert.deepEqual(await enrolments(house), [])
  await house.close()
})

test('a certificate that is deleted during the order gets no version before it is recovered', async () => {
  const { house } = await meanwhile((here) => here.vault.deleteCertificate(here.officer, 'web'))
  assert.equal((await stored(house)).certificate?.current.issued, false)
  assert.deepEqual(await enrolments(house), [])
  await house.vault.recoverCertificate(house.officer, 'web')
  house.clock.move(30)
  await house.recover()
  assert.equal((await operationOf(house)).status, 'completed')
  assert.equal(house.issuer.orders, 1)
  await house.close()
})

test('an operation in whose place stands another is not completed', async () => {
  const { house, began } = await meanwhile(async (here) => {
    await here.vault.deleteOperation(here.officer, 'web')
    await create(here)
  })
  const now = await operationOf(house)
  assert.notEqual(now.requestId, began.requestId)
  assert.equal(now.status, 'inProgress')
  assert.deepEqual((await stored(house)).versions, [])
  house.clock.move(30)
  await house.recover()
  assert.deepEqual(
    (await stored(house)).versions.map(({ version }) => version),
    [now.version],
  )
  await house.close()
})

test('an operation that was finished meanwhile is finished once', async () => {
  const { house, began } = await meanwhile(async (here) => {
    here.clock.move(30)
    await here.recover()
  })
  assert.deepEqual(
    (await stored(house)).versions.map(({ version }) => version),
    [began.version],
  )
  assert.equal((await enrolments(house)).length, 1)
  assert.equal(house.issuer.orders, 1)
  await house.close()
})
