/** Certificates, their policies and versions: rows <-> domain. */
import type {
  AskedRevocation,
  Certificate,
  CertificateVersion,
  Deletion,
  SealedVersion,
  StoredKey,
  Tags,
  VersionSummary,
} from '../domain/certificate.ts'
import type { CertificatePolicy, SecretContentType } from '../domain/certificate-policy.ts'
import type { UnixSeconds } from '../domain/time.ts'
import {
  type CertificateRow,
  type ManagedKeyRow,
  readCertificateItem,
  readManagedKey,
  readSealed,
  readStoredKey,
  readSummary,
  readVersion,
  type SummaryRow,
  summaryValues,
  type VersionRow,
  versionValues,
} from './certificate-rows.ts'
import {
  allVersionsSql,
  findCurrentKeySql,
  findCurrentSecretSql,
  findCurrentVersionSql,
  findSql,
  findVersionKeySql,
  findVersionSecretSql,
  findVersionSql,
  itemColumns,
  listDeletedSql,
  listLiveSql,
  listWaitingSql,
  purgedKeysSql,
  summaryColumns,
  versionColumns,
} from './certificate-sql.ts'
import { keyOf } from './names.ts'
import type { Statements } from './statements.ts'
import type {
  CertificateWriter,
  ManagedItem,
  Page,
  StoredCertificateVersion,
  StoredManagedKey,
  StoredSecret,
} from './storage.ts'

export class SqliteCertificates implements CertificateWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  async find(vault: string, name: string): Promise<Certificate | undefined> {
    const row = this.#sql.get(findSql, vault, keyOf(name)) as unknown as CertificateRow | undefined
    if (!row) return undefined
    return {
      vault: row.vault,
      ...readCertificateItem(row),
      policy: JSON.parse(row.policy) as CertificatePolicy,
      policyCreated: row.policy_created,
      policyUpdated: row.policy_updated,
      hasOperation: row.has_operation === 1,
    }
  }

  async findVersion(vault: string, name: string, version?: string): Promise<CertificateVersion | undefined> {
    const row =
      version === undefined
        ? this.#sql.get(findCurrentVersionSql, vault, keyOf(name))
        : this.#sql.get(findVersionSql, vault, keyOf(name), version)
    return row && readVersion(row as unknown as VersionRow)
  }

  async findSealed(vault: string, name: string, version: string): Promise<SealedVersion | undefined> {
    const row = this.#sql.get(
      'SELECT key_uri, wrapped_key, secret_value FROM versions WHERE vault = ? AND name_key = ? AND version = ?',
      vault,
      keyOf(name),
      version,
    )
    return row && readSealed(row)
  }

  async findSecret(vault: string, name: string, version?: string): Promise<StoredSecret | undefined> {
    const row = (version === undefined
      ? this.#sql.get(findCurrentSecretSql, vault, keyOf(name))
      : this.#sql.get(findVersionSecretSql, version, vault, keyOf(name))) as unknown as
      | (SummaryRow & { name: string; secret_value: Uint8Array })
      | undefined
    if (!row) return undefined
    return {
      name: row.name,
      summary: readSummary(row, true),
      contentType: row.secret_content_type,
      sealedValue: row.secret_value,
    }
  }

  async findKey(vault: string, name: string, version?: string): Promise<StoredManagedKey | undefined> {
    const row =
      version === undefined
        ? this.#sql.get(findCurrentKeySql, vault, keyOf(name))
        : this.#sql.get(findVersionKeySql, version, vault, keyOf(name))
    return row && readManagedKey(row as unknown as ManagedKeyRow)
  }

  async list(vault: string, page: Page, options: { includePending: boolean }): Promise<ManagedItem[]> {
    const live = this.#items(listLiveSql, vault, page)
    if (!options.includePending) return live
    const waiting = this.#items(listWaitingSql, vault, page)
    if (waiting.length === 0) return live
    return [...live, ...waiting].sort((a, b) => (keyOf(a.name) < keyOf(b.name) ? -1 : 1)).slice(0, page.limit)
  }

  async listDeleted(vault: string, page: Page, options: { includePending: boolean }): Promise<ManagedItem[]> {
    if (options.includePending) return this.#items(listDeletedSql, vault, page)
    return this.#items(listDeletedSql.replace('ORDER BY', 'AND issued = 1 ORDER BY'), vault, page)
  }

  async listVersions(
    vault: string,
    name: string,
    page: Page,
  ): Promise<(VersionSummary & { secretContentType: SecretContentType })[]> {
    const key = keyOf(name)
    const live = this.#sql.get(
      'SELECT 1 FROM certificates WHERE vault = ? AND name_key = ? AND deleted_at IS NULL',
      vault,
      key,
    )
    if (!live) return []
    const rows = this.#sql.all(
      `SELECT ${summaryColumns} FROM versions WHERE vault = ? AND name_key = ? AND version > ? ORDER BY version LIMIT ?`,
      vault,
      key,
      page.after ?? '',
      page.limit,
    ) as unknown as SummaryRow[]
    return rows.map((row) => ({ ...readSummary(row, true), secretContentType: row.secret_content_type }))
  }

  async allVersions(vault: string, name: string): Promise<StoredCertificateVersion[]> {
    return this.#sql
      .all(allVersionsSql, vault, keyOf(name))
      .map((row) => ({ version: readVersion(row as unknown as VersionRow), sealed: readSealed(row) }))
  }

  async listPurgeable(before: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]> {
    return this.#sql.all(
      'SELECT vault, name FROM certificates WHERE deleted_at IS NOT NULL AND scheduled_purge_at <= ? ORDER BY scheduled_purge_at LIMIT ?',
      before,
      limit,
    ) as unknown as { vault: string; name: string }[]
  }

  async insert(certificate: Certificate): Promise<void> {
    const { vault, name, current, policy, deleted } = certificate
    this.#sql.run(
      `INSERT INTO certificates (vault, name_key, ${itemColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      vault,
      keyOf(name),
      name,
      ...summaryValues(current),
      policy.secretContentType,
      deleted?.at ?? null,
      deleted?.scheduledPurgeAt ?? null,
    )
    this.#sql.run(
      'INSERT INTO policies (vault, name_key, policy, created, updated) VALUES (?, ?, ?, ?, ?)',
      vault,
      keyOf(name),
      JSON.stringify(policy),
      certificate.policyCreated,
      certificate.policyUpdated,
    )
  }

  async addVersion(
    vault: string,
    name: string,
    version: CertificateVersion,
    sealed: SealedVersion,
  ): Promise<void> {
    const key = keyOf(name)
    const { secretContentType } = version
    const [id, , ...summary] = summaryValues(version)
    this.#sql.run(
      `INSERT INTO versions (vault, name_key, ${summaryColumns}, ${versionColumns})
        VALUES (${Array(23).fill('?').join(', ')})`,
      vault,
      key,
      id!,
      ...summary,
      secretContentType,
      ...versionValues(version, sealed),
    )
    this.#sql.run(
      `UPDATE certificates SET version = ?, issued = ?, enabled = ?, not_before = ?, not_after = ?, created = ?, updated = ?,
        thumbprint = ?, tags = ?, secret_content_type = ? WHERE vault = ? AND name_key = ?`,
      ...summaryValues(version),
      secretContentType,
      vault,
      key,
    )
  }

  async updateVersion(
    vault: string,
    name: string,
    version: string,
    change: { enabled: boolean; tags: Tags | undefined; updated: UnixSeconds },
  ): Promise<void> {
    const values = [
      change.enabled ? 1 : 0,
      change.tags ? JSON.stringify(change.tags) : null,
      change.updated,
      vault,
      keyOf(name),
      version,
    ]
    for (const table of ['versions', 'certificates'])
      this.#sql.run(
        `UPDATE ${table} SET enabled = ?, tags = ?, updated = ? WHERE vault = ? AND name_key = ? AND version = ?`,
        ...values,
      )
  }

  async setRevocation(
    vault: string,
    name: string,
    version: string,
    revocation: AskedRevocation | undefined,
  ): Promise<void> {
    this.#sql.run(
      'UPDATE versions SET revocation = ? WHERE vault = ? AND name_key = ? AND version = ?',
      revocation ? JSON.stringify(revocation) : null,
      vault,
      keyOf(name),
      version,
    )
  }

  async updateShell(vault: string, name: string, shell: VersionSummary): Promise<void> {
    this.#sql.run(
      `UPDATE certificates SET version = ?, issued = ?, enabled = ?, not_before = ?, not_after = ?, created = ?, updated = ?,
        thumbprint = ?, tags = ? WHERE vault = ? AND name_key = ? AND issued = 0`,
      ...summaryValues(shell),
      vault,
      keyOf(name),
    )
  }

  async setPolicy(
    vault: string,
    name: string,
    policy: CertificatePolicy,
    updated: UnixSeconds,
  ): Promise<void> {
    this.#sql.run(
      'UPDATE policies SET policy = ?, updated = ? WHERE vault = ? AND name_key = ?',
      JSON.stringify(policy),
      updated,
      vault,
      keyOf(name),
    )
  }

  async setDeletion(vault: string, name: string, deletion: Deletion | undefined): Promise<void> {
    this.#sql.run(
      'UPDATE certificates SET deleted_at = ?, scheduled_purge_at = ? WHERE vault = ? AND name_key = ?',
      deletion?.at ?? null,
      deletion?.scheduledPurgeAt ?? null,
      vault,
      keyOf(name),
    )
  }

  async purge(vault: string, name: string): Promise<StoredKey[]> {
    const key = keyOf(name)
    const keys = this.#sql.all(purgedKeysSql, vault, key, vault, key).map(readStoredKey)
    for (const table of ['versions', 'policies', 'operations', 'certificates'])
      this.#sql.run(`DELETE FROM ${table} WHERE vault = ? AND name_key = ?`, vault, key)
    return keys
  }

  #items(sql: string, vault: string, page: Page): ManagedItem[] {
    const rows = this.#sql.all(sql, vault, keyOf(page.after ?? ''), page.limit) as unknown as CertificateRow[]
    return rows.map((row) => ({ ...readCertificateItem(row), secretContentType: row.secret_content_type }))
  }
}
