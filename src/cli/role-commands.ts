/** `certkeep role`: which application may do what, and where. */
import { roles } from '../access/roles.ts'
import type { RoleAssignmentView, RoleSelection } from '../vault/identity/administer.ts'
import {
  type CommandContext,
  commonOptions,
  readArguments,
  runSubcommand,
  UsageError,
  withOperator,
} from './command.ts'
import { json, table } from './output.ts'

const usage = `usage: certkeep role assign --role ROLE --app NAME [--vault V] [--certificate C]
       certkeep role remove --role ROLE --app NAME [--vault V] [--certificate C]
       certkeep role remove ID
       certkeep role list [--app NAME]
       certkeep role names

Without --vault a role holds in every vault. With --certificate it holds on that certificate with its secret and key,
of the vault 'default' unless --vault names another. Changes count from the next request on.

  --json       a JSON list instead
  --data DIR   the folder of the vault's data
`

const selectionOptions = {
  ...commonOptions,
  role: { type: 'string' },
  app: { type: 'string' },
  vault: { type: 'string' },
  certificate: { type: 'string' },
} as const

const subcommands = new Map([
  ['assign', assign],
  ['list', list],
  ['remove', remove],
  ['names', names],
])

export function roleCommand(args: readonly string[], context: CommandContext): Promise<number> {
  return runSubcommand(subcommands, args, context, usage)
}

async function assign(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, selectionOptions, [], usage)
  const selection = selectionOf(values)
  return withOperator(context, values.data, async ({ administration }) => {
    const assignments = await administration.assignRole(selection)
    context.out(values.json ? json(assignments.map(shown)) : rowsOf(assignments))
  })
}

async function list(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, { ...commonOptions, app: { type: 'string' } }, [], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const assignments = await administration.listAssignments(values.app)
    context.out(values.json ? json(assignments.map(shown)) : rowsOf(assignments))
  })
}

async function remove(args: readonly string[], context: CommandContext): Promise<number> {
  const byId = !args.some((each) => /^--(?:role|app|vault|certificate)\b/.test(each))
  const { values, positionals } = readArguments(args, selectionOptions, byId ? ['ID'] : [], usage)
  const target = positionals[0] ?? selectionOf(values)
  return withOperator(context, values.data, async ({ administration }) => {
    const removed = await administration.removeAssignment(target)
    context.out(values.json ? json(removed.map(shown)) : `Removed:\n${rowsOf(removed)}`)
  })
}

async function names(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, { json: { type: 'boolean' } }, [], usage)
  if (values.json) context.out(json(roles.map(({ id, name }) => ({ id, name }))))
  else context.out(table([['ROLE', 'ID'], ...roles.map(({ id, name }) => [name, id])]))
  return 0
}

function selectionOf(values: {
  readonly role?: string
  readonly app?: string
  readonly vault?: string
  readonly certificate?: string
}): RoleSelection {
  const { role, app, vault, certificate } = values
  if (role === undefined) throw new UsageError('--role is missing', usage)
  if (app === undefined) throw new UsageError('--app is missing', usage)
  return {
    role,
    app,
    ...(vault !== undefined && { vault }),
    ...(certificate !== undefined && { certificate }),
  }
}

function rowsOf(assignments: readonly RoleAssignmentView[]): string {
  const rows = assignments.map((each) => [
    each.roleName,
    each.application ?? each.objectId,
    each.scope,
    each.id,
  ])
  return table([['ROLE', 'APPLICATION', 'SCOPE', 'ID'], ...rows])
}

/** For programs; an absent `application` is a principal without one. */
function shown({ id, roleId, roleName, application, objectId, scope }: RoleAssignmentView) {
  return { id, role: roleName, roleId, application, objectId, scope }
}
