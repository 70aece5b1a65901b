/** The journal, and the settings of vaults and installation. */
import assert from 'node:assert/strict'
import { defaultVaultSettings, type VaultSettings } from '../../src/domain/certificate.ts'
import type { StorageCase } from './storage.ts'
import { record, same } from './storage-samples.ts'

export const journalCases: Readonly<Record<string, StorageCase>> = {
  'the journal rises by commit and is read on from a mark': async ({ storage, reopen }) => {
    for (const object of ['a', 'b'])
      await storage.transact((writer) => writer.journal.append(record({ object })))
    await storage
      .transact(async (writer) => {
        await writer.journal.append(record({ object: 'undone' }))
        throw new Error('undone')
      })
      .catch(() => undefined)
    await storage.transact(async (writer) => {
      for (const object of ['c', 'd']) await writer.journal.append(record({ object }))
    })
    const store = await reopen()
    await store.transact((writer) => writer.journal.append(record({ object: 'e' })))
    await store.read(async ({ journal }) => {
      const all = await journal.read(0, 99)
      assert.deepEqual(
        all.map((entry) => entry.record.object),
        ['a', 'b', 'c', 'd', 'e'],
      )
      for (const [index, { sequence }] of all.entries())
        assert.ok(sequence > (all[index - 1]?.sequence ?? 0), 'a sequence does not rise')
      same(await journal.read(0, 2), all.slice(0, 2))
      same(await journal.read(all[1]!.sequence, 2), all.slice(2, 4))
      same(await journal.read(all[3]!.sequence, 2), all.slice(4))
      same(await journal.read(all[4]!.sequence, 2), [])
    })
  },

  'a record comes back as it was appended': async ({ storage }) => {
    const full = record({
      identity: { kind: 'application', objectId: 'o', applicationId: 'a', name: 'Jörg “the builder”' },
      origin: {
        correlationId: 'c',
        requestId: 'r',
        address: '2001:db8::1',
        userAgent: 'agent/1 \u0007',
        requestUri: '/certificates/web?api-version=7.4',
        apiVersion: '7.4',
      },
      object: 'certificates/web',
      outcome: 'failed',
      errorCode: 'BadParameter',
      errorMessage: 'line one\nline two',
      action: 'certificates/read',
      assignmentId: '1',
      facts: { a: 1, b: true, c: 'text' },
    })
    await storage.transact((writer) => writer.journal.append(full))
    same((await storage.read(({ journal }) => journal.read(0, 1)))[0]?.record, full)
  },

  'settings are stored by key and replaced': async ({ storage, reopen }) => {
    await storage.transact(async ({ settings }) => {
      assert.equal(await settings.get('tenant'), undefined)
      await settings.set('tenant', 'first')
      await settings.set('tenant', 'zweiter “Wert”')
      await settings.set('Tenant', 'another key')
      await settings.set('empty', '')
    })
    await (await reopen()).read(async ({ settings }) => {
      assert.equal(await settings.get('tenant'), 'zweiter “Wert”')
      assert.equal(await settings.get('Tenant'), 'another key')
      assert.equal(await settings.get('empty'), '')
    })
  },

  'vaults are listed by name and keep its first spelling': async ({ storage }) => {
    const settings = (name: string, retentionDays: number, own: Partial<VaultSettings> = {}) => ({
      ...defaultVaultSettings,
      name,
      retentionDays,
      ...own,
    })
    const guarded = { purgeProtection: true, pfxProfile: 'legacy' } as const
    await storage.transact(async (writer) => {
      for (const vault of [settings('Web', 90), settings('alpha', 7, guarded), settings('beta', 30)])
        await writer.settings.putVault(vault)
      await writer.settings.putVault(settings('WEB', 14, guarded))
    })
    await storage.read(async (reader) => {
      same(await reader.settings.findVault('wEb'), settings('Web', 14, guarded))
      assert.equal(await reader.settings.findVault('we'), undefined)
      same(await reader.settings.listVaults(), [
        settings('alpha', 7, guarded),
        settings('beta', 30),
        settings('Web', 14, guarded),
      ])
    })
  },
}
