/** What is shown to prove control of a name (RFC 8555 8). */
import type { UnixSeconds } from './time.ts'

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
  /** When it is taken away whatever became of the order; and when that is tried again, if it failed. */
  readonly until: UnixSeconds
  /** Since when it could not be taken away. */
  readonly overSince?: UnixSeconds
  /** When the CA was told to look, if it was. */
  readonly responded?: UnixSeconds
  /** What the solver has to know to take it away; opaque to all others, and no secret. */
  readonly place?: string
}

/** Whether it is to be seen: its time is not over, and nobody began to take it away. */
export function isStanding({ until, overSince }: PresentedChallenge, now: UnixSeconds): boolean {
  return overSince === undefined && until > now
}

/** The key authorization that is shown under a token for `http-01`. Undefined where nothing is. */
export type FindKeyAuthorization = (token: string) => Promise<string | undefined>
