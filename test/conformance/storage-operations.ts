/** Pending operations: one per certificate, found when due. */
import assert from 'node:assert/strict'
import { seconds } from '../../src/domain/time.ts'
import type { StorageCase } from './storage.ts'
import { bytes, certificate, id, later, operation, same, vault } from './storage-samples.ts'

export const operationCases: Readonly<Record<string, StorageCase>> = {
  'an operation comes back as it went in, in any state': async ({ storage, reopen }) => {
    const operations = [
      operation('a', {
        dueAt: later(30),
        failedSteps: 3,
        orderReference: 'order/7',
        preserveCertOrder: true,
      }),
      operation('b', {
        status: 'failed',
        error: { code: 'Request rejected', message: 'The CA does not like “ü”.' },
        tags: { a: 'b' },
        statusDetails: 'waiting',
      }),
      operation('c', { status: 'cancelled', cancellationRequested: true, enabled: false }),
      operation('d', { status: 'completed', privateKey: { uri: 'pkcs11:object=d' }, request: bytes() }),
    ]
    await storage.transact(async (writer) => {
      for (const entry of operations) await writer.operations.put(entry)
    })
    await (await reopen()).read(async (reader) => {
      for (const entry of operations) same(await reader.operations.find(vault, entry.name), entry)
    })
  },

  'an operation takes the place of a former one': async ({ storage }) => {
    const second = operation('web', { requestId: id(2), privateKey: { uri: 'pkcs11:object=2' } })
    await storage.transact(async (writer) => {
      await writer.operations.put(operation('web', { dueAt: later(1), orderReference: 'first' }))
      await writer.operations.put(second)
    })
    await storage.read(async ({ operations }) => {
      same(await operations.find(vault, 'WEB'), second)
      assert.deepEqual(await operations.listDue(later(99), 9), [])
    })
  },

  'an operation shows at its certificate until it is removed': async ({ storage }) => {
    const hasOperation = () =>
      storage.read(async ({ certificates }) => (await certificates.find(vault, 'web'))?.hasOperation)
    await storage.transact(({ certificates }) => certificates.insert(certificate('web')))
    assert.equal(await hasOperation(), false)
    await storage.transact(({ operations }) => operations.put(operation('web', { status: 'completed' })))
    assert.equal(await hasOperation(), true)
    await storage.transact(({ operations }) => operations.remove(vault, 'WEB'))
    assert.equal(await hasOperation(), false)
    assert.equal(await storage.read(({ operations }) => operations.find(vault, 'web')), undefined)
    await storage.transact(({ operations }) => operations.remove(vault, 'web'))
  },

  'open is what is in progress, of a live certificate': async ({ storage }) => {
    const open = () => storage.read(({ operations }) => operations.findOpen(vault, 'WEB'))
    assert.equal(await open(), undefined)
    await storage.transact(async (writer) => {
      await writer.certificates.insert(certificate('web'))
      await writer.operations.put(operation('web', { requestId: id(5) }))
    })
    same(await open(), { requestId: id(5), cancellationRequested: false })
    await storage.transact(({ operations }) =>
      operations.put(operation('web', { requestId: id(5), cancellationRequested: true })),
    )
    same(await open(), { requestId: id(5), cancellationRequested: true })
    const at = later(1)
    await storage.transact(({ certificates }) =>
      certificates.setDeletion(vault, 'web', { at, scheduledPurgeAt: at }),
    )
    assert.equal(await open(), undefined)
    await storage.transact(async (writer) => {
      await writer.certificates.setDeletion(vault, 'web', undefined)
      await writer.operations.put(operation('web', { status: 'completed' }))
    })
    assert.equal(await open(), undefined)
  },

  'what is due is listed from its second on, the longest due first': async ({ storage }) => {
    await storage.transact(async (writer) => {
      for (const [name, by] of Object.entries({ third: 30, first: 10, second: 20 }))
        await writer.operations.put(operation(name, { dueAt: later(by), requestId: id(by) }))
      await writer.operations.put(operation('elsewhere', { vault: 'other', dueAt: later(15) }))
      await writer.operations.put(operation('waits for a person'))
      await writer.operations.put(operation('finished', { status: 'completed' }))
    })
    await storage.read(async ({ operations }) => {
      const due = async (by: number, limit = 9) =>
        (await operations.listDue(later(by), limit)).map(({ name }) => name)
      assert.deepEqual(await due(9), [])
      assert.deepEqual(await due(10), ['first'])
      assert.deepEqual(await due(29), ['first', 'elsewhere', 'second'])
      assert.deepEqual(await due(99), ['first', 'elsewhere', 'second', 'third'])
      assert.deepEqual(await due(99, 2), ['first', 'elsewhere'])
      same((await operations.listDue(later(10), 1))[0], { vault, name: 'first', requestId: id(10) })
    })
  },

  'the next due time is the earliest of all vaults': async ({ storage }) => {
    const next = () => storage.read(({ operations }) => operations.nextDue())
    assert.equal(await next(), undefined)
    await storage.transact(async ({ operations }) => {
      await operations.put(operation('waits for a person'))
      await operations.put(operation('web', { dueAt: later(20) }))
      await operations.put(operation('web', { vault: 'other', dueAt: later(10) }))
    })
    assert.equal(await next(), later(10))
    await storage.transact(({ operations }) => operations.remove('other', 'web'))
    assert.equal(await next(), later(20))
    await storage.transact(({ operations }) => operations.put(operation('web', { dueAt: seconds(0) })))
    assert.equal(await next(), 0)
    await storage.transact(({ operations }) => operations.put(operation('web', { status: 'failed' })))
    assert.equal(await next(), undefined)
  },
}
