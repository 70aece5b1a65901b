/** A policy as a caller sends it: any part may be missing. Values have their types already; rules are not applied yet. */
import type {
  CurveName,
  KeyType,
  KeyUsageWord,
  LifetimeAction,
  SecretContentType,
} from './certificate-policy.ts'
import type { SubjectAlternativeNames } from './subject.ts'

export interface PolicyInput {
  readonly enabled?: boolean
  readonly key?: {
    readonly exportable?: boolean
    readonly keyType?: KeyType
    readonly keySize?: number
    readonly curve?: CurveName
    readonly reuseKey?: boolean
  }
  readonly secretContentType?: SecretContentType
  readonly x509?: {
    readonly subject?: string
    readonly sans?: Partial<SubjectAlternativeNames>
    readonly ekus?: readonly string[]
    readonly keyUsage?: readonly KeyUsageWord[]
    readonly validityMonths?: number
    readonly basicConstraints?: { readonly ca: boolean; readonly pathLength?: number }
  }
  readonly lifetimeActions?: readonly LifetimeAction[]
  readonly issuer?: {
    readonly name?: string
    readonly certificateType?: string
    readonly certificateTransparency?: boolean
  }
}
