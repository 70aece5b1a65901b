/** May this principal do this, there? Everything that no assignment allows is denied. */
import type { Collection, Principal, RoleAssignment, Scope } from './principal.ts'
import { type DataAction, dataActionPrefix, roleAllows } from './roles.ts'

/** Where something is to be done. Without a name: on the whole collection, which is decided at the vault. */
export interface Target {
  readonly vault: string
  readonly collection: Collection
  readonly name?: string
}

export type Decision =
  | { readonly allowed: true; readonly assignmentId: string }
  | { readonly allowed: false /** In the lines of Key Vault's own answer. */; readonly message: string }

/** @param assignments those of the principal and its groups; others must not be among them. */
export function authorize(request: {
  readonly principal: Principal
  readonly action: DataAction
  readonly target: Target
  readonly assignments: readonly RoleAssignment[]
}): Decision {
  const { action, target, assignments } = request
  for (const { id, roleId, scope } of assignments)
    if (roleAllows(roleId, action) && covers(scope, target)) return { allowed: true, assignmentId: id }
  return { allowed: false, message: refusal(request.principal, action, target) }
}

/** A scope covers everything below it. An object's scope covers that object in that collection only. */
function covers(scope: Scope, target: Target): boolean {
  if (scope.vault === undefined) return true
  if (!same(scope.vault, target.vault)) return false
  if (scope.collection === undefined) return true
  return (
    scope.collection === target.collection &&
    scope.name !== undefined &&
    target.name !== undefined &&
    same(scope.name, target.name)
  )
}

function same(left: string, right: string): boolean {
  return left === right || left.toLowerCase() === right.toLowerCase()
}

function refusal(
  { applicationId, objectId }: Principal,
  action: DataAction,
  { vault, collection, name }: Target,
): string {
  const object = name === undefined ? '' : `/${collection}/${name}`
  return [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: appid=${applicationId ?? ''};oid=${objectId}`,
    `Action: '${dataActionPrefix}${action}'`,
    `Resource: '${`/vaults/${vault}${object}`.toLowerCase()}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    'DecisionReason: null',
    `Vault: ${vault};location=local`,
  ].join('\r\n')
}
