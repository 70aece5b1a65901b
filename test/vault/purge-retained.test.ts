/** What the vault purges by itself, and what it must not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { purgeRetained } from '../../src/vault/purge-retained.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const day = 86_400
const find = (house: TestVault, name: string) =>
  house.parts.storage.read(({ certificates }) => certificates.find('default', name))
const purges = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'CertificatePurge')

test('a deleted certificate is purged at the second its retention ends, even under purge protection', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7, purgeProtection: true } })
  await house.issue('Web')
  await house.issue('live')
  await house.vault.deleteCertificate(house.officer, 'web')
  house.clock.move(7 * day - 1)
  assert.equal(await purgeRetained(house.parts), false)
  assert.ok(await find(house, 'web'))
  house.clock.move(1)
  assert.equal(await purgeRetained(house.parts), false)
  assert.equal(await find(house, 'web'), undefined)
  assert.ok(await find(house, 'live'))
  assert.deepEqual(await purges(house), [
    {
      at: house.clock.now(),
      vault: 'default',
      operation: 'CertificatePurge',
      identity: { kind: 'vault', objectId: '00000000-0000-0000-0000-000000000000', name: 'certkeep' },
      origin: (await purges(house))[0]!.origin,
      object: 'certificates/Web',
      outcome: 'success',
      facts: { reason: 'retention ended' },
    },
  ])
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Self') })
  await house.close()
})

test('all keys of what was purged are destroyed, those of no version too', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  const destroyed: string[] = []
  house.parts.keys.destroy = async ({ wrapped }) => void destroyed.push(Buffer.from(wrapped!).toString('hex'))
  await house.issue('web')
  const second = await house.vault.createCertificate(house.officer, 'web', {})
  const { version: first } = await house.vault.readCertificate(house.officer, 'web')
  const sealed = await house.parts.storage.read(({ certificates }) =>
    certificates.findSealed('default', 'web', first!.version),
  )
  await house.vault.deleteCertificate(house.officer, 'web')
  house.clock.move(7 * day)
  await purgeRetained(house.parts)
  const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString('hex')
  assert.deepEqual(destroyed.sort(), [hex(sealed!.privateKey.wrapped), hex(second.privateKey.wrapped)].sort())
  await house.close()
})

test('a certificate that is recovered before its turn stays', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  for (const name of ['a', 'b']) {
    await house.issue(name)
    await house.vault.deleteCertificate(house.officer, name)
  }
  house.clock.move(7 * day)
  // The destruction of the first key lets somebody in between.
  house.parts.keys.destroy = async () => {
    const left = (await find(house, 'a')) ? 'a' : 'b'
    await house.vault.recoverCertificate(house.officer, left).catch(() => undefined)
  }
  await purgeRetained(house.parts)
  assert.equal((await purges(house)).length, 1)
  assert.equal([await find(house, 'a'), await find(house, 'b')].filter(Boolean).length, 1)
  await house.close()
})

test('more than one batch is said to be more', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  for (let index = 0; index < 101; index++) {
    await house.vault.createCertificate(house.officer, `c${index}`, { policy: policyOf('Unknown') })
    await house.vault.deleteCertificate(house.officer, `c${index}`)
  }
  house.clock.move(7 * day)
  assert.equal(await purgeRetained(house.parts), true)
  assert.equal(await purgeRetained(house.parts), false)
  assert.equal((await purges(house)).length, 101)
  await house.close()
})
