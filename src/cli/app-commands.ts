/** `certkeep app`: applications of the token service. */
import type { ApplicationView } from '../vault/identity/administer.ts'
import { type CommandContext, commonOptions, readArguments, runSubcommand, withOperator } from './command.ts'
import { facts, json, shellQuoted, table } from './output.ts'

const usage = `usage: certkeep app create NAME
       certkeep app list
       certkeep app show NAME
       certkeep app remove NAME

An application is what a program signs in as. It may do nothing until it is given a role; see certkeep role --help.
Its secret is printed by certkeep env --app NAME, for as long as it exists.

  --json       a JSON object or list instead; of create with the secrets
  --data DIR   the folder of the vault's data
`

const subcommands = new Map([
  ['create', create],
  ['list', list],
  ['show', show],
  ['remove', remove],
])

export function appCommand(args: readonly string[], context: CommandContext): Promise<number> {
  return runSubcommand(subcommands, args, context, usage)
}

async function create(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, commonOptions, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const { clientSecret, identityHeader, ...created } = await administration.createApplication(
      positionals[0]!,
    )
    const secrets = { clientSecret: clientSecret.reveal(), identityHeader: identityHeader.reveal() }
    if (values.json) return context.out(json({ ...shown(created), ...secrets }))
    context.out(`The application '${created.name}' was created. It has no role yet.\n`)
    context.out(facts([...ids(created), ['settings', `certkeep env --app ${word(created.name)}`]]))
  })
}

async function list(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, commonOptions, [], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const applications = await administration.listApplications()
    if (values.json) return context.out(json(applications.map(shown)))
    const rows = applications.map((each) => [each.name, each.applicationId, each.objectId])
    context.out(table([['NAME', 'APPLICATION ID', 'OBJECT ID'], ...rows]))
  })
}

async function show(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, commonOptions, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const application = await administration.readApplication(positionals[0]!)
    if (values.json) return context.out(json(shown(application)))
    context.out(`${application.name}\n${facts([...ids(application), ['created', day(application)]])}`)
  })
}

async function remove(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, commonOptions, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const removed = await administration.removeApplication(positionals[0]!)
    if (values.json) return context.out(json(shown(removed)))
    context.out(`The application '${removed.name}' and its roles were removed.\n`)
  })
}

function ids({ applicationId, objectId }: ApplicationView): [string, string][] {
  return [
    ['application id', applicationId],
    ['object id', objectId],
  ]
}

/** For programs; `created` in Unix seconds. */
function shown({ name, applicationId, objectId, created }: ApplicationView) {
  return { name, applicationId, objectId, created }
}

function day({ created }: ApplicationView): string {
  return new Date(created * 1000).toISOString().slice(0, 10)
}

function word(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : shellQuoted(name)
}
