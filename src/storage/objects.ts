/** Secrets and keys that stand for themselves: rows <-> domain. */
import type { Deletion, Tags } from '../domain/certificate.ts'
import type { KeptObject, ObjectVersion, SealedPart } from '../domain/kept-object.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { type DeletionColumns, readDeletion } from './deletion-columns.ts'
import { keyOf } from './names.ts'
import type { ObjectWriter, StoredVersion } from './object-storage.ts'
import type { Statements } from './statements.ts'
import type { Page } from './storage.ts'

interface VersionRow {
  readonly version: string
  readonly enabled: number
  readonly not_before: UnixSeconds | null
  readonly expires: UnixSeconds | null
  readonly created: UnixSeconds
  readonly updated: UnixSeconds
  readonly tags: string | null
  readonly facts: string
}

interface ObjectRow extends VersionRow, DeletionColumns {
  readonly vault: string
  readonly name: string
  readonly settings: string | null
  readonly due_at: UnixSeconds | null
}

interface SealedRow extends Omit<ObjectRow, 'vault' | 'settings' | 'due_at'> {
  readonly key_uri: string | null
  readonly sealed: Uint8Array | null
}

const versionColumns = 'v.version, v.enabled, v.not_before, v.expires, v.created, v.updated, v.tags, v.facts'
const objectColumns = 'o.vault, o.name, o.settings, o.due_at, o.deleted_at, o.scheduled_purge_at'
const join = 'JOIN object_versions v ON v.kind = o.kind AND v.vault = o.vault AND v.name_key = o.name_key'
const current = 'AND v.version = o.version'
const named = 'WHERE o.kind = ? AND o.vault = ? AND o.name_key = ?'

const findSql = `SELECT ${objectColumns}, ${versionColumns} FROM objects o ${join} ${current} ${named}`
const findVersionSql = (condition: string) =>
  `SELECT o.name, o.deleted_at, o.scheduled_purge_at, ${versionColumns}, v.key_uri, v.sealed
  FROM objects o ${join} ${condition} ${named}`
const findCurrentSql = findVersionSql(current)
const findByIdSql = findVersionSql('AND v.version = ?')
const allVersionsSql = `${findVersionSql('')} ORDER BY v.sequence`
const listSql = (index: string, condition: string) =>
  `SELECT ${objectColumns}, ${versionColumns} FROM objects o INDEXED BY ${index} ${join} ${current}
  WHERE o.kind = ? AND o.vault = ? AND o.name_key > ? AND o.deleted_at ${condition} ORDER BY o.name_key LIMIT ?`
const listLiveSql = listSql('objects_live', 'IS NULL')
const listDeletedSql = listSql('objects_deleted', 'IS NOT NULL')
const listVersionsSql = `SELECT ${versionColumns} FROM objects o ${join}
  ${named} AND o.deleted_at IS NULL AND v.version > ? ORDER BY v.version LIMIT ?`

/** @typeParam Facts of the kind; kept as JSON. */
export class SqliteObjects<Facts> implements ObjectWriter<Facts> {
  readonly #sql: Statements
  readonly #kind: 'secrets' | 'keys'

  constructor(sql: Statements, kind: 'secrets' | 'keys') {
    this.#sql = sql
    this.#kind = kind
  }

  async find(vault: string, name: string): Promise<KeptObject<Facts> | undefined> {
    const row = this.#sql.get(findSql, this.#kind, vault, keyOf(name))
    return row && readObject(row as unknown as ObjectRow)
  }

  async findVersion(
    vault: string,
    name: string,
    version?: string,
  ): Promise<StoredVersion<Facts> | undefined> {
    const row =
      version === undefined
        ? this.#sql.get(findCurrentSql, this.#kind, vault, keyOf(name))
        : this.#sql.get(findByIdSql, version, this.#kind, vault, keyOf(name))
    return row && readStored(row as unknown as SealedRow)
  }

  async list(vault: string, page: Page): Promise<KeptObject<Facts>[]> {
    return this.#page(listLiveSql, vault, page)
  }

  async listDeleted(vault: string, page: Page): Promise<KeptObject<Facts>[]> {
    return this.#page(listDeletedSql, vault, page)
  }

  async listVersions(vault: string, name: string, page: Page): Promise<ObjectVersion<Facts>[]> {
    const { after = '', limit } = page
    const rows = this.#sql.all(listVersionsSql, this.#kind, vault, keyOf(name), after, limit)
    return (rows as unknown as VersionRow[]).map((row) => readVersion<Facts>(row))
  }

  async allVersions(vault: string, name: string): Promise<StoredVersion<Facts>[]> {
    const rows = this.#sql.all(allVersionsSql, this.#kind, vault, keyOf(name))
    return (rows as unknown as SealedRow[]).map((row) => readStored<Facts>(row))
  }

  async listPurgeable(before: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]> {
    return this.#sql.all(
      `SELECT vault, name FROM objects WHERE kind = ? AND deleted_at IS NOT NULL AND scheduled_purge_at <= ?
        ORDER BY scheduled_purge_at LIMIT ?`,
      this.#kind,
      before,
      limit,
    ) as unknown as { vault: string; name: string }[]
  }

  async listDue(now: UnixSeconds, limit: number): Promise<{ vault: string; name: string }[]> {
    return this.#sql.all(
      `SELECT vault, name FROM objects INDEXED BY objects_due
        WHERE kind = ? AND due_at IS NOT NULL AND due_at <= ? AND deleted_at IS NULL ORDER BY due_at LIMIT ?`,
      this.#kind,
      now,
      limit,
    ) as unknown as { vault: string; name: string }[]
  }

  async addVersion(
    vault: string,
    name: string,
    version: ObjectVersion<Facts>,
    sealed: SealedPart,
  ): Promise<void> {
    const key = keyOf(name)
    this.#sql.run(
      `INSERT INTO object_versions (kind, vault, name_key, version, created, enabled, not_before, expires, updated, tags,
        facts, key_uri, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      this.#kind,
      vault,
      key,
      version.version,
      version.created,
      ...changeableValues(version),
      sealed.uri ?? null,
      sealed.sealed ?? null,
    )
    this.#sql.run(
      `INSERT INTO objects (kind, vault, name_key, name, version) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (kind, vault, name_key) DO UPDATE SET version = excluded.version`,
      this.#kind,
      vault,
      key,
      name,
      version.version,
    )
  }

  async updateVersion(vault: string, name: string, version: ObjectVersion<Facts>): Promise<void> {
    this.#sql.run(
      `UPDATE object_versions SET enabled = ?, not_before = ?, expires = ?, updated = ?, tags = ?, facts = ?
        WHERE kind = ? AND vault = ? AND name_key = ? AND version = ?`,
      ...changeableValues(version),
      this.#kind,
      vault,
      keyOf(name),
      version.version,
    )
  }

  async setSettings(vault: string, name: string, settings: string | undefined): Promise<void> {
    this.#set('settings = ?', [settings ?? null], vault, name)
  }

  async setDue(vault: string, name: string, dueAt: UnixSeconds | undefined): Promise<void> {
    this.#set('due_at = ?', [dueAt ?? null], vault, name)
  }

  async setDeletion(vault: string, name: string, deletion: Deletion | undefined): Promise<void> {
    const values = [deletion?.at ?? null, deletion?.scheduledPurgeAt ?? null]
    this.#set('deleted_at = ?, scheduled_purge_at = ?', values, vault, name)
  }

  async purge(vault: string, name: string): Promise<SealedPart[]> {
    const sealed = (await this.allVersions(vault, name)).map((version) => version.sealed)
    for (const table of ['object_versions', 'objects'])
      this.#sql.run(
        `DELETE FROM ${table} WHERE kind = ? AND vault = ? AND name_key = ?`,
        this.#kind,
        vault,
        keyOf(name),
      )
    return sealed
  }

  #set(change: string, values: readonly (string | number | null)[], vault: string, name: string): void {
    const where = 'WHERE kind = ? AND vault = ? AND name_key = ?'
    this.#sql.run(`UPDATE objects SET ${change} ${where}`, ...values, this.#kind, vault, keyOf(name))
  }

  #page(sql: string, vault: string, { after = '', limit }: Page): KeptObject<Facts>[] {
    const rows = this.#sql.all(sql, this.#kind, vault, keyOf(after), limit)
    return (rows as unknown as ObjectRow[]).map((row) => readObject<Facts>(row))
  }
}

/** In the order enabled, dates, updated, tags, facts. */
function changeableValues<Facts>({
  enabled,
  notBefore,
  expires,
  updated,
  tags,
  facts,
}: ObjectVersion<Facts>) {
  return [
    enabled ? 1 : 0,
    notBefore ?? null,
    expires ?? null,
    updated,
    tags ? JSON.stringify(tags) : null,
    JSON.stringify(facts),
  ]
}

function readVersion<Facts>(row: VersionRow): ObjectVersion<Facts> {
  return {
    version: row.version,
    enabled: row.enabled === 1,
    ...(row.not_before !== null && { notBefore: row.not_before }),
    ...(row.expires !== null && { expires: row.expires }),
    created: row.created,
    updated: row.updated,
    ...(row.tags !== null && { tags: JSON.parse(row.tags) as Tags }),
    facts: JSON.parse(row.facts) as Facts,
  }
}

function readObject<Facts>(row: ObjectRow): KeptObject<Facts> {
  return {
    vault: row.vault,
    name: row.name,
    current: readVersion<Facts>(row),
    ...readDeletion(row),
    ...(row.settings !== null && { settings: row.settings }),
    ...(row.due_at !== null && { dueAt: row.due_at }),
  }
}

function readStored<Facts>(row: SealedRow): StoredVersion<Facts> {
  const { key_uri: uri, sealed } = row
  return {
    name: row.name,
    version: readVersion<Facts>(row),
    sealed: { ...(uri !== null && { uri }), ...(sealed !== null && { sealed }) },
    ...readDeletion(row),
  }
}
