/** Backup and restore of a key that stands for itself: all versions and its rotation policy. */
import type { KeptObject, KeyFacts, SealedPart } from '../../domain/kept-object.ts'
import { Secret } from '../../domain/secret.ts'
import type { StoredVersion } from '../../storage/object-storage.ts'
import { ownView } from '../keys/key-summary.ts'
import { findOwnKey } from '../keys/own-key.ts'
import { scheduleRotation } from '../keys/rotation-schedule.ts'
import { sealedPartOf, storedKeyOf } from '../keys/stored-key.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyView } from '../vault.ts'
import { checkVersionCount, decodeBackup, encodeBackup, type KeyBackup } from './backup-content.ts'
import { checkRestorable } from './restored-name.ts'

export async function backUpKey(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const call = { caller, verb: 'KeyBackup', name } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async (reader) => {
      const key = await findOwnKey(reader, vault, name, 'backup')
      const versions = await reader.keys.allVersions(vault, name)
      checkVersionCount(versions.length)
      return { key, versions }
    },
    ({ key, versions }) => seal(parts, key, versions),
    async (writer, { blob, versions }, facts) => {
      await findOwnKey(writer, vault, name, 'backup')
      facts.versions = versions
      return blob
    },
  )
}

export async function restoreKey(parts: Parts, caller: Caller, blob: Uint8Array): Promise<KeyView> {
  const call = { caller, verb: 'KeyRestore' } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async () => undefined,
    () => open(parts, vault, blob),
    async (writer, { backup, sealed }, facts) => {
      const { name, settings, versions } = backup
      await checkRestorable(writer, vault, 'key', name)
      for (const [index, { version }] of versions.entries())
        await writer.keys.addVersion(vault, name, version, sealed[index]!)
      await writer.keys.setSettings(vault, name, settings)
      await scheduleRotation(writer, vault, name)
      facts.name = name
      facts.versions = versions.length
      return ownView(name, versions.at(-1)!.version)
    },
  )
}

async function seal(parts: Parts, key: KeptObject<KeyFacts>, stored: readonly StoredVersion<KeyFacts>[]) {
  const { vault, name, settings } = key
  const versions = []
  for (const { version, sealed } of stored) {
    const binding = { vault, name, version: version.version }
    versions.push({ version, content: (await parts.keys.open(storedKeyOf(sealed), binding)).reveal() })
  }
  const content = encodeBackup({ name, ...(settings !== undefined && { settings }), versions })
  for (const { content: octets } of versions) octets.fill(0)
  const blob = parts.backups.seal('key', content)
  content.reveal().fill(0)
  return { blob, versions: versions.length }
}

/** Keys are sealed anew, for this vault. */
async function open(parts: Parts, vault: string, blob: Uint8Array) {
  const backup = decodeBackup<KeyBackup>(parts.backups.open('key', blob))
  const sealed: SealedPart[] = []
  for (const { version, content } of backup.versions) {
    const binding = { vault, name: backup.name, version: version.version }
    const key = new Secret(content)
    const stored =
      version.facts.jwk.kty === 'oct'
        ? await parts.keys.importSecretKey(key, binding)
        : (await parts.keys.import(key, binding)).stored
    content.fill(0)
    sealed.push(sealedPartOf(stored))
  }
  return { backup, sealed }
}
