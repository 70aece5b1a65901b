/** Lists: in the order of upper-cased names, paged by key, each certificate in exactly the lists it belongs to. */
import assert from 'node:assert/strict'
import type { Page, Reader, Storage } from '../../src/storage/storage.ts'
import type { OpenedStorage, StorageCase } from './storage.ts'
import {
  certificate,
  id,
  insertIssued,
  later,
  noon,
  same,
  sealed,
  vault,
  version,
} from './storage-samples.ts'

/** In the order of a list: as upper case, where `-` stands before digits and digits before letters. */
const names = ['a-b', 'A-C', 'a0', 'AB', 'b', 'Beta', 'beta-1', 'beta1', 'Z9', 'zz']
const both = { includePending: true }
const issuedOnly = { includePending: false }

/** Pages through a list until a page is not full; each page may be as long as `limit`. */
async function paged<T>(
  list: (page: Page) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
  limit: number,
): Promise<string[]> {
  const keys: string[] = []
  for (let page: Page = { limit }; ; page = { limit, after: keys.at(-1)! }) {
    const items = await list(page)
    assert.ok(items.length <= limit, `${items.length} on a page of ${limit}`)
    keys.push(...items.map(keyOf))
    if (items.length < limit) return keys
  }
}

/** The same whole list whatever the length of its pages: shorter, an exact divisor, exact, longer. */
async function checkPaging<T>(
  list: (page: Page) => Promise<readonly T[]>,
  keyOf: (item: T) => string,
  expected: readonly string[],
): Promise<void> {
  for (let limit = 1; limit <= expected.length + 1; limit++)
    assert.deepEqual(await paged(list, keyOf, limit), expected, `pages of ${limit}`)
  if (expected.length > 0) {
    assert.deepEqual(await list({ after: expected.at(-1)!, limit: 5 }), [])
    assert.equal((await list({ limit: 1 })).length, 1)
  }
}

const nameOf = ({ name }: { name: string }) => name

/** Of the names every third is live and issued, every third waits for its first version, every third is deleted. */
async function mixed(storage: Storage): Promise<{ live: string[]; waiting: string[]; deleted: string[] }> {
  const kinds = { live: [] as string[], waiting: [] as string[], deleted: [] as string[] }
  await storage.transact(async (writer) => {
    // Inserted in another order than they are listed in.
    for (const [index, name] of names.toReversed().entries()) {
      const kind = (['live', 'waiting', 'deleted'] as const)[index % 3]!
      if (kind === 'waiting') await writer.certificates.insert(certificate(name))
      else await insertIssued(writer, name, index)
      if (kind === 'deleted')
        await writer.certificates.setDeletion(vault, name, { at: noon, scheduledPurgeAt: later(index) })
      kinds[kind].unshift(name)
    }
    await writer.certificates.insert(certificate('elsewhere', { vault: 'other' }))
  })
  return kinds
}

const inListOrder = (some: readonly string[]) => names.filter((name) => some.includes(name))

export const listCases: Readonly<Record<string, StorageCase>> = {
  'lists of an empty vault are empty': async ({ storage }) => {
    await storage.read(async ({ certificates }) => {
      for (const options of [both, issuedOnly]) {
        assert.deepEqual(await certificates.list(vault, { limit: 3 }, options), [])
        assert.deepEqual(await certificates.list(vault, { limit: 3, after: 'm' }, options), [])
        assert.deepEqual(await certificates.listDeleted(vault, { limit: 3 }, options), [])
      }
    })
  },

  'certificates are listed by upper-cased name': async ({ storage }) => {
    await storage.transact(async (writer) => {
      for (const [index, name] of names.toReversed().entries()) await insertIssued(writer, name, index)
    })
    await storage.read(({ certificates }) =>
      checkPaging((page) => certificates.list(vault, page, issuedOnly), nameOf, names),
    )
  },

  'live, waiting and deleted certificates stand in their own lists': async ({ storage }) => {
    const { live, waiting, deleted } = await mixed(storage)
    await storage.read(async ({ certificates }) => {
      await checkPaging((page) => certificates.list(vault, page, issuedOnly), nameOf, live)
      await checkPaging(
        (page) => certificates.list(vault, page, both),
        nameOf,
        inListOrder([...live, ...waiting]),
      )
      await checkPaging((page) => certificates.listDeleted(vault, page, issuedOnly), nameOf, deleted)
      await checkPaging((page) => certificates.listDeleted(vault, page, both), nameOf, deleted)
    })
  },

  'a deleted certificate that was never issued is listed only with pending ones': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await writer.certificates.insert(certificate('shell'))
      await insertIssued(writer, 'whole', 1)
      for (const name of ['shell', 'whole'])
        await writer.certificates.setDeletion(vault, name, { at: noon, scheduledPurgeAt: noon })
    })
    await storage.read(async ({ certificates }) => {
      await checkPaging((page) => certificates.listDeleted(vault, page, both), nameOf, ['shell', 'whole'])
      await checkPaging((page) => certificates.listDeleted(vault, page, issuedOnly), nameOf, ['whole'])
    })
  },

  'a page begins behind its key, whether or not that still exists, in any case': async ({ storage }) => {
    await storage.transact(async (writer) => {
      for (const name of ['alpha', 'gamma']) await insertIssued(writer, name, 1)
    })
    const after = (key: string) =>
      storage.read(async ({ certificates }) =>
        (await certificates.list(vault, { after: key, limit: 9 }, issuedOnly)).map(nameOf),
      )
    assert.deepEqual(await after('ALPHA'), ['gamma'])
    assert.deepEqual(await after('beta'), ['gamma'])
    assert.deepEqual(await after('alph'), ['alpha', 'gamma'])
    assert.deepEqual(await after('zeta'), [])
  },

  'an item shows the current version, and the deletion where there is one': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 3)
      const pem = version(1, { secretContentType: 'application/x-pem-file', tags: { a: 'b' } })
      await writer.certificates.addVersion(vault, 'web', pem, sealed(1))
      await writer.certificates.insert(certificate('waits'))
    })
    const { thumbprint, notBefore, notAfter, created, updated } = version(1)
    const item = {
      name: 'web',
      current: {
        version: id(1),
        issued: true,
        enabled: true,
        notBefore,
        notAfter,
        created,
        updated,
        thumbprint,
        tags: { a: 'b' },
      },
      secretContentType: 'application/x-pem-file',
    }
    const waiting = {
      name: 'waits',
      current: certificate('waits').current,
      secretContentType: 'application/x-pkcs12',
    }
    same(await storage.read(({ certificates }) => certificates.list(vault, { limit: 9 }, both)), [
      waiting,
      item,
    ])
    const deletion = { at: noon, scheduledPurgeAt: later(60) }
    await storage.transact(({ certificates }) => certificates.setDeletion(vault, 'web', deletion))
    same(await storage.read(({ certificates }) => certificates.listDeleted(vault, { limit: 9 }, both)), [
      { ...item, deleted: deletion },
    ])
  },

  'a certificate moves between the lists as it lives': async ({ storage }: OpenedStorage) => {
    const where = () =>
      storage.read(async ({ certificates }: Reader) => [
        (await certificates.list(vault, { limit: 9 }, issuedOnly)).length,
        (await certificates.list(vault, { limit: 9 }, both)).length,
        (await certificates.listDeleted(vault, { limit: 9 }, both)).length,
      ])
    await storage.transact(({ certificates }) => certificates.insert(certificate('web')))
    assert.deepEqual(await where(), [0, 1, 0])
    await storage.transact(({ certificates }) => certificates.addVersion(vault, 'web', version(1), sealed(1)))
    assert.deepEqual(await where(), [1, 1, 0])
    const deletion = { at: noon, scheduledPurgeAt: noon }
    await storage.transact(({ certificates }) => certificates.setDeletion(vault, 'web', deletion))
    assert.deepEqual(await where(), [0, 0, 1])
    await storage.transact(({ certificates }) => certificates.setDeletion(vault, 'web', undefined))
    assert.deepEqual(await where(), [1, 1, 0])
  },

  'versions are listed by id, not by age': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 5, 1, 9, 3)
      await insertIssued(writer, 'web-2', 2)
    })
    await storage.read(async ({ certificates }) => {
      const list = (page: Page) => certificates.listVersions(vault, 'WEB', page)
      await checkPaging(list, (item) => item.version, [1, 3, 5, 9].map(id))
      const { version: name, issued, enabled, notBefore, notAfter, created, updated, thumbprint } = version(1)
      same((await list({ limit: 1 }))[0], {
        ...{ version: name, issued, enabled, notBefore, notAfter, created, updated, thumbprint },
        secretContentType: 'application/x-pkcs12',
      })
    })
  },

  'what can be purged is listed once its time has come, in any vault': async ({ storage }) => {
    await storage.transact(async ({ certificates }) => {
      for (const [where, name, by] of [
        [vault, 'third', 30],
        ['other', 'first', 10],
        [vault, 'Second', 20],
        [vault, 'recovered', 5],
      ] as const) {
        await certificates.insert(certificate(name, { vault: where }))
        await certificates.setDeletion(where, name, { at: noon, scheduledPurgeAt: later(by) })
      }
      await certificates.insert(certificate('live'))
      await certificates.setDeletion(vault, 'recovered', undefined)
    })
    await storage.read(async ({ certificates }) => {
      same(await certificates.listPurgeable(later(9), 9), [])
      same(await certificates.listPurgeable(later(10), 9), [{ vault: 'other', name: 'first' }])
      const all = [
        { vault: 'other', name: 'first' },
        { vault, name: 'Second' },
        { vault, name: 'third' },
      ]
      same(await certificates.listPurgeable(later(99), 9), all)
      same(await certificates.listPurgeable(later(99), 3), all)
      assert.equal((await certificates.listPurgeable(later(99), 2)).length, 2)
    })
  },
}
