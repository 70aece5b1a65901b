/** Someone who can be granted a role: known by an object id, as in Azure. */

export interface Principal {
  readonly objectId: string
  readonly kind: 'application' | 'user' | 'managedIdentity' | 'vault' | 'operator'
  /** The `appid` of tokens. */
  readonly applicationId?: string
  readonly name?: string
  /** Groups whose assignments count too. */
  readonly groups?: readonly string[]
}

/** What objects are grouped by, as in `/certificates/web`. */
export type Collection = 'certificates' | 'keys' | 'secrets'

/** A role given to a principal at a scope and everything below it. */
export interface RoleAssignment {
  /** A GUID. */
  readonly id: string
  readonly roleId: string
  readonly principalId: string
  readonly scope: Scope
}

/**
 * Where an assignment holds: the service, one vault, or one object of a vault. An object is its collection and name, as
 * Azure has it: an assignment on a certificate does not reach the secret or key of the same name.
 */
export interface Scope {
  /** Absent: the whole service. Compared without regard to case. */
  readonly vault?: string
  readonly collection?: Collection
  readonly name?: string
}
