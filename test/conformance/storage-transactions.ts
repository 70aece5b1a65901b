/** All or nothing, serialisable, durable when answered; reads see what was committed. */
import assert from 'node:assert/strict'
import { defaultVaultSettings } from '../../src/domain/certificate.ts'
import type { Reader, Storage, Writer } from '../../src/storage/storage.ts'
import type { StorageCase } from './storage.ts'
import { certificate, insertIssued, operation, record, vault } from './storage-samples.ts'

const settingOf = (storage: Storage, key: string) => storage.read((reader) => reader.settings.get(key))
const sequenceOf = (reader: Reader) => reader.journal.read(0, 10_000)

/** Adds one to a number in a setting: a write that depends on a read. */
async function count(writer: Writer): Promise<void> {
  const before = Number((await writer.settings.get('counter')) ?? 0)
  await writer.settings.set('counter', String(before + 1))
}

export const transactionCases: Readonly<Record<string, StorageCase>> = {
  'read and transact answer what their work answers': async ({ storage }) => {
    assert.equal(await storage.read(async () => 'read'), 'read')
    assert.equal(await storage.transact(async () => 'written'), 'written')
  },

  'work that throws leaves nothing, and its error comes back unchanged': async ({ storage, reopen }) => {
    const error = new Error('changed my mind')
    const attempt = storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1)
      await writer.operations.put(operation('web'))
      await writer.settings.set('tenant', 'one')
      await writer.settings.putVault({ ...defaultVaultSettings, name: 'second' })
      await writer.journal.append(record())
      throw error
    })
    await assert.rejects(attempt, (thrown) => thrown === error)
    const stores = [() => storage, reopen]
    for (const store of stores)
      await (await store()).read(async (reader) => {
        assert.equal(await reader.certificates.find(vault, 'web'), undefined)
        assert.equal(await reader.certificates.findVersion(vault, 'web'), undefined)
        assert.equal(await reader.operations.find(vault, 'web'), undefined)
        assert.equal(await reader.settings.get('tenant'), undefined)
        assert.equal(await reader.settings.findVault('second'), undefined)
        assert.deepEqual(await sequenceOf(reader), [])
      })
  },

  'work that throws before its first wait fails the same way': async ({ storage }) => {
    const error = new Error('at once')
    const work = (): Promise<void> => {
      throw error
    }
    await assert.rejects(storage.transact(work), (thrown) => thrown === error)
    await assert.rejects(storage.read(work), (thrown) => thrown === error)
    await storage.transact((writer) => writer.settings.set('still', 'works'))
    assert.equal(await settingOf(storage, 'still'), 'works')
  },

  'work reads what it wrote': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1)
      await writer.operations.put(operation('web'))
      assert.equal((await writer.certificates.find(vault, 'web'))?.hasOperation, true)
      const listed = await writer.certificates.list(vault, { limit: 9 }, { includePending: false })
      assert.deepEqual(
        listed.map(({ name }) => name),
        ['web'],
      )
      await writer.certificates.purge(vault, 'web')
      assert.equal(await writer.certificates.find(vault, 'web'), undefined)
    })
  },

  'nobody reads what is not committed': async ({ storage }) => {
    await storage.transact((writer) => writer.settings.set('state', 'old'))
    await storage.transact(async (writer) => {
      await writer.settings.set('state', 'new')
      assert.equal(await settingOf(storage, 'state'), 'old')
    })
    assert.equal(await settingOf(storage, 'state'), 'new')
  },

  'a read sees one snapshot, whatever is committed meanwhile': async ({ storage }) => {
    await storage.transact((writer) => writer.settings.set('state', 'old'))
    await storage.read(async (reader) => {
      assert.equal(await reader.settings.get('state'), 'old')
      await storage.transact((writer) => writer.settings.set('state', 'new'))
      assert.equal(await reader.settings.get('state'), 'old')
    })
    assert.equal(await settingOf(storage, 'state'), 'new')
  },

  'a read that fails harms no other': async ({ storage }) => {
    const error = new Error('cannot read this')
    const reads = await Promise.allSettled([
      settingOf(storage, 'state'),
      storage.read(async (reader) => {
        await reader.settings.get('state')
        throw error
      }),
      settingOf(storage, 'state'),
    ])
    assert.deepEqual(
      reads.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    )
    assert.equal((reads[1] as PromiseRejectedResult).reason, error)
  },

  'transactions at once act as if one came after the other': async ({ storage }) => {
    await Promise.all(Array.from({ length: 300 }, () => storage.transact(count)))
    assert.equal(await settingOf(storage, 'counter'), '300')
  },

  'many transactions at once are all durable when answered': async ({ storage, reopen }) => {
    const names = Array.from({ length: 600 }, (_, index) => `c${index}`)
    await Promise.all(
      names.map((name) =>
        storage.transact(async (writer) => {
          await writer.certificates.insert(certificate(name))
          await writer.journal.append(record({ object: name }))
        }),
      ),
    )
    const entries = await (await reopen()).read(sequenceOf)
    assert.deepEqual(entries.map((entry) => entry.record.object).sort(), names.toSorted())
  },

  'one that fails among many harms none of the others': async ({ storage, reopen }) => {
    const attempts = Array.from({ length: 60 }, (_, index) =>
      storage.transact(async (writer) => {
        await writer.settings.set(`s${index}`, 'there')
        if (index % 3 === 0) throw new Error(`number ${index}`)
        if (index % 3 === 1) await writer.certificates.insert(certificate('taken'))
        return index
      }),
    )
    const results = await Promise.allSettled(attempts)
    const inserted = results.flatMap((result, index) =>
      index % 3 === 1 && result.status === 'fulfilled' ? [index] : [],
    )
    assert.equal(inserted.length, 1, 'the name can be inserted once')
    const store = await reopen()
    for (const [index, result] of results.entries()) {
      const there = (await settingOf(store, `s${index}`)) === 'there'
      assert.equal(there, result.status === 'fulfilled', `number ${index}`)
      if (index % 3 === 0) assert.equal((result as PromiseRejectedResult).reason.message, `number ${index}`)
      if (index % 3 === 2) assert.equal((result as PromiseFulfilledResult<number>).value, index)
    }
  },

  'closing waits for what is running, and lets nothing begin afterwards': async ({ storage, reopen }) => {
    const running = [
      storage.transact((writer) => writer.settings.set('last', 'word')),
      storage.read((reader) => reader.settings.get('last')),
    ]
    const reopening = reopen()
    const late = [
      storage.transact((writer) => writer.settings.set('late', 'word')),
      storage.read((reader) => reader.settings.get('late')),
    ]
    for (const { status } of await Promise.allSettled(late)) assert.equal(status, 'rejected')
    for (const { status } of await Promise.allSettled(running)) assert.equal(status, 'fulfilled')
    const store = await reopening
    assert.equal(await settingOf(store, 'last'), 'word')
    assert.equal(await settingOf(store, 'late'), undefined)
  },
}
