/** Applications of the token service and role assignments: rows <-> domain. */
import type { Collection, RoleAssignment, Scope } from '../access/principal.ts'
import { VaultError } from '../domain/errors.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { keyOf } from './names.ts'
import type { Statements } from './statements.ts'
import type { Application, IdentityWriter } from './storage.ts'

interface ApplicationRow {
  readonly application_id: string
  readonly object_id: string
  readonly name: string
  readonly enabled: number
  readonly created: UnixSeconds
  readonly client_secret_hash: Uint8Array
  readonly identity_header_hash: Uint8Array
  readonly sealed_credentials: Uint8Array
}

interface AssignmentRow {
  readonly id: string
  readonly principal_id: string
  readonly role_id: string
  readonly collection: string
  readonly vault: string | null
  readonly name: string | null
}

export class SqliteIdentities implements IdentityWriter {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  findApplication = (applicationId: string) => this.#findApplication('application_id', applicationId)
  findApplicationByName = (name: string) => this.#findApplication('name_key', keyOf(name))
  findApplicationByObjectId = (objectId: string) => this.#findApplication('object_id', objectId)
  findApplicationByHeaderHash = (hash: Uint8Array) => this.#findApplication('identity_header_hash', hash)

  async listApplications(): Promise<Application[]> {
    const rows = this.#sql.all('SELECT * FROM applications ORDER BY name_key') as unknown as ApplicationRow[]
    return rows.map(readApplication)
  }

  async assignmentsOf(principalIds: readonly string[], vault?: string): Promise<RoleAssignment[]> {
    const assignments: RoleAssignment[] = []
    for (const principalId of principalIds) {
      const rows = this.#sql.all(
        "SELECT * FROM role_assignments WHERE principal_id = ? AND vault_key IN ('', ?)",
        principalId,
        keyOf(vault ?? ''),
      ) as unknown as AssignmentRow[]
      for (const row of rows) assignments.push(readAssignment(row))
    }
    return assignments
  }

  async listAssignments(): Promise<RoleAssignment[]> {
    const rows = this.#sql.all(
      'SELECT * FROM role_assignments ORDER BY principal_id, vault_key, collection, name_key, role_id',
    )
    return (rows as unknown as AssignmentRow[]).map(readAssignment)
  }

  async insertApplication(application: Application): Promise<void> {
    if (await this.findApplicationByName(application.name))
      throw new VaultError(
        'Conflict',
        `An application named '${application.name}' exists already; choose another name.`,
      )
    this.#sql.run(
      `INSERT INTO applications (application_id, name_key, name, object_id, enabled, created, client_secret_hash,
        identity_header_hash, sealed_credentials) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      application.applicationId,
      keyOf(application.name),
      application.name,
      application.objectId,
      application.enabled ? 1 : 0,
      application.created,
      application.clientSecretHash,
      application.identityHeaderHash,
      application.sealedCredentials,
    )
  }

  async updateApplication(application: Application): Promise<void> {
    this.#sql.run(
      `UPDATE applications SET enabled = ?, client_secret_hash = ?, identity_header_hash = ?, sealed_credentials = ?
        WHERE application_id = ?`,
      application.enabled ? 1 : 0,
      application.clientSecretHash,
      application.identityHeaderHash,
      application.sealedCredentials,
      application.applicationId,
    )
  }

  async removeApplication(applicationId: string): Promise<void> {
    const application = await this.findApplication(applicationId)
    if (!application) return
    this.#sql.run('DELETE FROM role_assignments WHERE principal_id = ?', application.objectId)
    this.#sql.run('DELETE FROM applications WHERE application_id = ?', applicationId)
  }

  async addAssignment(assignment: RoleAssignment): Promise<RoleAssignment> {
    const { id, principalId, roleId, scope } = assignment
    const place = [keyOf(scope.vault ?? ''), scope.collection ?? '', keyOf(scope.name ?? '')] as const
    const existing = this.#sql.get(
      'SELECT * FROM role_assignments WHERE principal_id = ? AND vault_key = ? AND collection = ? AND name_key = ? AND role_id = ?',
      principalId,
      ...place,
      roleId,
    )
    if (existing) return readAssignment(existing as unknown as AssignmentRow)
    this.#sql.run(
      'INSERT INTO role_assignments (id, principal_id, vault_key, collection, name_key, role_id, vault, name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      principalId,
      ...place,
      roleId,
      scope.vault ?? null,
      scope.name ?? null,
    )
    return assignment
  }

  async removeAssignment(id: string): Promise<boolean> {
    return this.#sql.run('DELETE FROM role_assignments WHERE id = ?', id) > 0
  }

  async #findApplication(column: string, value: string | Uint8Array): Promise<Application | undefined> {
    const row = this.#sql.get(`SELECT * FROM applications WHERE ${column} = ?`, value)
    return row && readApplication(row as unknown as ApplicationRow)
  }
}

function readApplication(row: ApplicationRow): Application {
  return {
    applicationId: row.application_id,
    objectId: row.object_id,
    name: row.name,
    enabled: row.enabled === 1,
    created: row.created,
    clientSecretHash: row.client_secret_hash,
    identityHeaderHash: row.identity_header_hash,
    sealedCredentials: row.sealed_credentials,
  }
}

function readAssignment(row: AssignmentRow): RoleAssignment {
  const scope: Scope = {
    ...(row.vault !== null && { vault: row.vault }),
    ...(row.collection !== '' && { collection: row.collection as Collection }),
    ...(row.name !== null && { name: row.name }),
  }
  return { id: row.id, roleId: row.role_id, principalId: row.principal_id, scope }
}
