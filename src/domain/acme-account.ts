/** Accounts at ACME CAs (RFC 8555 7.1.2), and what is counted for them. */
import type { UnixSeconds } from './time.ts'

/** Names the account: one for each issuer object and directory. */
export interface AccountPlace {
  readonly vault: string
  readonly issuer: string
  /** URL of the directory. */
  readonly directory: string
}

/** The account at the CA (RFC 8555 7.1.2). */
export interface AcmeAccount extends AccountPlace {
  /** Its URL; absent until the CA gave one. */
  readonly url?: string
  readonly status: 'valid' | 'deactivated' | 'revoked'
  /** What the CA was told last. */
  readonly contacts: readonly string[]
  /** The key identifier of the external account that it is bound to (RFC 8555 7.3.4). */
  readonly externalAccount?: string
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
}

/** What a CA counts (RFC 8555 6.6). */
export interface Budget {
  readonly kind: 'orders' | 'certificates-of-domain' | 'certificates-of-names' | 'failures'
  /** A registered domain, a set of names or a name; empty for the account as a whole. */
  readonly subject: string
  readonly windowSeconds: number
}
