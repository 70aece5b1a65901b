/**
 * The contract of durable memory.
 *
 * - `transact` is all or nothing, serialisable, and durable when its promise resolves: no answer may leave before. Calls
 *   that arrive together may share one commit. If `work` throws, nothing of it remains and the error comes back unchanged.
 * - `work` may run more than once (a conflict with another node), so it has no effect outside the writer.
 * - `work` awaits nothing but its reader or writer: a foreign wait would hold up every other transaction.
 * - `read` sees one consistent, committed snapshot.
 * - Names of vaults and objects are compared without regard to ASCII case and kept as first given.
 * - Lists are keyset-paged: `after` is the last key of the page before, in the order of the list.
 */
import type { RoleAssignment } from '../access/principal.ts'
import type { AuditRecord } from '../domain/audit.ts'
import type {
  AskedRevocation,
  Certificate,
  CertificateVersion,
  Deletion,
  SealedVersion,
  StoredKey,
  Tags,
  VaultSettings,
  VersionSummary,
} from '../domain/certificate.ts'
import type { CertificateIssuer } from '../domain/certificate-issuer.ts'
import type { CertificateOperation } from '../domain/certificate-operation.ts'
import type { CertificatePolicy, SecretContentType } from '../domain/certificate-policy.ts'
import type { Contact } from '../domain/contacts.ts'
import type { KeyFacts, SecretFacts } from '../domain/kept-object.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { AcmeReader, AcmeWriter } from './acme-storage.ts'
import type { AuthorityReader, AuthorityWriter } from './authority-storage.ts'
import type { ObjectReader, ObjectWriter } from './object-storage.ts'

export interface Storage {
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>
  transact<T>(work: (writer: Writer) => Promise<T>): Promise<T>
  /** Waits for running transactions, then lets go of the store. */
  close(): Promise<void>
}

export interface Reader {
  readonly certificates: CertificateReader
  readonly operations: OperationReader
  readonly issuers: IssuerReader
  readonly authorities: AuthorityReader
  readonly acme: AcmeReader
  /** Those that stand for themselves; the keys and secrets of certificates are with their certificates. */
  readonly keys: ObjectReader<KeyFacts>
  readonly secrets: ObjectReader<SecretFacts>
  readonly identities: IdentityReader
  readonly settings: SettingsReader
  readonly journal: JournalReader
}

export interface Writer extends Reader {
  readonly certificates: CertificateWriter
  readonly operations: OperationWriter
  readonly issuers: IssuerWriter
  readonly authorities: AuthorityWriter
  readonly acme: AcmeWriter
  readonly keys: ObjectWriter<KeyFacts>
  readonly secrets: ObjectWriter<SecretFacts>
  readonly identities: IdentityWriter
  readonly settings: SettingsWriter
  readonly journal: JournalWriter
}

// ------------------------------------------------------------------------------------------------ certificates

/** One row of a certificate list. */
export interface CertificateItem {
  readonly name: string
  readonly current: VersionSummary
  readonly deleted?: Deletion
}

/** One row of the managed secrets or keys of a vault. */
export interface ManagedItem extends CertificateItem {
  readonly secretContentType: SecretContentType
}

/** All that answering a managed secret takes, in one look-up. */
export interface StoredSecret {
  readonly name: string
  readonly summary: VersionSummary
  readonly contentType: SecretContentType
  readonly sealedValue: Uint8Array
}

/** All that using a managed key takes, in one look-up. */
export interface StoredManagedKey {
  readonly name: string
  readonly summary: VersionSummary
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array
  readonly keyOperations: readonly string[]
  readonly privateKey: StoredKey
}

/** A version with its private half. */
export interface StoredCertificateVersion {
  readonly version: CertificateVersion
  readonly sealed: SealedVersion
}

export interface Page {
  /** The last key of the page before: a name for certificates, a version for versions. */
  readonly after?: string
  readonly limit: number
}

export interface CertificateReader {
  /** Live or deleted. */
  find(vault: string, name: string): Promise<Certificate | undefined>
  /** An issued version of a live or deleted certificate; the current one when `version` is absent. */
  findVersion(vault: string, name: string, version?: string): Promise<CertificateVersion | undefined>
  /** The private half of a version. */
  findSealed(vault: string, name: string, version: string): Promise<SealedVersion | undefined>
  /** The managed secret of a **live** certificate; the current version when `version` is absent. The hot path of reads. */
  findSecret(vault: string, name: string, version?: string): Promise<StoredSecret | undefined>
  /** The managed key of a **live** certificate; the current version when `version` is absent. The hot path of its use. */
  findKey(vault: string, name: string, version?: string): Promise<StoredManagedKey | undefined>
  /** Live certificates by name. Those whose first version was never issued only with `includePending`. */
  list(vault: string, page: Page, options: { includePending: boolean }): Promise<ManagedItem[]>
  /** Deleted certificates by name. */
  listDeleted(vault: string, page: Page, options: { includePending: boolean }): Promise<ManagedItem[]>
  /** Issued versions of a live certificate, by version id; empty for an unknown name. */
  listVersions(
    vault: string,
    name: string,
    page: Page,
  ): Promise<(VersionSummary & { secretContentType: SecretContentType })[]>
  /** All versions of a live or deleted certificate with their private halves, oldest first: what a backup holds. */
  allVersions(vault: string, name: string): Promise<StoredCertificateVersion[]>
  /** Deleted certificates whose retention has ended, in any vault. */
  listPurgeable(before: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]>
}

export interface CertificateWriter extends CertificateReader {
  /** A new certificate; `current` is its shell. The name must not exist. */
  insert(certificate: Certificate): Promise<void>
  /** Adds an issued version and makes it current. */
  addVersion(vault: string, name: string, version: CertificateVersion, sealed: SealedVersion): Promise<void>
  /** Changes what may change of a version, the current one included. `tags: undefined` means none. */
  updateVersion(
    vault: string,
    name: string,
    version: string,
    change: { enabled: boolean; tags: Tags | undefined; updated: UnixSeconds },
  ): Promise<void>
  /** What the CA of a version said of its revocation; `undefined` when a hold was lifted. */
  setRevocation(
    vault: string,
    name: string,
    version: string,
    revocation: AskedRevocation | undefined,
  ): Promise<void>
  /** Changes the shell of a certificate that was never issued. */
  updateShell(vault: string, name: string, shell: VersionSummary): Promise<void>
  setPolicy(vault: string, name: string, policy: CertificatePolicy, updated: UnixSeconds): Promise<void>
  /** Marks as deleted, or live again with `undefined`. Versions, policy and operation stay. */
  setDeletion(vault: string, name: string, deletion: Deletion | undefined): Promise<void>
  /** Removes the certificate with all versions and its operation. Answers the keys that are to be destroyed. */
  purge(vault: string, name: string): Promise<StoredKey[]>
}

// -------------------------------------------------------------------------------------------------- operations

export interface OperationReader {
  find(vault: string, name: string): Promise<CertificateOperation | undefined>
  /** What tells whether a step may still be taken: undefined unless in progress, of a live certificate. */
  findOpen(
    vault: string,
    name: string,
  ): Promise<Pick<CertificateOperation, 'requestId' | 'cancellationRequested'> | undefined>
  /** Operations in progress whose time has come, the longest due first. */
  listDue(now: UnixSeconds, limit: number): Promise<{ vault: string; name: string; requestId: string }[]>
  /** When the next operation is due, if any is. */
  nextDue(): Promise<UnixSeconds | undefined>
}

export interface OperationWriter extends OperationReader {
  /** Stores the operation of a certificate in place of a former one. */
  put(operation: CertificateOperation): Promise<void>
  remove(vault: string, name: string): Promise<void>
}

// ----------------------------------------------------------------------------------------------------- issuers

export interface IssuerReader {
  find(vault: string, name: string): Promise<CertificateIssuer | undefined>
  /** By name. */
  list(vault: string, page: Page): Promise<CertificateIssuer[]>
}

export interface IssuerWriter extends IssuerReader {
  /** Stores the issuer in place of a former one of its name. */
  put(issuer: CertificateIssuer): Promise<void>
  remove(vault: string, name: string): Promise<void>
}

// -------------------------------------------------------------------------------------------------- identities

/** An application (service principal) of the embedded token service. */
export interface Application {
  readonly applicationId: string
  readonly objectId: string
  readonly name: string
  readonly enabled: boolean
  readonly created: UnixSeconds
  /** SHA-256 of the client secret and of the managed-identity header: what they are verified against. */
  readonly clientSecretHash: Uint8Array
  readonly identityHeaderHash: Uint8Array
  /** Both values sealed, so that the operator at the machine can be shown them again. */
  readonly sealedCredentials: Uint8Array
}

export interface IdentityReader {
  findApplication(applicationId: string): Promise<Application | undefined>
  findApplicationByName(name: string): Promise<Application | undefined>
  findApplicationByObjectId(objectId: string): Promise<Application | undefined>
  findApplicationByHeaderHash(hash: Uint8Array): Promise<Application | undefined>
  listApplications(): Promise<Application[]>
  /** Assignments of the principal (or its groups) at the service, at the vault, or at any object of the vault. */
  assignmentsOf(principalIds: readonly string[], vault?: string): Promise<RoleAssignment[]>
  listAssignments(): Promise<RoleAssignment[]>
}

export interface IdentityWriter extends IdentityReader {
  /** Throws a `Conflict` when the name is taken. */
  insertApplication(application: Application): Promise<void>
  updateApplication(application: Application): Promise<void>
  removeApplication(applicationId: string): Promise<void>
  /** Stores nothing and answers the existing one when the same role, principal and scope are assigned already. */
  addAssignment(assignment: RoleAssignment): Promise<RoleAssignment>
  removeAssignment(id: string): Promise<boolean>
}

// ---------------------------------------------------------------------------------------------------- settings

export interface SettingsReader {
  findVault(name: string): Promise<VaultSettings | undefined>
  listVaults(): Promise<VaultSettings[]>
  /** The certificate contacts of a vault; undefined where none are set. */
  findContacts(vault: string): Promise<readonly Contact[] | undefined>
  /** Facts of the installation (tenant id, sealed token-signing key …) by key. */
  get(key: string): Promise<string | undefined>
}

export interface SettingsWriter extends SettingsReader {
  /** The contacts of a vault that exists stay. */
  putVault(settings: VaultSettings): Promise<void>
  /** Replaces the whole list; `undefined` removes it. The vault must exist. */
  setContacts(vault: string, contacts: readonly Contact[] | undefined): Promise<void>
  set(key: string, value: string): Promise<void>
}

// ----------------------------------------------------------------------------------------------------- journal

export interface JournalEntry {
  /** Rises by commit; may have gaps. */
  readonly sequence: number
  readonly record: AuditRecord
}

export interface JournalReader {
  read(afterSequence: number, limit: number): Promise<JournalEntry[]>
}

export interface JournalWriter extends JournalReader {
  append(record: AuditRecord): Promise<void>
}
