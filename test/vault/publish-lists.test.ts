/** When revocation lists are published, what stands in them, and that no revocation gets lost on the way. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { publishLists } from '../../src/vault/revocation/publish-lists.ts'
import { type Break, breakingStorage } from '../doubles/breaking-storage.ts'
import { newPath, openTestVault, type TestVault } from '../doubles/vault.ts'
import {
  baseUrl,
  day,
  entry,
  leaf,
  listOf,
  named,
  place,
  publish,
  published,
  revoke,
  withRoot,
} from './revocation-lists.ts'

const turnOf = ({ parts }: TestVault, kind: 'full' | 'delta' = 'full', partition = 0) =>
  parts.storage.read(({ authorities }) => authorities.findTurn(listOf(kind, partition)))
const publications = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'AuthorityListPublish')
const number = async (house: TestVault, kind: 'full' | 'delta' = 'full', partition = 0) =>
  Number((await published(house, kind, partition))?.number ?? 0)

test('an authority has its first list at once, and the next when half of its life has passed', async () => {
  const house = await openTestVault()
  await withRoot(house, { crlHours: 48 })
  assert.equal(await published(house), undefined)
  await publish(house)
  const first = (await published(house))!
  assert.equal(first.number, 1n)
  assert.deepEqual(first.revoked, [])
  assert.equal(first.thisUpdate, house.clock.now())
  assert.equal(first.nextUpdate, house.clock.now() + 2 * day)
  assert.equal(first.distributionPoint, undefined)
  house.clock.move(day - 1)
  await publish(house)
  assert.equal(await number(house), 1)
  house.clock.move(1)
  await publish(house)
  assert.equal(await number(house), 2)
  const [record] = await publications(house)
  assert.equal(record!.identity.kind, 'vault')
  assert.equal(record!.object, 'authorities/root')
  assert.deepEqual(record!.facts, { number: 1, partition: 0, kind: 'full', entries: 0 })
  await house.close()
})

test('an authority that waits for its certificate publishes nothing', async () => {
  const house = await openTestVault()
  await house.vault.createAuthority(house.officer, 'root', { kind: 'requested', subject: 'CN=R' })
  await publish(house)
  assert.equal(await published(house), undefined)
  await house.close()
})

test('a revocation is published at once, also after a crash and when the clock was moved back', async () => {
  const path = newPath()
  let house = await openTestVault({ path })
  await withRoot(house)
  const [one, two] = [await leaf(house, 'one'), await leaf(house, 'two')]
  await publish(house)
  await revoke(house, one, 'keyCompromise')
  const { clock } = house
  await house.close()
  house = await openTestVault({ path, clock, seed: 'next life' })
  await publish(house)
  assert.deepEqual(named(await published(house)), [entry(one, 'keyCompromise')])

  clock.move(-365 * day)
  await publish(house)
  assert.equal((await published(house))!.thisUpdate, clock.now(), 'a list from the future is replaced')
  await revoke(house, two, 'unspecified')
  await publish(house)
  assert.equal((await published(house))!.revoked.length, 2)
  await publish(house)
  assert.equal(await number(house), 4)
  await house.close()
})

test('what is revoked while a list is signed is in the next one', async () => {
  let during: (() => Promise<void>) | undefined
  // Between reading what to say and storing it.
  const through = (storage: Storage): Storage => ({
    read: (work) => storage.read(work),
    async transact(work) {
      const then = during
      during = undefined
      await then?.()
      return storage.transact(work)
    },
    close: () => storage.close(),
  })
  for (const rules of [{}, { deltaHours: 24, baseUrl }]) {
    const kind = 'deltaHours' in rules ? 'delta' : 'full'
    const house = await openTestVault({ through })
    await withRoot(house, rules)
    const [one, two] = [await leaf(house, 'one'), await leaf(house, 'two')]
    await publish(house)
    house.clock.move(1)
    await publish(house)
    const before = await number(house, kind)
    await revoke(house, one, 'superseded')
    during = () => revoke(house, two, 'superseded')
    await publish(house)
    assert.deepEqual(named(await published(house, kind)), [entry(one, 'superseded')])
    assert.equal(await number(house, kind), before + 1)
    await publish(house)
    assert.equal((await published(house, kind))!.revoked.length, 2)
    await publish(house)
    assert.equal(await number(house, kind), before + 2)
    await house.close()
  }
})

test('two processes that publish at once never give one number to two lists', async () => {
  const path = newPath()
  const house = await openTestVault({ path })
  await withRoot(house, { partitions: 8, baseUrl, deltaHours: 24 })
  const other = openSqlite({ path })
  const theirs = { ...house.parts, storage: other }
  for (let turn = 0; turn < 12; turn++) {
    await Promise.all([publishLists(house.parts), publishLists(theirs)])
    house.clock.move(5 * day)
  }
  const numbers = (await publications(house)).map(({ facts }) => facts!.number)
  assert.ok(numbers.length > 50)
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  )
  await other.close()
  await house.close()
})

test('deltas go on from the full list, and take released holds back', async () => {
  const house = await openTestVault()
  await withRoot(house, { crlHours: 240, deltaHours: 24, baseUrl })
  const [held, gone] = [await leaf(house, 'held'), await leaf(house, 'gone')]
  await revoke(house, held, 'certificateHold')
  await publish(house)
  assert.deepEqual(named(await published(house)), [entry(held, 'certificateHold')])
  assert.deepEqual((await published(house))!.freshestCrl, [`${baseUrl}/crl/default/root/delta.crl`])
  assert.equal(await published(house, 'delta'), undefined, 'lists of one moment would share a number')
  house.clock.move(1)
  await publish(house)
  const empty = (await published(house, 'delta'))!
  assert.deepEqual([empty.number, empty.deltaBase, empty.revoked.length], [2n, 1n, 0])
  assert.equal(empty.nextUpdate, house.clock.now() + day)
  assert.deepEqual(empty.freshestCrl, [])

  await revoke(house, held)
  await revoke(house, gone, 'keyCompromise')
  await publish(house)
  assert.deepEqual(
    named(await published(house, 'delta')),
    [entry(held, 'removeFromCRL'), entry(gone, 'keyCompromise')].toSorted(),
  )
  assert.equal(await number(house), 1, 'the full list keeps its time')
  house.clock.move(day)
  await publish(house)
  const again = (await published(house, 'delta'))!
  assert.deepEqual([again.number, again.deltaBase, again.revoked.length], [4n, 1n, 2])

  house.clock.move(4 * day)
  await publish(house)
  assert.deepEqual(named(await published(house)), [entry(gone, 'keyCompromise')])
  house.clock.move(1)
  await publish(house)
  const last = (await published(house, 'delta'))!
  assert.equal(last.deltaBase, (await published(house))!.number)
  assert.deepEqual(last.revoked, [])
  await house.close()
})

test('deltas do not depend on the clock: what was revoked before it moved back is in them', async () => {
  const house = await openTestVault()
  await withRoot(house, { deltaHours: 24, baseUrl })
  const one = await leaf(house, 'one')
  await publish(house)
  house.clock.move(1)
  await publish(house)
  const base = await number(house)
  // The clock stands before the base while somebody revokes; then it is set right before anything is published.
  house.clock.move(-10 * day)
  await revoke(house, one, 'superseded')
  house.clock.move(10 * day)
  await publish(house)
  assert.deepEqual(named(await published(house, 'delta')), [entry(one, 'superseded')])
  assert.equal(await number(house), base)
  await house.close()
})

test('rules that change are published at once', async () => {
  const house = await openTestVault()
  await withRoot(house, { baseUrl })
  await publish(house)
  assert.deepEqual((await published(house))!.freshestCrl, [])
  await house.vault.updateAuthority(house.officer, 'root', { rules: { deltaHours: 12 } })
  await publish(house)
  assert.equal((await published(house))!.freshestCrl.length, 1)
  house.clock.move(1)
  await publish(house)
  assert.equal(await number(house, 'delta'), 3)
  await house.close()
})

test('partitions have lists of their own for good, under every place that certificates name', async () => {
  const house = await openTestVault()
  await withRoot(house, { baseUrl })
  await publish(house)
  assert.equal((await published(house))!.distributionPoint, undefined)
  const changed = { partitions: 3, baseUrl: 'http://new.example.org' }
  await house.vault.updateAuthority(house.officer, 'root', { rules: changed })
  await publish(house)
  assert.deepEqual((await published(house))!.distributionPoint, {
    uris: ['http://new.example.org/crl/default/root.crl', `${baseUrl}/crl/default/root.crl`],
  })
  assert.deepEqual(
    (await published(house, 'full', 2))!.distributionPoint?.uris[1],
    `${baseUrl}/crl/default/root/2.crl`,
  )
  await house.vault.updateAuthority(house.officer, 'root', { rules: { partitions: 1 } })
  await publish(house)
  assert.equal(await number(house, 'full', 2), 7)
  assert.notEqual((await published(house))!.distributionPoint, undefined)
  await house.close()
})

test('several lists need a place by which they are told apart', async () => {
  const house = await openTestVault()
  await assert.rejects(withRoot(house, { partitions: 2 }), {
    code: 'BadParameter',
    message: /rules\.base_url/,
  })
  await withRoot(house)
  const widen = house.vault.updateAuthority(house.officer, 'root', { rules: { partitions: 2 } })
  await assert.rejects(widen, { code: 'BadParameter', message: /rules\.base_url/ })
  await house.close()
})

test('an entry stays in one list behind the end of its certificate, however long the service stood still', async () => {
  for (const still of [1, 60]) {
    const house = await openTestVault()
    await withRoot(house, { validityDaysMax: 30 })
    const one = await leaf(house, 'one')
    await revoke(house, one, 'superseded')
    await publish(house)
    house.clock.move(one.notAfter - house.clock.now() - 1)
    await publish(house)
    assert.equal((await published(house))!.revoked.length, 1)
    house.clock.move(still * day + 4 * day)
    await publish(house)
    assert.equal((await published(house))!.revoked.length, 1, 'published behind its end')
    house.clock.move(8 * day)
    await publish(house)
    assert.equal((await published(house))!.revoked.length, 0)
    await house.close()
  }
})

test('a retired authority publishes until its last certificate has ended, and then once more', async () => {
  const house = await openTestVault()
  await withRoot(house, { validityDaysMax: 30 })
  const one = await leaf(house, 'one')
  await house.vault.updateAuthority(house.officer, 'root', { retired: true })
  for (let count = 0; house.clock.now() <= one.notAfter; count++) {
    await publish(house)
    assert.equal(await number(house), count + 1)
    house.clock.move(4 * day)
  }
  const before = await number(house)
  await publish(house)
  assert.equal(await number(house), before + 1)
  assert.equal((await turnOf(house))!.due, undefined)
  house.clock.move(100 * day)
  await publish(house)
  assert.equal(await number(house), before + 1)
  await revoke(house, one, 'keyCompromise')
  await publish(house)
  assert.equal(await number(house), before + 2)
  await house.close()
})

test('an authority past its own end says so once', async () => {
  const house = await openTestVault()
  await withRoot(house, { partitions: 2, baseUrl })
  await publish(house)
  house.clock.move(3660 * day)
  for (let count = 0; count < 3; count++) await publish(house)
  const failed = (await publications(house)).filter(({ outcome }) => outcome === 'failed')
  assert.equal(failed.length, 1)
  assert.match(failed[0]!.errorMessage!, /past its end/)
  assert.equal(house.log.length, 1)
  assert.equal(await number(house), 1)
  await house.close()
})

test('a key that fails is tried less and less often, and the others go on', async () => {
  const house = await openTestVault()
  await withRoot(house)
  await house.vault.createAuthority(house.officer, 'other', { kind: 'root', subject: 'CN=Other' })
  let attempts = 0
  const keys = {
    ...house.parts.keys,
    sign: (...[key, binding, scheme, data]: Parameters<typeof house.parts.keys.sign>) => {
      if (!binding.name.endsWith('ROOT')) return house.parts.keys.sign(key, binding, scheme, data)
      attempts++
      return Promise.reject(new Error('the module does not answer'))
    },
  }
  const broken = { ...house.parts, keys }
  for (let second = 0; second < 100; second++) {
    await publishLists(broken)
    house.clock.move(1)
  }
  // At 0, 10, 30 and 70 seconds.
  assert.equal(attempts, 4)
  const theirs = await house.parts.storage.read(({ authorities }) =>
    authorities.findRevocationList({ vault: 'default', name: 'other' }, 0, 'full'),
  )
  assert.equal(theirs!.number, 1)
  house.clock.move(3600)
  await publish(house)
  assert.equal(await number(house), 1)
  assert.equal((await turnOf(house))!.failures, 0)
  await house.close()
})

test('a signature that a fault spoiled is not published', async () => {
  const house = await openTestVault()
  await withRoot(house)
  const keys = {
    ...house.parts.keys,
    async sign(...parameters: Parameters<typeof house.parts.keys.sign>) {
      const signature = await house.parts.keys.sign(...parameters)
      signature[signature.length - 1]! ^= 1
      return signature
    },
  }
  await publishLists({ ...house.parts, keys })
  assert.equal(await published(house), undefined)
  const [{ outcome, errorCode }] = (await publications(house)) as [
    Awaited<ReturnType<typeof publications>>[0],
  ]
  assert.deepEqual([outcome, errorCode], ['failed', 'InternalError'])
  await house.close()
})

test('a store that fails in any transaction loses no revocation and gives no number twice', async () => {
  for (let call = 1; call <= 4; call++)
    for (const when of ['before', 'after'] as const)
      for (const passing of [true, false]) {
        const what = `transaction ${call}, ${when}${passing ? ', passing' : ''}`
        const path = newPath()
        let house = await openTestVault({ path })
        await withRoot(house, { deltaHours: 24, baseUrl })
        const one = await leaf(house, 'one')
        const { clock } = house
        await house.close()
        const dies: Break = { call, when, passing }
        house = await openTestVault({ path, clock, through: (storage) => breakingStorage(storage, dies) })
        const life = async () => {
          await revoke(house, one, 'superseded')
          for (let second = 0; second < 3; second++) {
            await publish(house)
            clock.move(1)
          }
        }
        await life().catch((error) => assert.match(String(error), /the store is broken/, what))
        await house.close()

        house = await openTestVault({ path, clock, seed: 'third life' })
        const isRevoked = call > 1 || when === 'after'
        for (let turn = 0; turn < 2; turn++) {
          clock.move(3600)
          await publish(house)
        }
        const expected = isRevoked ? [entry(one, 'superseded')] : []
        assert.deepEqual(named(await published(house)), expected, what)
        assert.ok(await published(house, 'delta'), what)
        const numbers = (await publications(house)).flatMap(({ facts }) => facts?.number ?? [])
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => index + 1),
          what,
        )
        await house.close()
      }
})

test('the lists of authorities that were there before are due when the store is brought up to date', async () => {
  const { DatabaseSync } = await import('node:sqlite')
  const { migrations } = await import('../../src/storage/migrations/index.ts')
  const database = new DatabaseSync(':memory:')
  for (const { number, sql } of migrations) if (number < 6) database.exec(sql)
  const insert = (name: string, certificate: Uint8Array | null, rules: object) =>
    database
      .prepare(
        `INSERT INTO authorities (vault, name_key, name, document, public_key, certificate, key_uri)
          VALUES ('default', ?, ?, ?, x'00', ?, 'k')`,
      )
      .run(name.toUpperCase(), name, JSON.stringify({ rules }), certificate)
  insert('root', Uint8Array.of(1), { partitions: 2, deltaHours: 3, baseUrl })
  insert('plain', Uint8Array.of(1), { partitions: 1 })
  insert('waiting', null, { partitions: 1 })
  database.exec(migrations.find(({ number }) => number === 6)!.sql)
  const rows = database.prepare('SELECT authority, partition, kind FROM list_turns WHERE due = 0').all()
  assert.deepEqual(
    rows.map(({ authority, partition, kind }) => `${authority} ${partition} ${kind}`).toSorted(),
    ['plain 0 full', 'root 0 delta', 'root 0 full', 'root 1 delta', 'root 1 full'],
  )
  assert.equal(place.name, 'root')
  assert.deepEqual(
    database
      .prepare('SELECT base_url FROM list_origins')
      .all()
      .map(({ base_url }) => base_url),
    [baseUrl],
  )
})
