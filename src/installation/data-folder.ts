/** The folder that holds everything: its files, and whether we may write there. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { Unusable } from './unusable.ts'

export interface DataFolder {
  readonly path: string
  readonly database: string
  readonly keyEncryptionKey: string
  /** The local CA's certificate, PEM: what clients trust in addition to their own. */
  readonly caCertificate: string
  /** The same with the public CAs, for clients that trust one file and nothing else. */
  readonly caBundle: string
}

export function dataFolderAt(path: string): DataFolder {
  const folder = resolve(path)
  return {
    path: folder,
    database: join(folder, 'certkeep.db'),
    keyEncryptionKey: join(folder, 'key-encryption-key'),
    caCertificate: join(folder, 'ca.pem'),
    caBundle: join(folder, 'ca-bundle.pem'),
  }
}

export function isInitialised(folder: DataFolder): boolean {
  return existsSync(folder.database)
}

/** Makes the folder if it is missing, for its owner alone. @throws Unusable when it cannot be written. */
export function prepareDataFolder(folder: DataFolder): void {
  try {
    if (!existsSync(folder.path)) mkdirSync(folder.path, { recursive: true, mode: 0o700 })
    else if (!existsSync(folder.database)) closeToOthers(folder)
    accessSync(folder.path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    if (cause instanceof Unusable) throw cause
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown error'
    throw new Unusable(
      `the data folder ${folder.path} cannot be written (${reason}); choose another with --data`,
      { cause },
    )
  }
}

/** A folder in which others keep files is not ours to close: it could be a home, or `/tmp`. */
function closeToOthers({ path, keyEncryptionKey }: DataFolder): void {
  const empty = readdirSync(path).every((name) => join(path, name).startsWith(keyEncryptionKey))
  if (empty) chmodSync(path, 0o700)
  else if ((statSync(path).mode & 0o077) !== 0)
    throw new Unusable(
      `the folder ${path} holds other files and is open to others; choose another with --data, or close it with: chmod 700 ${path}`,
    )
}

/** Replaces a file as a whole: a reader sees the old text or the new one. */
export function writePublicFile(path: string, text: string): void {
  const draft = `${path}.new`
  writeFileSync(draft, text, { mode: 0o644 })
  renameSync(draft, path)
}
