/** Single objects are handed out for safe keeping and taken back: complete, elsewhere too, and never over anything. */
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { test } from 'node:test'
import type { KeyRequest } from '../../src/domain/key-rules.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import type { Caller } from '../../src/vault/vault.ts'
import { repeatableRandom } from '../doubles/random.ts'
import { callerAt, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const conflict = { code: 'Conflict' } as const
const malformed = { code: 'MalformedBackupBlob' } as const
const foreignKey = { number: 0, key: repeatableRandom('foreign key')(32) }
const ec: KeyRequest = { keyType: 'EC', curve: 'P-256' }

/** Another vault of the same service, where the officer may do everything too. */
async function otherVault(house: TestVault): Promise<Caller> {
  const settings = { ...house.officer.vault, name: 'other' }
  await house.parts.storage.transact((writer) => writer.settings.putVault(settings))
  return callerAt(settings, 'officer')
}

async function twoVersions(house: TestVault) {
  await house.issue('Web', { tags: { of: 'first' } })
  house.clock.move(100)
  await house.issue('web')
  const { vault, officer } = house
  const [first, second] = await vault.listCertificateVersions(officer, 'web', { limit: 5 })
  const current = (await vault.readCertificate(officer, 'web')).version!
  const former = [first!, second!].find(({ version }) => version !== current.version)!
  await vault.updateCertificateVersion(officer, 'web', former.version, { enabled: false })
  return { current, former: former.version }
}

async function lose(house: TestVault, caller = house.officer): Promise<void> {
  await house.vault.deleteCertificate(caller, 'web')
  await house.vault.purgeCertificate(caller, 'web')
}

test('a certificate comes back with all versions, its policy, and the same secret', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { current, former } = await twoVersions(house)
  const before = await vault.readCertificate(officer, 'web')
  const secret = (await vault.readSecret(officer, 'web', {})).value.reveal()
  const blob = await vault.backUpCertificate(officer, 'web')
  await lose(house)
  house.clock.move(1000)
  const restored = await vault.restoreCertificate(officer, blob)
  assert.deepEqual(restored.certificate, { ...before.certificate, hasOperation: false })
  assert.deepEqual(restored.version, current)
  const { version } = await vault.readCertificateVersion(officer, 'web', former)
  assert.equal(version.enabled, false)
  assert.deepEqual(version.tags, { of: 'first' })
  assert.equal((await vault.readSecret(officer, 'web', {})).value.reveal(), secret)
  await house.issue('web')
  await house.close()
})

test('in another vault of the service, beside the original', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { current } = await twoVersions(house)
  const there = await otherVault(house)
  await vault.restoreCertificate(there, await vault.backUpCertificate(officer, 'web'))
  const found = await vault.readCertificate(there, 'web')
  assert.equal(found.version!.version, current.version)
  assert.equal(found.certificate.vault, 'other')
  const values = await Promise.all(
    [officer, there].map(async (caller) => (await vault.readSecret(caller, 'web', {})).value.reveal()),
  )
  assert.equal(values[0], values[1])
  await lose(house)
  assert.equal((await vault.readCertificate(there, 'web')).version!.version, current.version)
  await house.close()
})

test('in another installation that has the key-encryption key, and in no other', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const blob = await house.vault.backUpCertificate(house.officer, 'web')
  const elsewhere = await openTestVault({ seed: 'elsewhere' })
  const { version } = await elsewhere.vault.restoreCertificate(elsewhere.officer, blob)
  assert.deepEqual(version, (await house.vault.readCertificate(house.officer, 'web')).version)
  const foreign = await openTestVault({ keyEncryptionKey: foreignKey })
  await assert.rejects(foreign.vault.restoreCertificate(foreign.officer, blob), {
    ...malformed,
    message: /another key-encryption key/,
  })
  for (const opened of [house, elsewhere, foreign]) await opened.close()
})

test('a name that is taken, live or deleted, by whatever owns it, is not restored over', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const certificate = await vault.backUpCertificate(officer, 'web')
  await assert.rejects(vault.restoreCertificate(officer, certificate), conflict)
  await vault.deleteCertificate(officer, 'web')
  await assert.rejects(vault.restoreCertificate(officer, certificate), conflict)
  await vault.purgeCertificate(officer, 'web')
  await vault.setSecret(officer, 'web', { value: new Secret('a') })
  await assert.rejects(vault.restoreCertificate(officer, certificate), conflict)
  await vault.createKey(officer, 'web', ec)
  const [key, secret] = [await vault.backUpKey(officer, 'web'), await vault.backUpSecret(officer, 'web')]
  const there = await otherVault(house)
  await vault.restoreCertificate(there, certificate)
  await assert.rejects(vault.restoreKey(there, key), conflict)
  await assert.rejects(vault.restoreSecret(there, secret), conflict)
  await house.close()
})

test('the same backup twice, and again after a purge', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const blob = await vault.backUpCertificate(officer, 'web')
  await lose(house)
  const results = await Promise.allSettled([
    vault.restoreCertificate(officer, blob),
    vault.restoreCertificate(officer, blob),
  ])
  assert.deepEqual(results.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await lose(house)
  await vault.restoreCertificate(officer, blob)
  await house.close()
})

test('keys come back with their versions, rotation policy and use', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  for (const request of [ec, { keyType: 'RSA', keySize: 2048 }, { keyType: 'oct', keySize: 256 }] as const) {
    const name = `key-${request.keyType}`
    await vault.createKey(officer, name, { ...request, tags: { a: 'b' } })
    await vault
      .setRotationPolicy(officer, name, { attributes: { expiryTime: 'P60D' } } as never)
      .catch(() => undefined)
    const { version } = await vault.rotateKey(officer, name)
    const before = await vault.readKey(officer, name)
    const { policy } = await vault.readRotationPolicy(officer, name)
    const blob = await vault.backUpKey(officer, name)
    await vault.deleteKey(officer, name)
    await vault.purgeKey(officer, name)
    const restored = await vault.restoreKey(officer, blob)
    assert.deepEqual(restored, before)
    assert.equal(restored.version, version)
    assert.deepEqual((await vault.readRotationPolicy(officer, name)).policy, policy)
    assert.equal((await vault.listKeyVersions(officer, name, { limit: 5 })).length, 2)
    await vault.rotateKey(officer, name)
  }
  await house.close()
})

test('a restored key signs as before', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.createKey(officer, 'signer', ec)
  const { jwk } = await vault.readKey(officer, 'signer')
  const there = await otherVault(house)
  await vault.restoreKey(there, await vault.backUpKey(officer, 'signer'))
  const found = (await house.parts.storage.read(({ keys }) => keys.findVersion('other', 'signer')))!
  const binding = { vault: 'other', name: 'signer', version: found.version.version }
  const stored = { uri: found.sealed.uri!, wrapped: found.sealed.sealed! }
  const pkcs8 = (await house.parts.keys.open(stored, binding)).reveal()
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
  const signature = sign('sha256', Buffer.from('text'), key)
  const publicKey = createPublicKey({ key: jwk as never, format: 'jwk' })
  assert.ok(verify('sha256', Buffer.from('text'), publicKey, signature))
  await house.close()
})

test('secrets come back with all values', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const first = await vault.setSecret(officer, 'Token', { value: new Secret('one'), contentType: 'text' })
  const exp = seconds(house.clock.now() + 1000)
  await vault.setSecret(officer, 'token', { value: new Secret('zwei ü'), expires: exp, enabled: true })
  const blob = await vault.backUpSecret(officer, 'token')
  const there = await otherVault(house)
  const restored = await vault.restoreSecret(there, blob)
  assert.equal(restored.name, 'Token')
  assert.equal(restored.expires, exp)
  assert.equal((await vault.readSecret(there, 'token', {})).value.reveal(), 'zwei ü')
  const old = await vault.readSecret(there, 'token', { version: first.version })
  assert.equal(old.value.reveal(), 'one')
  await house.close()
})

test('what belongs to a certificate is backed up with it alone', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  await assert.rejects(vault.backUpKey(officer, 'web'), { code: 'KeyManagedByKeyVault' })
  await assert.rejects(vault.backUpSecret(officer, 'web'), { code: 'SecretManagedByKeyVault' })
  await house.close()
})

test('nothing is backed up of what is not there: unknown, deleted, never issued', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await assert.rejects(vault.backUpCertificate(officer, 'web'), { code: 'CertificateNotFound' })
  await assert.rejects(vault.backUpKey(officer, 'web'), { code: 'KeyNotFound' })
  await assert.rejects(vault.backUpSecret(officer, 'web'), { code: 'SecretNotFound' })
  await vault.createCertificate(officer, 'web', { policy: policyOf('my-ca') })
  await assert.rejects(vault.backUpCertificate(officer, 'web'), { code: 'BadParameter' })
  await vault.deleteCertificate(officer, 'web')
  await assert.rejects(vault.backUpCertificate(officer, 'web'), { code: 'CertificateNotFound' })
  await house.close()
})

test('more than 500 versions are refused when they are backed up', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  for (let count = 0; count < 500; count++)
    await vault.setSecret(officer, 'many', { value: new Secret(`${count}`) })
  const there = await otherVault(house)
  await vault.restoreSecret(there, await vault.backUpSecret(officer, 'many'))
  assert.equal((await vault.readSecret(there, 'many', {})).value.reveal(), '499')
  await vault.setSecret(officer, 'many', { value: new Secret('500') })
  await assert.rejects(vault.backUpSecret(officer, 'many'), { code: 'BadParameter', message: /500 versions/ })
  await house.close()
})

test('a damaged backup, or one of another kind, leaves nothing behind; the audit knows the name of a good one', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const blob = await vault.backUpCertificate(officer, 'web')
  await lose(house)
  const damaged = Uint8Array.from(blob)
  damaged[damaged.length - 40]! ^= 1
  for (const bad of [
    damaged,
    blob.subarray(0, -1),
    new Uint8Array(),
    Buffer.from('&AzureKeyVaultKeyBackupV1.microsoft.com'),
  ])
    await assert.rejects(vault.restoreCertificate(officer, bad), malformed)
  await assert.rejects(vault.restoreKey(officer, blob), {
    ...malformed,
    message: /of a key but of a certificate/,
  })
  assert.deepEqual(await vault.listCertificates(officer, { limit: 5 }, { includePending: true }), [])
  await vault.restoreCertificate(officer, blob)
  const record = (await house.audit()).at(-1)!
  assert.equal(record.operation, 'CertificateRestore')
  assert.deepEqual(record.facts, { name: 'web', versions: 1 })
  assert.equal(JSON.stringify(await house.audit()).includes(Buffer.from(blob).toString('base64url')), false)
  await house.close()
})
