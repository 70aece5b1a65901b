/**
 * The contract of a certification authority. An issuer is told everything it needs and keeps no state of its own: what
 * it must remember between calls goes into the order reference, which the vault stores with the operation.
 *
 * Every call can be made again after a crash, and is over within two minutes, by an error if need be. One that comes to
 * nothing throws an `IssuerFailure` (domain), whose class says what happens next; any other error counts as passing, and as
 * `ambiguous` where it may have cost an order.
 */
import type { IssuerOrganization, IssuerSettings } from '../domain/certificate-issuer.ts'
import type { CertificatePolicy } from '../domain/certificate-policy.ts'
import type { RevocationWish } from '../domain/revoke.ts'
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
  /** How often it was sent, this time included; 0 where nobody counts, since it can be repeated without harm. */
  readonly attempt: number
  /** When it was sent last: where `reconcile` has to look. Absent if it never was, and for orders that can be repeated. */
  readonly orderedAt?: UnixSeconds
  /** DER: the certificate that this one follows, if the same issuer made it. Absent for orders that can be repeated. */
  readonly replaces?: Der
  /** Signs with the certificate's own key. Only `Self` uses it. */
  sign(scheme: SigningScheme, data: Uint8Array): Promise<Uint8Array>
}

export type OrderAnswer =
  | { readonly state: 'issued' /** DER, the leaf first. */; readonly chain: readonly Der[] }
  | PendingOrder
  /** The CA said no. The reason is shown to the caller, here and below. */
  | { readonly state: 'refused'; readonly reason: string }
  /** The CA cannot even be asked, and waiting will not change that. */
  | { readonly state: 'unable'; readonly reason: string }

export interface PendingOrder {
  readonly state: 'pending'
  /** Opaque to all others; holds no secret. */
  readonly reference: string
  /** Absent: nobody to ask, the operation waits for a merge. */
  readonly checkAgainAfterSeconds?: number
  /** What holds it up, if the CA says so. */
  readonly needs?: OrderNeed
  /** The same in a sentence for people. */
  readonly details?: string
}

export type OrderNeed =
  | 'approval'
  | 'domain-validation'
  | 'organisation-validation'
  | 'phishing-review'
  | 'payment'
  | 'none'

/**
 * What came of an order whose answer never arrived. `not-ordered`: the CA has no such order, and it is safe to send it.
 * `unknown`: the CA cannot tell.
 */
export type ReconcileAnswer = OrderAnswer | 'not-ordered' | 'unknown'

/** `too-late`: the certificate is made. `refused`: the CA does not give the order up, though it may never be filled. */
export type CancelAnswer =
  | { readonly state: 'cancelled' }
  | { readonly state: 'too-late' }
  | { readonly state: 'refused'; readonly reason: string }

/** The private key of a certificate, where it lies with the vault. */
export interface CertificateKey {
  sign(scheme: SigningScheme, data: Uint8Array): Promise<Uint8Array>
}

/** A certificate that was revoked before counts as `revoked`, for whatever reason. */
export type RevokeAnswer =
  | { readonly state: 'revoked' }
  /** The CA will do it; somebody may have to agree first. */
  | { readonly state: 'pending'; readonly details?: string }
  | { readonly state: 'refused'; readonly reason: string }

/** A certificate that is not revoked counts as `released`. */
export type ReleaseAnswer =
  | { readonly state: 'released' }
  | { readonly state: 'refused'; readonly reason: string }

/** When the CA would have a certificate renewed (RFC 9773). */
export interface RenewalAdvice {
  readonly from: UnixSeconds
  readonly until: UnixSeconds
  readonly checkAgainAt: UnixSeconds
  /** Where the CA says why. */
  readonly explanation?: string
}

/** One thing that has to be in order before certificates can be had. */
export interface AccountFinding {
  readonly subject: 'credentials' | 'network' | 'account'
  readonly inOrder: boolean
  /** A sentence for people; what to do, where something is to be done. */
  readonly details: string
}

/** How the account at the CA stands, as far as that is on record here. */
export interface AccountState {
  /** `none`: the first order opens one. */
  readonly status: 'none' | 'valid' | 'deactivated' | 'revoked'
  /** The CA that it is at, by the URL of its directory. */
  readonly directory: string
  /** What the CA calls it. */
  readonly url?: string
  /** What the CA was told last. */
  readonly contacts: readonly string[]
  /** The account on the CA's own books that it is bound to. */
  readonly externalAccount?: string
  /** SHA-256 of the public key (RFC 7638), in base64url. */
  readonly keyThumbprint?: string
  /** A replacement of the key was begun, and what became of it is not known yet. */
  readonly replacingKey: boolean
  readonly created?: UnixSeconds
  readonly updated?: UnixSeconds
}

/**
 * What can be done with the account beside ordering. Each act can be done again, whatever became of it, and answers a
 * sentence for people; it throws as every call does.
 */
export interface AccountCare {
  /** Asks nobody. */
  read(): Promise<AccountState>
  /** Opens it now, or sees that it is open; tells the CA whom to write to. */
  open(): Promise<string>
  /** Another key signs from now on, and the former one is destroyed. */
  replaceKey(): Promise<string>
  /** Never to be undone: the CA takes nothing from it any more, and nothing is ordered. */
  deactivate(): Promise<string>
  /**
   * Forgets the account and destroys its key, so that the next order opens another.
   * @param options.evenIfValid otherwise it is forgotten only when the CA takes nothing from it any more.
   */
  startAnew(options: { readonly evenIfValid: boolean }): Promise<string>
}

/** What a CA says of itself to whoever has no account yet. */
export interface CaDescription {
  /** The host that answered. */
  readonly host: string
  /** For people. */
  readonly termsOfService?: string
  /** Accounts have to be bound to one on the CA's own books. */
  readonly externalAccountRequired: boolean
  /** Kinds of certificates, by name. */
  readonly profiles: readonly string[]
}

/** What cannot be seen from the abilities that an issuer has. */
export interface IssuerCapabilities {
  /** An order that is sent again under its `orderKey` is one order, whatever became of the answers. */
  readonly idempotentOrders: boolean
  /** Certificates of authorities can be ordered. */
  readonly caCertificates: boolean
}

/** Abilities that a CA does not have are absent. */
export interface Issuer {
  readonly capabilities: IssuerCapabilities
  /** Places an order. Unless orders are idempotent, it is called again only when the one before is known to be none. */
  order(order: CertificateOrder): Promise<OrderAnswer>
  /** Looks again at an order that was pending. Repeatable. */
  check(order: CertificateOrder, reference: string): Promise<OrderAnswer>
  /** Looks for an order that may have been placed, by request, key, names and time. Orders nothing. */
  reconcile?(order: CertificateOrder): Promise<ReconcileAnswer>
  /** Gives up a pending order. Repeatable. */
  cancel?(order: CertificateOrder, reference: string): Promise<CancelAnswer>
  /**
   * Repeatable. Asked for a hold only if `release` is there too.
   * @param key of the certificate, for CAs that take the word of whoever has it.
   */
  revoke?(certificate: Der, revocation: RevocationWish, key?: CertificateKey): Promise<RevokeAnswer>
  /** Lifts a hold. Repeatable. */
  release?(certificate: Der): Promise<ReleaseAnswer>
  /** Undefined when the CA has no advice on this certificate. */
  adviseRenewal?(certificate: Der): Promise<RenewalAdvice | undefined>
  /** Says of each thing in turn whether it is in order; does not throw, and changes nothing anywhere. */
  verifyAccount?(): Promise<readonly AccountFinding[]>
  /** For CAs where the account is opened and kept from here. */
  readonly account?: AccountCare
}

/** What an issuer object says of the account at the CA. */
export interface IssuerAccount {
  /** The vault and the name of the issuer object. */
  readonly vault: string
  readonly name: string
  readonly accountId?: string
  readonly password?: Secret<string>
  readonly organization?: IssuerOrganization
  /** As `checkSettings` let them through; empty where none were sent. */
  readonly settings: IssuerSettings
}

/** A kind of CA that issuer objects are made for. */
export interface IssuerProvider {
  /** As Key Vault spells it. */
  readonly name: string
  /**
   * Judges what an issuer object says under `settings`, before it is stored. Absent: the provider takes none.
   * @throws VaultError `BadParameter` that names the member (`settings.url: …`) and says what to send.
   */
  checkSettings?(settings: IssuerSettings): void
  /**
   * Asks the CA that the settings name what it says of itself; nobody need have agreed to its terms yet.
   * @throws VaultError as above, IssuerFailure when it cannot be asked.
   */
  describeCa?(settings: IssuerSettings): Promise<CaDescription>
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
