/**
 * The contract of durable memory for secrets and keys that stand for themselves. All that `storage.ts` promises holds here:
 * snapshots, transactions, names without regard to ASCII case, keyset paging.
 */
import type { Deletion } from '../domain/certificate.ts'
import type { KeptObject, ObjectVersion, SealedPart } from '../domain/kept-object.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { Page } from './storage.ts'

/** All that using or answering one version takes, in one look-up. */
export interface StoredVersion<Facts> {
  readonly name: string
  readonly version: ObjectVersion<Facts>
  readonly sealed: SealedPart
  readonly deleted?: Deletion
}

export interface ObjectReader<Facts> {
  /** Live or deleted. */
  find(vault: string, name: string): Promise<KeptObject<Facts> | undefined>
  /** A version of a live or deleted object; the current one when `version` is absent. */
  findVersion(vault: string, name: string, version?: string): Promise<StoredVersion<Facts> | undefined>
  /** Live objects by name. */
  list(vault: string, page: Page): Promise<KeptObject<Facts>[]>
  /** Deleted objects by name. */
  listDeleted(vault: string, page: Page): Promise<KeptObject<Facts>[]>
  /** Versions of a live object by version id; empty for an unknown name. */
  listVersions(vault: string, name: string, page: Page): Promise<ObjectVersion<Facts>[]>
  /** All versions of a live or deleted object with their private halves, oldest first: what a backup holds. */
  allVersions(vault: string, name: string): Promise<StoredVersion<Facts>[]>
  /** Deleted objects whose retention has ended, in any vault. */
  listPurgeable(before: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]>
  /** Live objects whose time has come, in any vault, the longest due first. */
  listDue(now: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]>
}

export interface ObjectWriter<Facts> extends ObjectReader<Facts> {
  /** Adds a version and makes it current; makes the object where there is none. */
  addVersion(vault: string, name: string, version: ObjectVersion<Facts>, sealed: SealedPart): Promise<void>
  /** Replaces what may change of a version, the current one included: attributes, tags and facts. */
  updateVersion(vault: string, name: string, version: ObjectVersion<Facts>): Promise<void>
  /** `undefined` means none. */
  setSettings(vault: string, name: string, settings: string | undefined): Promise<void>
  /** `undefined` means never. */
  setDue(vault: string, name: string, dueAt: UnixSeconds | undefined): Promise<void>
  /** Marks as deleted, or live again with `undefined`. */
  setDeletion(vault: string, name: string, deletion: Deletion | undefined): Promise<void>
  /** Removes the object with all versions. Answers the private halves that are to be destroyed. */
  purge(vault: string, name: string): Promise<SealedPart[]>
}
