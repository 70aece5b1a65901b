/** Nobody gets past `perform`: authorised, all or nothing, and exactly one record of what was attempted. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord } from '../../src/domain/audit.ts'
import { VaultError } from '../../src/domain/errors.ts'
import type { Storage, Writer } from '../../src/storage/storage.ts'
import type { Caller } from '../../src/vault/vault.ts'
import { callerAt, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { page, pending, verbs } from './verbs.ts'

/** The records that `attempt` adds. */
async function recordsOf(house: TestVault, attempt: () => Promise<unknown>): Promise<AuditRecord[]> {
  const before = (await house.audit()).length
  await attempt()
  return (await house.audit()).slice(before)
}

const contentOf = (house: TestVault) =>
  house.parts.storage.read(async ({ certificates, operations }) => [
    await certificates.find('default', 'web'),
    await certificates.list('default', page, pending),
    await certificates.listDeleted('default', page, pending),
    await operations.find('default', 'web'),
  ])

test('every verb is denied to whoever has no role, and the attempt is on record', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const stranger = callerAt(house.officer.vault, 'mallory')
  const content = await contentOf(house)
  for (const [verb, [operation, action, object, run]] of Object.entries(verbs)) {
    let denial: unknown
    const records = await recordsOf(house, () =>
      run(house.vault, stranger).catch((error) => (denial = error)),
    )
    assert.ok(denial instanceof VaultError && denial.code === 'ForbiddenByRbac', verb)
    assert.deepEqual(records, [
      {
        at: house.clock.now(),
        vault: 'default',
        operation,
        identity: { kind: 'application', objectId: 'mallory', applicationId: 'mallory-app', name: 'mallory' },
        origin: stranger.origin,
        action,
        ...(object !== undefined && { object }),
        outcome: 'refused',
        errorCode: 'ForbiddenByRbac',
        errorMessage: denial.message,
      },
    ])
  }
  assert.deepEqual(await contentOf(house), content, 'nothing was changed')
  await house.close()
})

test('a role holds at its scope: in that vault, for that object, in that collection', async () => {
  const house = await openTestVault()
  await house.issue('web')
  await house.issue('other')
  const reader = await house.appoint('reader', 'Key Vault Reader', {
    vault: 'DEFAULT',
    collection: 'certificates',
    name: 'WEB',
  })
  const elsewhere = await house.appoint('elsewhere', 'Key Vault Administrator', { vault: 'another' })
  const [record] = await recordsOf(house, () => house.vault.readCertificate(reader, 'web'))
  assert.deepEqual([record?.outcome, record?.assignmentId], ['success', 'reader as Key Vault Reader'])
  for (const denied of [
    () => house.vault.readCertificate(reader, 'other'),
    () => house.vault.readKey(reader, 'web'),
    () => house.vault.listCertificates(reader, page, pending),
    () => house.vault.deleteCertificate(reader, 'web'),
    () => house.vault.readCertificate(elsewhere, 'web'),
  ])
    await assert.rejects(denied, { code: 'ForbiddenByRbac' })
  await house.close()
})

test('the assignments of a group count for its members', async () => {
  const house = await openTestVault()
  await house.issue('web')
  await house.appoint('readers', 'Key Vault Reader')
  const { principal, ...rest } = callerAt(house.officer.vault, 'alice')
  await assert.rejects(house.vault.readCertificate({ principal, ...rest }, 'web'), {
    code: 'ForbiddenByRbac',
  })
  await house.vault.readCertificate({ principal: { ...principal, groups: ['readers'] }, ...rest }, 'web')
  await house.close()
})

test('a success leaves one record, with the assignment that allowed it', async () => {
  const house = await openTestVault()
  const records = await recordsOf(house, () =>
    house.vault.createCertificate(house.officer, 'web', { policy: policyOf('my-ca') }),
  )
  const { requestId } = await house.vault.readOperation(house.officer, 'web')
  assert.deepEqual(records, [
    {
      at: house.clock.now(),
      vault: 'default',
      operation: 'CertificateCreate',
      identity: { kind: 'application', objectId: 'officer', applicationId: 'officer-app', name: 'officer' },
      origin: house.officer.origin,
      action: 'certificates/create/action',
      object: 'certificates/web',
      outcome: 'success',
      assignmentId: 'officer as Key Vault Administrator',
      facts: { requestId, issuer: 'my-ca' },
    },
  ])
  await house.close()
})

test('a verb that fails leaves one record and no effect', async () => {
  const house = await openTestVault({ settings: { purgeProtection: true } })
  await house.issue('web')
  await house.vault.deleteCertificate(house.officer, 'web')
  const content = await contentOf(house)
  for (const [code, attempt] of [
    ['CertificateNotFound', () => house.vault.readCertificate(house.officer, 'web')],
    [
      'ObjectIsDeletedButRecoverable',
      () => house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Self') }),
    ],
    [
      'CertificateIssuerNotFound',
      () => house.vault.createCertificate(house.officer, 'new', { policy: policyOf('nobody') }),
    ],
    ['BadParameter', () => house.vault.createCertificate(house.officer, 'new', {})],
    ['Forbidden', () => house.vault.purgeCertificate(house.officer, 'web')],
  ] as const) {
    const records = await recordsOf(house, () => assert.rejects(attempt, { code }))
    assert.equal(records.length, 1)
    assert.deepEqual([records[0]?.outcome, records[0]?.errorCode], ['failed', code])
  }
  assert.deepEqual(await contentOf(house), content)
  await house.close()
})

/** The work of the chosen transactions is done, as often as the store likes, and then they fail. */
function failingCommit(storage: Storage, isChosen: () => boolean): Storage {
  return {
    read: (work) => storage.read(work),
    transact(work) {
      const chosen = isChosen()
      return storage.transact(async (writer: Writer) => {
        const result = await work(writer)
        if (chosen) throw new Error('disk full at /var/secret/place')
        return result
      })
    },
    close: () => storage.close(),
  }
}

test('when the commit fails, neither effect nor success remains, and the record does not tell why', async () => {
  let armed = false
  const house = await openTestVault({
    through: (storage) =>
      failingCommit(storage, () => {
        const now = armed
        armed = false
        return now
      }),
  })
  await house.issue('web')
  const content = await contentOf(house)
  for (const verb of [
    'createCertificate',
    'updateCertificate',
    'updatePolicy',
    'deleteOperation',
    'deleteCertificate',
  ] as const) {
    armed = true
    const records = await recordsOf(house, () =>
      assert.rejects(verbs[verb][3](house.vault, house.officer), /disk full/),
    )
    assert.equal(armed, false)
    assert.deepEqual(await contentOf(house), content, verb)
    assert.equal(records.length, 1)
    const { outcome, errorCode, errorMessage } = records[0]!
    assert.deepEqual(
      [outcome, errorCode, errorMessage],
      ['failed', 'InternalError', 'The service failed; see its log.'],
    )
  }
  await house.close()
})

test('slow work is not begun for whoever may not, or for nothing', async () => {
  const house = await openTestVault()
  let prepared = 0
  const call = {
    caller: house.officer,
    verb: 'CertificateCreate',
    name: 'web',
  } as const
  const prepare = async () => ++prepared
  const attempt = (caller: Caller, check: () => Promise<void>) =>
    house.parts.perform.prepared({ ...call, caller }, check, prepare, async (_writer, ready) => ready)
  await assert.rejects(
    attempt(callerAt(house.officer.vault, 'mallory'), async () => undefined),
    { code: 'ForbiddenByRbac' },
  )
  const busy = new VaultError('OperationInProgress', 'Wait.')
  await assert.rejects(
    attempt(house.officer, () => Promise.reject(busy)),
    (error) => error === busy,
  )
  assert.equal(prepared, 0)
  assert.equal(await attempt(house.officer, async () => undefined), 1)
  assert.deepEqual(
    (await house.audit()).map(({ outcome }) => outcome),
    ['refused', 'failed', 'success'],
  )
  await house.close()
})

test('a right that is taken away during the slow work is gone', async () => {
  const house = await openTestVault()
  const creator = await house.appoint('creator', 'Key Vault Certificates Officer')
  const call = {
    caller: creator,
    verb: 'CertificateCreate',
    name: 'web',
  } as const
  const revoke = () =>
    house.parts.storage.transact((writer) =>
      writer.identities.removeAssignment('creator as Key Vault Certificates Officer'),
    )
  await assert.rejects(
    house.parts.perform.prepared(
      call,
      async () => undefined,
      revoke,
      async () => assert.fail('it ran'),
    ),
    { code: 'ForbiddenByRbac' },
  )
  assert.deepEqual(
    (await house.audit()).map(({ outcome }) => outcome),
    ['refused'],
  )
  await house.close()
})

test('a request that came to no verb is on record, by whom if that is known', async () => {
  const house = await openTestVault()
  const { origin, principal } = house.officer
  const refusal = {
    vault: 'default',
    operation: 'Authentication',
    origin,
    errorCode: 'Unauthorized',
    errorMessage: 'The token has expired.',
  }
  await house.vault.recordRefusal(refusal)
  await house.vault.recordRefusal({ ...refusal, principal })
  const records = await house.audit()
  assert.deepEqual(
    records.map(({ identity, outcome, errorCode }) => [identity.kind, outcome, errorCode]),
    [
      ['anonymous', 'refused', 'Unauthorized'],
      ['application', 'refused', 'Unauthorized'],
    ],
  )
  await house.close()
})
