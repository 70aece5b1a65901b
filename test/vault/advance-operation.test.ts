/** From a recorded operation to a version, or to the reason why not. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import { type Answer, issued, pending, refused, unreachable } from '../doubles/issuer.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { ecKey } from '../x509/authority.ts'

const create = (house: TestVault, name = 'web') =>
  house.vault.createCertificate(house.officer, name, { policy: policyOf('my-ca'), tags: { a: 'b' } })
const operationOf = (house: TestVault, name = 'web') => house.vault.readOperation(house.officer, name)
const stored = (house: TestVault, name = 'web') =>
  house.parts.storage.read(async ({ certificates, operations }) => ({
    certificate: await certificates.find('default', name),
    versions: await certificates.listVersions('default', name, { limit: 9 }),
    operation: await operations.find('default', name),
  }))
const enrolments = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'CertificateEnroll')

test('an issued certificate becomes the version that was promised, and what it was ordered for', async () => {
  const house = await openTestVault()
  const began = await create(house)
  house.clock.move(5)
  await house.recover()
  const { certificate, version } = await house.vault.readCertificate(house.officer, 'web')
  assert.deepEqual(certificate.current, {
    ...certificate.current,
    version: began.version,
    issued: true,
    enabled: true,
    tags: { a: 'b' },
    created: house.clock.now(),
  })
  assert.ok(new X509Certificate(version!.certificate).subject.includes('leaf.example'))
  assert.equal(version!.chain.length, 1)
  assert.deepEqual(await enrolments(house), [
    {
      at: house.clock.now(),
      vault: 'default',
      operation: 'CertificateEnroll',
      identity: { kind: 'vault', objectId: '00000000-0000-0000-0000-000000000000', name: 'certkeep' },
      origin: { correlationId: began.requestId, requestId: (await enrolments(house))[0]!.origin.requestId },
      object: `certificates/web/${began.version}`,
      outcome: 'success',
      facts: {
        requestId: began.requestId,
        issuer: 'my-ca',
        thumbprint: Buffer.from(version!.thumbprint).toString('hex'),
        notAfter: version!.notAfter,
      },
    },
  ])
  const operation = await operationOf(house)
  assert.deepEqual([operation.status, operation.dueAt, operation.error], ['completed', undefined, undefined])
  await house.close()
})

test('the issuer is told what was recorded, the same each time it is asked', async () => {
  const house = await openTestVault()
  const began = await create(house)
  house.issuer.answer(unreachable, pending('order 7', 60))
  await house.recover()
  await house.recover()
  house.clock.move(60)
  await house.recover()
  assert.deepEqual(
    house.issuer.asked.map(({ kind, reference }) => [kind, reference]),
    [
      ['order', undefined],
      ['order', undefined],
      ['check', 'order 7'],
    ],
  )
  for (const { order } of house.issuer.asked) {
    assert.equal(order.orderKey, began.requestId)
    assert.deepEqual(Buffer.from(order.request), Buffer.from(began.request))
    assert.deepEqual(Buffer.from(order.serialNumber), Buffer.from(began.serialNumber))
    assert.deepEqual([order.created, order.policy], [began.created, began.policy])
  }
  assert.equal((await operationOf(house)).status, 'completed')
  await house.close()
})

test('a passing failure postpones the next step, longer each time, up to an hour', async () => {
  const house = await openTestVault()
  await create(house)
  const delays: number[] = []
  for (let step = 0; step < 14; step++) {
    house.issuer.answer(unreachable)
    const { dueAt } = (await stored(house)).operation!
    house.clock.move(Math.max(0, dueAt! - house.clock.now()))
    await house.recover()
    const operation = (await stored(house)).operation!
    assert.deepEqual([operation.status, operation.failedSteps], ['inProgress', step + 1])
    delays.push(operation.dueAt! - house.clock.now())
  }
  assert.deepEqual(delays, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600, 3600])
  assert.equal(house.log.length, 14)
  assert.match(JSON.stringify(house.log[0]), /default\/web.*ECONNREFUSED/)
  assert.deepEqual(await enrolments(house), [])
  house.clock.move(3600)
  await house.recover()
  assert.equal((await operationOf(house)).status, 'completed')
  await house.close()
})

test('an answer, even "not yet", ends the row of failures', async () => {
  const house = await openTestVault()
  await create(house)
  house.issuer.answer(unreachable, pending('order 7', 600), unreachable)
  for (let step = 0; step < 2; step++) await house.recover()
  const waiting = (await stored(house)).operation!
  assert.deepEqual(
    [waiting.failedSteps, waiting.orderReference, waiting.dueAt],
    [0, 'order 7', house.clock.now() + 600],
  )
  house.clock.move(600)
  await house.recover()
  assert.equal((await stored(house)).operation!.dueAt, house.clock.now() + 2)
  await house.close()
})

test('an operation that only a person can finish is never due again', async () => {
  const house = await openTestVault()
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Unknown') })
  await house.recover()
  const { operation } = await stored(house)
  assert.deepEqual([operation!.status, operation!.dueAt], ['inProgress', undefined])
  assert.equal(await house.parts.storage.read(({ operations }) => operations.nextDue()), undefined)
  await house.close()
})

test('a refusal ends the operation with the reason of the issuer', async () => {
  const house = await openTestVault()
  await create(house)
  house.issuer.answer(refused('The domain is not yours.'))
  await house.recover()
  const { status, error, dueAt } = await operationOf(house)
  assert.deepEqual(
    [status, error, dueAt],
    ['failed', { code: 'Request rejected', message: 'The domain is not yours.' }, undefined],
  )
  const [record] = await enrolments(house)
  assert.deepEqual(
    [record?.outcome, record?.errorCode, record?.errorMessage, record?.object],
    ['failed', 'Request rejected', 'The domain is not yours.', 'certificates/web'],
  )
  assert.deepEqual((await stored(house)).versions, [])
  await house.close()
})

test('an issuer that is gone ends the operation', async () => {
  const house = await openTestVault()
  await create(house)
  await house.parts.storage.transact(async ({ operations }) => {
    const operation = (await operations.find('default', 'web'))!
    await operations.put({ ...operation, policy: { ...operation.policy, issuer: { name: 'gone' } } })
  })
  await house.recover()
  const { code, message } = (await operationOf(house)).error!
  assert.equal(code, 'Certificate issuer error')
  assert.match(message, /^Issuer gone not found/)
  await house.close()
})

for (const [what, answer, message] of [
  [
    'for another key',
    (order) => issued(order, { spki: ecKey().spki }),
    /does not match the public part of the specified private key/,
  ],
  ['that is none', () => ({ state: 'issued', chain: [Buffer.from('not a certificate')] }), /malformed/],
  ['that is nothing', () => ({ state: 'issued', chain: [] }), /does not match/],
] as [string, Answer, RegExp][])
  test(`a certificate ${what} is the issuer's error`, async () => {
    const house = await openTestVault()
    await create(house)
    house.issuer.answer(answer)
    await house.recover()
    const { status, error } = await operationOf(house)
    assert.deepEqual([status, error?.code], ['failed', 'Certificate issuer error'])
    assert.match(error!.message, message)
    const { certificate, versions } = await stored(house)
    assert.deepEqual([certificate?.current.issued, versions], [false, []])
    assert.deepEqual(
      (await enrolments(house)).map(({ outcome, errorCode }) => [outcome, errorCode]),
      [['failed', 'Certificate issuer error']],
    )
    await house.close()
  })

test('a store that fails is not the issuer’s error: the step is taken again', async () => {
  const house = await openTestVault()
  await create(house)
  const { seal } = house.parts.sealer
  house.parts.sealer.seal = () => {
    throw new Error('out of memory')
  }
  await house.recover().catch(() => undefined)
  house.parts.sealer.seal = seal
  assert.equal((await operationOf(house)).status, 'inProgress')
  house.clock.move(30)
  await house.recover()
  assert.equal((await operationOf(house)).status, 'completed')
  await house.close()
})

test('a key that does not open is not the issuer’s error: its certificate is not thrown away', async () => {
  const house = await openTestVault()
  const began = await create(house)
  const sealed = began.privateKey.wrapped!
  const damage = (wrapped: Uint8Array) =>
    house.parts.storage.transact(async ({ operations }) => {
      const operation = (await operations.find('default', 'web'))!
      await operations.put({ ...operation, privateKey: { ...operation.privateKey, wrapped } })
    })
  await damage(Uint8Array.from(sealed, (octet, index) => (index === 20 ? octet ^ 1 : octet)))
  await house.recover().catch(() => undefined)
  assert.equal((await operationOf(house)).status, 'inProgress')
  await damage(sealed)
  house.clock.move(3600)
  await house.recover()
  assert.equal((await operationOf(house)).status, 'completed')
  await house.close()
})

test('a cancellation comes before the order', async () => {
  const house = await openTestVault()
  await create(house)
  const cancelling = await house.vault.cancelOperation(house.officer, 'web', true)
  assert.deepEqual([cancelling.status, cancelling.cancellationRequested], ['inProgress', true])
  await house.recover()
  const { status, cancellationRequested, dueAt } = await operationOf(house)
  assert.deepEqual([status, cancellationRequested, dueAt], ['cancelled', true, undefined])
  assert.equal(house.issuer.asked.length, 0)
  assert.deepEqual(
    (await enrolments(house)).map(({ outcome, errorCode }) => [outcome, errorCode]),
    [['failed', 'Cancelled']],
  )
  await assert.rejects(house.vault.cancelOperation(house.officer, 'web', true), { code: 'Forbidden' })
  await house.close()
})

test('what is not in progress is left alone', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const before = await stored(house)
  await house.parts.storage.transact(({ operations }) =>
    operations.put({ ...before.operation!, dueAt: seconds(1) }),
  )
  await house.recover()
  assert.equal(house.issuer.asked.length, 1)
  assert.deepEqual((await stored(house)).versions, before.versions)
  await house.close()
})
