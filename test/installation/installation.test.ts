import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { storeClockOffset } from '../../src/installation/installation.ts'
import { createKeyEncryptionKey } from '../../src/keys/software/key-encryption-key.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { breakingStorage } from '../doubles/breaking-storage.ts'
import { contents, newFolder, open } from './folder.ts'

const modeOf = (path: string) => statSync(path).mode & 0o777
const binding = { vault: 'default', name: 'web', version: '1' }

test('the first start makes a folder and a key for their owner alone, and a vault to begin with', async () => {
  const folder = newFolder()
  const installation = await open(folder)
  assert.equal(installation.firstStart, true)
  assert.equal(modeOf(folder.path), 0o700)
  assert.equal(modeOf(folder.keyEncryptionKey), 0o600)
  assert.match(installation.tenantId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.deepEqual([installation.dev, installation.clockOffsetSeconds], [false, 0])
  assert.deepEqual(await installation.storage.read((reader) => reader.settings.listVaults()), [
    { name: 'default', retentionDays: 90, purgeProtection: false, pfxProfile: 'modern' },
  ])
  await installation.storage.close()
  assert.deepEqual(readdirSync(folder.path).sort(), ['certkeep.db', 'key-encryption-key'])
})

test('the local CA is one, for twenty years, and for nothing below itself but certificates', async () => {
  const { localCa, tenantId, storage } = await open(newFolder())
  const certificate = new X509Certificate(localCa.certificate)
  assert.equal(certificate.ca, true)
  assert.equal(certificate.subject, `CN=certkeep local CA ${tenantId.slice(0, 8)}`)
  assert.ok(certificate.verify(certificate.publicKey))
  const years =
    (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / (365.25 * 86_400_000)
  assert.ok(Math.abs(years - 20) < 0.01)
  await storage.close()
})

test('the second start opens the same: tenant, CA, and what was sealed', async () => {
  const folder = newFolder()
  const first = await open(folder)
  const sealed = first.keys.seal(new Secret(Buffer.from('hunter2')), binding)
  const { stored, publicKey } = await first.keys.create({ kty: 'EC', curve: 'P-256' }, binding)
  await first.storage.transact((writer) => storeClockOffset(writer, 3600))
  await first.storage.close()
  const second = await open(folder)
  assert.equal(second.firstStart, false)
  assert.equal(second.tenantId, first.tenantId)
  assert.deepEqual(Buffer.from(second.localCa.certificate), Buffer.from(first.localCa.certificate))
  assert.equal(second.clockOffsetSeconds, 3600)
  assert.equal(Buffer.from(second.keys.openSealed(sealed, binding).reveal()).toString(), 'hunter2')
  assert.ok(publicKey.length > 0 && (await second.keys.open(stored, binding)).reveal().length > 0)
  assert.ok(
    await second.keys.sign(second.localCa.key, second.localCa.binding, { hash: 'sha256' }, randomBytes(9)),
  )
  await second.storage.close()
})

test('no key lies open in the folder', async () => {
  const folder = newFolder()
  const { keys, localCa, storage } = await open(folder)
  const scalar = Buffer.from((await keys.open(localCa.key, localCa.binding)).reveal()).subarray(36, 68)
  await storage.close()
  for (const bytes of Object.values(contents(folder.path))) {
    assert.equal(bytes.includes(scalar), false)
    assert.equal(bytes.includes(Buffer.from(scalar).toString('base64').slice(4, -4)), false)
  }
})

for (const [what, whenBroken] of [
  ['lost', 'before'],
  ['done but not acknowledged', 'after'],
] as const)
  test(`a first start whose write was ${what} is finished by the next`, async () => {
    const folder = newFolder()
    const attempt = open(folder, {
      openStorage: (path) => breakingStorage(openSqlite({ path }), { call: 1, when: whenBroken }),
    })
    await assert.rejects(attempt, /broken/)
    const key = contents(folder.path)['key-encryption-key']
    const next = await open(folder)
    assert.equal(next.firstStart, whenBroken === 'before')
    assert.deepEqual(contents(folder.path)['key-encryption-key'], key)
    await next.storage.close()
  })

test('a first start that only got as far as its key is finished by the next', async () => {
  const folder = newFolder()
  mkdirSync(folder.path)
  createKeyEncryptionKey(folder.keyEncryptionKey, randomBytes)
  const key = contents(folder.path)
  const next = await open(folder)
  assert.equal(next.firstStart, true)
  assert.deepEqual(contents(folder.path)['key-encryption-key'], key['key-encryption-key'])
  await next.storage.close()
})

test('two first starts at once make one installation', async () => {
  const folder = newFolder()
  const [one, other] = await Promise.all([open(folder), open(folder)])
  assert.equal(one.tenantId, other.tenantId)
  assert.deepEqual(Buffer.from(one.localCa.certificate), Buffer.from(other.localCa.certificate))
  const sealed = one.keys.seal(new Secret(Buffer.from('hunter2')), binding)
  assert.equal(Buffer.from(other.keys.openSealed(sealed, binding).reveal()).toString(), 'hunter2')
  await one.storage.close()
  await other.storage.close()
})
