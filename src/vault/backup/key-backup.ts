/** Backup and restore of a key that stands for itself: all versions and its rotation policy. */
import type { KeptObject, KeyFacts, SealedPart } from '../../domain/kept-object.ts'
import type { Secret } from '../../domain/secret.ts'
import type { StoredVersion } from '../../storage/object-storage.ts'
import { ownView } from '../keys/key-summary.ts'
import { findOwnKey } from '../keys/own-key.ts'
import { scheduleRotation } from '../keys/rotation-schedule.ts'
import { sealedPartOf, storedKeyOf } from '../keys/stored-key.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeyView } from '../vault.ts'
import { checkVersionCount, countedVersions, openBackup, sealBackup } from './backup-content.ts'
import { factsOf, type ObjectFacts } from './object-facts.ts'
import { checkRestorable } from './restored-name.ts'

export async function backUpKey(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const call = { caller, verb: 'KeyBackup', name } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async (reader) => {
      const key = await findOwnKey(reader, vault, name, 'backup')
      checkVersionCount(await reader.keys.listVersions(vault, name, countedVersions))
      return { key, versions: await reader.keys.allVersions(vault, name) }
    },
    async ({ key, versions }) => ({ blob: await seal(parts, key, versions), count: versions.length }),
    async (writer, { blob, count }, facts) => {
      await findOwnKey(writer, vault, name, 'backup')
      facts.versions = count
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
    async (writer, { restored, sealed }, facts) => {
      const { name, settings, versions } = restored
      await checkRestorable(writer, vault, 'key', name)
      for (const [index, version] of versions.entries())
        await writer.keys.addVersion(vault, name, version, sealed[index]!)
      await writer.keys.setSettings(vault, name, settings)
      await scheduleRotation(writer, vault, name)
      facts.name = name
      facts.versions = versions.length
      return ownView(name, versions.at(-1)!)
    },
  )
}

async function seal(
  { keys, backups }: Parts,
  key: KeptObject<KeyFacts>,
  stored: readonly StoredVersion<KeyFacts>[],
): Promise<Uint8Array> {
  const { vault, name } = key
  const privateParts: Secret<Uint8Array>[] = []
  for (const { version, sealed } of stored)
    privateParts.push(await keys.open(storedKeyOf(sealed), { vault, name, version: version.version }))
  return sealBackup(backups, 'key', { facts: factsOf(key, stored), privateParts })
}

interface Restored {
  readonly restored: ObjectFacts<KeyFacts>
  readonly sealed: readonly SealedPart[]
}

/** Keys are sealed anew, for this vault. */
async function open({ keys, backups }: Parts, vault: string, blob: Uint8Array): Promise<Restored> {
  return openBackup<ObjectFacts<KeyFacts>, Restored>(
    backups,
    'key',
    blob,
    async ({ facts, privateParts }) => {
      const sealed: SealedPart[] = []
      for (const [index, { version, facts: of }] of facts.versions.entries()) {
        const binding = { vault, name: facts.name, version }
        const key = privateParts[index]!
        const stored =
          of.jwk.kty === 'oct'
            ? await keys.importSecretKey(key, binding)
            : (await keys.import(key, binding)).stored
        sealed.push(sealedPartOf(stored))
      }
      return { restored: facts, sealed }
    },
  )
}
