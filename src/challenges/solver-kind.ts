/**
 * The contract of one way to prove control, as an entry of `settings.challenges` names it by its `type`. An entry says which
 * names it is for (`names`); all its other members are the kind's own.
 */
import type { Challenge, ChallengeType } from '../domain/challenge.ts'
import type { Solver } from './challenge.ts'

/** Members of an entry without `type` and `names`. They hold no secrets, only the names of secrets. */
export type SolverSettings = Readonly<Record<string, unknown>>

export interface SolverKind {
  readonly type: ChallengeType
  /** Whether it is used where an issuer object says nothing about challenges: all that it takes is running. */
  readonly ready: boolean
  /** Whether this way can prove it at all: not everyone proves addresses, or wildcards (which come without `*.`). */
  proves(identifier: Challenge['identifier'], wildcard: boolean): boolean
  /** @throws VaultError `BadParameter` whose message begins with the member: `server: send …`. */
  checkSettings(settings: SolverSettings): void
  /** Asks nobody yet. @param vault whose secrets it may use. */
  connect(settings: SolverSettings, vault: string): Solver
  /**
   * For taking away what lies at a place when the entry that it was shown by may have changed. Undefined if the place does not
   * tell. Absent: `connect` with no members takes away what any entry has shown.
   */
  connectTo?(place: string, vault: string): Solver | undefined
}
