/** Backup and restore as the published clients do it. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { clientsOf, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let clients: ReturnType<typeof clientsOf>

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  clients = clientsOf(environment)
})
after(() => service?.stop())

const options = { intervalInMs: 5 }

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

test('so is a key', async () => {
  const { keys } = clients
  const made = await keys.createRsaKey('kept-key', { tags: { a: 'b' } })
  const blob = (await keys.backupKey('kept-key'))!
  await (await keys.beginDeleteKey('kept-key', options)).pollUntilDone()
  await keys.purgeDeletedKey('kept-key')
  const restored = await keys.restoreKeyBackup(blob)
  assert.deepEqual(restored.key, made.key)
  assert.deepEqual(restored.properties.tags, { a: 'b' })
})

test('so is a secret', async () => {
  const { secrets } = clients
  await secrets.setSecret('kept-secret', 'one')
  await secrets.setSecret('kept-secret', 'two')
  const blob = (await secrets.backupSecret('kept-secret'))!
  await (await secrets.beginDeleteSecret('kept-secret', options)).pollUntilDone()
  await secrets.purgeDeletedSecret('kept-secret')
  await secrets.restoreSecretBackup(blob)
  assert.equal((await secrets.getSecret('kept-secret')).value, 'two')
})

test('garbage is refused in the words of Key Vault', async () => {
  const blob = Buffer.from('garbage')
  await assert.rejects(clients.certificates.restoreCertificateBackup(blob), {
    code: 'Malformed backup blob',
    statusCode: 400,
  })
})
