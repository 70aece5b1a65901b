/** Purges deleted certificates whose retention has ended. The vault acts by itself, and is audited as such. */

import { vaultPrincipal } from './certificates/advance-operation.ts'
import { newId, type Parts } from './parts.ts'
import { identityOf } from './perform.ts'

const batchSize = 100

/** Repeatable. @returns whether there may be more to do. */
export async function purgeRetained(parts: Parts): Promise<boolean> {
  const now = parts.clock.now()
  const due = await parts.storage.read((reader) => reader.certificates.listPurgeable(now, batchSize))
  for (const { vault, name } of due) {
    const keys = await parts.storage.transact(async (writer) => {
      const certificate = await writer.certificates.find(vault, name)
      if (!certificate?.deleted || certificate.deleted.scheduledPurgeAt > now) return []
      const id = newId(parts.random)
      await writer.journal.append({
        at: now,
        vault,
        operation: 'CertificatePurge',
        identity: identityOf(vaultPrincipal),
        origin: { correlationId: id, requestId: id },
        object: `certificates/${certificate.name}`,
        outcome: 'success',
        facts: { reason: 'retention ended' },
      })
      return writer.certificates.purge(vault, name)
    })
    for (const key of keys) await parts.keys.destroy(key)
  }
  return due.length === batchSize
}
