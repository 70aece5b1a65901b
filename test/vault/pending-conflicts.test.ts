/** What else may happen to a certificate while its operation is in progress. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { issue } from '../x509/authority.ts'

const create = (house: TestVault) =>
  house.vault.createCertificate(house.officer, 'web', { policy: policyOf('my-ca') })
const operationOf = (house: TestVault) => house.vault.readOperation(house.officer, 'web')
const uploaded = () => {
  const { certificate, key } = issue('CN=uploaded')
  const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
  return new Secret(formatPem('PRIVATE KEY', pkcs8) + formatPem('CERTIFICATE', certificate.der))
}

test('a policy that changes meanwhile is for the next version; the operation keeps its own', async () => {
  const house = await openTestVault()
  const began = await create(house)
  const input = { secretContentType: 'application/x-pem-file', x509: { subject: 'CN=next' } } as const
  await house.vault.updatePolicy(house.officer, 'web', input)
  assert.deepEqual((await operationOf(house)).policy, began.policy)
  await house.recover()
  const { certificate, version } = await house.vault.readCertificate(house.officer, 'web')
  assert.equal(version!.secretContentType, 'application/x-pkcs12')
  assert.equal(certificate.policy.x509.subject, 'CN=next')
  const next = await house.vault.createCertificate(house.officer, 'web', {})
  assert.equal(next.policy.x509.subject, 'CN=next')
  await house.close()
})

test('an import is refused, and the operation untouched', async () => {
  const house = await openTestVault()
  const began = await create(house)
  await assert.rejects(house.vault.importCertificate(house.officer, 'web', { value: uploaded() }), {
    code: 'OperationInProgress',
  })
  assert.deepEqual(await operationOf(house), began)
  await house.close()
})

test('after a deletion its name is taken, and a recovery goes on with the operation', async () => {
  const house = await openTestVault()
  const { requestId } = await create(house)
  await house.vault.deleteCertificate(house.officer, 'web')
  const taken = { code: 'ObjectIsDeletedButRecoverable' }
  await assert.rejects(create(house), taken)
  await assert.rejects(house.vault.importCertificate(house.officer, 'web', { value: uploaded() }), taken)
  await house.vault.recoverCertificate(house.officer, 'web')
  await house.recover()
  const { status, requestId: same } = await operationOf(house)
  assert.deepEqual([status, same], ['completed', requestId])
  await house.close()
})

test('what is left of a first creation whose operation was deleted can be made anew or imported', async () => {
  const house = await openTestVault()
  for (const again of [
    () => create(house).then(() => house.recover()),
    () => house.vault.importCertificate(house.officer, 'web', { value: uploaded() }),
  ]) {
    await create(house)
    await house.vault.deleteOperation(house.officer, 'web')
    const shell = await house.vault.readCertificate(house.officer, 'web')
    assert.deepEqual([shell.version, shell.certificate.hasOperation], [undefined, false])
    await again()
    assert.ok((await house.vault.readCertificate(house.officer, 'web')).version)
    await house.vault.deleteCertificate(house.officer, 'web')
    await house.vault.purgeCertificate(house.officer, 'web')
  }
  await house.close()
})

test('a cancellation can be asked for twice, and not once it is done', async () => {
  const house = await openTestVault()
  await create(house)
  for (const _time of [1, 2]) {
    const { status, cancellationRequested } = await house.vault.cancelOperation(house.officer, 'web', true)
    assert.deepEqual([status, cancellationRequested], ['inProgress', true])
  }
  await house.recover()
  assert.equal((await operationOf(house)).status, 'cancelled')
  await assert.rejects(house.vault.cancelOperation(house.officer, 'web', true), { code: 'Forbidden' })
  await house.vault.importCertificate(house.officer, 'web', { value: uploaded() })
  await assert.rejects(operationOf(house), { code: 'PendingCertificateNotFound' })
  await house.close()
})
