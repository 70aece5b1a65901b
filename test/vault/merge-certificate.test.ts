/** Certificates that a person brings for a request that waits. */
import assert from 'node:assert/strict'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import type { CertificateOperation } from '../../src/domain/certificate-operation.ts'
import { seconds } from '../../src/domain/time.ts'
import type { CreateCertificateInput } from '../../src/vault/vault.ts'
import { explicit, integer, objectIdentifier, sequence, setOf } from '../../src/x509/der.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { refused as issuerRefuses } from '../doubles/issuer.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { ca, issue, type Wishes } from '../x509/authority.ts'

const root = issue('CN=Outside Root', ca)
const intermediate = issue('CN=Outside CA', { ...ca, issuer: root })
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64')
const pem = (der: Uint8Array) => formatPem('CERTIFICATE', der)

const create = (house: TestVault, input: CreateCertificateInput = {}) =>
  house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Unknown'), ...input })
const merge = (house: TestVault, chain: readonly string[], more = {}) =>
  house.vault.mergeCertificate(house.officer, 'web', { chain, ...more })
const operationOf = (house: TestVault) => house.vault.readOperation(house.officer, 'web')
const versionsOf = (house: TestVault) =>
  house.vault.listCertificateVersions(house.officer, 'web', { limit: 25 })

/** What an outside CA makes of the request: its own names and dates. */
function leafFor({ publicKey }: CertificateOperation, wishes: Wishes = {}) {
  const key = { ...root.key, spki: publicKey }
  return issue('CN=other.example', { issuer: intermediate, key, ...wishes }).certificate.der
}

test('a merged certificate becomes the current version, whatever its names and dates', async () => {
  const house = await openTestVault()
  const began = await create(house, { tags: { a: 'b' } })
  await house.recover()
  const shell = (await house.vault.readCertificate(house.officer, 'web')).certificate.current
  const leaf = leafFor(began, { notAfter: seconds(house.clock.now() + 60) })
  house.clock.move(5)
  const { certificate, version } = await merge(house, [base64(leaf)])
  assert.notEqual(version!.version, shell.version)
  assert.deepEqual(Buffer.from(version!.certificate), Buffer.from(leaf))
  assert.deepEqual(
    [version!.enabled, version!.tags, version!.created, version!.notAfter],
    [true, { a: 'b' }, house.clock.now(), house.clock.now() + 55],
  )
  assert.deepEqual(certificate.policy, began.policy)
  const { status, error, dueAt, requestId } = await operationOf(house)
  assert.deepEqual([status, error, dueAt, requestId], ['completed', undefined, undefined, began.requestId])
  const { value } = await house.vault.readSecret(house.officer, 'web', {
    contentType: 'application/x-pem-file',
  })
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(value.reveal())![0]
  assert.ok(new X509Certificate(leaf).checkPrivateKey(createPrivateKey(key)))
  assert.deepEqual((await house.audit()).at(-3)!.facts, {
    requestId: began.requestId,
    issuer: 'Unknown',
    thumbprint: Buffer.from(version!.thumbprint).toString('hex'),
    version: version!.version,
    notAfter: version!.notAfter,
  })
  await house.close()
})

test('attributes and tags that come with it replace those of the creation', async () => {
  const house = await openTestVault()
  const began = await create(house, { tags: { a: 'b' }, enabled: true })
  const { version } = await merge(house, [base64(leafFor(began))], { enabled: false, tags: {} })
  assert.deepEqual([version!.enabled, version!.tags], [false, {}])
  await house.close()
})

const pkcs7 = (...certificates: Uint8Array[]) =>
  sequence(
    objectIdentifier('1.2.840.113549.1.7.2'),
    explicit(
      0,
      sequence(
        integer(1),
        setOf(),
        sequence(objectIdentifier('1.2.840.113549.1.7.1')),
        explicit(0, ...certificates),
        setOf(),
      ),
    ),
  )
const [above, top] = [intermediate.certificate.der, root.certificate.der]
const body = (der: Uint8Array) => pem(der).replace(/-----[A-Z ]+-----|\s/g, '')
const forms: Record<string, (leaf: Uint8Array) => string[]> = {
  'leaf first': (leaf) => [leaf, above, top].map(base64),
  'root first': (leaf) => [top, above, leaf].map(base64),
  'with duplicates': (leaf) => [leaf, above, leaf, top, above].map(base64),
  'the base64 of PEM, all in one': (leaf) => [base64(pem(leaf) + pem(above) + pem(top))],
  'the base64 of PEM, each in its own': (leaf) => [pem(top), pem(leaf), pem(above)].map(base64),
  'the base64 of the bodies of PEM': (leaf) => [leaf, above, top].map((der) => base64(body(der))),
  'PEM as it is': (leaf) => [pem(leaf) + pem(above), pem(top)],
  'a PKCS#7': (leaf) => [base64(pkcs7(top, leaf, above))],
  'a PKCS#7 as PEM': (leaf) => [base64(formatPem('PKCS7', pkcs7(above, top, leaf)))],
  'the leaf, and a PKCS#7 of the rest': (leaf) => [base64(leaf), base64(pkcs7(top, above))],
  'base64 in lines': (leaf) => [leaf, above, top].map((der) => base64(der).replace(/.{64}/g, '$&\r\n')),
}
for (const [form, write] of Object.entries(forms))
  test(`a chain is taken in any form and order: ${form}`, async () => {
    const house = await openTestVault()
    const leaf = leafFor(await create(house))
    const { version } = await merge(house, write(leaf))
    assert.deepEqual(Buffer.from(version!.certificate), Buffer.from(leaf))
    assert.deepEqual(
      version!.chain.map((der) => base64(der)),
      [above, top].map(base64),
    )
    await house.close()
  })

test('with preserveCertOrder the chain stays as it was sent', async () => {
  const house = await openTestVault()
  const leaf = leafFor(await create(house, { preserveCertOrder: true }))
  const { version } = await merge(house, [top, leaf, above].map(base64))
  assert.equal(version!.preserveCertOrder, true)
  const { value } = await house.vault.readSecret(house.officer, 'web', {
    contentType: 'application/x-pem-file',
  })
  const order = [...value.reveal().matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g)]
  assert.deepEqual(
    order.map(([block]) => block),
    [top, leaf, above].map(pem),
  )
  await house.close()
})

const notLocated = /^Unable to parse X5c certificate chain and locate leaf certificate: /
const unusable: Record<string, [chain: (leaf: Uint8Array) => string[], message: RegExp]> = {
  'nothing at all': [() => [], /none of the certificates has the public key/],
  'for another key': [() => [base64(issue('CN=foreign').certificate.der)], /none of the certificates has/],
  'of the CA alone': [() => [above, top].map(base64), /none of the certificates has/],
  'that is damaged': [(leaf) => [base64(leaf.subarray(0, -1))], /x5c\.0 cannot be read/],
  'with a damaged issuer': [(leaf) => [base64(leaf), base64(above.subarray(1))], /x5c\.1 cannot be read/],
  'that is no base64': [() => ['%%%'], /x5c\.0 cannot be read\. It is not base64/],
  'that is empty': [() => [''], /x5c\.0 cannot be read/],
  'that is text': [() => [base64('a certificate, believe me')], /x5c\.0 cannot be read/],
  'as PEM of something else': [(leaf) => [base64(formatPem('X509 CRL', leaf))], /holds no certificate/],
  'in a damaged PKCS#7': [(leaf) => [base64(pkcs7(leaf).subarray(0, -3))], /x5c\.0 cannot be read/],
  'of too many': [(leaf) => Array(101).fill(base64(leaf)), /at most 100 certificates/],
  'of too many in one': [(leaf) => [base64(pem(leaf).repeat(101))], /at most 100 certificates/],
}
for (const [what, [write, message]] of Object.entries(unusable))
  test(`a chain ${what} is refused, and the operation goes on waiting`, async () => {
    const house = await openTestVault()
    const leaf = leafFor(await create(house))
    await assert.rejects(merge(house, write(leaf)), { code: 'BadParameter', message: notLocated })
    await assert.rejects(merge(house, write(leaf)), { message })
    assert.equal((await operationOf(house)).status, 'inProgress')
    assert.deepEqual(await versionsOf(house), [])
    await merge(house, [base64(leaf)])
    await house.close()
  })

test('a certificate that has expired is refused', async () => {
  const house = await openTestVault()
  const leaf = leafFor(await create(house), { notAfter: seconds(house.clock.now()) })
  await assert.rejects(merge(house, [base64(leaf)]), { code: 'BadParameter', message: /has expired/ })
  await house.close()
})

test('of two merges at once one is done, and the other learns that it is', async () => {
  const house = await openTestVault()
  const began = await create(house)
  const outcomes = await Promise.allSettled(
    [leafFor(began), leafFor(began)].map((leaf) => merge(house, [base64(leaf)])),
  )
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  const failed = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult
  assert.deepEqual([failed.reason.code, /completed already/.test(failed.reason.message)], ['Forbidden', true])
  assert.equal((await versionsOf(house)).length, 1)
  await house.close()
})

test('a merge into an operation that was replaced meanwhile is a conflict', async () => {
  const house = await openTestVault()
  const leaf = leafFor(await create(house))
  const { storage } = house.parts
  const { transact } = storage
  let before: (() => Promise<unknown>) | undefined = async () => {
    await house.vault.deleteOperation(house.officer, 'web')
    await create(house)
  }
  storage.transact = async (work) => {
    const first = before
    before = undefined
    await first?.()
    return transact.call(storage, work) as never
  }
  await assert.rejects(merge(house, [base64(leaf)]), { code: 'Conflict' })
  assert.equal((await operationOf(house)).status, 'inProgress')
  await house.close()
})

test('the next version is merged beside the first, and becomes current', async () => {
  const house = await openTestVault()
  const first = await merge(house, [base64(leafFor(await create(house)))])
  const again = await house.vault.createCertificate(house.officer, 'web', {})
  assert.equal(
    (await house.vault.readCertificate(house.officer, 'web')).version!.version,
    first.version!.version,
  )
  await assert.rejects(merge(house, [base64(first.version!.certificate)]), { code: 'BadParameter' })
  const second = await merge(house, [base64(leafFor(again))])
  assert.notEqual(second.version!.version, first.version!.version)
  assert.equal((await versionsOf(house)).length, 2)
  assert.equal(second.certificate.current.version, second.version!.version)
  await house.close()
})

test('while an issuer is at work nothing is merged; once it failed or was cancelled it is', async () => {
  const house = await openTestVault()
  const policy = policyOf('my-ca')
  const working = await house.vault.createCertificate(house.officer, 'web', { policy })
  await assert.rejects(merge(house, [base64(leafFor(working))]), {
    code: 'Forbidden',
    message: /'my-ca' works on the pending certificate/,
  })
  house.issuer.answer(issuerRefuses('No.'))
  await house.recover()
  assert.equal((await operationOf(house)).status, 'failed')
  await merge(house, [base64(leafFor(working))])
  const { status, error } = await operationOf(house)
  assert.deepEqual([status, error], ['completed', undefined])

  const next = await house.vault.createCertificate(house.officer, 'web', { policy })
  await house.vault.cancelOperation(house.officer, 'web', true)
  await house.recover()
  assert.equal((await operationOf(house)).status, 'cancelled')
  await merge(house, [base64(leafFor(next))])
  assert.equal((await operationOf(house)).status, 'completed')
  await assert.rejects(merge(house, [base64(leafFor(next))]), { code: 'Forbidden', message: /completed/ })
  await house.close()
})

test('a merge is faster than a cancellation that was only asked for', async () => {
  const house = await openTestVault()
  const began = await create(house)
  await house.vault.cancelOperation(house.officer, 'web', true)
  await merge(house, [base64(leafFor(began))])
  await house.recover()
  assert.equal((await operationOf(house)).status, 'completed')
  assert.equal((await versionsOf(house)).length, 1)
  await house.close()
})

test('without an operation, or with a deleted certificate, there is nothing to merge into', async () => {
  const house = await openTestVault()
  await assert.rejects(merge(house, ['MIIK']), { code: 'PendingCertificateNotFound' })
  const leaf = leafFor(await create(house))
  await house.vault.deleteCertificate(house.officer, 'web')
  await assert.rejects(merge(house, [base64(leaf)]), { code: 'CertificateNotFound' })
  await house.vault.recoverCertificate(house.officer, 'web')
  await merge(house, [base64(leaf)])
  await house.close()
})
