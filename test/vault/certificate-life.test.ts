/** What the verbs promise about a certificate from its first version to its purge. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { readPfx } from '../../src/x509/pkcs12.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { issue } from '../x509/authority.ts'

const page = { limit: 25 }
const pem = 'application/x-pem-file'

function uploadOf(subject: string, notAfter?: number): Secret<string> {
  const { certificate, key } = issue(subject, notAfter === undefined ? {} : { notAfter: notAfter as never })
  const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
  return new Secret(formatPem('PRIVATE KEY', pkcs8) + formatPem('CERTIFICATE', certificate.der))
}

const versionsOf = async (house: TestVault, name: string) =>
  (await house.vault.listCertificateVersions(house.officer, name, page)).map(({ version }) => version)

test('before its first version a certificate is a shell: there, disabled, and in no list unless asked for', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.createCertificate(officer, 'web', { policy: policyOf('Unknown'), enabled: true })
  await house.recover()
  const { certificate, version } = await vault.readCertificate(officer, 'web')
  const { issued, enabled, notBefore, created } = certificate.current
  assert.deepEqual([version, issued, enabled, created - notBefore], [undefined, false, false, 600])
  assert.deepEqual(await vault.listCertificates(officer, page, { includePending: false }), [])
  assert.equal((await vault.listCertificates(officer, page, { includePending: true })).length, 1)
  for (const attempt of [() => vault.readSecret(officer, 'web', {}), () => vault.readKey(officer, 'web')])
    await assert.rejects(attempt, { code: /SecretNotFound|KeyNotFound/ })
  await vault.deleteOperation(officer, 'web')
  assert.ok((await vault.readCertificate(officer, 'web')).certificate, 'the shell stays')
  await house.close()
})

test('a name stays as it was first written, in operations, secrets and records too', async () => {
  const house = await openTestVault()
  await house.issue('Web')
  const again = await house.vault.createCertificate(house.officer, 'WEB', {})
  assert.equal(again.name, 'Web')
  await house.recover()
  assert.equal((await house.vault.readOperation(house.officer, 'wEB')).name, 'Web')
  assert.equal((await house.vault.readOperation(house.officer, 'web')).status, 'completed')
  assert.equal((await house.vault.readSecret(house.officer, 'web', {})).name, 'Web')
  const enrolled = (await house.audit()).filter(({ operation }) => operation === 'CertificateEnroll')
  assert.ok(enrolled.every(({ object }) => object!.startsWith('certificates/Web/')))
  await house.close()
})

test('the secret holds key and chain, and every read gives the same octets', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const read = async () => (await house.vault.readSecret(house.officer, 'web', {})).value.reveal()
  const value = await read()
  assert.equal(await read(), value)
  const { privateKeys, certificates } = await readPfx(Buffer.from(value, 'base64'), undefined)
  const { version } = await house.vault.readCertificate(house.officer, 'web')
  assert.equal(privateKeys.length, 1)
  assert.deepEqual(
    certificates.map(({ der }) => Buffer.from(der).toString('hex')).sort(),
    [version!.certificate, ...version!.chain].map((der) => Buffer.from(der).toString('hex')).sort(),
  )
  await house.close()
})

test('a key that must not leave is in no secret', async () => {
  const house = await openTestVault()
  const { key, ...rest } = policyOf('my-ca')
  for (const secretContentType of ['application/x-pkcs12', pem] as const) {
    await house.issue('web', { policy: { ...rest, key: { ...key, exportable: false }, secretContentType } })
    const { value } = await house.vault.readSecret(house.officer, 'web', { contentType: pem })
    assert.match(value.reveal(), /BEGIN CERTIFICATE/)
    assert.doesNotMatch(value.reveal(), /PRIVATE/)
  }
  await house.close()
})

test('each version has a new key, or the old one where the policy says so and it fits', async () => {
  const house = await openTestVault()
  const keyOf = async () => JSON.stringify((await house.vault.readKey(house.officer, 'web')).jwk)
  await house.issue('web')
  const first = await keyOf()
  await house.issue('web')
  const second = await keyOf()
  assert.notEqual(second, first)
  const { key, ...rest } = policyOf('my-ca')
  await house.issue('web', { policy: { ...rest, key: { ...key, reuseKey: true } } })
  assert.equal(await keyOf(), second)
  const { value } = await house.vault.readSecret(house.officer, 'web', { contentType: pem })
  assert.match(value.reveal(), /BEGIN PRIVATE KEY/, 'the key opens under its new version')
  await house.issue('web', { policy: { ...rest, key: { keyType: 'EC', curve: 'P-384', reuseKey: true } } })
  assert.notEqual(await keyOf(), second)
  assert.equal((await versionsOf(house, 'web')).length, 4)
  await house.close()
})

test('a policy that is sent replaces the stored one; without one the stored one counts', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const { policy, policyCreated } = await house.vault.readPolicy(house.officer, 'web')
  house.clock.move(10)
  const sent = { ...policyOf('my-ca'), x509: { subject: 'CN=next' } }
  assert.equal(
    (await house.vault.createCertificate(house.officer, 'web', { policy: sent })).policy.x509.subject,
    'CN=next',
  )
  const replaced = await house.vault.readPolicy(house.officer, 'web')
  assert.deepEqual(
    [replaced.policy.x509.subject, replaced.policyCreated, replaced.policyUpdated],
    ['CN=next', policyCreated, house.clock.now()],
  )
  assert.notDeepEqual(replaced.policy, policy)
  await house.recover()
  assert.equal((await house.vault.createCertificate(house.officer, 'web', {})).policy.x509.subject, 'CN=next')
  await house.close()
})

test('while an operation is in progress nobody creates or imports; of two at once one wins', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const attempts = await Promise.allSettled(
    [1, 2, 3].map(() => vault.createCertificate(officer, 'web', { policy: policyOf('my-ca') })),
  )
  assert.deepEqual(attempts.map(({ status }) => status).sort(), ['fulfilled', 'rejected', 'rejected'])
  for (const attempt of attempts)
    if (attempt.status === 'rejected') assert.equal(attempt.reason.code, 'OperationInProgress')
  await assert.rejects(vault.importCertificate(officer, 'WEB', { value: uploadOf('CN=a') }), {
    code: 'OperationInProgress',
  })
  await house.recover()
  assert.equal((await versionsOf(house, 'web')).length, 1)
  await house.close()
})

test('an import makes a version at once and removes a finished operation', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const { certificate, version } = await vault.importCertificate(officer, 'web', {
    value: uploadOf('CN=uploaded'),
    tags: { from: 'file' },
  })
  assert.equal(parseCertificate(version!.certificate).subject[0]?.[0]?.value, 'uploaded')
  assert.deepEqual(
    [certificate.hasOperation, certificate.current.tags, certificate.policy.issuer.name],
    [false, { from: 'file' }, 'Unknown'],
  )
  assert.equal((await versionsOf(house, 'web')).length, 2)
  await assert.rejects(vault.readOperation(officer, 'web'), { code: 'PendingCertificateNotFound' })
  await assert.rejects(
    vault.importCertificate(officer, 'old', { value: uploadOf('CN=old', 1_750_000_000) }),
    { code: 'BadParameter', message: /expired/ },
  )
  await assert.rejects(vault.readCertificate(officer, 'old'), { code: 'CertificateNotFound' })
  await house.close()
})

test('a disabled version gives no secret, and still everything public', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web')
  const [first] = await versionsOf(house, 'web')
  await house.issue('web')
  await vault.updateCertificateVersion(officer, 'web', first!, { enabled: false })
  await vault.readSecret(officer, 'web', {})
  await assert.rejects(vault.readSecret(officer, 'web', { version: first! }), { code: 'SecretDisabled' })
  assert.equal((await vault.readCertificateVersion(officer, 'web', first!)).version.enabled, false)
  await vault.updateCertificate(officer, 'web', { enabled: false })
  await assert.rejects(vault.readSecret(officer, 'web', {}), { code: 'SecretDisabled' })
  await vault.readKey(officer, 'web')
  await house.close()
})

test('tags are replaced as a whole, and stay when none are sent', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('web', { tags: { a: '1', b: '2' } })
  const tags = async () => (await vault.readCertificate(officer, 'web')).certificate.current.tags
  await vault.updateCertificate(officer, 'web', { enabled: false })
  assert.deepEqual(await tags(), { a: '1', b: '2' })
  await vault.updateCertificate(officer, 'web', { tags: { c: '3' } })
  assert.deepEqual(await tags(), { c: '3' })
  await vault.updateCertificate(officer, 'web', { tags: {} })
  assert.deepEqual(await tags(), {})
  await assert.rejects(vault.updateCertificate(officer, 'web', { tags: { '': 'x' } }), {
    code: 'BadParameter',
  })
  await house.close()
})

test('a deleted certificate is only there to be seen, recovered or purged', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  const { vault, officer } = house
  await house.issue('Web')
  const { certificate } = await vault.deleteCertificate(officer, 'web')
  assert.deepEqual(certificate.deleted, {
    at: house.clock.now(),
    scheduledPurgeAt: house.clock.now() + 604_800,
  })
  for (const [code, attempt] of [
    ['CertificateNotFound', () => vault.readCertificate(officer, 'web')],
    ['CertificateNotFound', () => vault.readPolicy(officer, 'web')],
    ['CertificateNotFound', () => vault.updateCertificate(officer, 'web', {})],
    ['CertificateNotFound', () => vault.deleteCertificate(officer, 'web')],
    ['CertificateNotFound', () => vault.readOperation(officer, 'web')],
    ['SecretNotFound', () => vault.readSecret(officer, 'web', {})],
    ['KeyNotFound', () => vault.readKey(officer, 'web')],
    ['ObjectIsDeletedButRecoverable', () => vault.createCertificate(officer, 'web', {})],
    [
      'ObjectIsDeletedButRecoverable',
      () => vault.importCertificate(officer, 'WEB', { value: uploadOf('CN=a') }),
    ],
  ] as const)
    await assert.rejects(attempt, { code })
  for (const list of [
    vault.listCertificateVersions(officer, 'web', page),
    vault.listKeys(officer, page),
    vault.listSecrets(officer, page),
  ])
    assert.deepEqual(await list, [])
  assert.equal((await vault.readDeletedCertificate(officer, 'web')).certificate.name, 'Web')
  assert.equal((await vault.recoverCertificate(officer, 'web')).certificate.deleted, undefined)
  await vault.readSecret(officer, 'web', {})
  await assert.rejects(vault.recoverCertificate(officer, 'web'), {
    code: 'RequestNotAllowedOnNonDeletedObject',
  })
  await assert.rejects(vault.purgeCertificate(officer, 'web'), { code: 'CertificateNotFound' })
  await house.close()
})

test('a purge frees the name', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('Web')
  await vault.deleteCertificate(officer, 'web')
  await vault.purgeCertificate(officer, 'web')
  await assert.rejects(vault.readDeletedCertificate(officer, 'web'), { code: 'CertificateNotFound' })
  await house.issue('WEB')
  assert.equal((await vault.readCertificate(officer, 'web')).certificate.name, 'WEB')
  assert.equal((await versionsOf(house, 'web')).length, 1)
  await house.close()
})

test('an operation is found by its own request id only', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await assert.rejects(vault.readOperation(officer, 'web'), { code: 'PendingCertificateNotFound' })
  const { requestId } = await vault.createCertificate(officer, 'web', { policy: policyOf('my-ca') })
  await vault.readOperation(officer, 'web', requestId)
  await assert.rejects(vault.readOperation(officer, 'web', '0'.repeat(32)), {
    code: 'PendingCertificateNotFound',
  })
  await assert.rejects(vault.cancelOperation(officer, 'web', false), { code: 'BadParameter' })
  await house.close()
})
