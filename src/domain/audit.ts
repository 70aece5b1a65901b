/** What an audit record contains. It never holds secret values, private keys, passwords, tokens or request bodies. */
import type { UnixSeconds } from './time.ts'

/** Who acted: taken from the verified token, or the vault itself, or the operator at the machine. */
export interface AuditIdentity {
  readonly kind: 'application' | 'user' | 'managedIdentity' | 'vault' | 'operator' | 'anonymous'
  /** Object id of the principal; the key of role assignments. */
  readonly objectId?: string
  readonly applicationId?: string
  readonly name?: string
}

/** Where a request came from. All of it is the caller's own claim except the address. */
export interface RequestOrigin {
  readonly correlationId: string
  readonly requestId: string
  readonly address?: string
  readonly userAgent?: string
  /** Path and query, without host. */
  readonly requestUri?: string
  readonly apiVersion?: string
}

export interface AuditRecord {
  readonly at: UnixSeconds
  readonly vault: string
  /** Key Vault's operation name, e.g. `CertificateCreate`, `SecretGet`. */
  readonly operation: string
  readonly identity: AuditIdentity
  readonly origin: RequestOrigin
  /** `certificates/web`, with the version behind it where one was addressed; absent for whole-vault verbs. */
  readonly object?: string
  readonly outcome: 'success' | 'refused' | 'failed'
  /** The error's code and public message when not a success. */
  readonly errorCode?: string
  readonly errorMessage?: string
  /** The data action that was asked for, and the assignment that allowed it. */
  readonly action?: string
  readonly assignmentId?: string
  /** Facts of the verb, e.g. the thumbprint of what was created. Never secrets. */
  readonly facts?: Readonly<Record<string, string | number | boolean>>
}
