/** Vaults as the operator makes them, what is recorded of it, and when the service learns of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultVaultSettings } from '../../src/domain/certificate.ts'
import { createVaultDirectory } from '../../src/vault/vault-directory.ts'
import { createTestInstallation } from '../doubles/installation.ts'

test('a vault has what was chosen, and otherwise what nobody has to choose', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  const plain = await administration.createVault('plain', {})
  assert.deepEqual(plain, { name: 'plain', ...defaultVaultSettings })
  const chosen = { retentionDays: 7, purgeProtection: true, pfxProfile: 'legacy' } as const
  assert.deepEqual(await administration.createVault('Chosen', chosen), { name: 'Chosen', ...chosen })
  assert.deepEqual(
    (await administration.listVaults()).map(({ name }) => name),
    ['Chosen', 'default', 'plain'],
  )
  await house.close()
})

test('retention is 7 to 90 days, names are those that hosts can have, and nothing is made otherwise', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  for (const retentionDays of [6, 91, 7.5, Number.NaN])
    await assert.rejects(administration.createVault('other', { retentionDays }), { code: 'BadParameter' })
  for (const name of ['a', '1st', 'a--b', 'ends-', 'a.b', 'x'.repeat(25), 'Login'])
    await assert.rejects(administration.createVault(name, {}), { code: 'BadParameter' })
  await assert.rejects(administration.createVault('DEFAULT', { retentionDays: 7 }), { code: 'Conflict' })
  assert.deepEqual(await administration.listVaults(), [{ name: 'default', ...defaultVaultSettings }])
  await house.close()
})

test('a change leaves the rest as it was, contacts included', async () => {
  const house = await createTestInstallation()
  const { administration, parts } = house
  await administration.createVault('Team', { retentionDays: 30 })
  const contacts = [{ email: 'ada@example.com' }]
  await parts.storage.transact(({ settings }) => settings.setContacts('team', contacts))
  await administration.updateVault('TEAM', { purgeProtection: true })
  await administration.updateVault('team', { pfxProfile: 'legacy' })
  const now = await administration.readVault('team')
  assert.deepEqual(now, { name: 'Team', retentionDays: 30, purgeProtection: true, pfxProfile: 'legacy' })
  assert.deepEqual(await parts.storage.read(({ settings }) => settings.findContacts('team')), contacts)
  await assert.rejects(administration.updateVault('none', { purgeProtection: true }), {
    code: 'VaultNotFound',
  })
  await house.close()
})

test('every act of it is on record, the refused ones too', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  await administration.createVault('team', { retentionDays: 30 })
  await administration.createVault('team', {}).catch(() => undefined)
  await administration.updateVault('team', { purgeProtection: true })
  await administration.listVaults()
  const shown = { retentionDays: 30, purgeProtection: false, pfxProfile: 'modern' }
  assert.deepEqual(
    (await house.audit()).map(({ operation, vault, identity, outcome, errorCode, facts }) => [
      operation,
      vault,
      identity.kind,
      errorCode ?? outcome,
      facts ?? {},
    ]),
    [
      ['VaultPut', 'team', 'operator', 'success', shown],
      ['VaultPut', 'team', 'operator', 'Conflict', {}],
      ['VaultPatch', 'team', 'operator', 'success', { ...shown, purgeProtection: true }],
      ['VaultList', '', 'operator', 'success', {}],
    ],
  )
  await house.close()
})

test('the service finds a new vault at once, and a change of one within a second', async () => {
  const { administration, parts, time, wallClock, close } = await createTestInstallation()
  const findVault = createVaultDirectory(parts.storage, wallClock)
  assert.equal(await findVault('team'), undefined)
  await administration.createVault('Team', {})
  assert.equal((await findVault('team'))?.name, 'Team')
  await administration.updateVault('team', { purgeProtection: true })
  time.wall += 1
  assert.equal((await findVault('team'))?.purgeProtection, true)
  await close()
})
