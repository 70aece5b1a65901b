/**
 * The contract of proving control of a name (RFC 8555 8). An issuer says what is to be shown; a solver shows it, tells when
 * the world can see it, and takes it away. What is shown is on record before it is shown, so that it is taken away also when
 * the process died in between.
 */
import type { UnixSeconds } from '../domain/time.ts'

export type ChallengeType = 'http-01' | 'dns-01' | 'tls-alpn-01' | 'dns-account-01'

export interface Challenge {
  readonly type: ChallengeType
  /** A DNS name in A-labels without `*.`, or an IP address. */
  readonly identifier: { readonly type: 'dns' | 'ip'; readonly value: string }
  readonly token: string
  /** `token.thumbprint` (RFC 8555 8.1); what is shown is made from it. */
  readonly keyAuthorization: string
  /** URL of the account at the CA; `dns-account-01` names its record after it. */
  readonly account: string
}

export interface PresentedChallenge extends Challenge {
  readonly vault: string
  /** The issuer object for which it is shown. */
  readonly issuer: string
  /** The order for which it is shown, as the vault calls it. */
  readonly orderKey: string
  readonly presented: UnixSeconds
  /** When it is taken away whatever became of the order. */
  readonly until: UnixSeconds
  /** What the solver has to know to take it away; opaque to all others, and no secret. */
  readonly place?: string
}

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
