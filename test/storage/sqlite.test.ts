/** What holds for SQLite beyond the contract: which files are refused, and what is really in force on the open one. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { mock, test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { StorageUnusable } from '../../src/storage/unusable.ts'
import { assignment } from '../conformance/storage-samples.ts'
import { writeBoth } from './work.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'certkeep-sqlite-'))
const newPath = () => join(newFolder(), 'certkeep.db')

/** Every file of the folder with a digest of its octets. */
function contents(path: string): Record<string, string> {
  const folder = join(path, '..')
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]),
  )
}

function withDatabase(path: string, use: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path)
  use(database)
  database.close()
}

async function madeDatabase(): Promise<string> {
  const path = newPath()
  const storage = openSqlite({ path })
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => storage.transact((writer) => writeBoth(writer, `${index}`))),
  )
  await storage.close()
  return path
}

function refused(path: string, reason: RegExp): void {
  const before = contents(path)
  assert.throws(
    () => openSqlite({ path }),
    (error) => {
      assert.ok(error instanceof StorageUnusable, String(error))
      assert.match(error.message, reason)
      assert.ok(error.message.includes(path), 'the message names the file')
      assert.equal(error.message.includes('\n'), false, 'the message is one line')
      return true
    },
  )
  assert.deepEqual(contents(path), before, 'nothing was changed')
}

test('data of a newer version is refused, and nothing is changed', async () => {
  const path = await madeDatabase()
  withDatabase(path, (database) => database.exec('PRAGMA user_version = 999'))
  refused(path, /newer version \(schema 999, known up to \d+\); use that version of certkeep/)
})

test('a database of another program is refused, and nothing is changed', () => {
  const path = newPath()
  withDatabase(path, (database) => database.exec('CREATE TABLE recipes (name TEXT)'))
  refused(path, /database of another program; choose another data folder/)
})

test('what is no database is refused, and nothing is changed', async () => {
  const made = readFileSync(await madeDatabase())
  const page = 4096
  for (const bytes of [
    Buffer.from('hello, this is a letter and not a database at all\n'.repeat(9)),
    Buffer.concat([made.subarray(0, 16), Buffer.alloc(2000, 0xff), made.subarray(2016)]),
    Buffer.concat([Buffer.alloc(page), made.subarray(page)]),
    made.subarray(0, page + 100),
  ]) {
    const path = newPath()
    writeFileSync(path, bytes)
    refused(path, /cannot be opened/)
  }
})

test('a path that cannot be a file is refused', () => {
  const folder = newFolder()
  mkdirSync(join(folder, 'certkeep.db'))
  assert.throws(() => openSqlite({ path: join(folder, 'certkeep.db') }), StorageUnusable)
  assert.throws(() => openSqlite({ path: join(folder, 'missing', 'certkeep.db') }), StorageUnusable)
})

test('an empty file is a new store', async () => {
  const path = newPath()
  appendFileSync(path, '')
  const storage = openSqlite({ path })
  await storage.transact((writer) => writeBoth(writer, 'a'))
  await storage.close()
})

test('a store that was closed leaves one file', async () => {
  const path = await madeDatabase()
  assert.deepEqual(Object.keys(contents(path)), ['certkeep.db'])
})

test('both connections log ahead and wait for the disk; the reading one cannot write', async () => {
  const connections = new Set<DatabaseSync>()
  const prepare = DatabaseSync.prototype.prepare
  const watch = mock.method(DatabaseSync.prototype, 'prepare', function (this: DatabaseSync, sql: string) {
    connections.add(this)
    return prepare.call(this, sql)
  })
  const storage = openSqlite({ path: newPath() })
  await storage.transact((writer) => writeBoth(writer, 'a'))
  await storage.read((reader) => reader.settings.get('a'))
  watch.mock.restore()
  const inForce = [...connections].map((database) =>
    ['journal_mode', 'synchronous', 'query_only'].map(
      (name) => Object.values(database.prepare(`PRAGMA ${name}`).get()!)[0],
    ),
  )
  const full = 2
  assert.deepEqual(inForce, [
    ['wal', full, 0],
    ['wal', full, 1],
  ])
  await storage.close()
})

/** Commits in a write-ahead log: frames whose header gives the size of the database after a commit. */
function commitsIn(log: Buffer): number {
  const pageSize = log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let commits = 0
  for (let frame = 32; frame + 24 + pageSize <= log.length; frame += 24 + pageSize)
    if (log.subarray(frame + 8, frame + 16).equals(salts) && log.readUInt32BE(frame + 4) !== 0) commits++
  return commits
}

test('transactions that arrive together share a commit; others have their own', async () => {
  const path = newPath()
  const storage = openSqlite({ path })
  const commits = () => commitsIn(readFileSync(`${path}-wal`))
  const atFirst = commits()
  for (let index = 0; index < 5; index++) await storage.transact((writer) => writeBoth(writer, `s${index}`))
  assert.equal(commits() - atFirst, 5)
  const together = Array.from({ length: 200 }, (_, index) =>
    storage.transact((writer) => writeBoth(writer, `t${index}`)),
  )
  await Promise.all(together)
  assert.equal(commits() - atFirst, 6)
  await storage.close()
})

test('a right that another process gives or takes counts at once', async () => {
  const path = newPath()
  const [one, other] = [openSqlite({ path }), openSqlite({ path })]
  const rights = () =>
    one.transact(async ({ identities }) => (await identities.assignmentsOf(['alice'], 'web')).length)
  assert.equal(await rights(), 0)
  await other.transact(({ identities }) => identities.addAssignment(assignment('1')))
  assert.equal(await rights(), 1)
  await other.transact(({ identities }) => identities.removeAssignment('1'))
  assert.equal(await rights(), 0)
  await one.close()
  await other.close()
})
