import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { credentialMatches } from '../../src/access/client-credentials.ts'
import { findRole } from '../../src/access/roles.ts'
import type { AuditRecord } from '../../src/domain/audit.ts'
import type { Administration } from '../../src/vault/identity/administer.ts'
import { createTestInstallation, type TestInstallation } from '../doubles/installation.ts'

let vault: TestInstallation
let administration: Administration
before(async () => {
  vault = await createTestInstallation()
  ;({ administration } = vault)
})
after(() => vault.close())

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const lastRecord = async (): Promise<AuditRecord> => (await vault.audit()).at(-1)!
const scopesOf = async (app: string) =>
  (await administration.listAssignments(app)).map(({ roleName, scope }) => `${roleName} ${scope}`)

test('an application has ids and credentials of its own; only hashes and an envelope are stored', async () => {
  const created = await administration.createApplication('web front-end_1.0')
  assert.match(created.applicationId, guid)
  assert.match(created.objectId, guid)
  assert.notEqual(created.applicationId, created.objectId)
  assert.notEqual(created.clientSecret.reveal(), created.identityHeader.reveal())
  const stored = (await vault.installation.storage.read((reader) =>
    reader.identities.findApplication(created.applicationId),
  ))!
  assert.ok(credentialMatches(created.clientSecret, stored.clientSecretHash))
  assert.ok(credentialMatches(created.identityHeader, stored.identityHeaderHash))
  for (const secret of [created.clientSecret.reveal(), created.identityHeader.reveal()])
    assert.equal(Buffer.from(stored.sealedCredentials).includes(secret), false)
})

test('credentials can be shown again; those of one application do not open as those of another', async () => {
  const created = await administration.createApplication('shown')
  const other = await administration.createApplication('other')
  for (const selector of ['shown', 'SHOWN', created.applicationId, created.objectId.toUpperCase()]) {
    const again = await administration.credentialsOf(selector)
    assert.equal(again.clientSecret.reveal(), created.clientSecret.reveal())
    assert.equal(again.identityHeader.reveal(), created.identityHeader.reveal())
  }
  await vault.installation.storage.transact(async ({ identities }) => {
    const { sealedCredentials } = (await identities.findApplication(created.applicationId))!
    await identities.updateApplication({
      ...(await identities.findApplication(other.applicationId))!,
      sealedCredentials,
    })
  })
  await assert.rejects(administration.credentialsOf('other'), { code: 'InternalError' })
})

const badNames = [
  '',
  ' ',
  ' x',
  'x ',
  'a/b',
  'a\nb',
  'ä',
  'x'.repeat(121),
  '0f5a2b1c-0000-4000-8000-000000000001',
]
for (const name of badNames) {
  test(`no application may be called ${JSON.stringify(name.slice(0, 40))}`, async () => {
    const before = await administration.listApplications()
    await assert.rejects(administration.createApplication(name), {
      code: 'BadParameter',
      message: /1 to 120/,
    })
    assert.deepEqual(await administration.listApplications(), before)
  })
}

test('a name is given once, whatever its case', async () => {
  await administration.createApplication('once')
  await assert.rejects(administration.createApplication('Once'), { code: 'Conflict' })
  const record = await lastRecord()
  assert.deepEqual(
    [record.operation, record.outcome, record.errorCode],
    ['ApplicationCreate', 'failed', 'Conflict'],
  )
})

test('an application that does not exist is named in the refusal', async () => {
  for (const act of [
    () => administration.credentialsOf('nobody'),
    () => administration.readApplication('nobody'),
    () => administration.removeApplication('nobody'),
    () => administration.listAssignments('nobody'),
    () => administration.assignRole({ role: 'Key Vault Reader', app: 'nobody' }),
  ])
    await assert.rejects(act, { code: 'NotFound', message: /no application 'nobody'.*certkeep app/ })
})

test('a role is given at the service, at a vault, or at a certificate', async () => {
  await administration.createApplication('roles')
  const reader = findRole('Key Vault Reader')!
  await administration.assignRole({ role: reader.id, app: 'roles' })
  await administration.assignRole({ role: 'key vault reader', app: 'roles', vault: 'DEFAULT' })
  assert.deepEqual(await scopesOf('roles'), ['Key Vault Reader /', 'Key Vault Reader /vaults/default'])
})

const onOneCertificate: [string, string[]][] = [
  ['Key Vault Certificate User', ['certificates', 'keys', 'secrets']],
  ['Key Vault Administrator', ['certificates', 'keys', 'secrets']],
  ['Key Vault Certificates Officer', ['certificates']],
  ['Key Vault Secrets User', ['secrets']],
  ['Key Vault Crypto User', ['keys']],
]
for (const [role, collections] of onOneCertificate) {
  test(`${role} on one certificate holds on its ${collections.join(', ')}`, async () => {
    const app = `one ${role}`
    await administration.createApplication(app)
    const made = await administration.assignRole({ role, app, certificate: 'Web' })
    assert.equal(made.length, collections.length)
    assert.deepEqual(
      await scopesOf(app),
      collections.map((collection) => `${role} /vaults/default/${collection}/web`),
    )
    await administration.removeAssignment({ role, app, certificate: 'web', vault: 'default' })
    assert.deepEqual(await scopesOf(app), [])
  })
}

test('the same assignment is made once', async () => {
  await administration.createApplication('twice')
  const selection = { role: 'Key Vault Certificate User', app: 'twice', certificate: 'web' }
  const first = await administration.assignRole(selection)
  assert.deepEqual(await administration.assignRole(selection), first)
  assert.equal((await scopesOf('twice')).length, 3)
})

test('an assignment is removed by its id, alone', async () => {
  await administration.createApplication('by id')
  const made = await administration.assignRole({
    role: 'Key Vault Certificate User',
    app: 'by id',
    certificate: 'web',
  })
  const secret = made.find(({ scope }) => scope.includes('/secrets/'))!
  assert.deepEqual(await administration.removeAssignment(secret.id.toUpperCase()), [secret])
  assert.equal((await scopesOf('by id')).length, 2)
  await assert.rejects(administration.removeAssignment(secret.id), { code: 'NotFound' })
})

test('removing what was not given is refused, and takes nothing else', async () => {
  await administration.createApplication('kept')
  await administration.assignRole({ role: 'Key Vault Reader', app: 'kept', vault: 'default' })
  for (const selection of [
    { role: 'Key Vault Reader', app: 'kept' },
    { role: 'Key Vault Administrator', app: 'kept', vault: 'default' },
    { role: 'Key Vault Reader', app: 'kept', certificate: 'web' },
  ])
    await assert.rejects(administration.removeAssignment(selection), { code: 'NotFound' })
  assert.deepEqual(await scopesOf('kept'), ['Key Vault Reader /vaults/default'])
})

test('what cannot be assigned is refused with the way out', async () => {
  await administration.createApplication('refused')
  const refusals: [object, string, RegExp][] = [
    [{ role: 'Certificate User' }, 'BadParameter', /no role 'Certificate User'.*Key Vault Certificate User/],
    [{ role: 'Key Vault Reader', vault: 'other' }, 'VaultNotFound', /no vault 'other'.*default/],
    [{ role: 'Key Vault Reader', certificate: 'a/b' }, 'BadParameter', /letters, digits and hyphens/],
    [{ role: 'Owner', certificate: 'web' }, 'BadParameter', /grants nothing on a certificate/],
  ]
  for (const [selection, code, message] of refusals)
    await assert.rejects(administration.assignRole({ role: '', ...selection, app: 'refused' }), {
      code,
      message,
    })
  assert.deepEqual(await scopesOf('refused'), [])
})

test('with an application go its assignments', async () => {
  const { objectId } = await administration.createApplication('gone')
  await administration.assignRole({ role: 'Key Vault Administrator', app: 'gone' })
  await administration.removeApplication('gone')
  const left = await administration.listAssignments()
  assert.equal(
    left.some((assignment) => assignment.objectId === objectId),
    false,
  )
  await assert.rejects(administration.readApplication('gone'), { code: 'NotFound' })
})

test('every act is on record under the name of the operator, without secrets', async () => {
  const { clientSecret, identityHeader, applicationId } = await administration.createApplication('audited')
  const [assignment] = await administration.assignRole({
    role: 'Key Vault Reader',
    app: 'audited',
    vault: 'default',
  })
  await administration.credentialsOf('audited')
  await administration.removeAssignment(assignment!.id)
  await administration.removeApplication('audited')
  const records = (await vault.audit()).slice(-5)
  assert.deepEqual(
    records.map(({ operation, vault: name, outcome }) => [operation, name, outcome]),
    [
      ['ApplicationCreate', '', 'success'],
      ['RoleAssignmentCreate', 'default', 'success'],
      ['ApplicationCredentialsGet', '', 'success'],
      ['RoleAssignmentDelete', '', 'success'],
      ['ApplicationDelete', '', 'success'],
    ],
  )
  for (const record of records) {
    assert.deepEqual(record.identity, { kind: 'operator', name: 'ada' })
    assert.equal(record.facts!.applicationId, applicationId)
  }
  const text = JSON.stringify(records)
  for (const secret of [clientSecret, identityHeader]) assert.equal(text.includes(secret.reveal()), false)
})

test('the first administrator is made once, and does not come back', async () => {
  const fresh = await createTestInstallation()
  const count = (await fresh.audit()).length
  assert.deepEqual(
    await Promise.all([
      fresh.administration.ensureFirstAdministrator(),
      fresh.administration.ensureFirstAdministrator(),
    ]),
    [true, false],
  )
  const [assignment, ...others] = await fresh.administration.listAssignments()
  assert.deepEqual(others, [])
  assert.equal(assignment!.application, 'administrator')
  assert.equal(assignment!.roleName, 'Key Vault Administrator')
  assert.equal(assignment!.scope, '/')
  const operations = (await fresh.audit()).slice(count).map(({ operation }) => operation)
  assert.deepEqual(operations.slice(0, 2), ['ApplicationCreate', 'RoleAssignmentCreate'])
  await fresh.administration.removeApplication('administrator')
  await fresh.close()
  const again = await fresh.reopen()
  assert.equal(await again.administration.ensureFirstAdministrator(), false)
  assert.deepEqual(await again.administration.listApplications(), [])
  await again.close()
})

test('a vault is found by name whatever its case', async () => {
  assert.equal((await administration.readVault('Default')).name, 'default')
  await assert.rejects(administration.readVault('other'), { code: 'VaultNotFound' })
})
