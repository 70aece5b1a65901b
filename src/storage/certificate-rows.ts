/** What the rows of certificates and versions look like, and what they mean. */
import type {
  AskedRevocation,
  CertificateVersion,
  Deletion,
  SealedVersion,
  StoredKey,
  Tags,
  VersionSummary,
} from '../domain/certificate.ts'
import type { SecretContentType } from '../domain/certificate-policy.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { type DeletionColumns, readDeletion } from './deletion-columns.ts'
import type { StoredManagedKey } from './storage.ts'

export interface SummaryRow {
  readonly version: string
  readonly enabled: number
  readonly not_before: UnixSeconds
  readonly not_after: UnixSeconds
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
  readonly thumbprint: Uint8Array | null
  readonly tags: string | null
  readonly secret_content_type: SecretContentType
}

export interface CertificateRow extends SummaryRow, DeletionColumns {
  readonly vault: string
  readonly name: string
  readonly issued: number
  readonly policy: string
  readonly policy_created: UnixSeconds
  readonly policy_updated: UnixSeconds
  readonly has_operation: number
}

export interface VersionRow extends SummaryRow {
  readonly thumbprint: Uint8Array
  readonly certificate: Uint8Array
  readonly chain: Uint8Array
  readonly key_type: CertificateVersion['keyType']
  readonly public_key: Uint8Array
  readonly key_operations: string
  readonly exportable: number
  readonly preserve_order: number | null
  readonly issuer: string | null
  readonly revocation: string | null
}

export interface ManagedKeyRow extends SummaryRow {
  readonly name: string
  readonly public_key: Uint8Array
  readonly key_operations: string
}

export function readSummary<Issued extends boolean>(
  row: SummaryRow,
  issued: Issued,
): VersionSummary & { issued: Issued } {
  return {
    version: row.version,
    issued,
    enabled: row.enabled === 1,
    notBefore: row.not_before,
    notAfter: row.not_after,
    created: row.created,
    updated: row.updated,
    ...(row.thumbprint && { thumbprint: row.thumbprint }),
    ...(row.tags !== null && { tags: JSON.parse(row.tags) as Tags }),
  }
}

/** What `readSummary` reads, as it is written: in the order version, issued, enabled, dates, thumbprint, tags. */
export function summaryValues(summary: VersionSummary) {
  const { version, notBefore, notAfter, created, updated, thumbprint, tags } = summary
  const flags = [summary.issued ? 1 : 0, summary.enabled ? 1 : 0]
  return [
    version,
    ...flags,
    notBefore,
    notAfter,
    created,
    updated,
    thumbprint ?? null,
    tags ? JSON.stringify(tags) : null,
  ]
}

export function readCertificateItem(row: CertificateRow): {
  name: string
  current: VersionSummary
  deleted?: Deletion
} {
  return { name: row.name, current: readSummary(row, row.issued === 1), ...readDeletion(row) }
}

export function readVersion(row: VersionRow): CertificateVersion {
  return {
    ...readSummary(row, true),
    thumbprint: row.thumbprint,
    certificate: row.certificate,
    chain: splitChain(row.chain),
    keyType: row.key_type,
    publicKey: row.public_key,
    keyOperations: readWords(row.key_operations),
    exportable: row.exportable === 1,
    secretContentType: row.secret_content_type,
    ...(row.preserve_order !== null && { preserveCertOrder: row.preserve_order === 1 }),
    ...(row.issuer !== null && { issuer: row.issuer }),
    ...(row.revocation !== null && { revocation: JSON.parse(row.revocation) as AskedRevocation }),
  }
}

/** What is written of a version behind its summary: `versionColumns`. */
export function versionValues(version: CertificateVersion, { privateKey, secretValue }: SealedVersion) {
  const { preserveCertOrder, issuer, revocation } = version
  return [
    version.exportable ? 1 : 0,
    version.keyType,
    version.keyOperations.join(' '),
    version.publicKey,
    version.certificate,
    joinChain(version.chain),
    preserveCertOrder === undefined ? null : Number(preserveCertOrder),
    issuer ?? null,
    revocation ? JSON.stringify(revocation) : null,
    privateKey.uri,
    privateKey.wrapped ?? null,
    secretValue,
  ]
}

export function readManagedKey(row: ManagedKeyRow): StoredManagedKey {
  return {
    name: row.name,
    summary: readSummary(row, true),
    publicKey: row.public_key,
    keyOperations: readWords(row.key_operations),
    privateKey: readStoredKey(row),
  }
}

export function readSealed(row: object): SealedVersion {
  const { secret_value } = row as { secret_value: Uint8Array }
  return { privateKey: readStoredKey(row), secretValue: secret_value }
}

export function readStoredKey(row: object): StoredKey {
  const { key_uri, wrapped_key } = row as { key_uri: string; wrapped_key: Uint8Array | null }
  return { uri: key_uri, ...(wrapped_key && { wrapped: wrapped_key }) }
}

function readWords(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

/** Certificates one after the other, each behind its length in three octets. */
function joinChain(chain: readonly Uint8Array[]): Uint8Array {
  const joined = Buffer.alloc(chain.reduce((total, der) => total + 3 + der.length, 0))
  let offset = 0
  for (const der of chain) {
    joined.writeUIntBE(der.length, offset, 3)
    joined.set(der, offset + 3)
    offset += 3 + der.length
  }
  return joined
}

function splitChain(joined: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(joined.buffer, joined.byteOffset, joined.length)
  const chain: Uint8Array[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const end = offset + 3 + bytes.readUIntBE(offset, 3)
    chain.push(bytes.subarray(offset + 3, end))
    offset = end
  }
  return chain
}
