import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  createDataKey,
  createKeyEncryptionKey,
  KeyEncryptionKeyProblem,
  readKeyEncryptionKey,
  unwrapDataKey,
} from '../../src/keys/software/key-encryption-key.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-kek-'))

test('the key comes back from its file, which only its owner may read', () => {
  const path = join(folder, 'kek')
  const made = createKeyEncryptionKey(path, randomBytes)
  assert.deepEqual(Buffer.from(readKeyEncryptionKey(path).key), Buffer.from(made.key))
  assert.equal(statSync(path).mode & 0o777, 0o600)
})

test('an existing file is never overwritten', () => {
  const path = join(folder, 'once')
  createKeyEncryptionKey(path, randomBytes)
  const before = readFileSync(path, 'utf8')
  assert.throws(() => createKeyEncryptionKey(path, randomBytes))
  assert.equal(readFileSync(path, 'utf8'), before)
})

test('a data key unwraps under the key that wrapped it and no other', () => {
  const kek = createKeyEncryptionKey(join(folder, 'right'), randomBytes)
  const other = createKeyEncryptionKey(join(folder, 'wrong'), randomBytes)
  const { dataKey, wrapped } = createDataKey(kek, randomBytes)
  assert.deepEqual(Buffer.from(unwrapDataKey(kek, wrapped, 'right').key), Buffer.from(dataKey.key))
  assert.throws(() => unwrapDataKey(other, wrapped, 'wrong'), KeyEncryptionKeyProblem)
})

test('a file that is something else is refused with its name', () => {
  const path = join(folder, 'notes.txt')
  for (const text of ['', 'hello\n', 'certkeep-key-encryption-key-v1\nAAAA\n']) {
    writeFileSync(path, text)
    assert.throws(() => readKeyEncryptionKey(path), /notes\.txt is not a key-encryption key/)
  }
})
