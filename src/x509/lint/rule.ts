/** What a rule about certificates is: one row of a table, with the document that demands it. */
import type { UnixSeconds } from '../../domain/time.ts'
import type { CertificateFacts } from '../certificate.ts'

/** An error blocks the signature; a warning and a notice are told. */
export type Severity = 'error' | 'warning' | 'notice'

/** What the certificate is to be; it decides which rules apply. */
export type CertificateKind =
  | 'server'
  | 'client'
  | 'other-leaf'
  | 'self-signed'
  | 'root'
  | 'intermediate'
  | 'ocsp-responder'

export interface LintContext {
  readonly kind: CertificateKind
  /** When it is signed. */
  readonly at: UnixSeconds
  /** Who signs it; absent for what signs itself. */
  readonly issuer?: CertificateFacts
}

export interface Finding {
  readonly id: string
  readonly severity: Severity
  /** Where in the certificate, by the field names of RFC 5280. */
  readonly path: string
  readonly observed: string
  readonly expected: string
  /** The document and section that demand it. */
  readonly source: string
}

/** What a rule found; nothing when the certificate keeps to it. */
export type Breach = Pick<Finding, 'observed'> & { readonly severity?: Severity }

export interface Rule {
  readonly id: string
  readonly severity: Severity
  readonly source: string
  readonly path: string
  readonly expected: string
  readonly applies: readonly CertificateKind[]
  /** @returns every breach. */
  check(certificate: CertificateFacts, context: LintContext): readonly Breach[]
}

export const leafKinds: readonly CertificateKind[] = ['server', 'client', 'other-leaf', 'ocsp-responder']
export const authorityKinds: readonly CertificateKind[] = ['root', 'intermediate']
export const allKinds: readonly CertificateKind[] = [...leafKinds, 'self-signed', ...authorityKinds]

/** A breach where the condition does not hold. */
export function unless(holds: boolean, observed: string, severity?: Severity): Breach[] {
  return holds ? [] : [{ observed, ...(severity && { severity }) }]
}
