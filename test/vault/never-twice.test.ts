/** One order for one operation, however often the process dies, against a CA that bills each one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Issuer } from '../../src/issuers/issuer.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { advanceOperation } from '../../src/vault/certificates/advance-operation.ts'
import { type BillingCa, billingCa, type Deeds } from '../doubles/billing-ca.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

interface Scene {
  readonly house: TestVault
  readonly ca: BillingCa
  /** The store dies in the n-th transaction from now, and the process with it; `revive` starts it again. */
  die(call: number, when: 'before' | 'after'): void
  revive(): void
}

/** A vault whose issuer `billing` is the CA, and whose process can die. */
async function open(ca = billingCa()): Promise<Scene> {
  let left = Number.POSITIVE_INFINITY
  let when: 'before' | 'after' = 'before'
  const broken = () => Promise.reject(new Error('the process is dead'))
  const through = (store: Storage): Storage => ({
    read: (work) => (left <= 0 ? broken() : store.read(work)),
    async transact(work) {
      left--
      if (left > 0) return store.transact(work)
      if (left === 0 && when === 'after') await store.transact(work)
      return broken()
    },
    close: () => store.close(),
  })
  const provider = { name: 'Billing', connect: (): Issuer => ca }
  const house = await openTestVault({ providers: [provider], through })
  await house.vault.setIssuer(house.officer, 'billing', { provider: 'Billing' })
  return {
    house,
    ca,
    die(call, at) {
      left = call
      when = at
    },
    revive() {
      left = Number.POSITIVE_INFINITY
    },
  }
}

const create = ({ house }: Scene) =>
  house.vault.createCertificate(house.officer, 'web', { policy: policyOf('billing') })
const operationOf = ({ house }: Scene) => house.vault.readOperation(house.officer, 'web')
const versionsOf = async ({ house }: Scene) =>
  (await house.vault.listCertificateVersions(house.officer, 'web', { limit: 9 })).length
const cancel = ({ house }: Scene) => house.vault.cancelOperation(house.officer, 'web', true)

/** Takes the steps that are due, by whatever a dead process left. */
async function run({ house }: Scene, passSeconds = 0): Promise<void> {
  house.clock.move(passSeconds)
  await house.recover().catch(() => undefined)
}

/** An operation whose first step ends in this way, with the store dying in the n-th transaction of it. */
async function began(deeds: Deeds, ca = billingCa(), dies?: [call: number, when: 'before' | 'after']) {
  const scene = await open(ca)
  await create(scene)
  ca.does(deeds)
  if (dies) scene.die(...dies)
  await run(scene)
  scene.revive()
  return scene
}

test('the intent is on record before the order leaves, and the order is told of it', async () => {
  const ca = billingCa()
  const scene = await open(ca)
  await create(scene)
  const { order } = ca
  ca.order = async (sent) => {
    const { attempt, orderedAt } = await operationOf(scene)
    assert.deepEqual([attempt, orderedAt], [1, scene.house.clock.now()])
    assert.deepEqual([sent.attempt, sent.orderedAt], [attempt, orderedAt])
    return order(sent)
  }
  await run(scene)
  assert.equal((await operationOf(scene)).status, 'completed')
  await scene.house.close()
})

// Claim, intent, outcome: the transactions of a step.
for (const call of [1, 2, 3])
  for (const when of ['before', 'after'] as const)
    for (const deed of ['issued', 'pending', 'lost', 'broken', 'unreached'] as const)
      test(`an order that is ${deed}, with the store dying ${when} transaction ${call}, is one order`, async () => {
        const scene = await began({ order: [deed] }, billingCa(), [call, when])
        for (let step = 0; step < 6; step++) await run(scene, 400)
        for (let step = 0; step < 3; step++) await run(scene, 3600)
        assert.equal((await operationOf(scene)).status, 'completed')
        assert.deepEqual([scene.ca.book.length, await versionsOf(scene)], [1, 1])
        await scene.house.close()
      })

for (const deed of ['lost', 'broken'] as const)
  test(`an order that was ${deed} is looked for, and found`, async () => {
    const scene = await began({ order: [deed] })
    const { status, statusDetails } = await operationOf(scene)
    assert.equal(status, 'inProgress')
    assert.match(statusDetails!, /The next try is due at 2027-01-15T\d\d:\d\d:\d\dZ\.$/)
    await run(scene, 2)
    assert.equal((await operationOf(scene)).orderReference, 'order 1')
    await run(scene, 600)
    assert.deepEqual(scene.ca.asked, ['order', 'reconcile', 'check'])
    assert.equal((await operationOf(scene)).status, 'completed')
    await scene.house.close()
  })

test('an order that the CA does not know is sent again once it cannot be under way any more', async () => {
  const scene = await began({ order: ['unreached'] }, billingCa(), [3, 'before'])
  for (let second = 0; second < 270; second += 30) await run(scene, 30)
  assert.match((await operationOf(scene)).statusDetails!, /The answer to the order was lost/)
  assert.equal(scene.ca.asked.filter((kind) => kind === 'order').length, 1)
  await run(scene, 40)
  await run(scene)
  const { status, attempt } = await operationOf(scene)
  assert.deepEqual([status, attempt, scene.ca.book.length], ['completed', 2, 1])
  await scene.house.close()
})

for (const [what, ca, deeds] of [
  ['cannot be asked', () => billingCa({ reconcile: false }), {}],
  ['cannot tell', () => billingCa(), { reconcile: Array(20).fill('unknown') }],
] as [string, () => BillingCa, Deeds][])
  test(`a lost order of a CA that ${what} stops the operation, until a person cancels it`, async () => {
    const scene = await began({ order: ['lost'], ...deeds }, ca())
    for (let step = 0; step < 5; step++) await run(scene, 100)
    const { status, statusDetails, dueAt } = await operationOf(scene)
    assert.deepEqual([status, dueAt], ['inProgress', undefined])
    assert.match(
      statusDetails!,
      /^An order was sent to the issuer billing at 2027-.+cannot say what became of it/,
    )
    assert.ok(scene.house.log.some(({ message }) => /a person has to look/.test(message)))
    await run(scene, 86_400)
    await cancel(scene)
    await run(scene)
    assert.equal((await operationOf(scene)).status, 'cancelled')
    assert.equal(scene.ca.book.length, 1)
    const ends = (await scene.house.audit()).filter(({ operation }) => operation === 'CertificateEnroll')
    assert.deepEqual(
      ends.map(({ errorCode, errorMessage }) => [errorCode, errorMessage]),
      [['Cancelled', 'The issuer cannot say whether it has the order; it may go on with it.']],
    )
    await scene.house.close()
  })

test('a pending order is cancelled at the CA too', async () => {
  const scene = await began({ order: ['pending'] })
  await cancel(scene)
  await run(scene)
  assert.equal((await operationOf(scene)).status, 'cancelled')
  assert.deepEqual([scene.ca.asked, scene.ca.book[0]!.state], [['order', 'cancel'], 'cancelled'])
  await scene.house.close()
})

test('a cancellation that comes too late ends in a version', async () => {
  const scene = await began({ order: ['pending'], cancel: ['unreached', 'too-late'] })
  await cancel(scene)
  await run(scene)
  await run(scene, 2)
  assert.deepEqual([(await operationOf(scene)).status, await versionsOf(scene)], ['completed', 1])
  await scene.house.close()
})

test('a CA that does not give the order up cannot keep the operation open; the record says so', async () => {
  const scene = await began({ order: ['pending'], cancel: ['refused'] })
  await cancel(scene)
  await run(scene)
  assert.equal((await operationOf(scene)).status, 'cancelled')
  const end = (await scene.house.audit()).find(({ operation }) => operation === 'CertificateEnroll')
  assert.equal(end!.errorMessage, 'The issuer does not give the order up: It waits for approval.')
  await scene.house.close()
})

test('a lost order that was to be cancelled is found first, then cancelled', async () => {
  const scene = await began({ order: ['lost'] })
  await cancel(scene)
  await run(scene)
  await run(scene)
  assert.deepEqual(scene.ca.asked, ['order', 'reconcile', 'cancel'])
  assert.equal(scene.ca.book[0]!.state, 'cancelled')
  assert.equal((await operationOf(scene)).status, 'cancelled')
  await scene.house.close()
})

test('a step that fails after somebody else took over leaves what he found alone', async () => {
  const ca = billingCa()
  const scene = await open(ca)
  await create(scene)
  ca.does({ order: ['broken'] })
  const { order } = ca
  ca.order = async (sent) => {
    const lost = await order(sent).catch((error) => error)
    await run(scene, 31)
    assert.equal((await operationOf(scene)).orderReference, 'order 1')
    throw lost
  }
  await run(scene)
  const { orderReference, failedSteps } = await operationOf(scene)
  assert.deepEqual([orderReference, failedSteps], ['order 1', 0])
  await scene.house.close()
})

test('of two that take the same step, one sends the order', async () => {
  const scene = await open()
  const operation = await create(scene)
  const { parts } = scene.house
  await Promise.all([advanceOperation(parts, operation), advanceOperation(parts, operation)])
  assert.equal(scene.ca.book.length, 1)
  assert.equal((await operationOf(scene)).status, 'completed')
  await scene.house.close()
})

// ---------------------------------------------------------------------------------- whatever happens, in any order

const deedsOf = {
  order: fc.constantFrom('issued', 'pending', 'lost', 'broken', 'unreached', 'throttled', 'refused'),
  check: fc.constantFrom('issued', 'pending', 'unreached', 'refused'),
  reconcile: fc.constantFrom('told', 'unknown', 'unreached'),
  cancel: fc.constantFrom('cancelled', 'too-late', 'refused', 'unreached'),
} as const
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 })
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run' as const), pass: fc.integer({ min: 0, max: 7200 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      call: fc.integer({ min: 1, max: 4 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'cancel' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('back' as const), pass: fc.integer({ min: 1, max: 600 }) }),
  },
)

test('an operation ends, or says what it waits for: never two orders, never two versions', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ reconcile: fc.boolean(), cancel: fc.boolean() }),
      fc.record({
        order: few(deedsOf.order),
        check: few(deedsOf.check),
        reconcile: few(deedsOf.reconcile),
        cancel: few(deedsOf.cancel),
      }),
      fc.array(happening, { minLength: 1, maxLength: 8 }),
      async (abilities, deeds, happenings) => {
        const scene = await open(billingCa(abilities))
        await create(scene)
        scene.ca.does(deeds)
        for (const each of happenings) {
          if (each.kind === 'run') await run(scene, each.pass)
          else if (each.kind === 'back') await run(scene, -each.pass)
          else if (each.kind === 'cancel') await cancel(scene).catch(refusedOnly)
          else {
            scene.die(each.call, each.when)
            await run(scene, 30)
            scene.revive()
          }
          await checkCounts(scene)
        }
        for (let step = 0; step < 12; step++) await run(scene, 4000)
        await checkCounts(scene)
        const { status, dueAt, statusDetails } = await operationOf(scene)
        if (status === 'inProgress') {
          assert.equal(dueAt, undefined)
          assert.match(statusDetails!, /cannot say what became of it/)
        }
        await scene.house.close()
      },
    ),
    { numRuns: 150 },
  )
})

/** Cancelling what has ended is refused. */
const refusedOnly = (error: Error & { code?: string }) => assert.equal(error.code, 'Forbidden')

async function checkCounts(scene: Scene): Promise<void> {
  const { status } = await operationOf(scene)
  assert.ok(scene.ca.book.length <= 1, `${scene.ca.book.length} orders`)
  assert.equal(await versionsOf(scene), status === 'completed' ? 1 : 0)
}
