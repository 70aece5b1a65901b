/** Backup and restore of a secret that stands for itself: all versions with their values. */
import type { SecretFacts } from '../../domain/kept-object.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import { Secret } from '../../domain/secret.ts'
import type { StoredVersion } from '../../storage/object-storage.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'
import type { Parts } from '../parts.ts'
import { ownSummary } from '../secrets/secret-summary.ts'
import type { Caller, SecretSummary } from '../vault.ts'
import { checkVersionCount, decodeBackup, encodeBackup, type SecretBackup } from './backup-content.ts'
import { checkRestorable } from './restored-name.ts'

export async function backUpSecret(parts: Parts, caller: Caller, name: string): Promise<Uint8Array> {
  const vault = caller.vault.name
  const stored = await parts.perform({ caller, verb: 'SecretBackup', name }, async (reader, facts) => {
    const keptName = await findOwn(reader, vault, name)
    const versions = await reader.secrets.allVersions(vault, name)
    checkVersionCount(versions.length)
    facts.versions = versions.length
    return { name: keptName, versions }
  })
  return seal(parts, vault, stored)
}

export async function restoreSecret(parts: Parts, caller: Caller, blob: Uint8Array): Promise<SecretSummary> {
  const call = { caller, verb: 'SecretRestore' } as const
  const vault = caller.vault.name
  return parts.perform.prepared(
    call,
    async () => undefined,
    async () => decodeBackup<SecretBackup>(parts.backups.open('secret', blob)),
    async (writer, { name, versions }, facts) => {
      await checkRestorable(writer, vault, 'secret', name)
      for (const { version, content } of versions) {
        const sealed = parts.sealer.seal(new Secret(content), { vault, name, version: version.version })
        await writer.secrets.addVersion(vault, name, version, { sealed })
      }
      facts.name = name
      facts.versions = versions.length
      return ownSummary(name, versions.at(-1)!.version)
    },
  )
}

/** @returns the name as first given. */
async function findOwn(reader: Reader, vault: string, name: string): Promise<string> {
  const secret = await reader.secrets.find(vault, name)
  if (secret && !secret.deleted) return secret.name
  await checkNotOfCertificate(reader, vault, name, { kind: 'Secret', operation: 'backup', state: 'live' })
  throw secretNotFound(name)
}

function seal(
  parts: Parts,
  vault: string,
  { name, versions: stored }: { name: string; versions: readonly StoredVersion<SecretFacts>[] },
): Uint8Array {
  const versions = stored.map(({ version, sealed }) => ({
    version,
    content: parts.sealer.openSealed(sealed.sealed!, { vault, name, version: version.version }).reveal(),
  }))
  const content = encodeBackup({ name, versions })
  for (const { content: octets } of versions) octets.fill(0)
  const blob = parts.backups.seal('secret', content)
  content.reveal().fill(0)
  return blob
}
