import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openMachineIdentity } from '../../../src/challenges/dns-01/open-machine-identity.ts'

test('a machine tells its variables, and files of tokens alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-machine-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const machine = openMachineIdentity({ SET: 'value', EMPTY: '' })
  assert.deepEqual(
    ['SET', 'EMPTY', 'ABSENT'].map((name) => machine.variable(name)),
    ['value', undefined, undefined],
  )
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return machine.textFile(join(folder, name))
  }
  assert.equal(await write('token', 'a token\n'), 'a token\n')
  assert.equal(await write('empty', ''), '')
  await assert.rejects(write('long', 'x'.repeat(65_537)), RangeError)
  await assert.rejects(machine.textFile(join(folder, 'none')), { code: 'ENOENT' })
})
