/** Whatever happens in whatever order, also while a list is being read and signed: the lists end up saying what is on record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IssuedCertificate } from '../../src/domain/authority.ts'
import { seconds } from '../../src/domain/time.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { publishLists } from '../../src/vault/revocation/publish-lists.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { baseUrl, day, hex, place, publish, published, revoke, withRoot } from './revocation-lists.ts'

const issued = (house: TestVault, number: number): IssuedCertificate => ({
  vault: 'default',
  authority: 'root',
  serialNumber: Uint8Array.of(1, number >> 8, number & 0xff),
  orderKey: `order-${number}`,
  partition: 0,
  recorded: house.clock.now(),
  notBefore: house.clock.now(),
  notAfter: seconds(house.clock.now() + 10_000 * day),
  subject: 'CN=x',
  certificate: Uint8Array.of(number & 0xff),
})

async function record(house: TestVault, count: number): Promise<IssuedCertificate[]> {
  const all = Array.from({ length: count }, (_, number) => issued(house, number))
  await house.parts.storage.transact(async ({ authorities }) => {
    for (const each of all) await authorities.recordIssued(each)
  })
  return all
}

const statuses = async ({ parts }: TestVault, all: readonly IssuedCertificate[]) =>
  parts.storage.read(async ({ authorities }) => {
    const revoked: Record<string, string> = {}
    for (const { serialNumber } of all) {
      const found = await authorities.findIssued(place, serialNumber)
      if (found?.revocation) revoked[hex(serialNumber)] = found.revocation.reason
    }
    return revoked
  })

/** As a verifier understands them (RFC 5280 6.3.3). */
async function understood(house: TestVault): Promise<Record<string, string>> {
  const [full, delta] = [(await published(house))!, await published(house, 'delta')]
  const revoked: Record<string, string> = {}
  for (const { serialNumber, reason } of full.revoked) revoked[hex(serialNumber)] = reason
  if (delta && delta.deltaBase === full.number)
    for (const { serialNumber, reason } of delta.revoked)
      if (reason === 'removeFromCRL') delete revoked[hex(serialNumber)]
      else revoked[hex(serialNumber)] = reason
  return revoked
}

const change = fc.record({
  certificate: fc.nat({ max: 4 }),
  reason: fc.constantFrom('certificateHold', 'superseded', undefined),
})
const step = fc.oneof(
  change.map((which) => ({ what: 'change', which }) as const),
  fc.constant({ what: 'publish' } as const),
  fc.record({ what: fc.constant('publish during'), which: change, call: fc.nat({ max: 5 }) }),
  fc.record({ what: fc.constant('move'), by: fc.constantFrom(1, 3600, 2 * day, 5 * day, -3600, -40 * day) }),
)

test('the lists say what is on record, after any history', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, hasDeltas) => {
      let [call, during]: [number, (() => Promise<void>) | undefined] = [0, undefined]
      // Counts reads and transactions of a publication, and lets something happen before one of them.
      const before = async () => {
        if (call-- !== 0) return
        const then = during
        during = undefined
        await then?.()
      }
      const house = await openTestVault()
      const { storage } = house.parts
      const interrupted: Storage = {
        ...storage,
        read: (work) => before().then(() => storage.read(work)),
        transact: (work) => before().then(() => storage.transact(work)),
      }
      await withRoot(house, hasDeltas ? { deltaHours: 12, baseUrl } : {})
      const all = await record(house, 5)
      const apply = ({
        certificate,
        reason,
      }: {
        certificate: number
        reason?: 'certificateHold' | 'superseded' | undefined
      }) => revoke(house, all[certificate]!, reason)
      for (const each of steps) {
        if (each.what === 'change') await apply(each.which)
        else if (each.what === 'publish') await publish(house)
        else if ('by' in each) house.clock.move(each.by)
        else {
          ;[call, during] = [each.call, () => apply(each.which)]
          await publishLists({ ...house.parts, storage: interrupted })
          await during?.()
          during = undefined
        }
      }
      for (let turn = 0; turn < 2; turn++) {
        await publish(house)
        house.clock.move(1)
      }
      await publish(house)
      assert.deepEqual(await understood(house), await statuses(house, all))
      const numbers = (await house.audit()).flatMap(({ facts }) => facts?.number ?? [])
      assert.deepEqual(
        numbers,
        numbers.map((_, index) => index + 1),
      )
      await house.close()
    }),
    { numRuns: 40 },
  )
})

test('a long list leaves room for other work, and names everything once', async () => {
  const house = await openTestVault()
  await withRoot(house)
  const all = await record(house, 2100)
  for (const each of all) await revoke(house, each, 'superseded')
  let [turns, isDone] = [0, false]
  const count = () => {
    turns++
    if (!isDone) setImmediate(count)
  }
  setImmediate(count)
  await publish(house)
  isDone = true
  assert.ok(turns >= 5, `${turns} turns of the event loop`)
  const serials = (await published(house))!.revoked.map(({ serialNumber }) => hex(serialNumber))
  assert.deepEqual(
    serials,
    all.map(({ serialNumber }) => hex(serialNumber)),
  )
  await house.close()
})
