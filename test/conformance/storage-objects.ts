/** Secrets and keys that stand for themselves: versions, attributes, lists, deletion, purge. */
import assert from 'node:assert/strict'
import type { ObjectVersion, SecretFacts } from '../../src/domain/kept-object.ts'
import type { Storage } from '../../src/storage/storage.ts'
import type { StorageCase } from './storage.ts'
import { id, later, same, vault } from './storage-samples.ts'

const keyFacts = { jwk: { kty: 'oct' }, keySize: 128, keyOperations: [], exportable: false } as const

const sealed = (octet: number) => ({ sealed: Uint8Array.of(octet, 2, 3) })

function version(
  number: number,
  change: Partial<ObjectVersion<SecretFacts>> = {},
): ObjectVersion<SecretFacts> {
  return { version: id(number), enabled: true, created: later(0), updated: later(0), facts: {}, ...change }
}

const add = (storage: Storage, name: string, number = 1) =>
  storage.transact(({ secrets }) => secrets.addVersion(vault, name, version(number), sealed(number)))

export const objectCases: Readonly<Record<string, StorageCase>> = {
  'a version comes back as it went in, and the one added last is current': async ({ storage, reopen }) => {
    const first = version(9, { tags: { a: 'b' }, facts: { contentType: 'text/plain' } })
    const second = version(1, { enabled: false, notBefore: later(1), expires: later(2) })
    await storage.transact(async ({ secrets }) => {
      await secrets.addVersion(vault, 'Token', first, sealed(9))
      await secrets.addVersion(vault, 'token', second, { uri: 'software:x', ...sealed(1) })
    })
    await (await reopen()).read(async ({ secrets }) => {
      same(await secrets.find(vault, 'TOKEN'), { vault, name: 'Token', current: second })
      const stored = { name: 'Token', version: second, sealed: { uri: 'software:x', ...sealed(1) } }
      same(await secrets.findVersion(vault, 'token'), stored)
      same(await secrets.findVersion(vault, 'token', id(9)), {
        name: 'Token',
        version: first,
        sealed: sealed(9),
      })
      assert.equal(await secrets.findVersion(vault, 'token', id(5)), undefined)
      const all = await secrets.allVersions(vault, 'token')
      assert.deepEqual(
        all.map((entry) => entry.version.version),
        [id(9), id(1)],
      )
      const listed = await secrets.listVersions(vault, 'token', { limit: 9 })
      assert.deepEqual(
        listed.map((entry) => entry.version),
        [id(1), id(9)],
      )
      same(await secrets.listVersions(vault, 'token', { after: id(1), limit: 9 }), [first])
    })
  },

  'keys and secrets of one name, and of two vaults, are apart': async ({ storage }) => {
    await add(storage, 'same')
    await storage.read(async ({ keys, secrets }) => {
      assert.equal(await keys.find(vault, 'same'), undefined)
      assert.equal(await secrets.find('other', 'same'), undefined)
      assert.deepEqual(await keys.list(vault, { limit: 9 }), [])
    })
  },

  'what may change of a version changes, and nothing else': async ({ storage }) => {
    await add(storage, 'token')
    const changed = version(1, { enabled: false, tags: {}, updated: later(5), facts: { contentType: 'x' } })
    await storage.transact(async ({ secrets }) => {
      await secrets.updateVersion(vault, 'TOKEN', changed)
      await secrets.setSettings(vault, 'token', 'policy')
    })
    await storage.read(async ({ secrets }) => {
      same(await secrets.find(vault, 'token'), { vault, name: 'token', current: changed, settings: 'policy' })
      same((await secrets.findVersion(vault, 'token'))?.sealed, sealed(1))
    })
    await storage.transact(({ secrets }) => secrets.setSettings(vault, 'token', undefined))
    same(await storage.read(({ secrets }) => secrets.find(vault, 'token')), {
      vault,
      name: 'token',
      current: changed,
    })
  },

  'live and deleted objects are listed by name, page by page': async ({ storage }) => {
    for (const [index, name] of ['b', 'A', 'c', 'gone'].entries()) await add(storage, name, index + 1)
    const deletion = { at: later(1), scheduledPurgeAt: later(9) }
    await storage.transact(({ secrets }) => secrets.setDeletion(vault, 'GONE', deletion))
    await storage.read(async ({ secrets }) => {
      const names = async (after?: string, limit = 2) =>
        (await secrets.list(vault, { limit, ...(after !== undefined && { after }) })).map(({ name }) => name)
      assert.deepEqual(await names(), ['A', 'b'])
      assert.deepEqual(await names('b'), ['c'])
      assert.deepEqual(await names('c'), [])
      const [deleted, ...others] = await secrets.listDeleted(vault, { limit: 9 })
      same(deleted?.deleted, deletion)
      assert.deepEqual([deleted?.name, others.length], ['gone', 0])
      same((await secrets.findVersion(vault, 'gone'))?.deleted, deletion)
      assert.deepEqual(await secrets.listVersions(vault, 'gone', { limit: 9 }), [])
      assert.equal((await secrets.allVersions(vault, 'gone')).length, 1)
      assert.deepEqual(await secrets.listPurgeable(later(8), 9), [])
      same(await secrets.listPurgeable(later(9), 9), [{ vault, name: 'gone' }])
    })
    await storage.transact(({ secrets }) => secrets.setDeletion(vault, 'gone', undefined))
    assert.equal((await storage.read(({ secrets }) => secrets.list(vault, { limit: 9 }))).length, 4)
  },

  'what is due is listed by its time, in every vault, and deletion holds it back': async ({ storage }) => {
    for (const [index, name] of ['a', 'b', 'c', 'never'].entries()) await add(storage, name, index + 1)
    const due = (now: number, limit = 9) =>
      storage.read(async ({ secrets }) =>
        (await secrets.listDue(later(now), limit)).map(({ vault, name }) => `${vault}/${name}`),
      )
    await storage.transact(async ({ secrets, keys }) => {
      await secrets.addVersion('other', 'Far', version(9), sealed(9))
      await keys.addVersion(vault, 'key', { ...version(8), facts: keyFacts }, sealed(8))
      await secrets.setDue('other', 'far', later(2))
      for (const [name, at] of Object.entries({ a: 3, B: 1, c: 4 }))
        await secrets.setDue(vault, name, later(at))
      await keys.setDue(vault, 'key', later(0))
    })
    assert.deepEqual(await due(0), [])
    assert.deepEqual(await due(3), ['default/b', 'other/Far', 'default/a'])
    assert.deepEqual(await due(9, 2), ['default/b', 'other/Far'])
    assert.equal((await storage.read(({ secrets }) => secrets.find(vault, 'b')))?.dueAt, later(1))
    const deletion = { at: later(1), scheduledPurgeAt: later(9) }
    await storage.transact(async ({ secrets }) => {
      await secrets.setDeletion(vault, 'b', deletion)
      await secrets.setDue(vault, 'a', undefined)
      await secrets.addVersion(vault, 'c', version(7), sealed(7))
    })
    assert.deepEqual(await due(9), ['other/Far', 'default/c'])
    assert.equal((await storage.read(({ secrets }) => secrets.find(vault, 'a')))?.dueAt, undefined)
    await storage.transact(({ secrets }) => secrets.setDeletion(vault, 'b', undefined))
    assert.deepEqual(await due(1), ['default/b'])
    await storage.transact(({ secrets }) => secrets.purge(vault, 'b'))
    assert.deepEqual(await due(1), [])
  },

  'a purge removes all of it and answers the private halves': async ({ storage }) => {
    await add(storage, 'token', 1)
    await add(storage, 'token', 2)
    await add(storage, 'other', 3)
    same(await storage.transact(({ secrets }) => secrets.purge(vault, 'TOKEN')), [sealed(1), sealed(2)])
    await storage.read(async ({ secrets }) => {
      assert.equal(await secrets.find(vault, 'token'), undefined)
      assert.deepEqual(await secrets.allVersions(vault, 'token'), [])
      assert.equal((await secrets.find(vault, 'other'))?.name, 'other')
    })
    await add(storage, 'token', 4)
  },
}
