/**
 * The contract of a certification authority. An issuer is told everything it needs and keeps no state of its own: what
 * it must remember between calls goes into the order reference, which the vault stores with the operation.
 */
import type { IssuerOrganization } from '../domain/certificate-issuer.ts'
import type { CertificatePolicy } from '../domain/certificate-policy.ts'
import type { Secret } from '../domain/secret.ts'
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
  /** The CA said no. The reason is shown to the caller, here and below. */
  | { readonly state: 'refused'; readonly reason: string }
  /** The CA cannot even be asked, and waiting will not change that. */
  | { readonly state: 'unable'; readonly reason: string }

export interface Issuer {
  /** Places an order. Called again with the same `orderKey` after a crash: must not order twice if it can know. */
  order(order: CertificateOrder): Promise<OrderAnswer>
  /** Looks again at an order that was pending. Repeatable. */
  check(order: CertificateOrder, reference: string): Promise<OrderAnswer>
}

/** What an issuer object says of the account at the CA. */
export interface IssuerAccount {
  readonly accountId?: string
  readonly password?: Secret<string>
  readonly organization?: IssuerOrganization
}

/** A kind of CA that issuer objects are made for. */
export interface IssuerProvider {
  /** As Key Vault spells it. */
  readonly name: string
  /** The issuer behind one account. Asks nobody yet. */
  connect(account: IssuerAccount): Issuer
}

/** Every issuer there is. Names are compared without regard to case. */
export interface Issuers {
  /** Those that take no settings, by the name that policies call them. */
  builtIn(name: string): Issuer | undefined
  provider(name: string): IssuerProvider | undefined
  /** The names of all providers. */
  readonly providers: readonly string[]
}
