/** What the verbs are made of; `compose.ts` brings the parts together. */
import type { Clock, Random } from '../domain/time.ts'
import type { Issuers } from '../issuers/issuer.ts'
import type { BackupSeal } from '../keys/backup-seal.ts'
import type { KeyProtection, Sealer } from '../keys/key-protection.ts'
import type { Storage } from '../storage/storage.ts'
import type { Perform } from './perform.ts'

export interface Parts {
  readonly storage: Storage
  readonly perform: Perform
  readonly keys: KeyProtection
  readonly sealer: Sealer
  /** For what is handed out for safe keeping. */
  readonly backups: BackupSeal
  readonly clock: Clock
  readonly random: Random
  readonly issuers: Issuers
  /** For the operator; never given secrets. */
  readonly log: Log
}

export interface Log {
  info(message: string, facts?: Record<string, unknown>): void
  error(message: string, facts?: Record<string, unknown>): void
}

/** 32 lower-case hex digits: versions and request ids. */
export function newId(random: Random): string {
  return Buffer.from(random(16)).toString('hex')
}
