/**
 * The verbs under one roof: the type that every door receives. Each verb authorises its caller, acts, and leaves its
 * audit record in the transaction of its effect; see `perform.ts`.
 */
import type { Principal } from '../access/principal.ts'
import type { RequestOrigin } from '../domain/audit.ts'
import type { VaultSettings } from '../domain/certificate.ts'
import type { AuthorityVerbs } from './authorities/authority-verbs.ts'
import type { BackupVerbs } from './backup/backup-verbs.ts'
import type { CertificateVerbs } from './certificates/certificate-verbs.ts'
import type { ContactVerbs } from './contacts/contact-verbs.ts'
import type { IssuerVerbs } from './issuers/issuer-verbs.ts'
import type { KeyOperationVerbs } from './keys/key-operation-verbs.ts'
import type { KeyVerbs } from './keys/key-verbs.ts'
import type { RevocationVerbs } from './revocation/revocation-verbs.ts'
import type { SecretVerbs } from './secrets/secret-verbs.ts'

export type { CertificateItem, ManagedItem, Page } from '../storage/storage.ts'
export type * from './authorities/authority-verbs.ts'
export type * from './backup/backup-verbs.ts'
export type * from './certificates/certificate-verbs.ts'
export type * from './contacts/contact-verbs.ts'
export type * from './issuers/issuer-verbs.ts'
export type * from './keys/key-operation-verbs.ts'
export type * from './keys/key-verbs.ts'
export type * from './revocation/revocation-verbs.ts'
export type * from './secrets/secret-verbs.ts'

/** Who asks, from where, at which vault. */
export interface Caller {
  readonly principal: Principal
  readonly origin: RequestOrigin
  /** The settings of the addressed vault, found by its host name. */
  readonly vault: VaultSettings
  /** Told which role assignment lets the caller do it, as soon as that is known. */
  readonly allowedBy?: (assignmentId: string) => void
}

export interface Vault
  extends CertificateVerbs,
    IssuerVerbs,
    AuthorityVerbs,
    RevocationVerbs,
    ContactVerbs,
    SecretVerbs,
    KeyVerbs,
    KeyOperationVerbs,
    BackupVerbs {
  /** Records a request that got no further than the door: without a valid token, for instance. */
  recordRefusal(refusal: Refusal): Promise<void>
}

export interface Refusal {
  readonly vault: string
  readonly operation: string
  readonly origin: RequestOrigin
  readonly principal?: Principal
  readonly errorCode: string
  readonly errorMessage: string
}
