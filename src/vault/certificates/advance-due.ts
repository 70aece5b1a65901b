/** Takes the next step of every operation whose time has come. */
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Parts } from '../parts.ts'
import { advanceOperation } from './advance-operation.ts'

const batchSize = 50

/** How long whoever takes a step keeps the operation for itself; afterwards it counts as abandoned and is due again. */
export const claimSeconds = 30

/**
 * Repeatable; any number of processes may run it, since a step is taken only after the operation was claimed.
 * @param until operations due by then are taken. At the start of the only process on a store this is later than now, for
 *   nobody else can hold a claim.
 * @returns whether there may be more to do.
 */
export async function advanceDue(parts: Parts, until: UnixSeconds): Promise<boolean> {
  const due = await parts.storage.read((reader) => reader.operations.listDue(until, batchSize))
  await Promise.all(due.map((entry) => claimAndAdvance(parts, entry, until)))
  return due.length === batchSize
}

async function claimAndAdvance(
  parts: Parts,
  entry: { vault: string; name: string; requestId: string },
  until: UnixSeconds,
): Promise<void> {
  const claimed = await parts.storage.transact(async (writer) => {
    const operation = await writer.operations.find(entry.vault, entry.name)
    if (operation?.requestId !== entry.requestId || operation.status !== 'inProgress') return undefined
    if (operation.dueAt === undefined || operation.dueAt > until) return undefined
    const ours = { ...operation, dueAt: seconds(parts.clock.now() + claimSeconds) }
    await writer.operations.put(ours)
    return ours
  })
  if (claimed) await advanceOperation(parts, claimed)
}
