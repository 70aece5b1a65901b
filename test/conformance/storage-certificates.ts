/** Certificates, their versions, policies and deletion. */
import assert from 'node:assert/strict'
import type { AskedRevocation } from '../../src/domain/certificate.ts'
import { completePolicy } from '../../src/domain/policy-rules.ts'
import type { Reader } from '../../src/storage/storage.ts'
import type { StorageCase } from './storage.ts'
import {
  bytes,
  certificate,
  id,
  insertIssued,
  later,
  noon,
  operation,
  policy,
  same,
  sealed,
  vault,
  version,
} from './storage-samples.ts'

const told: AskedRevocation = {
  state: 'pending',
  at: noon,
  reason: 'keyCompromise',
  invalidityDate: noon,
  details: 'Somebody has to agree.',
}
const deletion = { at: noon, scheduledPurgeAt: later(7 * 86_400) }
const summaryOf = (number: number, change = {}) => {
  const {
    version: name,
    issued,
    enabled,
    notBefore,
    notAfter,
    created,
    updated,
    thumbprint,
  } = version(number)
  return { version: name, issued, enabled, notBefore, notAfter, created, updated, thumbprint, ...change }
}

async function isAbsent(reader: Reader, name: string): Promise<void> {
  assert.equal(await reader.certificates.find(vault, name), undefined)
  assert.equal(await reader.certificates.findVersion(vault, name), undefined)
  assert.equal(await reader.certificates.findVersion(vault, name, id(1)), undefined)
  assert.equal(await reader.certificates.findSealed(vault, name, id(1)), undefined)
  assert.equal(await reader.certificates.findSecret(vault, name), undefined)
  assert.equal(await reader.certificates.findSecret(vault, name, id(1)), undefined)
  assert.equal(await reader.certificates.findKey(vault, name), undefined)
  assert.equal(await reader.certificates.findKey(vault, name, id(1)), undefined)
  assert.deepEqual(await reader.certificates.listVersions(vault, name, { limit: 9 }), [])
  assert.equal(await reader.operations.find(vault, name), undefined)
}

export const certificateCases: Readonly<Record<string, StorageCase>> = {
  'what nobody stored is not found': async ({ storage }) => {
    await storage.read((reader) => isAbsent(reader, 'web'))
  },

  'a new certificate comes back as it went in, its shell without a version': async ({ storage, reopen }) => {
    const tagged = certificate('web', {
      current: { ...certificate('web').current, tags: { owner: 'Jörg', empty: '' } },
      policy: completePolicy({
        key: { keyType: 'EC', curve: 'P-384' },
        x509: { subject: '', sans: { dnsNames: ['*.example'], emails: [] } },
      }),
    })
    await storage.transact((writer) => writer.certificates.insert(tagged))
    await (await reopen()).read(async ({ certificates }) => {
      same(await certificates.find(vault, 'web'), tagged)
      assert.equal(await certificates.findVersion(vault, 'web'), undefined)
      assert.equal(await certificates.findSecret(vault, 'web'), undefined)
      assert.deepEqual(await certificates.listVersions(vault, 'web', { limit: 9 }), [])
    })
  },

  'a name can be inserted once, however it is written': async ({ storage }) => {
    await storage.transact((writer) => writer.certificates.insert(certificate('web')))
    for (const name of ['web', 'WEB'])
      await assert.rejects(storage.transact((writer) => writer.certificates.insert(certificate(name))))
    same(await storage.read(({ certificates }) => certificates.find(vault, 'web')), certificate('web'))
  },

  'names are compared without regard to ASCII case and kept as first given': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'Web-1', 1)
      await writer.operations.put(operation('Web-1'))
    })
    await storage.read(async ({ certificates, operations }) => {
      for (const [where, name] of [
        ['default', 'WEB-1'],
        ['DEFAULT', 'web-1'],
      ] as const) {
        const found = await certificates.find(where, name)
        assert.deepEqual([found?.vault, found?.name, found?.hasOperation], ['default', 'Web-1', true])
        assert.ok(await certificates.findVersion(where, name))
        assert.ok(await certificates.findVersion(where, name, id(1)))
        assert.ok(await certificates.findSealed(where, name, id(1)))
        assert.equal((await certificates.findSecret(where, name))?.name, 'Web-1')
        assert.equal((await certificates.findSecret(where, name, id(1)))?.name, 'Web-1')
        assert.equal((await certificates.findKey(where, name))?.name, 'Web-1')
        assert.equal((await certificates.findKey(where, name, id(1)))?.name, 'Web-1')
        assert.equal((await certificates.list(where, { limit: 9 }, { includePending: false })).length, 1)
        assert.equal((await certificates.listVersions(where, name, { limit: 9 })).length, 1)
        assert.equal((await operations.find(where, name))?.name, 'Web-1')
      }
    })
  },

  'letters that only resemble ASCII ones are others': async ({ storage }) => {
    await storage.transact((writer) => insertIssued(writer, 'sik', 1))
    // Long s, dotless i and the Kelvin sign become s, i and k in one change of case or the other.
    for (const name of ['ſik', 'sık', 'si\u212a']) await storage.read((reader) => isAbsent(reader, name))
  },

  'the same name in two vaults is two certificates': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1)
      await writer.certificates.insert(certificate('web', { vault: 'other' }))
      await writer.certificates.addVersion('other', 'web', version(2), sealed(2))
      await writer.certificates.setDeletion('other', 'web', deletion)
      await writer.certificates.purge('other', 'web')
    })
    await storage.read(async ({ certificates }) => {
      assert.equal(await certificates.find('other', 'web'), undefined)
      assert.equal((await certificates.findVersion(vault, 'web'))?.version, id(1))
      assert.deepEqual(await certificates.list('other', { limit: 9 }, { includePending: true }), [])
    })
  },

  'the version added last is the current one, whatever its id': async ({ storage, reopen }) => {
    await storage.transact((writer) => insertIssued(writer, 'web', 5, 9, 2))
    await (await reopen()).read(async ({ certificates }) => {
      same((await certificates.find(vault, 'web'))?.current, summaryOf(2))
      same(await certificates.findVersion(vault, 'web'), version(2))
      for (const number of [5, 9, 2]) {
        same(await certificates.findVersion(vault, 'web', id(number)), version(number))
        same(await certificates.findSealed(vault, 'web', id(number)), sealed(number))
      }
      assert.equal(await certificates.findVersion(vault, 'web', id(7)), undefined)
      assert.equal(await certificates.findSealed(vault, 'web', id(7)), undefined)
    })
  },

  'all versions come back with their private halves in the order in which they were added, deleted or not':
    async ({ storage, reopen }) => {
      await storage.transact(async (writer) => {
        await insertIssued(writer, 'web', 5, 9, 2)
        await insertIssued(writer, 'other', 7)
        await writer.certificates.setDeletion(vault, 'web', deletion)
      })
      await (await reopen()).read(async ({ certificates }) => {
        const expected = [5, 9, 2].map((number) => ({ version: version(number), sealed: sealed(number) }))
        same(await certificates.allVersions(vault, 'WEB'), expected)
        assert.deepEqual(await certificates.allVersions(vault, 'absent'), [])
        assert.deepEqual(await certificates.allVersions('elsewhere', 'web'), [])
      })
    },

  'every kind of version comes back as it went in': async ({ storage }) => {
    const kinds = [
      version(1, { chain: [], tags: { a: 'b' }, keyOperations: [], exportable: false, enabled: false }),
      version(2, { keyType: 'EC-HSM', secretContentType: 'application/x-pem-file', tags: {} }),
      version(3, { preserveCertOrder: true }),
      version(4, { preserveCertOrder: false, issuer: 'my-ca', revocation: told }),
    ]
    await storage.transact(async (writer) => {
      await writer.certificates.insert(certificate('web'))
      for (const kind of kinds)
        await writer.certificates.addVersion(vault, 'web', kind, {
          privateKey: { uri: 'pkcs11:token=a' },
          secretValue: bytes(),
        })
    })
    await storage.read(async ({ certificates }) => {
      for (const kind of kinds) {
        same(await certificates.findVersion(vault, 'web', kind.version), kind)
        same(await certificates.findSealed(vault, 'web', kind.version), {
          privateKey: { uri: 'pkcs11:token=a' },
          secretValue: bytes(),
        })
      }
    })
  },

  'the managed secret of a live certificate comes in one look-up': async ({ storage }) => {
    await storage.transact((writer) => insertIssued(writer, 'web', 1, 2))
    const expected = (number: number) => ({
      name: 'web',
      summary: summaryOf(number),
      contentType: 'application/x-pkcs12',
      sealedValue: sealed(number).secretValue,
    })
    await storage.read(async ({ certificates }) => {
      same(await certificates.findSecret(vault, 'web'), expected(2))
      same(await certificates.findSecret(vault, 'web', id(1)), expected(1))
      assert.equal(await certificates.findSecret(vault, 'web', id(3)), undefined)
    })
  },

  'the managed key of a live certificate comes in one look-up': async ({ storage }) => {
    await storage.transact((writer) => insertIssued(writer, 'web', 1, 2))
    const expected = (number: number) => ({
      name: 'web',
      summary: summaryOf(number),
      publicKey: version(number).publicKey,
      keyOperations: version(number).keyOperations,
      privateKey: sealed(number).privateKey,
    })
    await storage.read(async ({ certificates }) => {
      same(await certificates.findKey(vault, 'web'), expected(2))
      same(await certificates.findKey(vault, 'web', id(1)), expected(1))
      assert.equal(await certificates.findKey(vault, 'web', id(3)), undefined)
    })
  },

  'a version changes, and what is current with it': async ({ storage }) => {
    const change = { enabled: false, tags: { now: 'tagged' }, updated: later(99) }
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1, 2)
      await writer.certificates.updateVersion(vault, 'WEB', id(1), change)
    })
    const current = () =>
      storage.read(async ({ certificates }) => (await certificates.find(vault, 'web'))?.current)
    same(await storage.read(({ certificates }) => certificates.findVersion(vault, 'web', id(1))), {
      ...version(1),
      ...change,
    })
    same(await current(), summaryOf(2))
    await storage.transact(({ certificates }) => certificates.updateVersion(vault, 'web', id(2), change))
    same(await current(), summaryOf(2, change))
    const none = { ...change, tags: undefined }
    await storage.transact(({ certificates }) => certificates.updateVersion(vault, 'web', id(2), none))
    await storage.read(async ({ certificates }) => {
      assert.equal('tags' in (await certificates.find(vault, 'web'))!.current, false)
      assert.equal('tags' in (await certificates.findVersion(vault, 'web'))!, false)
      same(
        (await certificates.findSecret(vault, 'web'))?.summary,
        summaryOf(2, { enabled: false, updated: later(99) }),
      )
    })
  },

  'what the CA of a version said is kept, and taken back': async ({ storage }) => {
    await storage.transact((writer) => insertIssued(writer, 'web', 1, 2))
    const find = ({ certificates }: Reader) =>
      Promise.all([1, 2].map((number) => certificates.findVersion(vault, 'web', id(number))))
    const set = (revocation: AskedRevocation | undefined) =>
      storage.transact((writer) => writer.certificates.setRevocation(vault, 'WEB', id(1), revocation))
    await set(told)
    same(await storage.read(find), [version(1, { revocation: told }), version(2)])
    const done = { state: 'revoked', at: later(60), reason: 'superseded' } as const
    await set(done)
    same(await storage.read(find), [version(1, { revocation: done }), version(2)])
    await set(undefined)
    same(await storage.read(find), [version(1), version(2)])
  },

  'the shell changes until something was issued, and never afterwards': async ({ storage }) => {
    const shell = { ...certificate('web').current, version: id(77), tags: { t: '1' }, updated: later(5) }
    await storage.transact(async ({ certificates }) => {
      await certificates.insert(certificate('web'))
      await certificates.updateShell(vault, 'WEB', shell)
    })
    const current = () =>
      storage.read(async ({ certificates }) => (await certificates.find(vault, 'web'))?.current)
    same(await current(), shell)
    await storage.transact(async ({ certificates }) => {
      await certificates.addVersion(vault, 'web', version(1), sealed(1))
      await certificates.updateShell(vault, 'web', shell)
    })
    same(await current(), summaryOf(1))
  },

  'a policy is replaced as a whole and keeps the day it was created': async ({ storage }) => {
    const changed = completePolicy({
      x509: { subject: 'CN=changed' },
      secretContentType: 'application/x-pem-file',
    })
    await storage.transact(async ({ certificates }) => {
      await certificates.insert(certificate('web'))
      await certificates.setPolicy(vault, 'WEB', changed, later(60))
    })
    const found = await storage.read(({ certificates }) => certificates.find(vault, 'web'))
    same(found, certificate('web', { policy: changed, policyUpdated: later(60) }))
    assert.notDeepEqual(changed, policy)
  },

  'a deleted certificate keeps everything, but answers no secret and no list': async ({ storage }) => {
    await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1)
      await writer.operations.put(operation('web'))
      await writer.certificates.setDeletion(vault, 'WEB', deletion)
    })
    await storage.read(async ({ certificates, operations }) => {
      same(await certificates.find(vault, 'web'), {
        ...certificate('web', { current: summaryOf(1), hasOperation: true }),
        deleted: deletion,
      })
      same(await certificates.findVersion(vault, 'web'), version(1))
      same(await certificates.findSealed(vault, 'web', id(1)), sealed(1))
      assert.ok(await operations.find(vault, 'web'))
      assert.equal(await certificates.findSecret(vault, 'web'), undefined)
      assert.equal(await certificates.findSecret(vault, 'web', id(1)), undefined)
      assert.equal(await certificates.findKey(vault, 'web'), undefined)
      assert.equal(await certificates.findKey(vault, 'web', id(1)), undefined)
      assert.deepEqual(await certificates.listVersions(vault, 'web', { limit: 9 }), [])
    })
    await storage.transact(({ certificates }) => certificates.setDeletion(vault, 'web', undefined))
    await storage.read(async ({ certificates }) => {
      assert.equal('deleted' in (await certificates.find(vault, 'web'))!, false)
      assert.ok(await certificates.findSecret(vault, 'web'))
      assert.ok(await certificates.findKey(vault, 'web'))
      assert.equal((await certificates.listVersions(vault, 'web', { limit: 9 })).length, 1)
    })
  },

  'a purge removes everything, frees the name, and answers the keys': async ({ storage, reopen }) => {
    const keys = await storage.transact(async (writer) => {
      await insertIssued(writer, 'web', 1, 2)
      await insertIssued(writer, 'web-2', 3)
      await writer.operations.put(operation('web', { status: 'completed', privateKey: sealed(2).privateKey }))
      await writer.certificates.setDeletion(vault, 'web', deletion)
      return writer.certificates.purge(vault, 'WEB')
    })
    same(
      keys.toSorted((a, b) => Buffer.compare(a.wrapped!, b.wrapped!)),
      [sealed(1).privateKey, sealed(2).privateKey],
    )
    const store = await reopen()
    await store.read(async (reader) => {
      await isAbsent(reader, 'web')
      assert.deepEqual(
        await reader.certificates.listDeleted(vault, { limit: 9 }, { includePending: true }),
        [],
      )
      assert.ok(await reader.certificates.findSecret(vault, 'web-2'))
    })
    await store.transact((writer) => writer.certificates.insert(certificate('Web')))
    assert.equal((await store.read(({ certificates }) => certificates.find(vault, 'web')))?.name, 'Web')
  },

  'a purge answers the key of an operation that made no version, too': async ({ storage }) => {
    const privateKey = { uri: 'pkcs11:object=waiting' }
    for (const status of ['inProgress', 'failed', 'cancelled'] as const) {
      const keys = await storage.transact(async (writer) => {
        await writer.certificates.insert(certificate('web'))
        await writer.operations.put(operation('web', { status, privateKey }))
        return writer.certificates.purge(vault, 'web')
      })
      same(keys, [privateKey])
    }
    assert.deepEqual(await storage.transact(({ certificates }) => certificates.purge(vault, 'web')), [])
  },
}
