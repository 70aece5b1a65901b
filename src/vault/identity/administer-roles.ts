/** Role assignments: who may do what, where. A change counts from the next request on. */
import type { RoleAssignment, Scope } from '../../access/principal.ts'
import { dataActions, findRole, type Role, roleAllows, roles } from '../../access/roles.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { newGuid } from '../../domain/guid.ts'
import { parseObjectName } from '../../domain/names.ts'
import type { Application, Reader } from '../../storage/storage.ts'
import type { Facts } from '../perform.ts'
import { requireVault } from '../vaults/administer-vaults.ts'
import { findApplication, idsOf } from './administer-applications.ts'
import { asOperator, type OperatorCall, type OperatorDesk } from './operator-verb.ts'

export interface RoleSelection {
  /** Name or GUID. */
  readonly role: string
  /** Name, application id or object id. */
  readonly app: string
  /** Absent: the whole service, or the vault `default` where a certificate is named. */
  readonly vault?: string
  readonly certificate?: string
}

/** An assignment with the names of what it joins. */
export interface RoleAssignmentView {
  readonly id: string
  readonly roleId: string
  readonly roleName: string
  readonly objectId: string
  /** Absent when the principal is no application of the token service. */
  readonly application?: string
  /** As Azure's resource ids end, in lower case: `/vaults/default/certificates/web`. `/` is the whole service. */
  readonly scope: string
}

/**
 * Gives a role. A certificate is a certificate, a secret and a key of one name, and Azure's scopes are of one of them
 * each: whoever says "this certificate" gets an assignment on every one of the three in which the role grants anything.
 *
 * @returns the assignments that now hold; those that existed are not made again.
 * @throws VaultError `BadParameter` for an unknown role, `NotFound` for an unknown application or vault.
 */
export async function assignRole(
  desk: OperatorDesk,
  selection: RoleSelection,
): Promise<RoleAssignmentView[]> {
  return asOperator(desk, callOf('RoleAssignmentCreate', selection), async (writer, facts) => {
    const { role, application, scopes } = await resolve(writer, selection)
    const assignments: RoleAssignment[] = []
    for (const scope of scopes)
      assignments.push(
        await writer.identities.addAssignment({
          id: newGuid(desk.random),
          roleId: role.id,
          principalId: application.objectId,
          scope,
        }),
      )
    Object.assign(facts, factsOf(role, application, assignments))
    return assignments.map((assignment) => viewOf(assignment, application))
  })
}

/** By the names of the applications. @param app only those of this one. */
export async function listAssignments(desk: OperatorDesk, app?: string): Promise<RoleAssignmentView[]> {
  return asOperator(desk, { operation: 'RoleAssignmentList' }, async (reader) => {
    const only = app === undefined ? undefined : await findApplication(reader, app)
    const applications = new Map(
      (await reader.identities.listApplications()).map((application) => [application.objectId, application]),
    )
    return (await reader.identities.listAssignments())
      .filter(({ principalId }) => only === undefined || principalId === only.objectId)
      .map((assignment) => viewOf(assignment, applications.get(assignment.principalId)))
      .toSorted((left, right) =>
        ownerOf(left) < ownerOf(right) ? -1 : Number(ownerOf(left) > ownerOf(right)),
      )
  })
}

/** Takes an assignment away by its id. @throws VaultError `NotFound`. */
export async function removeAssignment(desk: OperatorDesk, id: string): Promise<RoleAssignmentView[]> {
  const wanted = id.toLowerCase()
  return asOperator(desk, { operation: 'RoleAssignmentDelete' }, async (writer, facts) => {
    const assignment = (await writer.identities.listAssignments()).find((each) => each.id === wanted)
    if (!assignment) throw noSuchAssignment()
    await writer.identities.removeAssignment(wanted)
    const application = await writer.identities.findApplicationByObjectId(assignment.principalId)
    Object.assign(facts, { role: roleNameOf(assignment.roleId), assignments: wanted })
    Object.assign(facts, application ? idsOf(application) : { objectId: assignment.principalId })
    return [viewOf(assignment, application)]
  })
}

/** Takes away what `assignRole` gave for the same words. @throws VaultError `NotFound` when there is nothing of it. */
export async function removeSelectedAssignments(
  desk: OperatorDesk,
  selection: RoleSelection,
): Promise<RoleAssignmentView[]> {
  return asOperator(desk, callOf('RoleAssignmentDelete', selection), async (writer, facts) => {
    const { role, application, scopes } = await resolve(writer, selection)
    const wanted = new Set(scopes.map(scopeText))
    const found = (await writer.identities.listAssignments()).filter(
      ({ principalId, roleId, scope }) =>
        principalId === application.objectId && roleId === role.id && wanted.has(scopeText(scope)),
    )
    if (found.length === 0) throw noSuchAssignment()
    for (const { id } of found) await writer.identities.removeAssignment(id)
    Object.assign(facts, factsOf(role, application, found))
    return found.map((assignment) => viewOf(assignment, application))
  })
}

interface Resolved {
  readonly role: Role
  readonly application: Application
  readonly scopes: readonly Scope[]
}

async function resolve(reader: Reader, selection: RoleSelection): Promise<Resolved> {
  const role = findRole(selection.role)
  if (!role)
    throw badParameter(
      `There is no role '${selection.role}'. The roles are: ${roles.map(({ name }) => name).join(', ')}.`,
    )
  const application = await findApplication(reader, selection.app)
  const vaultName = vaultOf(selection)
  if (vaultName === undefined) return { role, application, scopes: [{}] }
  const { name: vault } = await requireVault(reader, vaultName)
  if (selection.certificate === undefined) return { role, application, scopes: [{ vault }] }
  return { role, application, scopes: objectScopes(role, vault, parseObjectName(selection.certificate)) }
}

const collections = ['certificates', 'secrets', 'keys'] as const

function objectScopes(role: Role, vault: string, name: string): Scope[] {
  const granted = collections.filter((collection) =>
    dataActions.some((action) => action.startsWith(`${collection}/`) && roleAllows(role.id, action)),
  )
  if (granted.length === 0)
    throw badParameter(
      `The role '${role.name}' grants nothing on a certificate; 'Key Vault Certificate User' lets an application read one.`,
    )
  return granted.map((collection) => ({ vault, collection, name }))
}

function vaultOf({ vault, certificate }: RoleSelection): string | undefined {
  return vault ?? (certificate === undefined ? undefined : 'default')
}

function callOf(operation: string, selection: RoleSelection): OperatorCall {
  const vault = vaultOf(selection)
  return {
    operation,
    ...(vault !== undefined && { vault }),
    ...(selection.certificate !== undefined && { object: `certificates/${selection.certificate}` }),
  }
}

function factsOf(role: Role, application: Application, assignments: readonly RoleAssignment[]): Facts {
  return {
    ...idsOf(application),
    role: role.name,
    scopes: assignments.map(({ scope }) => scopeText(scope)).join(' '),
    assignments: assignments.map(({ id }) => id).join(' '),
  }
}

/** Equal for equal scopes. */
function scopeText({ vault, collection, name }: Scope): string {
  if (vault === undefined) return '/'
  const object = collection === undefined ? '' : `/${collection}/${name}`
  return `/vaults/${vault}${object}`.toLowerCase()
}

function viewOf(assignment: RoleAssignment, application: Application | undefined): RoleAssignmentView {
  const { id, roleId, principalId, scope } = assignment
  return {
    id,
    roleId,
    roleName: roleNameOf(roleId),
    objectId: principalId,
    ...(application && { application: application.name }),
    scope: scopeText(scope),
  }
}

function ownerOf({ application, objectId }: RoleAssignmentView): string {
  return application?.toLowerCase() ?? objectId
}

function roleNameOf(roleId: string): string {
  return findRole(roleId)?.name ?? roleId
}

function noSuchAssignment(): VaultError {
  return new VaultError('NotFound', "There is no such role assignment; see 'certkeep role list'.")
}
