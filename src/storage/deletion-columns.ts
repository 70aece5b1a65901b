/** The two columns by which every kind of row says whether it is deleted. */
import type { Deletion } from '../domain/certificate.ts'
import type { UnixSeconds } from '../domain/time.ts'

export interface DeletionColumns {
  readonly deleted_at: UnixSeconds | null
  readonly scheduled_purge_at: UnixSeconds | null
}

/** Empty for what is live. */
export function readDeletion(row: DeletionColumns): { deleted?: Deletion } {
  const { deleted_at: at, scheduled_purge_at: scheduledPurgeAt } = row
  return at !== null && scheduledPurgeAt !== null ? { deleted: { at, scheduledPurgeAt } } : {}
}
