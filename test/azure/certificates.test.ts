/** Certificates through the unmodified Azure SDK, against the real service in its own process. */
import assert from 'node:assert/strict'
import { createPublicKey, X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import type { KeyClient } from '@azure/keyvault-keys'
import type { SecretClient } from '@azure/keyvault-secrets'
import { clientsOf, collect, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let certificates: CertificateClient
let secrets: SecretClient
let keys: KeyClient

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates, secrets, keys } = clientsOf(environment))
})
after(() => service?.stop())

const quick = { intervalInMs: 20 }
const selfSigned: CertificatePolicy = { issuerName: 'Self', subject: 'CN=web.example.org' }

async function create(name: string, policy: CertificatePolicy, options = {}) {
  const poller = await certificates.beginCreateCertificate(name, policy, { ...quick, ...options })
  return poller.pollUntilDone()
}

test('a self-signed certificate is created, polled to completion, and read back with its private key', async () => {
  const created = await create('first', {
    ...selfSigned,
    subjectAlternativeNames: { dnsNames: ['web.example.org', 'www.example.org'] },
  })
  assert.equal(created.name, 'first')
  const x509 = new X509Certificate(created.cer!)
  assert.equal(x509.subject, 'CN=web.example.org')
  assert.equal(x509.subjectAltName, 'DNS:web.example.org, DNS:www.example.org')
  assert.ok(x509.verify(x509.publicKey))
  const secret = await secrets.getSecret('first')
  assert.equal(secret.properties.contentType, 'application/x-pkcs12')
  assert.equal(secret.properties.managed, true)
  assert.equal(secret.properties.version, created.properties.version)
  const key = await keys.getKey('first')
  const { n, e } = key.key!
  const jwk = {
    kty: 'RSA',
    n: Buffer.from(n!).toString('base64url'),
    e: Buffer.from(e!).toString('base64url'),
  }
  assert.ok(createPublicKey({ key: jwk, format: 'jwk' }).equals(x509.publicKey))
  assert.deepEqual(key.keyOperations, ['sign', 'verify', 'wrapKey', 'unwrapKey'])
})

const keyTypes: [string, Partial<CertificatePolicy>, { type: string; bits: number }][] = [
  ['rsa-2048', { keyType: 'RSA', keySize: 2048 }, { type: 'rsa', bits: 2048 }],
  ['rsa-3072', { keyType: 'RSA', keySize: 3072 }, { type: 'rsa', bits: 3072 }],
  ['rsa-4096', { keyType: 'RSA', keySize: 4096 }, { type: 'rsa', bits: 4096 }],
  ['ec-p256', { keyType: 'EC', keyCurveName: 'P-256' }, { type: 'ec', bits: 256 }],
  ['ec-p384', { keyType: 'EC', keyCurveName: 'P-384' }, { type: 'ec', bits: 384 }],
  ['ec-p521', { keyType: 'EC', keyCurveName: 'P-521' }, { type: 'ec', bits: 521 }],
]
for (const [name, key, expected] of keyTypes) {
  test(`${name}: the certificate has the key that the policy asks for`, async () => {
    const created = await create(`key-${name}`, { ...selfSigned, ...key, keyUsage: ['digitalSignature'] })
    const { publicKey } = new X509Certificate(created.cer!)
    assert.equal(publicKey.asymmetricKeyType, expected.type)
    const curves: Record<number, string> = { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' }
    if (expected.type === 'rsa') assert.equal(publicKey.asymmetricKeyDetails!.modulusLength, expected.bits)
    else assert.equal(publicKey.asymmetricKeyDetails!.namedCurve, curves[expected.bits])
    const managed = await keys.getKey(`key-${name}`)
    assert.equal(managed.keyType, expected.type === 'rsa' ? 'RSA' : 'EC')
  })
}

test('a second create makes a new current version; both can be read and listed', async () => {
  const first = await create('twice', selfSigned)
  const second = await create('twice', selfSigned)
  assert.notEqual(first.properties.version, second.properties.version)
  assert.equal((await certificates.getCertificate('twice')).properties.version, second.properties.version)
  const former = await certificates.getCertificateVersion('twice', first.properties.version!)
  assert.deepEqual(former.cer, first.cer)
  const versions = (await collect(certificates.listPropertiesOfCertificateVersions('twice'))).map(
    (item) => item.version,
  )
  assert.deepEqual(versions, [first.properties.version!, second.properties.version!].sort())
  assert.equal(
    (await secrets.getSecret('twice', { version: first.properties.version! })).properties.version,
    first.properties.version,
  )
})

test('reuse_key keeps the key over versions', async () => {
  const policy = {
    ...selfSigned,
    keyType: 'EC' as const,
    keyCurveName: 'P-256' as const,
    reuseKey: true,
    keyUsage: ['digitalSignature' as const],
  }
  const [first, second] = [await create('reused', policy), await create('reused', policy)]
  const spki = (cer: Uint8Array) => new X509Certificate(cer).publicKey.export({ format: 'der', type: 'spki' })
  assert.deepEqual(spki(first.cer!), spki(second.cer!))
})

test('tags, enabled and policy are updated; a disabled secret is refused', async () => {
  const created = await create('changing', selfSigned, { tags: { team: 'a' } })
  assert.deepEqual(created.properties.tags, { team: 'a' })
  const version = created.properties.version!
  const updated = await certificates.updateCertificateProperties('changing', version, {
    enabled: false,
    tags: { team: 'b', more: 'x' },
  })
  assert.equal(updated.properties.enabled, false)
  assert.deepEqual(updated.properties.tags, { team: 'b', more: 'x' })
  await assert.rejects(secrets.getSecret('changing'), { statusCode: 403, code: 'Forbidden' })
  await certificates.updateCertificatePolicy('changing', {
    ...selfSigned,
    validityInMonths: 3,
    lifetimeActions: [{ action: 'AutoRenew', lifetimePercentage: 70 }],
  })
  const read = await certificates.getCertificatePolicy('changing')
  assert.equal(read.validityInMonths, 3)
  assert.deepEqual(read.lifetimeActions, [
    { action: 'AutoRenew', lifetimePercentage: 70, daysBeforeExpiry: undefined },
  ])
})

test('deleted, seen, recovered, deleted again, purged', async () => {
  const created = await create('leaving', selfSigned)
  const deletePoller = await certificates.beginDeleteCertificate('leaving', quick)
  const deleted = await deletePoller.pollUntilDone()
  assert.equal(deleted.name, 'leaving')
  assert.ok(deleted.scheduledPurgeDate!.getTime() > deleted.deletedOn!.getTime())
  await assert.rejects(certificates.getCertificate('leaving'), {
    statusCode: 404,
    code: 'CertificateNotFound',
  })
  await assert.rejects(secrets.getSecret('leaving'), { statusCode: 404, code: 'SecretNotFound' })
  await assert.rejects(keys.getKey('leaving'), { statusCode: 404, code: 'KeyNotFound' })
  await assert.rejects(create('leaving', selfSigned), { statusCode: 409, code: 'Conflict' })
  assert.ok((await collect(certificates.listDeletedCertificates())).some((item) => item.name === 'leaving'))
  assert.equal((await certificates.getDeletedCertificate('leaving')).name, 'leaving')

  const recoverPoller = await certificates.beginRecoverDeletedCertificate('leaving', quick)
  const recovered = await recoverPoller.pollUntilDone()
  assert.equal(recovered.properties.version, created.properties.version)
  await secrets.getSecret('leaving')

  await (await certificates.beginDeleteCertificate('leaving', quick)).pollUntilDone()
  await certificates.purgeDeletedCertificate('leaving')
  await assert.rejects(certificates.getDeletedCertificate('leaving'), { statusCode: 404 })
  await create('leaving', selfSigned)
})

test('a pending operation is seen, cancelled and deleted; a second create meanwhile conflicts', async () => {
  const poller = await certificates.beginCreateCertificate(
    'waiting',
    { issuerName: 'Unknown', subject: 'CN=waiting' },
    quick,
  )
  poller.stopPolling()
  const pending = await certificates.getCertificateOperation('waiting', quick)
  const operation = pending.getOperationState().certificateOperation!
  assert.equal(operation.status, 'inProgress')
  assert.ok(operation.csr!.length > 100)
  await assert.rejects(create('waiting', selfSigned), { statusCode: 409, code: 'Forbidden' })
  const operations = await certificates.getCertificateOperation('waiting', quick)
  await operations.cancelOperation()
  for (let tries = 0; tries < 100; tries++) {
    const state = (await certificates.getCertificateOperation('waiting', quick)).getOperationState()
    if (state.certificateOperation!.status === 'cancelled') break
    assert.ok(tries < 99, 'the operation was never cancelled')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await certificates.deleteCertificateOperation('waiting')
  await assert.rejects(certificates.getCertificateOperation('waiting', quick), {
    statusCode: 404,
    code: 'PendingCertificateNotFound',
  })
})

test('lists come in pages, complete and in order', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `page-${String(index).padStart(2, '0')}`)
  const policy = {
    ...selfSigned,
    keyType: 'EC' as const,
    keyCurveName: 'P-256' as const,
    keyUsage: ['digitalSignature' as const],
  }
  await Promise.all(names.map((name) => create(name, policy)))
  const listed = (await collect(certificates.listPropertiesOfCertificates())).map((item) => item.name!)
  assert.deepEqual(
    listed.filter((name) => name.startsWith('page-')),
    names,
  )
  assert.deepEqual(
    listed,
    [...listed].sort((a, b) => (a.toUpperCase() < b.toUpperCase() ? -1 : 1)),
  )
  const pages: number[] = []
  for await (const page of certificates.listPropertiesOfCertificates().byPage()) pages.push(page.length)
  assert.ok(pages.length > 1 && pages.every((length) => length <= 25), `pages of ${pages}`)
  const secretNames = (await collect(secrets.listPropertiesOfSecrets())).map((item) => item.name)
  assert.ok(names.every((name) => secretNames.includes(name)))
  const keyNames = (await collect(keys.listPropertiesOfKeys())).map((item) => item.name)
  assert.ok(names.every((name) => keyNames.includes(name)))
})

test('everything is there after a restart, the private key included', async () => {
  const created = await create('lasting', selfSigned)
  const before = await secrets.getSecret('lasting')
  assert.equal(await service.stop(), 0)
  service = await service.restart()
  const after = await certificates.getCertificate('lasting')
  assert.deepEqual(after.cer, created.cer)
  assert.equal((await secrets.getSecret('lasting')).value, before.value)
})

test('errors come as the SDK knows them', async () => {
  await assert.rejects(certificates.getCertificate('absent'), {
    statusCode: 404,
    code: 'CertificateNotFound',
  })
  await assert.rejects(secrets.getSecret('absent'), { statusCode: 404, code: 'SecretNotFound' })
  await assert.rejects(keys.getKey('absent'), { statusCode: 404, code: 'KeyNotFound' })
  await assert.rejects(create('bad_name', selfSigned), { statusCode: 400, code: 'BadParameter' })
  await assert.rejects(create('bad-size', { ...selfSigned, keySize: 1024 as 2048 }), {
    statusCode: 400,
    code: 'BadParameter',
  })
  await assert.rejects(create('nobody', { ...selfSigned, issuerName: 'NoSuchIssuer' }), {
    statusCode: 404,
    code: 'CertificateIssuerNotFound',
  })
})
