/** The verbs on secrets: what they take and answer, and the files that do it. */
import type { Deletion } from '../../domain/certificate.ts'
import type { SecretContentType } from '../../domain/certificate-policy.ts'
import type { AttributesInput, ObjectAttributes } from '../../domain/object-attributes.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Page } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import * as remove from './delete-secret.ts'
import * as list from './list-secrets.ts'
import { readSecret } from './read-secret.ts'
import { setSecret } from './set-secret.ts'
import { updateSecret } from './update-secret.ts'

/** What is shown of a version of a secret, whether it stands for itself or belongs to a certificate. */
export interface SecretSummary extends ObjectAttributes {
  readonly name: string
  readonly version: string
  readonly contentType?: string
  /** It belongs to the certificate of its name, and changes with it only. */
  readonly managed: boolean
  readonly deleted?: Deletion
}

export interface SecretView extends SecretSummary {
  /** As it was set; of a certificate, the base64 of a PFX, or PEM text, as the content type says. */
  readonly value: Secret<string>
}

export interface ReadSecretOptions {
  /** The current one if absent. */
  readonly version?: string
  /** Convert the value to this; only from PFX to PEM. */
  readonly contentType?: SecretContentType
}

/** What is absent stays as it is. */
export interface UpdateSecretInput extends AttributesInput {
  readonly contentType?: string
}

export interface SetSecretInput extends UpdateSecretInput {
  readonly value: Secret<string>
}

export interface SecretVerbs {
  /** Makes the secret, or its next version. */
  setSecret(caller: Caller, name: string, input: SetSecretInput): Promise<SecretView>
  /** The private key of a certificate leaves here: the audit record is durable before the value is answered. */
  readSecret(caller: Caller, name: string, options: ReadSecretOptions): Promise<SecretView>
  /** @param version the current one if `undefined`. */
  updateSecret(
    caller: Caller,
    name: string,
    version: string | undefined,
    input: UpdateSecretInput,
  ): Promise<SecretSummary>
  listSecrets(caller: Caller, page: Page): Promise<SecretSummary[]>
  listSecretVersions(caller: Caller, name: string, page: Page): Promise<SecretSummary[]>

  deleteSecret(caller: Caller, name: string): Promise<SecretSummary>
  readDeletedSecret(caller: Caller, name: string): Promise<SecretSummary>
  listDeletedSecrets(caller: Caller, page: Page): Promise<SecretSummary[]>
  recoverSecret(caller: Caller, name: string): Promise<SecretSummary>
  purgeSecret(caller: Caller, name: string): Promise<void>
}

export function secretVerbs(parts: Parts): SecretVerbs {
  return {
    setSecret: (caller, name, input) => setSecret(parts, caller, name, input),
    readSecret: (caller, name, options) => readSecret(parts, caller, name, options),
    updateSecret: (caller, name, version, input) => updateSecret(parts, caller, name, version, input),
    listSecrets: (caller, page) => list.listSecrets(parts, caller, page),
    listSecretVersions: (caller, name, page) => list.listSecretVersions(parts, caller, name, page),

    deleteSecret: (caller, name) => remove.deleteSecret(parts, caller, name),
    readDeletedSecret: (caller, name) => remove.readDeletedSecret(parts, caller, name),
    listDeletedSecrets: (caller, page) => list.listDeletedSecrets(parts, caller, page),
    recoverSecret: (caller, name) => remove.recoverSecret(parts, caller, name),
    purgeSecret: (caller, name) => remove.purgeSecret(parts, caller, name),
  }
}
