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
  /** When it is taken away whatever became of the order. */
  readonly until: UnixSeconds
  /** When the CA was told to look, if it was. */
  readonly responded?: UnixSeconds
  /** What the solver has to know to take it away; opaque to all others, and no secret. */
  readonly place?: string
}
