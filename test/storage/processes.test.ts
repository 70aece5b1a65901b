/** Several processes on one file, and processes that die. */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { count } from './work.ts'

const newPath = () => join(mkdtempSync(join(tmpdir(), 'certkeep-processes-')), 'certkeep.db')

function start(path: string, task: 'count' | 'write', times: number): ChildProcess {
  const program = join(import.meta.dirname, 'process.ts')
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, path, task, String(times)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
}

const ended = async (child: ChildProcess) => (await once(child, 'close'))[0]

test('two processes write to one file, and neither loses a write', { timeout: 60_000 }, async () => {
  const path = newPath()
  const storage = openSqlite({ path })
  const other = start(path, 'count', 200)
  await once(other.stdout!, 'data')
  const end = ended(other)
  for (let round = 0; round < 40; round++)
    await Promise.all([1, 2, 3, 4, 5].map(() => storage.transact(count)))
  assert.equal(await end, 0)
  assert.equal(await storage.read((reader) => reader.settings.get('counter')), '400')
  await storage.close()
})

test('several processes may make the store at the same moment', { timeout: 60_000 }, async () => {
  const path = newPath()
  const processes = [1, 2, 3, 4].map(() => start(path, 'count', 10))
  for (const end of await Promise.all(processes.map(ended))) assert.equal(end, 0)
  const storage = openSqlite({ path })
  assert.equal(await storage.read((reader) => reader.settings.get('counter')), '40')
  await storage.close()
})

test('a process that is killed has lost nothing of what it answered', { timeout: 60_000 }, async () => {
  const path = newPath()
  const answered: string[] = []
  for (const killAfter of [1, 150, 777]) {
    const child = start(path, 'write', 40)
    const end = ended(child)
    for await (const line of createInterface(child.stdout!)) {
      if (line === 'open') answered.length = 0
      else answered.push(line)
      if (answered.length === killAfter) child.kill('SIGKILL')
    }
    assert.equal(await end, null)
    const storage = openSqlite({ path })
    await storage.read(async ({ settings, journal }) => {
      const recorded = new Set((await journal.read(0, 100_000)).map(({ record }) => record.object))
      for (const key of answered) assert.equal(await settings.get(key), 'there', `${key} was answered`)
      for (const key of answered) assert.ok(recorded.has(key), `${key} has no record`)
      for (const key of recorded) assert.equal(await settings.get(key!), 'there', `${key} is half there`)
    })
    await storage.close()
  }
})
