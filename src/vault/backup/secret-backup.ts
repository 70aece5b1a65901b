/** Backup and restore of a secret that stands for itself: all versions with their values. */
import type { KeptObject, SecretFacts } from '../../domain/kept-object.ts'
import type { StoredVersion } from '../../storage/object-storage.ts'
import type { Parts } from '../parts.ts'
import { findOwnSecret } from '../secrets/own-secret.ts'
import { ownSummary } from '../secrets/secret-summary.ts'
import type { Caller, SecretSummary } from '../vault.ts'
import { checkVersionCount, countedVersions, openBackup, sealBackup } from './backup-content.ts'
import { factsOf, type ObjectFacts } from './object-facts.ts'
import { checkRestorable } from './restored-name.ts'

export async function backUpSecret(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const vault = caller.vault.name
  return parts.perform.prepared(
    { caller, verb: 'SecretBackup', name },
    async (reader) => {
      const secret = await findOwnSecret(reader, vault, name, 'backup')
      checkVersionCount(await reader.secrets.listVersions(vault, name, countedVersions))
      return { secret, versions: await reader.secrets.allVersions(vault, name) }
    },
    async ({ secret, versions }) => ({ blob: seal(parts, secret, versions), count: versions.length }),
    async (writer, { blob, count }, facts) => {
      await findOwnSecret(writer, vault, name, 'backup')
      facts.versions = count
      return blob
    },
  )
}

export async function restoreSecret(parts: Parts, caller: Caller, blob: Uint8Array): Promise<SecretSummary> {
  const call = { caller, verb: 'SecretRestore' } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async () => undefined,
    () => open(parts, vault, blob),
    async (writer, { restored, sealed }, facts) => {
      const { name, versions } = restored
      await checkRestorable(writer, vault, 'secret', name)
      for (const [index, version] of versions.entries())
        await writer.secrets.addVersion(vault, name, version, { sealed: sealed[index]! })
      facts.name = name
      facts.versions = versions.length
      return ownSummary(name, versions.at(-1)!)
    },
  )
}

function seal(
  { sealer, backups }: Parts,
  secret: KeptObject<SecretFacts>,
  stored: readonly StoredVersion<SecretFacts>[],
): Uint8Array {
  const { vault, name } = secret
  const privateParts = stored.map(({ version, sealed }) =>
    sealer.openSealed(sealed.sealed!, { vault, name, version: version.version }),
  )
  return sealBackup(backups, 'secret', { facts: factsOf(secret, stored), privateParts })
}

interface Restored {
  readonly restored: ObjectFacts<SecretFacts>
  readonly sealed: readonly Uint8Array[]
}

/** Values are sealed anew, for this vault. */
async function open({ sealer, backups }: Parts, vault: string, blob: Uint8Array): Promise<Restored> {
  return openBackup<ObjectFacts<SecretFacts>, Restored>(
    backups,
    'secret',
    blob,
    async ({ facts, privateParts }) => ({
      restored: facts,
      sealed: facts.versions.map(({ version }, index) =>
        sealer.seal(privateParts[index]!, { vault, name: facts.name, version }),
      ),
    }),
  )
}
