/**
 * The verbs under one roof: the type that every door receives. Each verb authorises its caller, acts, and leaves its
 * audit record in the transaction of its effect; see `perform.ts`.
 */
import type { Principal } from '../access/principal.ts'
import type { RequestOrigin } from '../domain/audit.ts'
import type {
  Certificate,
  CertificateVersion,
  Tags,
  VaultSettings,
  VersionSummary,
} from '../domain/certificate.ts'
import type { CertificateOperation } from '../domain/certificate-operation.ts'
import type { SecretContentType } from '../domain/certificate-policy.ts'
import type { PolicyInput } from '../domain/policy-input.ts'
import type { Secret } from '../domain/secret.ts'
import type { CertificateItem, ManagedItem, Page, StoredSecret } from '../storage/storage.ts'
import type { PublicKeyFacts } from '../x509/public-key.ts'

export type { CertificateItem, ManagedItem, Page } from '../storage/storage.ts'

/** Who asks, from where, at which vault. */
export interface Caller {
  readonly principal: Principal
  readonly origin: RequestOrigin
  /** The settings of the addressed vault, found by its host name. */
  readonly vault: VaultSettings
}

export interface CreateCertificateInput {
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
  readonly preserveCertOrder?: boolean
}

export interface ImportCertificateInput {
  /** As sent: base64 of a PFX, base64 of PEM text, or PEM text itself. */
  readonly value: Secret<string>
  readonly password?: Secret<string>
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
  readonly preserveCertOrder?: boolean
}

export interface UpdateCertificateInput {
  readonly policy?: PolicyInput
  readonly enabled?: boolean
  readonly tags?: Tags
}

/** The unversioned view: the certificate and its current version, if one was issued. */
export interface CertificateView {
  readonly certificate: Certificate
  readonly version: CertificateVersion | undefined
}

/** One version by its id: neither policy nor pending. */
export interface VersionView {
  readonly name: string
  readonly version: CertificateVersion
}

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

export interface KeyView extends VersionView {
  /** The public key (RFC 7518 6.2.1, 6.3.1). */
  readonly jwk: PublicKeyFacts['jwk']
}

export interface Vault {
  createCertificate(
    caller: Caller,
    name: string,
    input: CreateCertificateInput,
  ): Promise<CertificateOperation>
  importCertificate(caller: Caller, name: string, input: ImportCertificateInput): Promise<CertificateView>

  readCertificate(caller: Caller, name: string): Promise<CertificateView>
  readCertificateVersion(caller: Caller, name: string, version: string): Promise<VersionView>
  listCertificates(
    caller: Caller,
    page: Page,
    options: { includePending: boolean },
  ): Promise<CertificateItem[]>
  listCertificateVersions(caller: Caller, name: string, page: Page): Promise<VersionSummary[]>
  updateCertificate(caller: Caller, name: string, input: UpdateCertificateInput): Promise<CertificateView>
  updateCertificateVersion(
    caller: Caller,
    name: string,
    version: string,
    input: UpdateCertificateInput,
  ): Promise<VersionView>
  readPolicy(caller: Caller, name: string): Promise<Certificate>
  updatePolicy(caller: Caller, name: string, input: PolicyInput): Promise<Certificate>

  /** `requestId` filters: an operation with another id is not found. */
  readOperation(caller: Caller, name: string, requestId?: string): Promise<CertificateOperation>
  cancelOperation(caller: Caller, name: string, cancellationRequested: boolean): Promise<CertificateOperation>
  deleteOperation(caller: Caller, name: string): Promise<CertificateOperation>

  deleteCertificate(caller: Caller, name: string): Promise<CertificateView>
  readDeletedCertificate(caller: Caller, name: string): Promise<CertificateView>
  listDeletedCertificates(
    caller: Caller,
    page: Page,
    options: { includePending: boolean },
  ): Promise<CertificateItem[]>
  recoverCertificate(caller: Caller, name: string): Promise<CertificateView>
  purgeCertificate(caller: Caller, name: string): Promise<void>

  /** The private key leaves here: the audit record is durable before the value is answered. */
  readSecret(caller: Caller, name: string, options: ReadSecretOptions): Promise<SecretView>
  listSecrets(caller: Caller, page: Page): Promise<ManagedItem[]>
  listSecretVersions(caller: Caller, name: string, page: Page): Promise<SecretVersionItem[]>
  readKey(caller: Caller, name: string, version?: string): Promise<KeyView>
  listKeys(caller: Caller, page: Page): Promise<ManagedItem[]>
  listKeyVersions(caller: Caller, name: string, page: Page): Promise<VersionSummary[]>

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
