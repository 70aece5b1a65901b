/** Issuer objects and contacts of a vault. */
import assert from 'node:assert/strict'
import type { CertificateIssuer } from '../../src/domain/certificate-issuer.ts'
import type { Contact } from '../../src/domain/contacts.ts'
import type { StorageCase } from './storage.ts'
import { bytes, later, noon, same, vault } from './storage-samples.ts'

const issuer = (name: string, change: Partial<CertificateIssuer> = {}): CertificateIssuer => ({
  vault,
  name,
  provider: 'Test',
  enabled: true,
  created: noon,
  updated: noon,
  ...change,
})

const full = issuer('Full-CA', {
  enabled: false,
  credentials: { accountId: 'account', sealedPassword: bytes(1, 2, 3) },
  organization: { id: '7', administrators: [{ firstName: 'Ada', email: 'ada@example.com' }] },
  settings: { url: 'https://ca.example', more: [1, { none: null }] },
  restsUntil: later(60),
})

const settings = { name: vault, retentionDays: 90, purgeProtection: false, pfxProfile: 'modern' } as const

export const issuerCases: Readonly<Record<string, StorageCase>> = {
  'an issuer comes back as it went in, whatever the case of its name': async ({ storage, reopen }) => {
    const bare = issuer('bare', { credentials: {} })
    await storage.transact(async ({ issuers }) => {
      await issuers.put(full)
      await issuers.put(bare)
    })
    await (await reopen()).read(async ({ issuers }) => {
      same(await issuers.find(vault, 'FULL-ca'), full)
      same(await issuers.find(vault.toUpperCase(), 'bare'), bare)
      assert.equal(await issuers.find('other', 'bare'), undefined)
      assert.equal(await issuers.find(vault, 'none'), undefined)
    })
  },

  'an issuer takes the place of its namesake, the password included': async ({ storage }) => {
    const after = issuer('Full-CA', {
      provider: 'DigiCert',
      credentials: { accountId: 'b' },
      updated: later(5),
    })
    await storage.transact(async ({ issuers }) => {
      await issuers.put(full)
      await issuers.put(after)
    })
    await storage.read(async ({ issuers }) => {
      same(await issuers.find(vault, 'full-ca'), after)
      assert.equal((await issuers.list(vault, { limit: 9 })).length, 1)
    })
  },

  'issuers are listed by name, page by page, and removed alone': async ({ storage }) => {
    await storage.transact(async ({ issuers }) => {
      for (const name of ['b', 'A', 'c']) await issuers.put(issuer(name))
      await issuers.put(issuer('foreign', { vault: 'other' }))
      await issuers.remove(vault, 'C')
      await issuers.remove(vault, 'none')
    })
    await storage.read(async ({ issuers }) => {
      const names = async (after?: string, limit = 1) =>
        (await issuers.list(vault, { limit, ...(after !== undefined && { after }) })).map(({ name }) => name)
      assert.deepEqual(await names(), ['A'])
      assert.deepEqual(await names('a', 9), ['b'])
      assert.deepEqual(await names('b'), [])
      assert.equal((await issuers.list('other', { limit: 9 })).length, 1)
    })
  },

  'contacts are kept in their order, per vault, until they are removed': async ({ storage, reopen }) => {
    const contacts: Contact[] = [
      { email: 'b@example.com', name: 'B', phone: '1' },
      { email: 'a@example.com' },
    ]
    await storage.transact(async (writer) => {
      await writer.settings.putVault(settings)
      await writer.settings.putVault({ ...settings, name: 'other' })
      await writer.settings.setContacts(vault, contacts)
    })
    const again = await reopen()
    await again.read(async (reader) => {
      same(await reader.settings.findContacts(vault.toUpperCase()), contacts)
      assert.equal(await reader.settings.findContacts('other'), undefined)
      assert.equal(await reader.settings.findContacts('none'), undefined)
    })
    await again.transact((writer) => writer.settings.putVault({ ...settings, retentionDays: 7 }))
    same(await again.read((reader) => reader.settings.findContacts(vault)), contacts)
    await again.transact((writer) => writer.settings.setContacts(vault, undefined))
    assert.equal(await again.read((reader) => reader.settings.findContacts(vault)), undefined)
  },
}
