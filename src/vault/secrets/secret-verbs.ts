/** The verbs on secrets: what they take and answer, and the files that do it. */
import type { VersionSummary } from '../../domain/certificate.ts'
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import type { Secret } from '../../domain/secret.ts'
import type { ManagedItem, Page, StoredSecret } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as read from './read-secret.ts'

export interface SecretView {
  readonly secret: StoredSecret
  /** Of the value: that of the secret, or the one it was converted to. */
  readonly contentType: SecretContentType
  /** Base64 PFX or PEM text. */
  readonly value: Secret<string>
}

export interface ReadSecretOptions {
  /** The current one if absent. */
  readonly version?: string
  /** Convert the value to this; only from PFX to PEM. */
  readonly contentType?: SecretContentType
}

export type SecretVersionItem = VersionSummary & Pick<ManagedItem, 'secretContentType'>

export interface SecretVerbs {
  /** The private key leaves here: the audit record is durable before the value is answered. */
  readSecret(caller: Caller, name: string, options: ReadSecretOptions): Promise<SecretView>
  listSecrets(caller: Caller, page: Page): Promise<ManagedItem[]>
  listSecretVersions(caller: Caller, name: string, page: Page): Promise<SecretVersionItem[]>
}

export function secretVerbs(parts: Parts): SecretVerbs {
  return {
    readSecret: (caller, name, options) => read.readSecret(parts, caller, name, options),
    listSecrets: (caller, page) => read.listSecrets(parts, caller, page),
    listSecretVersions: (caller, name, page) => read.listSecretVersions(parts, caller, name, page),
  }
}
