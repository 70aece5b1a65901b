/**
 * The certificate policy: how the next version of a certificate is made (Key Vault's CertificatePolicy).
 * A policy that exists is sound: it was parsed, completed with defaults and checked before it became one of these.
 */
import type { SubjectAlternativeNames } from './subject.ts'

export type KeyType = 'RSA' | 'RSA-HSM' | 'EC' | 'EC-HSM' | 'oct' | 'oct-HSM'
export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'P-256K'

export interface KeyProperties {
  readonly exportable: boolean
  readonly keyType: KeyType
  /** Bits. For EC the size of the curve, kept as sent. */
  readonly keySize?: number
  readonly curve?: CurveName
  readonly reuseKey: boolean
}

export type SecretContentType = 'application/x-pkcs12' | 'application/x-pem-file'

export interface X509Properties {
  /** As typed by the caller; empty when the names are all in `sans`. */
  readonly subject: string
  /** Absent when the caller sent none; kinds that were sent are present even when empty. */
  readonly sans?: Partial<SubjectAlternativeNames>
  /** Dotted object identifiers. */
  readonly ekus: readonly string[]
  /** Key Vault's words, sorted alphabetically as it answers them. */
  readonly keyUsage: readonly KeyUsageWord[]
  readonly validityMonths: number
  readonly basicConstraints: { readonly ca: boolean; readonly pathLength?: number }
}

export type KeyUsageWord =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

export interface LifetimeAction {
  readonly action: 'AutoRenew' | 'EmailContacts'
  /** Exactly one of the two. */
  readonly trigger: { readonly lifetimePercentage: number } | { readonly daysBeforeExpiry: number }
}

export interface IssuerParameters {
  /** `Self`, `Unknown`, or the name of an issuer object. */
  readonly name: string
  /** The CA's product, e.g. `OV-SSL`. */
  readonly certificateType?: string
  readonly certificateTransparency?: boolean
}

export interface CertificatePolicy {
  readonly enabled: boolean
  readonly key: KeyProperties
  readonly secretContentType: SecretContentType
  readonly x509: X509Properties
  readonly lifetimeActions: readonly LifetimeAction[]
  readonly issuer: IssuerParameters
}
