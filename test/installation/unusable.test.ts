/** Data that cannot be used: one line for the operator, and nothing changed. */
import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type DataFolder, dataFolderAt } from '../../src/installation/data-folder.ts'
import type { OpenOptions } from '../../src/installation/installation.ts'
import { Unusable } from '../../src/installation/unusable.ts'
import { contents, newFolder, open } from './folder.ts'

async function made(dev = false): Promise<DataFolder> {
  const folder = newFolder()
  await (await open(folder, { dev })).storage.close()
  return folder
}

async function isUnusable(
  folder: DataFolder,
  message: RegExp,
  options: Partial<OpenOptions> = {},
): Promise<void> {
  await assert.rejects(open(folder, options), (error) => {
    assert.ok(error instanceof Unusable, `not for the operator: ${error}`)
    assert.match(error.message, message)
    assert.equal(error.message.includes('\n'), false, 'the message is one line')
    return true
  })
}

/** As above, and every file is as it was. */
async function isLeftAlone(
  folder: DataFolder,
  message: RegExp,
  options: Partial<OpenOptions> = {},
): Promise<void> {
  const before = contents(folder.path)
  await isUnusable(folder, message, options)
  assert.deepEqual(contents(folder.path), before)
}

test('the key of another installation does not open this one', async () => {
  const folder = await made()
  copyFileSync((await made()).keyEncryptionKey, folder.keyEncryptionKey)
  await isLeftAlone(folder, /is not the key-encryption key of this data; restore the right file/)
})

test('a missing key is not made anew', async () => {
  const folder = await made()
  rmSync(folder.keyEncryptionKey)
  await isLeftAlone(
    folder,
    /the key-encryption key .* is missing; restore the file that was made with this data/,
  )
  assert.equal(existsSync(folder.keyEncryptionKey), false)
})

test('a damaged key is told from a wrong one', async () => {
  const folder = await made()
  const key = contents(folder.path)['key-encryption-key']!.toString()
  for (const damaged of ['', key.slice(0, -10), `${key}more\n`, key.replace('-v1', '-v2'), '\0'.repeat(80)]) {
    writeFileSync(folder.keyEncryptionKey, damaged)
    await isLeftAlone(folder, /key-encryption-key is not a key-encryption key; restore the file/)
  }
})

test('a key that cannot be read is said to be so', async () => {
  const folder = await made()
  rmSync(folder.keyEncryptionKey)
  mkdirSync(folder.keyEncryptionKey)
  await isUnusable(folder, /key-encryption-key cannot be read \(EISDIR\)/)
})

test('data of a newer version is for that version', async () => {
  const folder = await made()
  const database = new DatabaseSync(folder.database)
  database.exec('PRAGMA user_version = 999')
  database.close()
  await isLeftAlone(folder, /is of a newer version \(schema 999/)
})

test('what is no database is left alone', async () => {
  const folder = await made()
  writeFileSync(folder.database, 'once upon a time\n'.repeat(500))
  await isLeftAlone(folder, /certkeep\.db cannot be opened/)
})

test('data that lacks its keys or its CA is incomplete', async () => {
  for (const setting of ['data-key', 'local-ca']) {
    const folder = await made()
    const database = new DatabaseSync(folder.database)
    database.prepare('DELETE FROM settings WHERE key = ?').run(setting)
    database.close()
    await isLeftAlone(folder, /is incomplete; restore it from a backup/)
  }
})

test('data for play and data for production do not mix', async () => {
  await isLeftAlone(await made(true), /was made with --dev and is not fit for production; add --dev/)
  await isLeftAlone(await made(false), /was not made with --dev .* leave --dev away/, { dev: true })
  for (const dev of [true, false]) {
    const taken = await open(await made(dev), { dev: undefined, create: false })
    assert.equal(taken.dev, dev)
    await taken.storage.close()
  }
})

test('commands beside the service make nothing', async () => {
  const folder = newFolder()
  await isUnusable(folder, /there is no vault in .*; start one with: certkeep serve --data /, {
    create: false,
  })
  assert.equal(existsSync(folder.path), false)
  mkdirSync(folder.path)
  await isLeftAlone(folder, /there is no vault in/, { create: false })
})

test('a folder that cannot be made is named, with another way', async () => {
  const file = join(dirname(newFolder().path), 'file')
  writeFileSync(file, '')
  const message = /the data folder .* cannot be written \((?:ENOTDIR|EEXIST)\); choose another with --data/
  await isUnusable(dataFolderAt(join(file, 'data')), message)
  await isUnusable(dataFolderAt(file), message)
})

test('a folder of somebody else keeps its rights', async () => {
  const folder = newFolder()
  mkdirSync(folder.path)
  writeFileSync(join(folder.path, 'letter.txt'), '')
  chmodSync(folder.path, 0o755)
  await isLeftAlone(folder, /holds other files and is open to others; choose another with --data/)
  assert.equal(statSync(folder.path).mode & 0o777, 0o755)
  chmodSync(folder.path, 0o700)
  await (await open(folder)).storage.close()
})

test('an empty folder becomes its owner’s alone', async () => {
  const folder = newFolder()
  mkdirSync(folder.path)
  chmodSync(folder.path, 0o755)
  await (await open(folder)).storage.close()
  assert.equal(statSync(folder.path).mode & 0o777, 0o700)
})
