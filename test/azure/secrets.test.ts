/** Secrets through the unmodified Azure SDK. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CertificateClient } from '@azure/keyvault-certificates'
import type { SecretClient } from '@azure/keyvault-secrets'
import { clientsOf, collect, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let certificates: CertificateClient
let secrets: SecretClient

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates, secrets } = clientsOf(environment))
})
after(() => service?.stop())

const quick = { intervalInMs: 20 }
const notFound = { statusCode: 404, code: 'SecretNotFound' }

/** What went wrong, in the words of Key Vault. */
async function refusal(
  attempt: () => Promise<unknown>,
): Promise<[status: number, code: string, inner?: string]> {
  try {
    await attempt()
  } catch (error) {
    const { statusCode, details } = error as {
      statusCode: number
      details: { error: { code: string; innerError: { code: string } } }
    }
    return [statusCode, details.error.code, details.error.innerError.code]
  }
  return assert.fail('it was not refused')
}

test('a secret is set and read, as a whole and by its version', async () => {
  const notBefore = new Date('2020-01-01T00:00:00Z')
  const expiresOn = new Date('2037-01-01T00:00:00Z')
  const options = { contentType: 'text/plain', tags: { purpose: 'test' }, notBefore, expiresOn }
  const first = await secrets.setSecret('First', 'päss "wörd"\n🗝', options)
  assert.equal(first.value, 'päss "wörd"\n🗝')
  const { properties } = first
  assert.deepEqual(
    [properties.contentType, properties.tags, properties.notBefore, properties.expiresOn, properties.enabled],
    ['text/plain', { purpose: 'test' }, notBefore, expiresOn, true],
  )
  assert.deepEqual(
    [properties.recoveryLevel, properties.recoverableDays, properties.managed, properties.certificateKeyId],
    ['Recoverable+Purgeable', 90, undefined, undefined],
  )
  assert.match(properties.version!, /^[0-9a-f]{32}$/)
  const second = await secrets.setSecret('first', 'another')
  const { name, value, properties: current } = await secrets.getSecret('FIRST')
  assert.deepEqual([name, value, current.version], ['First', 'another', second.properties.version])
  assert.deepEqual(await secrets.getSecret('first', { version: properties.version! }), first)
  await assert.rejects(secrets.getSecret('first', { version: '0'.repeat(32) }), notFound)
  await assert.rejects(secrets.getSecret('absent'), notFound)
})

test('a date that the client cut to 32 bits is refused, and not kept as another one', async () => {
  const expiresOn = new Date('2090-01-01T00:00:00Z')
  await assert.rejects(secrets.setSecret('cut', 'x', { expiresOn }), { statusCode: 400, message: /exp/ })
})

test('a change leaves the value and what was not sent', async () => {
  const { properties } = await secrets.setSecret('changing', 'constant', { tags: { a: '1' } })
  const { version } = properties
  const changed = await secrets.updateSecretProperties('changing', version!, { contentType: 'text/plain' })
  assert.deepEqual([changed.contentType, changed.tags, changed.version], ['text/plain', { a: '1' }, version])
  await secrets.updateSecretProperties('changing', version!, { tags: {}, enabled: false })
  assert.deepEqual(await refusal(() => secrets.getSecret('changing')), [403, 'Forbidden', 'SecretDisabled'])
  await secrets.updateSecretProperties('changing', version!, { enabled: true })
  const { value, properties: now } = await secrets.getSecret('changing')
  assert.deepEqual([value, now.contentType, now.tags], ['constant', 'text/plain', {}])
  assert.deepEqual(now.createdOn, properties.createdOn)
})

test('two sets at once both succeed, as two versions', async () => {
  const made = await Promise.all([secrets.setSecret('twice', 'left'), secrets.setSecret('twice', 'right')])
  const versions = await collect(secrets.listPropertiesOfSecretVersions('twice'))
  assert.deepEqual(
    versions.map(({ version }) => version),
    made.map(({ properties }) => properties.version).sort(),
  )
  for (const { value, properties } of made)
    assert.equal((await secrets.getSecret('twice', { version: properties.version! })).value, value)
})

test('versions and secrets are listed page by page, those of certificates among them', async () => {
  const names = Array.from({ length: 27 }, (_, index) => `listed-${String(index).padStart(2, '0')}`)
  for (const name of names) await secrets.setSecret(name, 'x')
  await issue('listed-05a')
  const pages: string[][] = []
  for await (const page of secrets.listPropertiesOfSecrets().byPage())
    pages.push(page.map(({ name }) => name))
  assert.equal(pages[0]!.length, 25)
  const listed = pages.flat().filter((name) => name.startsWith('listed'))
  assert.deepEqual(listed, [...names, 'listed-05a'].sort())
  const managed = (await collect(secrets.listPropertiesOfSecrets())).filter((item) => item.managed)
  assert.deepEqual(
    managed.map(({ name, contentType }) => [name, contentType]),
    [['listed-05a', 'application/x-pkcs12']],
  )
  for (let count = 0; count < 26; count++) await secrets.setSecret('many', String(count))
  assert.equal((await collect(secrets.listPropertiesOfSecretVersions('many'))).length, 26)
  assert.deepEqual(await collect(secrets.listPropertiesOfSecretVersions('absent')), [])
})

test('a deleted secret is recovered with its versions', async () => {
  const { properties: first } = await secrets.setSecret('Leaving', 'one')
  const { properties: second } = await secrets.setSecret('leaving', 'two')
  const poller = await secrets.beginDeleteSecret('leaving', quick)
  const deleted = await poller.pollUntilDone()
  assert.match(deleted.recoveryId!, /\/deletedsecrets\/Leaving$/)
  assert.equal(Number(deleted.scheduledPurgeDate) - Number(deleted.deletedOn), 90 * 86_400_000)
  assert.equal(deleted.value, undefined)
  await assert.rejects(secrets.getSecret('leaving'), notFound)
  const reused = await refusal(() => secrets.setSecret('leaving', 'three'))
  assert.deepEqual(reused, [409, 'Conflict', 'ObjectIsDeletedButRecoverable'])
  const [listed] = (await collect(secrets.listDeletedSecrets())).filter(({ name }) => name === 'Leaving')
  assert.deepEqual(listed!.deletedOn, deleted.deletedOn)
  const recovery = await secrets.beginRecoverDeletedSecret('leaving', quick)
  assert.equal((await recovery.pollUntilDone()).version, second.version)
  assert.equal((await secrets.getSecret('leaving', { version: first.version! })).value, 'one')
})

test('a purged secret leaves nothing, and its name can be used at once', async () => {
  await secrets.setSecret('passing', 'one')
  await assert.rejects(secrets.purgeDeletedSecret('passing'), notFound)
  await (await secrets.beginDeleteSecret('passing', quick)).pollUntilDone()
  await secrets.purgeDeletedSecret('passing')
  await assert.rejects(secrets.getDeletedSecret('passing'), notFound)
  await secrets.setSecret('passing', 'two')
  assert.equal((await collect(secrets.listPropertiesOfSecretVersions('passing'))).length, 1)
})

test('a secret that was disabled and deleted does not stop the poller', async () => {
  await secrets.setSecret('silent', 'one', { enabled: false })
  await (await secrets.beginDeleteSecret('silent', quick)).pollUntilDone()
  assert.deepEqual(await refusal(() => secrets.getDeletedSecret('silent')), [
    403,
    'Forbidden',
    'SecretDisabled',
  ])
  const recovery = await secrets.beginRecoverDeletedSecret('silent', quick)
  assert.equal((await recovery.pollUntilDone()).enabled, false)
})

test('the secret of a certificate changes with its certificate only', async () => {
  await issue('owner')
  const { properties } = await secrets.getSecret('owner')
  assert.equal(properties.managed, true)
  const managed = [403, 'Forbidden', 'SecretManagedByKeyVault']
  for (const attempt of [
    () => secrets.setSecret('owner', 'mine'),
    () => secrets.updateSecretProperties('owner', properties.version!, { enabled: false }),
    () => secrets.beginDeleteSecret('owner', quick),
  ])
    assert.deepEqual(await refusal(attempt), managed)
  await (await certificates.beginDeleteCertificate('owner', quick)).pollUntilDone()
  const deleted = await secrets.getDeletedSecret('owner')
  assert.deepEqual([deleted.properties.managed, deleted.properties.version], [true, properties.version])
  const listed = (await collect(secrets.listDeletedSecrets())).map(({ name }) => name)
  assert.ok(listed.includes('owner'))
  for (const attempt of [
    () => secrets.beginRecoverDeletedSecret('owner', quick),
    () => secrets.purgeDeletedSecret('owner'),
  ])
    assert.deepEqual(await refusal(attempt), managed)
  await certificates.purgeDeletedCertificate('owner')
  await secrets.setSecret('owner', 'mine now')
})

test('a certificate does not take the name of a secret', async () => {
  await secrets.setSecret('taken', 'x')
  await assert.rejects(issue('taken'), { statusCode: 409, code: 'Conflict' })
})

test('secrets outlive the process', async () => {
  await secrets.setSecret('lasting', 'still here')
  await service.stop()
  service = await service.restart()
  assert.equal((await secrets.getSecret('lasting')).value, 'still here')
})

async function issue(name: string): Promise<void> {
  const policy = {
    issuerName: 'Self',
    subject: `CN=${name}`,
    keyType: 'EC' as const,
    keyUsage: ['digitalSignature' as const],
  }
  await (await certificates.beginCreateCertificate(name, policy, quick)).pollUntilDone()
}
