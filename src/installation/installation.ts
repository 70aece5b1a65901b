/** Opens the data of an installation, or makes it on the first start: all of it or nothing. */

import { Buffer } from 'node:buffer'
import { existsSync } from 'node:fs'
import { defaultVaultSettings } from '../domain/certificate.ts'
import { newGuid } from '../domain/guid.ts'
import type { Clock, Random } from '../domain/time.ts'
import type { BackupSeal } from '../keys/backup-seal.ts'
import type { KeyProtection, Sealer } from '../keys/key-protection.ts'
import { BackupEnvelopes } from '../keys/software/backup-envelope.ts'
import type { DataKey } from '../keys/software/envelope.ts'
import {
  createDataKey,
  createKeyEncryptionKey,
  KeyEncryptionKeyProblem,
  readKeyEncryptionKey,
  unwrapDataKey,
} from '../keys/software/key-encryption-key.ts'
import { SoftwareKeys } from '../keys/software/software-keys.ts'
import type { Storage, Writer } from '../storage/storage.ts'
import { type DataFolder, isInitialised, prepareDataFolder } from './data-folder.ts'
import { createLocalCa, type LocalCa, localCaBinding } from './local-ca.ts'
import { Unusable } from './unusable.ts'

export interface Installation {
  readonly folder: DataFolder
  readonly storage: Storage
  readonly keys: KeyProtection & Sealer
  readonly backups: BackupSeal
  /** A GUID: the one tenant of this installation. */
  readonly tenantId: string
  /** Made with `--dev`: its clock may be moved, and it must not be relied upon. */
  readonly dev: boolean
  readonly clockOffsetSeconds: number
  readonly localCa: LocalCa
  /** Made by this very call. */
  readonly firstStart: boolean
}

export interface OpenOptions {
  readonly folder: DataFolder
  /** Make it when there is none. */
  readonly create: boolean
  /** `undefined`: take the data as it is (commands beside the service). */
  readonly dev: boolean | undefined
  readonly openStorage: (path: string) => Storage
  readonly wallClock: Clock
  readonly random: Random
  readonly cores: number
}

/** Setting names. */
const about = 'installation'
const dataKeyName = 'data-key'
const localCaName = 'local-ca'
const clockOffsetName = 'clock-offset'

interface About {
  readonly tenantId: string
  readonly dev: boolean
  readonly created: number
}

/** @throws Unusable, with nothing changed. */
export async function openInstallation(options: OpenOptions): Promise<Installation> {
  const { folder } = options
  if (!options.create && !isInitialised(folder))
    throw new Unusable(
      `there is no vault in ${folder.path}; start one with: certkeep serve --data ${folder.path}`,
    )
  prepareDataFolder(folder)
  const storage = options.openStorage(folder.database)
  try {
    const known = await storage.read((reader) => reader.settings.get(about))
    if (known === undefined) await initialise(storage, options)
    return await open(storage, options, known === undefined)
  } catch (error) {
    await storage.close()
    if (error instanceof KeyEncryptionKeyProblem) throw new Unusable(error.message, { cause: error })
    throw error
  }
}

async function initialise(storage: Storage, options: OpenOptions): Promise<void> {
  const { folder, random, wallClock } = options
  const kek = firstKeyEncryptionKey(folder.keyEncryptionKey, random)
  const { dataKey, wrapped } = createDataKey(kek, random)
  const keys = new SoftwareKeys(dataKey, random, options.cores)
  const description: About = {
    tenantId: newGuid(random),
    dev: options.dev ?? false,
    created: wallClock.now(),
  }
  const ca = await createLocalCa(keys, wallClock, random, description.tenantId.slice(0, 8))
  await storage.transact(async (writer) => {
    // Another process may have been faster; what it made is the installation then.
    if ((await writer.settings.get(about)) !== undefined) return
    await writer.settings.set(dataKeyName, wrapped)
    await writer.settings.set(localCaName, encodeLocalCa(ca))
    await writer.settings.putVault({ name: 'default', ...defaultVaultSettings })
    await writer.settings.set(about, JSON.stringify(description))
  })
}

/** A first start that was cut short left its key behind, and one that runs beside this one may just have made it. */
function firstKeyEncryptionKey(path: string, random: Random): DataKey {
  try {
    return createKeyEncryptionKey(path, random)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return readKeyEncryptionKey(path)
  }
}

async function open(storage: Storage, options: OpenOptions, firstStart: boolean): Promise<Installation> {
  const { folder, random, cores } = options
  const [description, wrapped, localCa, offset] = await storage.read(async ({ settings }) => [
    JSON.parse((await settings.get(about)) ?? '{}') as About,
    await settings.get(dataKeyName),
    await settings.get(localCaName),
    await settings.get(clockOffsetName),
  ])
  const path = folder.keyEncryptionKey
  if (!existsSync(path))
    throw new Unusable(
      `the key-encryption key ${path} is missing; restore the file that was made with this data`,
    )
  if (wrapped === undefined || localCa === undefined)
    throw new Unusable(`the data in ${folder.path} is incomplete; restore it from a backup`)
  checkDev(options, description)
  const keyEncryptionKey = readKeyEncryptionKey(path)
  const keys = new SoftwareKeys(unwrapDataKey(keyEncryptionKey, wrapped, path), random, cores)
  return {
    folder,
    storage,
    keys,
    backups: new BackupEnvelopes(keyEncryptionKey, random),
    tenantId: description.tenantId,
    dev: description.dev,
    clockOffsetSeconds: Number(offset ?? 0),
    localCa: decodeLocalCa(localCa),
    firstStart,
  }
}

function checkDev({ dev, folder }: OpenOptions, description: About): void {
  if (dev === undefined || dev === description.dev) return
  throw new Unusable(
    dev
      ? `the data in ${folder.path} was not made with --dev and must not be played with; leave --dev away or choose other data`
      : `the data in ${folder.path} was made with --dev and is not fit for production; add --dev or choose other data`,
  )
}

export function storeClockOffset(writer: Writer, offsetSeconds: number): Promise<void> {
  return writer.settings.set(clockOffsetName, String(offsetSeconds))
}

function encodeLocalCa(ca: LocalCa): string {
  const base64 = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('base64')
  const { certificate, publicKey, key } = ca
  return JSON.stringify({
    certificate: base64(certificate),
    publicKey: base64(publicKey),
    uri: key.uri,
    wrapped: base64(key.wrapped),
  })
}

function decodeLocalCa(text: string): LocalCa {
  const stored = JSON.parse(text) as { certificate: string; publicKey: string; uri: string; wrapped?: string }
  const bytes = (base64: string) => Buffer.from(base64, 'base64')
  const key = { uri: stored.uri, ...(stored.wrapped !== undefined && { wrapped: bytes(stored.wrapped) }) }
  return {
    certificate: bytes(stored.certificate),
    publicKey: bytes(stored.publicKey),
    key,
    binding: localCaBinding,
  }
}
