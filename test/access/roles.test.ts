import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataActions, findRole, roleAllows, roles } from '../../src/access/roles.ts'

const table = join(import.meta.dirname, 'roles.txt')

/** One line for each data action, one column for each role: what a reviewer reads. */
function printed(): string {
  const legend = roles.map(({ id, name }, index) => `${String(index + 1).padStart(2)}  ${name}  ${id}`)
  const heading = `${''.padEnd(30)}${roles.map((_, index) => String(index + 1).padStart(3)).join('')}`
  const lines = dataActions.map((action) => {
    const marks = roles.map(({ id }) => (roleAllows(id, action) ? '  x' : '  .')).join('')
    return `${action.padEnd(30)}${marks}`
  })
  return `${[...legend, '', heading, ...lines].join('\n')}\n`
}

test('the printed role table is what the code says (write it anew with WRITE_TABLES=1, and review it)', () => {
  if (process.env.WRITE_TABLES) writeFileSync(table, printed())
  assert.equal(printed(), readFileSync(table, 'utf8'))
})

test('every role has its own GUID and name, and is found by both', () => {
  assert.equal(new Set(roles.map(({ id }) => id)).size, roles.length)
  for (const { id, name } of roles) {
    assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    assert.equal(findRole(name.toUpperCase())?.id, id)
    assert.equal(findRole(id)?.name, name)
  }
  assert.equal(findRole('Key Vault Emperor'), undefined)
})

test('what people get wrong: who reads the private key', () => {
  const may = (name: string, action: (typeof dataActions)[number]) => roleAllows(findRole(name)!.id, action)
  assert.equal(may('Key Vault Certificates Officer', 'secrets/getSecret/action'), false)
  assert.equal(may('Key Vault Certificate User', 'secrets/getSecret/action'), true)
  assert.equal(may('Key Vault Reader', 'secrets/getSecret/action'), false)
  assert.equal(may('Key Vault Reader', 'certificates/read'), true)
  for (const name of ['Owner', 'Contributor', 'Key Vault Contributor', 'Reader', 'User Access Administrator'])
    assert.ok(
      dataActions.every((action) => !may(name, action)),
      `${name} has access to data`,
    )
  assert.ok(dataActions.every((action) => may('Key Vault Administrator', action)))
  assert.equal(roleAllows('00000000-0000-0000-0000-000000000000', 'certificates/read'), false)
})
