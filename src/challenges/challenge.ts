/**
 * The contract of proving control of a name (RFC 8555 8). An issuer says what is to be shown; a solver shows it, tells when
 * the world can see it, and takes it away. What is shown is on record before it is shown, so that it is taken away also when
 * the process died in between.
 */
import type { Challenge, ChallengeType } from '../domain/challenge.ts'

/** `waiting` says in a sentence what is not to be seen yet, and where. */
export type Visibility =
  | { readonly state: 'visible' }
  | { readonly state: 'waiting'; readonly details: string }

export interface Solver {
  readonly type: ChallengeType
  /**
   * Shows it. Repeatable: shows it once however often it is called, beside what is shown for others.
   * @returns `place` for taking it away.
   * @throws IssuerFailure `user-action` when somebody has to set something right, `transient` when it may work later.
   */
  present(challenge: Challenge): Promise<string | undefined>
  /** Whether all can see it from whom a CA may ask. */
  look(challenge: Challenge, place: string | undefined): Promise<Visibility>
  /** Takes it away, and nothing else. Repeatable, also if it was never shown. */
  cleanUp(challenge: Challenge, place: string | undefined): Promise<void>
}
