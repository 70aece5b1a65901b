/** Single objects are handed out for safe keeping and taken back: complete, elsewhere too, and never over anything. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { encryptionAlgorithms, signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import type { KeyRequest } from '../../src/domain/key-rules.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import { contentOctetsMax } from '../../src/vault/backup/backup-content.ts'
import { newId } from '../../src/vault/parts.ts'
import type { Caller, CreateKeyInput } from '../../src/vault/vault.ts'
import { repeatableRandom } from '../doubles/random.ts'
import { callerAt, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const conflict = { code: 'Conflict' } as const
const malformed = { code: 'MalformedBackupBlob' } as const
const foreignKey = { number: 0, key: repeatableRandom('foreign key')(32) }
const otherDataKey = { number: 1, key: repeatableRandom('other data key')(32) }
const ec: KeyRequest = { keyType: 'EC', curve: 'P-256' }
const es256 = signatureAlgorithms.find(({ name }) => name === 'ES256')!
const digest = createHash('sha256').update('text').digest()

const readValue = async ({ vault, officer }: TestVault, name = 'web', caller = officer) =>
  (await vault.readSecret(caller, name, {})).value.reveal()

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

/** In the order in which they were made. */
const versionIds = ({ parts }: TestVault) =>
  parts.storage.read(async ({ certificates }) =>
    (await certificates.allVersions('default', 'web')).map(({ version }) => version.version),
  )

async function lose(house: TestVault, caller = house.officer): Promise<void> {
  await house.vault.deleteCertificate(caller, 'web')
  await house.vault.purgeCertificate(caller, 'web')
}

test('a certificate comes back with all versions, its policy, and the same secret', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { current, former } = await twoVersions(house)
  const before = await vault.readCertificate(officer, 'web')
  const secret = await readValue(house)
  const order = await versionIds(house)
  const blob = await vault.backUpCertificate(officer, 'web')
  await lose(house)
  house.clock.move(1000)
  const restored = await vault.restoreCertificate(officer, blob)
  assert.deepEqual(restored.certificate, { ...before.certificate, hasOperation: false })
  assert.deepEqual(restored.version, current)
  const { version } = await vault.readCertificateVersion(officer, 'web', former)
  assert.equal(version.enabled, false)
  assert.deepEqual(version.tags, { of: 'first' })
  assert.equal(await readValue(house), secret)
  assert.deepEqual(await versionIds(house), order)
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
  assert.equal(await readValue(house, 'web', there), await readValue(house))
  await lose(house)
  assert.equal((await vault.readCertificate(there, 'web')).version!.version, current.version)
  await house.close()
})

test('in another installation that has the key-encryption key, and in no other', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const blob = await house.vault.backUpCertificate(house.officer, 'web')
  const elsewhere = await openTestVault({ seed: 'elsewhere', dataKey: otherDataKey })
  const { version } = await elsewhere.vault.restoreCertificate(elsewhere.officer, blob)
  assert.deepEqual(version, (await house.vault.readCertificate(house.officer, 'web')).version)
  const [value, restored] = await Promise.all([readValue(house), readValue(elsewhere)])
  assert.equal(restored, value)
  await elsewhere.vault.sign(elsewhere.officer, { name: 'web' }, { algorithm: es256, digest })
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

const dueAt = ({ parts }: TestVault, name: string) =>
  parts.storage.read(async ({ keys }) => (await keys.find('default', name))?.dueAt)

test('keys come back with their versions, rotation policy and use', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const requests: CreateKeyInput[] = [ec, { keyType: 'RSA', keySize: 2048 }, { keyType: 'oct', keySize: 256 }]
  for (const request of requests) {
    const name = `key-${request.keyType}`
    await vault.createKey(officer, name, { ...request, tags: { a: 'b' } })
    await vault.setRotationPolicy(officer, name, {
      lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P30D' }],
      expiryTime: 'P60D',
    })
    const { version } = await vault.rotateKey(officer, name)
    const due = await dueAt(house, name)
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
    assert.ok(due !== undefined)
    assert.equal(await dueAt(house, name), due)
    await vault.rotateKey(officer, name)
  }
  await house.close()
})

test('a restored key signs for the public key that it had', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.createKey(officer, 'signer', ec)
  const there = await otherVault(house)
  await vault.restoreKey(there, await vault.backUpKey(officer, 'signer'))
  const { result: signature } = await vault.sign(there, { name: 'signer' }, { algorithm: es256, digest })
  const input = { algorithm: es256, digest, signature }
  assert.equal((await vault.verifySignature(officer, { name: 'signer' }, input)).result, true)
  await house.close()
})

test('a symmetric key of a backup opens what it closed', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.createKey(officer, 'closer', { keyType: 'oct', keySize: 256 })
  const there = await otherVault(house)
  await vault.restoreKey(there, await vault.backUpKey(officer, 'closer'))
  const algorithm = encryptionAlgorithms.find(({ name }) => name === 'A256KW')!
  const value = new Uint8Array(32).fill(7)
  const { result } = await vault.wrapKey(officer, { name: 'closer' }, algorithm, { value: new Secret(value) })
  const { result: unwrapped } = await vault.unwrapKey(there, { name: 'closer' }, algorithm, result)
  assert.deepEqual(Buffer.from(unwrapped.reveal()), Buffer.from(value))
  await house.close()
})

test(
  'a restored PFX is opened by OpenSSL, and holds the key of the certificate',
  needsOpenssl(),
  async () => {
    const house = await openTestVault()
    const { vault, officer } = house
    await house.issue('web')
    const there = await otherVault(house)
    await vault.restoreCertificate(there, await vault.backUpCertificate(officer, 'web'))
    const input = Buffer.from(await readValue(house, 'web', there), 'base64')
    const { status, stdout } = spawnSync('openssl', ['pkcs12', '-passin', 'pass:', '-nodes'], { input })
    assert.equal(status, 0)
    const { version } = await vault.readCertificate(officer, 'web')
    const spki = createPublicKey(createPrivateKey(stdout)).export({ format: 'der', type: 'spki' })
    assert.deepEqual(spki, Buffer.from(version!.publicKey))
    await house.close()
  },
)

/** Where programs have to be there, a missing one fails its tests; elsewhere it skips them. */
function needsOpenssl(): { skip: string | false } {
  const missing = spawnSync('openssl', ['version']).error !== undefined
  return { skip: missing && process.env.CI !== 'true' ? 'needs openssl' : false }
}

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
  assert.equal(await readValue(house, 'token', there), 'zwei ü')
  const old = await vault.readSecret(there, 'token', { version: first.version })
  assert.equal(old.value.reveal(), 'one')
  await house.close()
})

test('what is disabled comes back disabled; tags come back whatever their names', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const tags = { $octets: 'AAAA', constructor: 'a', 'ü 🗝': '' }
  await house.issue('web', {
    policy: { ...policyOf('my-ca'), secretContentType: 'application/x-pem-file' },
    tags,
  })
  const { version } = (await vault.readCertificate(officer, 'web')).version!
  await vault.updateCertificateVersion(officer, 'web', version, { enabled: false })
  await vault.setSecret(officer, 'token', { value: new Secret('one'), enabled: false, tags })
  await vault.createKey(officer, 'key', { ...ec, enabled: false, tags })
  const there = await otherVault(house)
  const certificate = await vault.restoreCertificate(there, await vault.backUpCertificate(officer, 'web'))
  assert.equal(certificate.certificate.policy.secretContentType, 'application/x-pem-file')
  for (const restored of [
    certificate.version!,
    await vault.restoreKey(there, await vault.backUpKey(officer, 'key')),
    await vault.restoreSecret(there, await vault.backUpSecret(officer, 'token')),
  ])
    assert.deepEqual([restored.enabled, restored.tags], [false, tags])
  await house.close()
})

test('a pending operation stays behind', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  await vault.createCertificate(officer, 'web', { policy: policyOf('Unknown') })
  const there = await otherVault(house)
  const { certificate } = await vault.restoreCertificate(there, await vault.backUpCertificate(officer, 'web'))
  assert.equal(certificate.hasOperation, false)
  await assert.rejects(vault.readOperation(there, 'web'), { code: 'PendingCertificateNotFound' })
  await vault.createCertificate(there, 'web', { policy: policyOf('my-ca') })
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
  assert.equal(await readValue(house, 'many', there), '499')
  await vault.setSecret(officer, 'many', { value: new Secret('500') })
  await assert.rejects(vault.backUpSecret(officer, 'many'), { code: 'BadParameter', message: /500 versions/ })
  await house.close()
})

test('500 versions with RSA keys of 4096 bits and their chains can be taken back', async () => {
  const house = await openTestVault()
  const { vault, officer, parts } = house
  const key = { keyType: 'RSA', keySize: 4096 } as const
  await house.issue('web', { policy: { ...policyOf('my-ca'), key } })
  await multiply(house, 499)
  const blob = await vault.backUpCertificate(officer, 'web')
  const there = await otherVault(house)
  await vault.restoreCertificate(there, blob)
  const [original, restored] = await parts.storage.read(async ({ certificates }) => [
    await certificates.allVersions('default', 'web'),
    await certificates.allVersions('other', 'web'),
  ])
  assert.equal(restored.length, 500)
  assert.deepEqual(
    restored.map(({ version }) => version),
    original.map(({ version }) => version),
  )
  await multiply(house, 1)
  await assert.rejects(vault.backUpCertificate(officer, 'web'), {
    code: 'BadParameter',
    message: /500 versions/,
  })
  await house.close()
})

/** Copies the first version of the certificate, since making each takes long. */
async function multiply({ parts }: TestVault, copies: number): Promise<void> {
  const { storage, keys, sealer, random } = parts
  const [first] = await storage.read(({ certificates }) => certificates.allVersions('default', 'web'))
  const binding = { vault: 'default', name: 'web', version: first!.version.version }
  const value = sealer.openSealed(first!.sealed.secretValue, binding)
  for (let count = 0; count < copies; count++) {
    const version = newId(random)
    const copy = { ...binding, version }
    const privateKey = await keys.rebind(first!.sealed.privateKey, binding, copy)
    const sealed = { privateKey, secretValue: sealer.seal(value, copy) }
    await storage.transact(({ certificates }) =>
      certificates.addVersion('default', 'web', { ...first!.version, version }, sealed),
    )
  }
}

test('what would be too large to be taken back is not handed out', async () => {
  const house = await openTestVault()
  const { vault, officer, parts } = house
  const { version } = await vault.setSecret(officer, 'large', { value: new Secret('a') })
  const { version: stored } = (await parts.storage.read(({ secrets }) =>
    secrets.findVersion('default', 'large'),
  ))!
  const put = async (name: string, octets: number) => {
    const value = new Secret(new Uint8Array(octets).fill(97))
    const sealed = parts.sealer.seal(value, { vault: 'default', name, version })
    await parts.storage.transact(({ secrets }) => secrets.addVersion('default', name, stored, { sealed }))
  }
  await put('larger', contentOctetsMax)
  await assert.rejects(vault.backUpSecret(officer, 'larger'), {
    code: 'BadParameter',
    message: /at most 16777216/,
  })
  assert.equal((await house.audit()).at(-1)!.outcome, 'failed')
  await put('fitting', contentOctetsMax - 1000)
  const there = await otherVault(house)
  await vault.restoreSecret(there, await vault.backUpSecret(officer, 'fitting'))
  assert.equal((await readValue(house, 'fitting', there)).length, contentOctetsMax - 1000)
  await house.close()
})

test('the length of a backup tells nothing of a key, whatever the tags beside it say', async () => {
  const house = await openTestVault()
  const { vault, officer, parts } = house
  const { version } = await vault.createKey(officer, 'key', { keyType: 'oct', keySize: 256 })
  const { sealed } = (await parts.storage.read(({ keys }) => keys.findVersion('default', 'key')))!
  const binding = { vault: 'default', name: 'key', version }
  const octets = (await parts.keys.open({ uri: sealed.uri!, wrapped: sealed.sealed! }, binding)).reveal()
  const lengthWith = async (guess: Uint8Array) => {
    await vault.updateKey(officer, 'key', version, { tags: { guess: Buffer.from(guess).toString('base64') } })
    return (await vault.backUpKey(officer, 'key')).length
  }
  assert.equal(await lengthWith(octets), await lengthWith(octets.map((octet) => octet ^ 0x55)))
  await house.close()
})

const restores = ['restoreCertificate', 'restoreKey', 'restoreSecret'] as const

test('whatever is changed, cut off or made up is refused, and leaves nothing behind', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  await vault.createKey(officer, 'key', ec)
  await vault.setSecret(officer, 'token', { value: new Secret('one') })
  const blobs = [
    await vault.backUpCertificate(officer, 'web'),
    await vault.backUpKey(officer, 'key'),
    await vault.backUpSecret(officer, 'token'),
  ]
  const empty = await openTestVault()
  const contents = () =>
    empty.parts.storage.read(async ({ certificates, keys, secrets }) => [
      ...(await certificates.list('default', { limit: 5 }, { includePending: true })),
      ...(await keys.list('default', { limit: 5 })),
      ...(await secrets.list('default', { limit: 5 })),
    ])
  const refused = async (restore: (typeof restores)[number], bad: Uint8Array) =>
    assert.rejects(empty.vault[restore](empty.officer, bad), malformed)
  for (const [index, restore] of restores.entries()) {
    const blob = blobs[index]!
    for (const other of blobs) if (other !== blob) await refused(restore, other)
    await refused(restore, Buffer.from('&AzureKeyVaultKeyBackupV1.microsoft.com'))
    await fc.assert(
      fc.asyncProperty(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        await refused(
          restore,
          blob.map((octet, position) => (position === at ? octet ^ mask : octet)),
        )
        await refused(restore, blob.subarray(0, at))
      }),
      { numRuns: 60 },
    )
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (octets) => refused(restore, octets)),
      { numRuns: 30 },
    )
  }
  assert.deepEqual(await contents(), [])
  for (const [index, restore] of restores.entries()) await empty.vault[restore](empty.officer, blobs[index]!)
  assert.equal((await contents()).length, 3)
  for (const opened of [house, empty]) await opened.close()
})

test('the audit knows what was restored, and nothing of what a backup holds', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const blob = await vault.backUpCertificate(officer, 'web')
  await lose(house)
  await assert.rejects(vault.restoreKey(officer, blob), {
    ...malformed,
    message: /of a key but of a certificate/,
  })
  await vault.restoreCertificate(officer, blob)
  await assert.rejects(vault.restoreCertificate(officer, blob), conflict)
  const records = (await house.audit()).filter(({ operation }) => operation.endsWith('Restore'))
  assert.deepEqual(
    records.map(({ operation, outcome, errorCode, facts }) => [operation, outcome, errorCode ?? facts]),
    [
      ['KeyRestore', 'failed', 'MalformedBackupBlob'],
      ['CertificateRestore', 'success', { name: 'web', versions: 1 }],
      ['CertificateRestore', 'failed', 'Conflict'],
    ],
  )
  const audit = JSON.stringify(await house.audit())
  for (const encoding of ['base64', 'base64url', 'hex'] as const)
    assert.equal(audit.includes(Buffer.from(blob).toString(encoding).slice(0, 40)), false)
  await house.close()
})
