/** Backup and restore as the published clients do it. */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { CryptographyClient } from '@azure/keyvault-keys'
import {
  clientsOf,
  collect,
  environmentOf,
  newDataFolder,
  type Service,
  startService,
  trust,
} from './service.ts'

let service: Service
let clients: Awaited<ReturnType<typeof clientsAt>>

before(async () => {
  service = await startService()
  clients = await clientsAt(service)
})
after(() => service?.stop())

const options = { intervalInMs: 5 }
const text = Buffer.from('text')

async function clientsAt(where: Service) {
  const environment = await environmentOf(where)
  trust(environment)
  const made = clientsOf(environment)
  const switches = { disableChallengeResourceVerification: true }
  const cryptography = (id: string) => new CryptographyClient(id, made.credential, switches)
  return { ...made, cryptography }
}

test('a certificate is backed up, purged, and restored with its key and secret', async () => {
  const { certificates, secrets } = clients
  const policy = { issuerName: 'Self', subject: 'CN=kept', keyType: 'EC', keyCurveName: 'P-256' } as const
  const creating = await certificates.beginCreateCertificate(
    'kept',
    { ...policy, keyUsage: ['digitalSignature'] },
    options,
  )
  const made = await creating.pollUntilDone()
  const secret = await secrets.getSecret('kept')
  const blob = (await certificates.backupCertificate('kept'))!
  await assert.rejects(certificates.restoreCertificateBackup(blob), { code: 'Conflict', statusCode: 409 })
  await (await certificates.beginDeleteCertificate('kept', options)).pollUntilDone()
  await certificates.purgeDeletedCertificate('kept')
  const restored = await certificates.restoreCertificateBackup(blob)
  assert.equal(restored.id, made.id)
  assert.deepEqual(restored.cer, made.cer)
  assert.equal((await secrets.getSecret('kept')).value, secret.value)
  assert.equal((await certificates.getCertificatePolicy('kept')).subject, 'CN=kept')
})

test('a key is restored with its versions and use', async () => {
  const { keys, cryptography } = clients
  const former = await keys.createRsaKey('kept-key', { tags: { a: 'b' } })
  const made = await keys.rotateKey('kept-key')
  const { result: signature } = await cryptography(former.id!).signData('RS256', text)
  const blob = (await keys.backupKey('kept-key'))!
  await (await keys.beginDeleteKey('kept-key', options)).pollUntilDone()
  await keys.purgeDeletedKey('kept-key')
  const restored = await keys.restoreKeyBackup(blob)
  assert.deepEqual(restored.key, made.key)
  assert.deepEqual(restored.properties, made.properties)
  assert.deepEqual((await keys.getKey('kept-key', { version: former.properties.version! })).key, former.key)
  assert.ok((await cryptography(former.id!).verifyData('RS256', text, signature)).result)
  assert.deepEqual((await cryptography(former.id!).signData('RS256', text)).result, signature)
})

test('a secret is restored with its versions, and answered without its value', async () => {
  const { secrets } = clients
  const { properties } = await secrets.setSecret('kept-secret', 'one')
  await secrets.setSecret('kept-secret', 'two', { contentType: 'text/plain' })
  const blob = (await secrets.backupSecret('kept-secret'))!
  await (await secrets.beginDeleteSecret('kept-secret', options)).pollUntilDone()
  await secrets.purgeDeletedSecret('kept-secret')
  const restored = await secrets.restoreSecretBackup(blob)
  assert.deepEqual([restored.contentType, 'value' in restored], ['text/plain', false])
  assert.equal((await secrets.getSecret('kept-secret')).value, 'two')
  const version = properties.version!
  assert.equal((await secrets.getSecret('kept-secret', { version })).value, 'one')
})

test('a backup far above the usual size of a body is taken back', async () => {
  const { secrets } = clients
  const value = 'x'.repeat(25_600)
  for (let count = 0; count < 50; count++) await secrets.setSecret('large', value)
  const blob = (await secrets.backupSecret('large'))!
  assert.ok(blob.length > 1_250_000)
  await (await secrets.beginDeleteSecret('large', options)).pollUntilDone()
  await secrets.purgeDeletedSecret('large')
  await secrets.restoreSecretBackup(blob)
  assert.equal((await collect(secrets.listPropertiesOfSecretVersions('large'))).length, 50)
})

test('restore is the name of a key or secret like any other', async () => {
  const { keys, secrets } = clients
  await secrets.setSecret('restore', 'one')
  await keys.createEcKey('restore')
  const blobs = [(await secrets.backupSecret('restore'))!, (await keys.backupKey('restore'))!] as const
  await assert.rejects(secrets.restoreSecretBackup(blobs[0]), { code: 'Conflict' })
  await assert.rejects(keys.restoreKeyBackup(blobs[1]), { code: 'Conflict' })
  assert.equal((await secrets.getSecret('restore')).value, 'one')
})

test('another installation takes it when it was given the key-encryption key, and no other does', async () => {
  const { secrets } = clients
  await secrets.setSecret('moving', 'one')
  const blob = (await secrets.backupSecret('moving'))!
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { mode: 0o700 })
  const keyFile = 'key-encryption-key'
  copyFileSync(join(service.dataFolder, keyFile), join(dataFolder, keyFile))
  const [given, foreign] = [await startService({ dataFolder }), await startService()]
  try {
    const [there, elsewhere] = [await clientsAt(given), await clientsAt(foreign)]
    await there.secrets.restoreSecretBackup(blob)
    assert.equal((await there.secrets.getSecret('moving')).value, 'one')
    await assert.rejects(elsewhere.secrets.restoreSecretBackup(blob), {
      code: 'Malformed backup blob',
      message: /another key-encryption key/,
    })
  } finally {
    for (const other of [given, foreign]) await other.stop()
  }
})

test('what is no backup of its kind is refused in the words of Key Vault', async () => {
  const { certificates, keys, secrets } = clients
  await secrets.setSecret('word', 'one')
  const blob = (await secrets.backupSecret('word'))!
  const malformed = { code: 'Malformed backup blob', statusCode: 400 }
  for (const bad of [Buffer.from('garbage'), new Uint8Array(), blob]) {
    await assert.rejects(certificates.restoreCertificateBackup(bad), malformed)
    await assert.rejects(keys.restoreKeyBackup(bad), malformed)
  }
  await assert.rejects(secrets.restoreSecretBackup(blob.subarray(0, -1)), malformed)
})
