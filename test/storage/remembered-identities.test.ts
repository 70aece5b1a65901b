/** Role assignments are kept in memory; nobody may notice but by the clock. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RoleAssignment } from '../../src/access/principal.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'certkeep-identities-')), 'certkeep.db')
const assignment: RoleAssignment = { id: 'a', roleId: 'role', principalId: 'someone', scope: {} }
const idsIn = (storage: Storage) =>
  storage.transact(async ({ identities }) =>
    (await identities.assignmentsOf(['someone'], 'default')).map(({ id }) => id),
  )

test('a role given or taken by another process is seen by the next transaction', async () => {
  const path = newPath()
  const [here, elsewhere] = [openSqlite({ path }), openSqlite({ path })]
  assert.deepEqual(await idsIn(here), [])
  await elsewhere.transact(({ identities }) => identities.addAssignment(assignment))
  assert.deepEqual(await idsIn(here), ['a'])
  await elsewhere.transact(({ identities }) => identities.removeAssignment('a'))
  assert.deepEqual(await idsIn(here), [])
  await here.close()
  await elsewhere.close()
})

test('a role that was given in a transaction that failed was never given', async () => {
  const storage = openSqlite({ path: newPath() })
  const failing = storage.transact(async (writer) => {
    await writer.identities.addAssignment(assignment)
    assert.equal((await writer.identities.assignmentsOf(['someone'], 'default')).length, 1)
    throw new Error('not this time')
  })
  const beside = idsIn(storage)
  await assert.rejects(failing, /not this time/)
  assert.deepEqual(await beside, [])
  assert.deepEqual(await idsIn(storage), [])
  await storage.close()
})

test('a role is gone with the application that had it', async () => {
  const storage = openSqlite({ path: newPath() })
  const application = {
    applicationId: 'app',
    objectId: 'someone',
    name: 'someone',
    enabled: true,
    created: 0 as never,
    clientSecretHash: Buffer.alloc(32),
    identityHeaderHash: Buffer.alloc(32),
    sealedCredentials: Buffer.alloc(1),
  }
  await storage.transact(async ({ identities }) => {
    await identities.insertApplication(application)
    await identities.addAssignment(assignment)
  })
  assert.deepEqual(await idsIn(storage), ['a'])
  await storage.transact(({ identities }) => identities.removeApplication('app'))
  assert.deepEqual(await idsIn(storage), [])
  await storage.close()
})
