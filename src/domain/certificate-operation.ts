/** The pending operation of a certificate: from the request to a new version, or to the reason why not. */

import type { StoredKey, Tags } from './certificate.ts'
import type { CertificatePolicy } from './certificate-policy.ts'
import type { UnixSeconds } from './time.ts'

/** As spelled on the wire. */
export type OperationStatus = 'inProgress' | 'completed' | 'cancelled' | 'failed'

export interface OperationError {
  readonly code: string
  readonly message: string
}

export interface CertificateOperation {
  readonly vault: string
  readonly name: string
  /** 32 lower-case hex digits. */
  readonly requestId: string
  readonly status: OperationStatus
  readonly cancellationRequested: boolean
  readonly created: UnixSeconds
  /** The policy as it was when the operation began; the CSR was made from it. */
  readonly policy: CertificatePolicy
  /** The version that completion will create. */
  readonly version: string
  /** What the new version starts with. */
  readonly enabled: boolean
  readonly tags?: Tags
  readonly preserveCertOrder?: boolean
  /** DER CertificationRequest. */
  readonly request: Uint8Array
  readonly privateKey: StoredKey
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** Serial number recorded before anything is signed with it; for issuers that sign here. */
  readonly serialNumber: Uint8Array
  /** What the issuer needs to find its order again; opaque to all others. */
  readonly orderReference?: string
  /** How often an order was sent. */
  readonly attempt?: number
  /**
   * When the last order was sent. On record before it leaves, and gone when it is known to have come to nothing: while it
   * stands without a reference, an order may be at the CA that nobody here knows of.
   */
  readonly orderedAt?: UnixSeconds
  readonly statusDetails?: string
  readonly error?: OperationError
  /** When to take the next step; absent when only a person can (merge) or when finished. */
  readonly dueAt?: UnixSeconds
  /** How many steps failed for a passing reason, for the back-off. */
  readonly failedSteps: number
}

/** Nobody but a person answers for the issuer `Unknown`. */
export function waitsForPerson({ policy }: Pick<CertificateOperation, 'policy'>): boolean {
  return policy.issuer.name.toLowerCase() === 'unknown'
}

/** Key Vault's two texts for an operation that waits. */
export const waitingForIssuer =
  'Pending certificate created. Certificate request is in progress. This may take some time based on the issuer provider. Please check again later.'
export const waitingForMerge = 'Pending certificate created. Please Perform Merge to complete the request.'
