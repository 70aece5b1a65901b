/** Takes the next step of every operation whose time has come. */
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Parts } from '../parts.ts'
import { advanceOperation } from './advance-operation.ts'
import type { StepsUnderWay } from './steps-under-way.ts'

const batchSize = 50
/** However many are due, no more are taken at a time. */
const underWayMax = 500

/** How long whoever takes a step keeps the operation for itself; afterwards it counts as abandoned and is due again. */
export const claimSeconds = 30

/**
 * Repeatable; any number of processes may run it, since a step is taken only after the operation was claimed.
 * @param until operations due by then are taken. At the start of the only process on a store this is later than now, for
 *   nobody else can hold a claim.
 * @param steps where the steps are begun, without waiting for any of them; each is waited for if absent.
 * @returns whether there may be more to do.
 */
export async function advanceDue(parts: Parts, until: UnixSeconds, steps?: StepsUnderWay): Promise<boolean> {
  const taken = steps?.taken ?? new Set()
  // What is under way longer than its claim is due again, and must not stand before the others.
  const all = await parts.storage.read((reader) => reader.operations.listDue(until, batchSize + taken.size))
  const room = Math.min(batchSize, Math.max(0, underWayMax - taken.size))
  const due = all.filter(({ requestId }) => !taken.has(requestId)).slice(0, room)
  await Promise.all(
    due.map(async (entry) => {
      const claimed = await claim(parts, entry, until)
      if (!claimed) return
      if (steps) steps.begin(claimed)
      else await advanceOperation(parts, claimed)
    }),
  )
  return due.length === batchSize
}

function claim(
  parts: Parts,
  entry: { vault: string; name: string; requestId: string },
  until: UnixSeconds,
): Promise<CertificateOperation | undefined> {
  return parts.storage.transact(async (writer) => {
    const operation = await writer.operations.find(entry.vault, entry.name)
    if (operation?.requestId !== entry.requestId || operation.status !== 'inProgress') return undefined
    if (operation.dueAt === undefined || operation.dueAt > until) return undefined
    const ours = { ...operation, dueAt: seconds(parts.clock.now() + claimSeconds) }
    await writer.operations.put(ours)
    return ours
  })
}
