import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorize, type Target } from '../../src/access/authorize.ts'
import type { Principal, RoleAssignment, Scope } from '../../src/access/principal.ts'
import { type DataAction, findRole } from '../../src/access/roles.ts'

const principal: Principal = { kind: 'application', objectId: 'oid-1', applicationId: 'app-1' }
const web: Target = { vault: 'default', collection: 'certificates', name: 'web' }

function given(role: string, scope: Scope): RoleAssignment[] {
  return [{ id: 'assignment-1', principalId: 'oid-1', roleId: findRole(role)!.id, scope }]
}

function allowed(role: string, scope: Scope, action: DataAction, target: Target): boolean {
  return authorize({ principal, action, target, assignments: given(role, scope) }).allowed
}

test('nothing is allowed without an assignment', () => {
  const decision = authorize({ principal, action: 'certificates/read', target: web, assignments: [] })
  assert.equal(decision.allowed, false)
})

const officer = 'Key Vault Certificates Officer'
const user = 'Key Vault Certificate User'
const cases: [string, boolean, string, Scope, DataAction, Target][] = [
  ['the service covers every vault', true, officer, {}, 'certificates/read', web],
  ['a vault covers its objects', true, officer, { vault: 'default' }, 'certificates/read', web],
  ['without regard to case', true, officer, { vault: 'DEFAULT' }, 'certificates/read', web],
  ['another vault does not', false, officer, { vault: 'other' }, 'certificates/read', web],
  ['a vault whose name begins alike does not', false, officer, { vault: 'def' }, 'certificates/read', web],
  [
    'an object covers itself',
    true,
    officer,
    { vault: 'default', collection: 'certificates', name: 'Web' },
    'certificates/read',
    web,
  ],
  [
    'an object does not cover another',
    false,
    officer,
    { vault: 'default', collection: 'certificates', name: 'web2' },
    'certificates/read',
    web,
  ],
  [
    'a certificate does not cover its secret',
    false,
    user,
    { vault: 'default', collection: 'certificates', name: 'web' },
    'secrets/getSecret/action',
    { vault: 'default', collection: 'secrets', name: 'web' },
  ],
  [
    'a secret covers itself',
    true,
    user,
    { vault: 'default', collection: 'secrets', name: 'web' },
    'secrets/getSecret/action',
    { vault: 'default', collection: 'secrets', name: 'web' },
  ],
  [
    'an object does not allow the list',
    false,
    officer,
    { vault: 'default', collection: 'certificates', name: 'web' },
    'certificates/read',
    { vault: 'default', collection: 'certificates' },
  ],
  ['the role must give the action', false, user, {}, 'certificates/delete', web],
  [
    'a collection without a name covers nothing',
    false,
    officer,
    { vault: 'default', collection: 'certificates' },
    'certificates/read',
    web,
  ],
]
for (const [label, expected, role, scope, action, target] of cases)
  test(label, () => assert.equal(allowed(role, scope, action, target), expected))

test('the refusal says who, what and where, in lines', () => {
  const decision = authorize({
    principal,
    action: 'certificates/read',
    target: { ...web, name: 'Web' },
    assignments: [],
  })
  assert.ok(!decision.allowed)
  const lines = decision.message.split('\r\n')
  assert.ok(lines.includes('Caller: appid=app-1;oid=oid-1'))
  assert.ok(lines.includes("Action: 'Microsoft.KeyVault/vaults/certificates/read'"))
  assert.ok(lines.includes("Resource: '/vaults/default/certificates/web'"))
  assert.ok(lines.includes('Assignment: (not found)'))
})
