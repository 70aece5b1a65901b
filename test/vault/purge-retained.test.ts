/** What the vault purges by itself, and what it must not. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KeyFacts, ObjectVersion } from '../../src/domain/kept-object.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds, type UnixSeconds } from '../../src/domain/time.ts'
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

test('one that is recovered and deleted again before its turn is retained anew', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  for (const name of ['a', 'b']) {
    await house.issue(name)
    await house.vault.deleteCertificate(house.officer, name)
  }
  house.clock.move(7 * day)
  house.parts.keys.destroy = async () => {
    const left = (await find(house, 'a')) ? 'a' : 'b'
    await house.vault.recoverCertificate(house.officer, left)
    await house.vault.deleteCertificate(house.officer, left)
  }
  await purgeRetained(house.parts)
  assert.equal((await purges(house)).length, 1)
  const [left] = await house.vault.listDeletedCertificates(
    house.officer,
    { limit: 9 },
    { includePending: true },
  )
  assert.equal(left?.deleted?.at, house.clock.now())
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

test('secrets and keys that stand for themselves are purged in the same way, each with a record of its own', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7, purgeProtection: true } })
  const { vault, officer, parts } = house
  const destroyed: unknown[] = []
  parts.keys.destroy = async (key) => void destroyed.push(key)
  for (const name of ['Token', 'Live', 'late']) {
    await vault.setSecret(officer, name, { value: new Secret('one') })
    await vault.setSecret(officer, name, { value: new Secret('two') })
  }
  const deletion = { at: house.clock.now(), scheduledPurgeAt: seconds(house.clock.now() + 7 * day) }
  await parts.storage.transact(async ({ keys }) => {
    for (const [version, octet] of [
      ['a', 1],
      ['b', 2],
    ] as const)
      await keys.addVersion('default', 'Signer', keyVersion(version.repeat(32), deletion.at), {
        uri: 'software:x',
        sealed: Uint8Array.of(octet),
      })
    await keys.setDeletion('default', 'signer', deletion)
  })
  await vault.deleteSecret(officer, 'token')
  house.clock.move(1)
  await vault.deleteSecret(officer, 'late')
  house.clock.move(7 * day - 1)
  assert.equal(await purgeRetained(parts), false)
  const purged = (await house.audit()).filter(({ operation }) => operation.endsWith('Purge'))
  assert.deepEqual(
    purged.map(({ operation, object, identity, facts }) => [operation, object, identity.kind, facts]),
    [
      ['SecretPurge', 'secrets/Token', 'vault', { reason: 'retention ended' }],
      ['KeyPurge', 'keys/Signer', 'vault', { reason: 'retention ended' }],
    ],
  )
  const wrapped = (octet: number) => ({ uri: 'software:x', wrapped: Uint8Array.of(octet) })
  assert.deepEqual(destroyed, [wrapped(1), wrapped(2)])
  await parts.storage.read(async ({ secrets, keys }) => {
    assert.equal(await secrets.find('default', 'token'), undefined)
    assert.equal(await keys.find('default', 'signer'), undefined)
    assert.ok(await secrets.find('default', 'live'))
    assert.ok(await secrets.find('default', 'late'))
  })
  await vault.setSecret(officer, 'token', { value: new Secret('anew') })
  await house.close()
})

function keyVersion(version: string, now: UnixSeconds): ObjectVersion<KeyFacts> {
  const facts = { jwk: { kty: 'oct' }, keySize: 256, keyOperations: [], exportable: false } as const
  return { version, enabled: true, created: now, updated: now, facts }
}
