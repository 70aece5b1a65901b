/**
 * The store fails at the n-th transaction of a flow, for good or for a moment: the transaction is lost, or done without
 * anybody being told. Then the process starts again on what is there. For every n that is the old state or the new one.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord } from '../../src/domain/audit.ts'
import { Secret } from '../../src/domain/secret.ts'
import { purgeRetained } from '../../src/vault/purge-retained.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { type Break, type BreakingStorage, breakingStorage } from '../doubles/breaking-storage.ts'
import { type Answer, pending, refused, scriptedIssuer, unreachable } from '../doubles/issuer.ts'
import { newPath, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'
import { ca, issue } from '../x509/authority.ts'

interface Flow {
  /** What is there before. */
  readonly before?: (house: TestVault) => Promise<unknown>
  readonly answers?: readonly Answer[]
  /** What the store dies in. */
  readonly during: (house: TestVault) => Promise<unknown>
  /** What the process does when it is up again, beside what it always does. */
  readonly afterwards?: (house: TestVault) => Promise<unknown>
}

const create = (house: TestVault) =>
  house.vault.createCertificate(house.officer, 'web', { policy: policyOf('my-ca') })
const createAndAdvance = async (house: TestVault) => {
  await create(house)
  await house.recover()
}
const uploaded = () => {
  const { certificate, key } = issue('CN=uploaded')
  const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
  return new Secret(formatPem('PRIVATE KEY', pkcs8) + formatPem('CERTIFICATE', certificate.der))
}
/** What an outside CA made of the request that waits. */
const mergeSigned = async (house: TestVault) => {
  const { publicKey } = (await house.parts.storage.read(({ operations }) =>
    operations.find('default', 'web'),
  ))!
  const root = issue('CN=Outside', ca)
  const { certificate } = issue('CN=merged', { issuer: root, key: { ...root.key, spki: publicKey } })
  const chain = [Buffer.from(certificate.der).toString('base64')]
  await house.vault.mergeCertificate(house.officer, 'web', { chain })
}
const deleted = async (house: TestVault) => {
  await house.issue('web')
  await house.vault.deleteCertificate(house.officer, 'web')
}

/** Backed up, deleted and purged: only its backup is left. */
const backups = new WeakMap<object, Uint8Array>()
const lost = async (house: TestVault) => {
  await house.issue('web')
  backups.set(house.clock, await house.vault.backUpCertificate(house.officer, 'web'))
  await house.vault.deleteCertificate(house.officer, 'web')
  await house.vault.purgeCertificate(house.officer, 'web')
}

const flows: Record<string, Flow> = {
  'a restore': {
    before: lost,
    during: (house) => house.vault.restoreCertificate(house.officer, backups.get(house.clock)!),
  },
  'a first version': { during: createAndAdvance },
  'a second version': { before: (house) => house.issue('web'), during: createAndAdvance },
  'an issuer that makes us wait': {
    answers: [unreachable, pending('order 7', 30)],
    during: async (house) => {
      await createAndAdvance(house)
      await house.recover()
      house.clock.move(30)
      await house.recover()
    },
  },
  'an issuer that refuses': {
    answers: [refused('No.'), refused('No.'), refused('No.')],
    during: createAndAdvance,
  },
  'a cancellation': {
    before: create,
    during: async (house) => {
      await house.vault.cancelOperation(house.officer, 'web', true)
      await house.recover()
    },
  },
  'the deletion of an operation': {
    before: create,
    during: (house) => house.vault.deleteOperation(house.officer, 'web'),
  },
  'an import': {
    during: (house) => house.vault.importCertificate(house.officer, 'web', { value: uploaded() }),
  },
  'an import as second version': {
    before: (house) => house.issue('web'),
    during: (house) => house.vault.importCertificate(house.officer, 'web', { value: uploaded() }),
  },
  'a merge': {
    before: (house) => house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Unknown') }),
    during: mergeSigned,
  },
  'a merge as second version': {
    before: async (house) => {
      await house.issue('web')
      await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('Unknown') })
    },
    during: mergeSigned,
  },
  'a change': {
    before: (house) => house.issue('web'),
    during: (house) =>
      house.vault.updateCertificate(house.officer, 'web', { tags: { a: 'b' }, policy: { enabled: false } }),
  },
  'a deletion': {
    before: (house) => house.issue('web'),
    during: (house) => house.vault.deleteCertificate(house.officer, 'web'),
  },
  'a recovery': { before: deleted, during: (house) => house.vault.recoverCertificate(house.officer, 'web') },
  'a purge': { before: deleted, during: (house) => house.vault.purgeCertificate(house.officer, 'web') },
  'a purge at the end of retention': {
    before: deleted,
    during: async (house) => {
      house.clock.move(90 * 86_400)
      await purgeRetained(house.parts)
    },
    afterwards: async (house) => {
      await purgeRetained(house.parts)
    },
  },
}

/** What anybody can see of the certificate. Ids and dates are of one run, so they are left out. */
async function stateOf(house: TestVault) {
  return house.parts.storage.read(async ({ certificates, operations }) => {
    const certificate = await certificates.find('default', 'web')
    const operation = await operations.find('default', 'web')
    const versions = await certificates.listVersions('default', 'web', { limit: 9 })
    return {
      exists: certificate !== undefined,
      issued: certificate?.current.issued,
      tags: certificate?.current.tags,
      deleted: certificate?.deleted !== undefined,
      enabled: certificate?.policy.enabled,
      versions: versions.length,
      operation: operation && [operation.status, operation.cancellationRequested],
    }
  })
}

/** Every version has its key, its secret and its certificate, and they belong together. */
async function checkNothingHalf(house: TestVault): Promise<void> {
  const { storage, keys } = house.parts
  const versions = await storage.read(({ certificates }) =>
    certificates.listVersions('default', 'web', { limit: 9 }),
  )
  for (const { version } of versions) {
    const sealed = await storage.read(({ certificates }) =>
      certificates.findSealed('default', 'web', version),
    )
    await keys.sign(
      sealed!.privateKey,
      { vault: 'default', name: 'web', version },
      { hash: 'sha256' },
      Buffer.from('a'),
    )
    const { value } = await house.vault.readSecret(house.officer, 'web', {
      version,
      contentType: 'application/x-pem-file',
    })
    assert.match(value.reveal(), /BEGIN PRIVATE KEY.+BEGIN CERTIFICATE/s)
  }
}

/** Every effect is on record once: what succeeded, and each end of an operation. */
function checkAudit(records: readonly AuditRecord[], seen: Awaited<ReturnType<typeof stateOf>>): void {
  const successes = (operation: string) =>
    records.filter((record) => record.operation === operation && record.outcome === 'success').length
  if (seen.exists && !seen.deleted) {
    assert.equal(
      successes('CertificateEnroll') + successes('CertificateImport') + successes('CertificatePendingMerge'),
      seen.versions,
      'one record per version',
    )
    assert.equal(
      successes('CertificateDelete'),
      successes('CertificateRecover') + successes('CertificateRestore'),
    )
  }
  if (seen.deleted) assert.equal(successes('CertificateDelete'), successes('CertificateRecover') + 1)
  if (!seen.exists && successes('CertificateCreate') + successes('CertificateImport') > 0)
    assert.equal(successes('CertificatePurge'), 1)
  const ends = records.filter(
    ({ operation, outcome }) => operation === 'CertificateEnroll' && outcome === 'failed',
  )
  assert.equal(ends.length, seen.operation?.[0] === 'failed' || seen.operation?.[0] === 'cancelled' ? 1 : 0)
}

/** Runs a flow on a store that dies as told, starts again, and gives what is there then. */
async function live(flow: Flow, dies?: Break) {
  const path = newPath()
  const issuer = scriptedIssuer()
  let house = await openTestVault({ path, issuer })
  await flow.before?.(house)
  const { clock } = house
  await house.close()

  issuer.answer(...(flow.answers ?? []))
  let store: BreakingStorage | undefined
  house = await openTestVault({
    path,
    issuer,
    clock,
    seed: 'second life',
    through: (storage) => {
      store = breakingStorage(storage, dies ?? { call: Number.POSITIVE_INFINITY, when: 'before' })
      return store
    },
  })
  const outcome = await flow.during(house).then(
    () => 'answered',
    () => 'died',
  )
  await house.close()

  house = await openTestVault({ path, issuer, clock, seed: 'third life' })
  for (let hour = 0; hour < 4; hour++) {
    await house.recover()
    clock.move(3600)
  }
  await flow.afterwards?.(house)
  const state = await stateOf(house)
  await checkNothingHalf(house)
  checkAudit(await house.audit(), state)
  await house.close()
  return { state, outcome, transactions: store!.calls, orders: issuer.orders }
}

for (const [name, flow] of Object.entries(flows))
  test(`whenever the store fails during ${name}, the old state or the new one is there`, async () => {
    const whole = await live(flow)
    assert.equal(whole.outcome, 'answered')
    const untouched = await live({ ...flow, during: async () => undefined })
    assert.notDeepEqual(whole.state, untouched.state, 'the flow does something')
    for (let call = 1; call <= whole.transactions; call++)
      for (const when of ['before', 'after'] as const)
        for (const passing of [false, true]) {
          const { state, outcome, orders } = await live(flow, { call, when, passing })
          const what = `transaction ${call} of ${whole.transactions}, ${when === 'before' ? 'lost' : 'done'}`
          if (!passing) assert.equal(outcome, 'died', what)
          const expected = call === 1 && when === 'before' && !flow.afterwards ? untouched : whole
          assert.deepEqual(state, expected.state, what)
          assert.ok(orders <= expected.orders, `${what}: ordered ${orders} times`)
        }
  })
