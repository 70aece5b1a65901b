/**
 * Identities whose role assignments are kept in memory: every verb asks for those of its caller, and they change rarely.
 * Whoever runs the transactions says when to forget: after a rollback, and when another process may have changed them.
 */
import type { RoleAssignment } from '../access/principal.ts'
import { SqliteIdentities } from './identities.ts'
import { keyOf } from './names.ts'

/** Callers times vaults; a service with more starts anew. */
const entriesMax = 10_000

export class RememberedIdentities extends SqliteIdentities {
  readonly #known = new Map<string, RoleAssignment[]>()

  forget(): void {
    this.#known.clear()
  }

  override async assignmentsOf(principalIds: readonly string[], vault?: string): Promise<RoleAssignment[]> {
    const key = `${keyOf(vault ?? '')} ${principalIds.join(' ')}`
    const known = this.#known.get(key)
    if (known) return known
    const found = await super.assignmentsOf(principalIds, vault)
    if (this.#known.size >= entriesMax) this.forget()
    this.#known.set(key, found)
    return found
  }

  override addAssignment(assignment: RoleAssignment): Promise<RoleAssignment> {
    this.forget()
    return super.addAssignment(assignment)
  }

  override removeAssignment(id: string): Promise<boolean> {
    this.forget()
    return super.removeAssignment(id)
  }

  override removeApplication(applicationId: string): Promise<void> {
    this.forget()
    return super.removeApplication(applicationId)
  }
}
