/**
 * The contract of a certification authority. An issuer is told everything it needs and keeps no state of its own: what
 * it must remember between calls goes into the order reference, which the vault stores with the operation.
 */
import type { CertificatePolicy } from '../domain/certificate-policy.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { SigningScheme } from '../keys/key-protection.ts'
import type { Der } from '../x509/der.ts'

/** All of it is on record before `order` is called. */
export interface CertificateOrder {
  /** The same for every attempt of one operation; CAs with an idempotency key are given this one. */
  readonly orderKey: string
  /** DER CertificationRequest, signed by the key below. */
  readonly request: Der
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Der
  readonly policy: CertificatePolicy
  /** For issuers that sign here: positive, 16 octets, unique. */
  readonly serialNumber: Uint8Array
  /** When the operation was created: what a validity is counted from, whenever the signing happens. */
  readonly created: UnixSeconds
  /** Signs with the certificate's own key. Only `Self` uses it. */
  sign(scheme: SigningScheme, data: Uint8Array): Promise<Uint8Array>
}

export type OrderAnswer =
  | { readonly state: 'issued' /** DER, the leaf first. */; readonly chain: readonly Der[] }
  | {
      readonly state: 'pending'
      readonly reference: string
      /** Absent: nobody to ask, the operation waits for a merge. */
      readonly checkAgainAfterSeconds?: number
    }
  | { readonly state: 'refused'; readonly reason: string }

export interface Issuer {
  /** Places an order. Called again with the same `orderKey` after a crash: must not order twice if it can know. */
  order(order: CertificateOrder): Promise<OrderAnswer>
  /** Looks again at an order that was pending. Repeatable. */
  check(order: CertificateOrder, reference: string): Promise<OrderAnswer>
}
