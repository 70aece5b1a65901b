/**
 * Purges what was deleted and whose retention has ended: certificates, and secrets and keys that stand for themselves. The
 * vault acts by itself, and is audited as such.
 */
import { verbs } from '../access/verbs.ts'
import type { Deletion, StoredKey } from '../domain/certificate.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { Reader, Writer } from '../storage/storage.ts'
import { actOfVault } from './act-of-vault.ts'
import { storedKeyOf } from './keys/stored-key.ts'
import type { Parts } from './parts.ts'

interface Kind {
  readonly operation: 'CertificatePurge' | 'SecretPurge' | 'KeyPurge'
  readonly objects: (reader: Reader) => {
    listPurgeable(before: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]>
    find(vault: string, name: string): Promise<{ name: string; deleted?: Deletion } | undefined>
  }
  /** @returns the keys that are to be destroyed. */
  readonly purge: (writer: Writer, vault: string, name: string) => Promise<StoredKey[]>
}

const kinds: readonly Kind[] = [
  {
    operation: 'CertificatePurge',
    objects: ({ certificates }) => certificates,
    purge: ({ certificates }, vault, name) => certificates.purge(vault, name),
  },
  {
    operation: 'SecretPurge',
    objects: ({ secrets }) => secrets,
    async purge({ secrets }, vault, name) {
      await secrets.purge(vault, name)
      return []
    },
  },
  {
    operation: 'KeyPurge',
    objects: ({ keys }) => keys,
    purge: async ({ keys }, vault, name) => (await keys.purge(vault, name)).map(storedKeyOf),
  },
]

/** Of each kind, in one run. */
const batchSize = 100

/** Repeatable. @returns whether there may be more to do. */
export async function purgeRetained(parts: Parts): Promise<boolean> {
  let mayBeMore = false
  for (const kind of kinds) {
    const now = parts.clock.now()
    const due = await parts.storage.read((reader) => kind.objects(reader).listPurgeable(now, batchSize))
    for (const { vault, name } of due)
      for (const key of await purge(parts, kind, vault, name)) await parts.keys.destroy(key)
    mayBeMore ||= due.length === batchSize
  }
  return mayBeMore
}

/** Nothing when somebody recovered it, or purged it, before its turn. */
async function purge(parts: Parts, kind: Kind, vault: string, name: string): Promise<StoredKey[]> {
  const now = parts.clock.now()
  return parts.storage.transact(async (writer) => {
    const found = await kind.objects(writer).find(vault, name)
    if (!found?.deleted || found.deleted.scheduledPurgeAt > now) return []
    await writer.journal.append({
      ...actOfVault(parts, {
        vault,
        operation: kind.operation,
        object: `${verbs[kind.operation].collection}/${found.name}`,
      }),
      outcome: 'success',
      facts: { reason: 'retention ended' },
    })
    return kind.purge(writer, vault, name)
  })
}
