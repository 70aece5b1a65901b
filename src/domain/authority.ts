/**
 * A certification authority that a vault keeps itself: its certificate and key, the record of all that it issued, and what
 * of that was revoked (RFC 5280).
 */
import type { UnixSeconds } from './time.ts'

/** CRLReason (RFC 5280 5.3.1). `removeFromCRL` stands only in delta lists and is nobody's reason. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  privilegeWithdrawn: 9,
  aACompromise: 10,
} as const

export type RevocationReason = keyof typeof revocationReasons

/** How an authority works; settled when it is made, changed by its operator. */
export interface AuthorityRules {
  /** No certificate of a subscriber lives longer, in days. */
  readonly validityDaysMax: number
  /** How long a full revocation list is good for, in hours; the next is published when half of it has passed. */
  readonly crlHours: number
  /** How long a delta list is good for, in hours; absent: there are none. */
  readonly deltaHours?: number
  /** Into how many lists the certificates are divided; 1 for one list of all. */
  readonly partitions: number
  /** `http://host[:port]` under which lists, certificates and OCSP are reached; absent: certificates point nowhere. */
  readonly baseUrl?: string
}

export interface Authority {
  readonly vault: string
  /** As first given; compared without regard to case. */
  readonly name: string
  /** `requested` waits for a certificate from outside; `retired` signs nothing new but its revocation lists. */
  readonly state: 'requested' | 'active' | 'retired'
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** DER CertificationRequest, for authorities that are certified outside. */
  readonly request?: Uint8Array
  /** DER; absent while requested. */
  readonly certificate?: Uint8Array
  /** DER, from its issuer upwards to the root; empty for a root. */
  readonly chain: readonly Uint8Array[]
  /** Other certificates of the same key or subject, by which old and new trust meet (RFC 4210 4.4). */
  readonly crossCertificates: readonly Uint8Array[]
  /** The authority of the same vault that certified it. */
  readonly parent?: string
  /** Who issues in its place from a date on. */
  readonly successor?: { readonly name: string; readonly from: UnixSeconds }
  readonly rules: AuthorityRules
}

/** A serial number that was given out. It is on record before anything is signed with it. */
export interface IssuedCertificate {
  readonly vault: string
  readonly authority: string
  /** The octets of the INTEGER, without sign octet. */
  readonly serialNumber: Uint8Array
  /** What it was given out for; the same order never gets a second one. */
  readonly orderKey: string
  /** Which revocation list it would stand in. */
  readonly partition: number
  readonly recorded: UnixSeconds
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  /** RFC 4514 text, for people. */
  readonly subject: string
  /** DER; absent while nothing is known to have been signed. */
  readonly certificate?: Uint8Array
  readonly revocation?: Revocation
  /** When a hold was lifted last: delta lists have to say so. */
  readonly released?: UnixSeconds
}

export interface Revocation {
  readonly at: UnixSeconds
  readonly reason: RevocationReason
  /** Since when the key is not to be trusted, if that was before. */
  readonly invalidityDate?: UnixSeconds
}

/** One line of a revocation list. */
export interface RevokedEntry {
  readonly serialNumber: Uint8Array
  readonly at: UnixSeconds
  /** `removeFromCRL`: it was on hold and is so no more. */
  readonly reason: RevocationReason | 'removeFromCRL'
  readonly invalidityDate?: UnixSeconds
}

export interface RevocationList {
  readonly vault: string
  readonly authority: string
  readonly partition: number
  readonly kind: 'full' | 'delta'
  /** CRL number (RFC 5280 5.2.3); full and delta lists count together. */
  readonly number: number
  /** Of a delta list: the number of the full list that it completes. */
  readonly baseNumber?: number
  readonly thisUpdate: UnixSeconds
  readonly nextUpdate: UnixSeconds
  /** The last change of its partition that it knows of; delta lists go on from there. 0 if absent. */
  readonly lastChange?: number
  /** DER CertificateList. */
  readonly der: Uint8Array
}

/** One list of those that an authority publishes. */
export type ListPlace = Pick<RevocationList, 'vault' | 'authority' | 'partition' | 'kind'>

/** When a list is published next. */
export interface ListTurn extends ListPlace {
  /** Absent while it waits for something to happen. */
  readonly due?: UnixSeconds
  /** How often something made it due at once. Whoever began to sign before the last time has not done with it. */
  readonly asked: number
  /** How often publishing failed since it last succeeded. */
  readonly failures: number
}

/** Who signs OCSP answers in the name of an authority (RFC 6960 4.2.2.2). */
export interface OcspResponder {
  readonly vault: string
  readonly authority: string
  /** DER, issued by the authority itself. */
  readonly certificate: Uint8Array
  readonly notAfter: UnixSeconds
}
