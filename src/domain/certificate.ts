/** A certificate: a name in a vault with one policy, versions, and at most one pending operation. */
import type { Revocation } from './authority.ts'
import type { CertificatePolicy, SecretContentType } from './certificate-policy.ts'
import type { UnixSeconds } from './time.ts'

/** Labels set by callers, at most 15. `undefined` where the caller never sent any. */
export type Tags = Readonly<Record<string, string>>

/** What a list shows of a version, and what attributes are made of. */
export interface VersionSummary {
  /** 32 lower-case hex digits; random, not ordered in time. */
  readonly version: string
  /** False only for the first version of a certificate while nothing has been issued yet. */
  readonly issued: boolean
  readonly enabled: boolean
  /** The validity of the X.509 certificate; what is expected of it while not issued. */
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
  /** SHA-1 of the DER certificate; present once issued. */
  readonly thumbprint?: Uint8Array
  readonly tags?: Tags
}

/** A live or deleted certificate without the contents of its versions. */
export interface Certificate {
  readonly vault: string
  /** As first given; compared without regard to case. */
  readonly name: string
  readonly policy: CertificatePolicy
  readonly policyCreated: UnixSeconds
  readonly policyUpdated: UnixSeconds
  /** The version created last, or the shell that stands for it before the first was issued. */
  readonly current: VersionSummary
  /** An operation exists, whatever its state; bundles then carry `pending`. */
  readonly hasOperation: boolean
  readonly deleted?: Deletion
}

export interface Deletion {
  readonly at: UnixSeconds
  readonly scheduledPurgeAt: UnixSeconds
}

/** An issued version with the public contents that its certificate, key and secret views show. */
export interface CertificateVersion extends VersionSummary {
  readonly issued: true
  readonly thumbprint: Uint8Array
  /** DER, the leaf. */
  readonly certificate: Uint8Array
  /** DER, from the leaf's issuer upwards, as kept in the secret. */
  readonly chain: readonly Uint8Array[]
  readonly keyType: 'RSA' | 'RSA-HSM' | 'EC' | 'EC-HSM'
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  /** JWK key operations that the key usage allows. */
  readonly keyOperations: readonly string[]
  readonly exportable: boolean
  readonly secretContentType: SecretContentType
  /** What was said of the order of the chain when the version was made; absent where nothing was. */
  readonly preserveCertOrder?: boolean
  /** The issuer that made the certificate for the vault; absent for what people brought. */
  readonly issuer?: string
  /** What its CA said when it was asked to revoke the certificate. The vault's own authorities keep that themselves. */
  readonly revocation?: AskedRevocation
}

export interface AskedRevocation extends Revocation {
  /** `pending`: the CA will do it, or somebody there has to agree first. */
  readonly state: 'pending' | 'revoked'
  /** In the words of the CA. */
  readonly details?: string
}

/** The private half of a version, as it lies in storage: wrapped, and bound to vault, name and version. */
export interface SealedVersion {
  readonly privateKey: StoredKey
  /** The value of the managed secret (PFX or PEM), sealed. */
  readonly secretValue: Uint8Array
}

/** Where a private key is: named by a URI whose scheme tells the keeper; `wrapped` when the keeper stores it with us. */
export interface StoredKey {
  readonly uri: string
  readonly wrapped?: Uint8Array
}

/** Settings of a vault that rules depend on. */
export interface VaultSettings {
  readonly name: string
  /** 7–90 days between deletion and the purge by the service. */
  readonly retentionDays: number
  readonly purgeProtection: boolean
  readonly pfxProfile: PfxProfile
}

/**
 * How the PFX values of a vault's certificates are protected: AES-256 with SHA-256, or triple DES with SHA-1 for readers
 * that know nothing newer. A version keeps the value that was made with it.
 */
export type PfxProfile = (typeof pfxProfiles)[number]
export const pfxProfiles = ['modern', 'legacy'] as const

/** A vault for which nobody chose anything. */
export const defaultVaultSettings = {
  retentionDays: 90,
  purgeProtection: false,
  pfxProfile: 'modern',
} as const

export type RecoveryLevel =
  | 'Recoverable+Purgeable'
  | 'Recoverable'
  | 'CustomizedRecoverable+Purgeable'
  | 'CustomizedRecoverable'

/** Key Vault's word for what deletion means in this vault. */
export function recoveryLevel(settings: VaultSettings): RecoveryLevel {
  const kind = settings.retentionDays === 90 ? 'Recoverable' : 'CustomizedRecoverable'
  return settings.purgeProtection ? kind : `${kind}+Purgeable`
}
