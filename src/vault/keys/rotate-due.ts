/** Rotates the keys whose policy says that it is time. The vault acts by itself, and is audited as such. */
import type { AuditRecord } from '../../domain/audit.ts'
import type { KeptObject, KeyFacts } from '../../domain/kept-object.ts'
import { rotationDue } from '../../domain/rotation-policy.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import { actOfVault } from '../act-of-vault.ts'
import type { Parts } from '../parts.ts'
import { failureOf } from '../perform.ts'
import { addNextVersion, makeNextKey } from './next-version.ts'
import { rotationPolicyOf, scheduleRotation } from './rotation-schedule.ts'

const batchSize = 20

/** How long whoever rotates a key keeps it for itself; afterwards it is due again: after a crash, or a failure. */
export const rotationClaimSeconds = 300

/**
 * Repeatable; any number of processes may run it, since a key is claimed before the next is made.
 * @returns whether there may be more to do.
 */
export async function rotateDue(parts: Parts): Promise<boolean> {
  const due = await parts.storage.read((reader) => reader.keys.listDue(parts.clock.now(), batchSize))
  await Promise.all(due.map(({ vault, name }) => claimAndRotate(parts, vault, name)))
  return due.length === batchSize
}

async function claimAndRotate(parts: Parts, vault: string, name: string): Promise<void> {
  const key = await claim(parts, vault, name)
  if (!key) return
  try {
    const next = await makeNextKey(parts, key)
    await parts.storage.transact(async (writer) => {
      const fresh = await writer.keys.find(vault, name)
      // If it is due still, its turn comes again.
      if (fresh?.current.version !== key.current.version || !isDue(fresh, parts.clock.now())) return
      const { version } = await addNextVersion(parts, writer, fresh, next)
      await writer.journal.append({ ...recordOf(parts, fresh), outcome: 'success', facts: { version } })
    })
  } catch (error) {
    await recordFailure(parts, key, error)
  }
}

/** @returns the key, unless somebody else has it or it is not to be rotated after all. */
async function claim(parts: Parts, vault: string, name: string): Promise<KeptObject<KeyFacts> | undefined> {
  return parts.storage.transact(async (writer) => {
    const now = parts.clock.now()
    const key = await writer.keys.find(vault, name)
    if (key?.dueAt === undefined || key.dueAt > now || key.deleted) return undefined
    if (!isDue(key, now)) {
      await scheduleRotation(writer, vault, name)
      return undefined
    }
    await writer.keys.setDue(vault, name, seconds(now + rotationClaimSeconds))
    return key
  })
}

function isDue(key: KeptObject<KeyFacts>, now: UnixSeconds): boolean {
  const due = rotationDue(rotationPolicyOf(key), key.current)
  return !key.deleted && due !== undefined && due <= now
}

async function recordFailure(parts: Parts, key: KeptObject<KeyFacts>, error: unknown): Promise<void> {
  parts.log.error('a key could not be rotated; it will be tried again', {
    vault: key.vault,
    key: key.name,
    error: String(error),
  })
  const why = failureOf(error, 'The service failed; see its log.')
  await parts.storage.transact((writer) =>
    writer.journal.append({ ...recordOf(parts, key), outcome: 'failed', ...why }),
  )
}

function recordOf(parts: Parts, { vault, name }: KeptObject<KeyFacts>): Omit<AuditRecord, 'outcome'> {
  return actOfVault(parts, { vault, operation: 'KeyRotate', object: `keys/${name}` })
}
