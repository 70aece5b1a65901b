/**
 * The key-encryption key: one file beside the data, readable by its owner only, without which nothing sealed opens.
 * It wraps the data keys and seals nothing else that is kept, so that it can be exchanged without touching a single envelope.
 * Backups of single objects are sealed under keys that are derived from it (`backup-envelope.ts`), and stay with it.
 */
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Random } from '../../domain/time.ts'
import { type DataKey, openEnvelope, sealEnvelope } from './envelope.ts'

const fileHeader = 'certkeep-key-encryption-key-v1'
const dataKeyBinding = { vault: '', name: 'data-key', version: '1' }

/** The installation cannot be opened; `message` is one line for the operator. */
export class KeyEncryptionKeyProblem extends Error {
  override name = 'KeyEncryptionKeyProblem'
}

/** Reads the key from its file. */
export function readKeyEncryptionKey(path: string): DataKey {
  const text = readText(path).trim()
  const [header, encoded, ...rest] = text.split('\n')
  const key = Buffer.from(encoded ?? '', 'base64')
  if (header !== fileHeader || key.length !== 32 || rest.length > 0)
    throw new KeyEncryptionKeyProblem(
      `${path} is not a key-encryption key; restore the file that was made with this data`,
    )
  return { number: 0, key }
}

/** Makes the key's file, durable and whole before it has its name. Never overwrites one: throws `EEXIST`. */
export function createKeyEncryptionKey(path: string, random: Random): DataKey {
  const key = random(32)
  const draft = `${path}.${Buffer.from(random(8)).toString('hex')}`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${fileHeader}\n${Buffer.from(key).toString('base64')}\n`)
    fsyncSync(file)
    linkSync(draft, path)
  } finally {
    closeSync(file)
    unlinkSync(draft)
  }
  syncFolder(dirname(path))
  return { number: 0, key }
}

/** A fresh data key, and its wrapped form for storage. */
export function createDataKey(kek: DataKey, random: Random): { dataKey: DataKey; wrapped: string } {
  const dataKey = { number: 1, key: random(32) }
  return {
    dataKey,
    wrapped: Buffer.from(sealEnvelope(kek, 'data key', dataKeyBinding, dataKey.key, random)).toString(
      'base64',
    ),
  }
}

/** @throws KeyEncryptionKeyProblem when this is not the key that wrapped it. */
export function unwrapDataKey(kek: DataKey, wrapped: string, path: string): DataKey {
  try {
    const key = openEnvelope(
      new Map([[kek.number, kek]]),
      'data key',
      dataKeyBinding,
      Buffer.from(wrapped, 'base64'),
    )
    return { number: 1, key }
  } catch (cause) {
    throw new KeyEncryptionKeyProblem(
      `${path} is not the key-encryption key of this data; restore the right file, nothing was changed`,
      { cause },
    )
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new KeyEncryptionKeyProblem(`${path} cannot be read (${reason}); restore the file or its rights`, {
      cause,
    })
  }
}

/** Makes names in the folder durable. Windows has no such call and needs none. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
