/** Applications and role assignments. */
import assert from 'node:assert/strict'
import type { Scope } from '../../src/access/principal.ts'
import { VaultError } from '../../src/domain/errors.ts'
import type { Reader } from '../../src/storage/storage.ts'
import type { StorageCase } from './storage.ts'
import { application, assignment, bytes, same } from './storage-samples.ts'

const vaults = { web: { vault: 'web' }, other: { vault: 'other' } } as const
const object: Scope = { vault: 'web', collection: 'certificates', name: 'Www' }

export const identityCases: Readonly<Record<string, StorageCase>> = {
  'an application is found by each of its names, and by nothing else': async ({ storage, reopen }) => {
    const build = application('Build')
    await storage.transact(async ({ identities }) => {
      await identities.insertApplication(build)
      await identities.insertApplication(application('another'))
    })
    await (await reopen()).read(async ({ identities }) => {
      same(await identities.findApplication(build.applicationId), build)
      same(await identities.findApplicationByName('BUILD'), build)
      same(await identities.findApplicationByObjectId(build.objectId), build)
      same(await identities.findApplicationByHeaderHash(build.identityHeaderHash), build)
      assert.equal(await identities.findApplication(build.objectId), undefined)
      assert.equal(await identities.findApplicationByName(build.applicationId), undefined)
      assert.equal(await identities.findApplicationByObjectId(build.applicationId), undefined)
      assert.equal(await identities.findApplicationByHeaderHash(build.clientSecretHash), undefined)
      same(await identities.listApplications(), [application('another'), build])
    })
  },

  'a name that is taken is a conflict, and the first keeps it': async ({ storage }) => {
    await storage.transact(({ identities }) => identities.insertApplication(application('build')))
    const second = { ...application('other'), name: 'BUILD' }
    await assert.rejects(
      storage.transact(({ identities }) => identities.insertApplication(second)),
      (error) => error instanceof VaultError && error.code === 'Conflict' && /BUILD/.test(error.message),
    )
    same(await storage.read(({ identities }) => identities.listApplications()), [application('build')])
  },

  'an application changes its secrets and its state, not its names': async ({ storage }) => {
    const build = application('build')
    const change = {
      enabled: false,
      clientSecretHash: bytes(1),
      identityHeaderHash: bytes(2),
      sealedCredentials: bytes(3),
    }
    await storage.transact(async ({ identities }) => {
      await identities.insertApplication(build)
      await identities.insertApplication(application('other'))
      await identities.updateApplication({ ...build, ...change, name: 'renamed' })
    })
    await storage.read(async ({ identities }) => {
      same(await identities.listApplications(), [{ ...build, ...change }, application('other')])
      assert.equal(await identities.findApplicationByHeaderHash(build.identityHeaderHash), undefined)
    })
  },

  'an application goes with its assignments, and its name is free again': async ({ storage }) => {
    const build = application('build')
    await storage.transact(async ({ identities }) => {
      await identities.insertApplication(build)
      await identities.addAssignment(assignment('1', { principalId: build.objectId }))
      await identities.addAssignment(assignment('2', { principalId: 'somebody else' }))
      await identities.removeApplication(build.applicationId)
      await identities.removeApplication(build.applicationId)
      await identities.insertApplication({ ...build, applicationId: 'new', objectId: 'new' })
    })
    await storage.read(async ({ identities }) => {
      assert.equal(await identities.findApplication(build.applicationId), undefined)
      assert.deepEqual(
        (await identities.listAssignments()).map(({ id }) => id),
        ['2'],
      )
    })
  },

  'an assignment comes back with its scope as it was given': async ({ storage, reopen }) => {
    const scopes: Scope[] = [{}, { vault: 'Web' }, object]
    await storage.transact(async ({ identities }) => {
      for (const [index, scope] of scopes.entries())
        same(
          await identities.addAssignment(assignment(`${index}`, { scope })),
          assignment(`${index}`, { scope }),
        )
    })
    const listed = await (await reopen()).read(({ identities }) => identities.listAssignments())
    same(
      listed.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
      scopes.map((scope, index) => assignment(`${index}`, { scope })),
    )
  },

  'the same role, principal and scope are assigned once': async ({ storage }) => {
    const first = assignment('1', { scope: object })
    const upper: Scope = { ...object, vault: 'WEB', name: 'WWW' }
    await storage.transact(async ({ identities }) => {
      await identities.addAssignment(first)
      same(await identities.addAssignment(assignment('2', { scope: object })), first)
      same(await identities.addAssignment(assignment('3', { scope: upper })), first)
      for (const [id, change] of Object.entries({
        role: { roleId: 'officer', scope: object },
        principal: { principalId: 'bob', scope: object },
        collection: { scope: { ...object, collection: 'secrets' as const } },
        vault: { scope: { ...object, vault: 'other' } },
      }))
        same(await identities.addAssignment(assignment(id, change)), assignment(id, change))
    })
    const ids = await storage.read(({ identities }) => identities.listAssignments())
    assert.deepEqual(ids.map(({ id }) => id).sort(), ['1', 'collection', 'principal', 'role', 'vault'])
  },

  'what counts at a vault is assigned there, at its objects or at the service': async ({ storage }) => {
    await storage.transact(async ({ identities }) => {
      for (const [id, scope] of Object.entries({ service: {}, ...vaults, object }))
        await identities.addAssignment(assignment(id, { scope }))
      await identities.addAssignment(assignment('group', { principalId: 'admins', scope: vaults.web }))
      await identities.addAssignment(assignment('stranger', { principalId: 'mallory' }))
    })
    await storage.read(async ({ identities }) => {
      const of = async (principals: string[], vault?: string) =>
        (await identities.assignmentsOf(principals, vault)).map(({ id }) => id).sort()
      assert.deepEqual(await of(['alice'], 'WEB'), ['object', 'service', 'web'])
      assert.deepEqual(await of(['alice', 'admins'], 'web'), ['group', 'object', 'service', 'web'])
      assert.deepEqual(await of(['alice'], 'other'), ['other', 'service'])
      assert.deepEqual(await of(['alice']), ['service'])
      assert.deepEqual(await of(['ALICE'], 'web'), [])
      assert.deepEqual(await of([], 'web'), [])
      same((await identities.assignmentsOf(['admins'], 'web'))[0], {
        ...assignment('group', { principalId: 'admins', scope: vaults.web }),
      })
    })
  },

  'an assignment counts from its commit on, and never when it was undone': async ({ storage }) => {
    const ofAlice = (writer: Reader) => writer.identities.assignmentsOf(['alice'], 'web')
    const [before, failed, after] = await Promise.allSettled([
      storage.transact(ofAlice),
      storage.transact(async (writer) => {
        await writer.identities.addAssignment(assignment('undone'))
        assert.equal((await ofAlice(writer)).length, 1)
        throw new Error('undone')
      }),
      storage.transact(ofAlice),
    ])
    assert.equal(failed.status, 'rejected')
    for (const result of [before, after])
      assert.deepEqual((result as PromiseFulfilledResult<unknown>).value, [])
    await storage.transact(({ identities }) => identities.addAssignment(assignment('done')))
    assert.equal((await storage.transact(ofAlice)).length, 1)
    assert.equal((await storage.read(ofAlice)).length, 1)
    await storage.transact(({ identities }) => identities.removeAssignment('done'))
    assert.deepEqual([await storage.transact(ofAlice), await storage.read(ofAlice)], [[], []])
  },

  'an assignment is removed once': async ({ storage }) => {
    await storage.transact(({ identities }) => identities.addAssignment(assignment('1')))
    const remove = () => storage.transact(({ identities }) => identities.removeAssignment('1'))
    assert.equal(await remove(), true)
    assert.equal(await remove(), false)
    assert.deepEqual(await storage.read(({ identities }) => identities.assignmentsOf(['alice'])), [])
  },
}
