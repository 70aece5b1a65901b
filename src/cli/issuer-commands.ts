/** `certkeep issuer`: the accounts at certification authorities that policies name. */
import { Secret } from '../domain/secret.ts'
import type { AccountFinding, NewIssuerInput } from '../vault/identity/administer.ts'
import { addAcme, addAcmeUsage, readSetting } from './add-acme.ts'
import {
  type CommandContext,
  commonOptions,
  readArguments,
  runSubcommand,
  UsageError,
  withOperator,
} from './command.ts'
import { issuerAccountCommand } from './issuer-account-command.ts'
import { json, table } from './output.ts'
import { factsOf, shown } from './show-issuer.ts'
import { readPasswordFile } from './text-file.ts'

const usage = `usage: certkeep issuer add NAME --provider P [--account-id A] [--organization-id O] [--vault V]
                           [--password-file FILE | --password-env VARIABLE] [--setting KEY=TEXT | KEY:=JSON]…
       certkeep issuer add acme NAME --ca CA --agree-tos …   (certkeep issuer add acme --help)
       certkeep issuer list [--vault V]
       certkeep issuer show NAME [--vault V]
       certkeep issuer test NAME [--vault V]
       certkeep issuer remove NAME [--vault V]
       certkeep issuer account NAME show|open|replace-key|deactivate|start-anew [--vault V]

An issuer is an account at a certification authority; a policy that names it gets its certificates there. The password
is read from a file or a variable, so that it is in no history; it is never shown again. test asks the authority
whether credentials, network and account are in order, and orders nothing.

  --vault V    the vault that it belongs to ('default')
  --json       a JSON object or list instead
  --data DIR   the folder of the vault's data
`

const options = { ...commonOptions, vault: { type: 'string' } } as const
const addOptions = {
  ...options,
  provider: { type: 'string' },
  'account-id': { type: 'string' },
  'organization-id': { type: 'string' },
  'password-file': { type: 'string' },
  'password-env': { type: 'string' },
  setting: { type: 'string', multiple: true },
} as const

const subcommands = new Map([
  ['add', add],
  ['list', list],
  ['show', show],
  ['test', test],
  ['remove', remove],
  ['account', issuerAccountCommand],
])

export async function issuerCommand(args: readonly string[], context: CommandContext): Promise<number> {
  if (args[0] === 'add' && args[1] === 'acme' && args.includes('--help')) {
    context.out(addAcmeUsage)
    return 0
  }
  return runSubcommand(subcommands, args, context, usage)
}

async function add(args: readonly string[], context: CommandContext): Promise<number> {
  const [kind, ...rest] = args
  if (kind === 'acme' && (rest[0]?.startsWith('-') === false || rest[0] === undefined))
    return addAcme(rest, context)
  const { values, positionals } = readArguments(args, addOptions, ['NAME'], usage)
  const input = inputOf(values, context)
  return withOperator(context, values.data, async ({ administration }) => {
    const issuer = await administration.addIssuer(vaultOf(values), positionals[0]!, input)
    if (values.json) return context.out(json(shown(issuer)))
    context.out(`The issuer '${issuer.name}' was added to the vault '${issuer.vault}'.\n${factsOf(issuer)}`)
  })
}

async function list(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, options, [], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const issuers = await administration.listIssuers(vaultOf(values))
    if (values.json) return context.out(json(issuers.map(shown)))
    const rows = issuers.map(({ name, provider, credentials, enabled }) => [
      name,
      provider,
      credentials?.accountId ?? '-',
      enabled ? 'enabled' : 'disabled',
    ])
    context.out(table([['NAME', 'PROVIDER', 'ACCOUNT', 'STATE'], ...rows]))
  })
}

async function show(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const issuer = await administration.readIssuer(vaultOf(values), positionals[0]!)
    context.out(values.json ? json(shown(issuer)) : `${issuer.name}\n${factsOf(issuer)}`)
  })
}

/** Ends with 1 if anything is not in order, for scripts. */
async function test(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  let findings: readonly AccountFinding[] = []
  await withOperator(context, values.data, async ({ administration }) => {
    findings = await administration.verifyIssuer(vaultOf(values), positionals[0]!)
    if (values.json) return context.out(json(findings))
    const rows = findings.map(({ subject, inOrder, details }) => [
      subject,
      inOrder ? 'in order' : 'not in order',
      details,
    ])
    context.out(table([['WHAT', 'STATE', 'DETAILS'], ...rows]))
  })
  return findings.every(({ inOrder }) => inOrder) ? 0 : 1
}

async function remove(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, options, ['NAME'], usage)
  return withOperator(context, values.data, async ({ administration }) => {
    const issuer = await administration.removeIssuer(vaultOf(values), positionals[0]!)
    if (values.json) return context.out(json(shown(issuer)))
    context.out(`The issuer '${issuer.name}' was removed. Policies that name it can order nothing.\n`)
  })
}

const vaultOf = ({ vault = 'default' }: { readonly vault?: string }) => vault

interface AddValues {
  readonly provider?: string
  readonly 'account-id'?: string
  readonly 'organization-id'?: string
  readonly 'password-file'?: string
  readonly 'password-env'?: string
  readonly setting?: readonly string[]
}

function inputOf(values: AddValues, context: CommandContext): NewIssuerInput {
  const { provider, 'account-id': accountId, 'organization-id': id, setting } = values
  if (provider === undefined) throw new UsageError('--provider is missing', usage)
  const password = readPassword(values, context)
  const credentials = {
    ...(accountId !== undefined && { accountId }),
    ...(password && { password }),
  }
  return {
    provider,
    ...(Object.keys(credentials).length > 0 && { credentials }),
    ...(id !== undefined && { organization: { id } }),
    ...(setting && {
      settings: Object.fromEntries(setting.map((text) => readSetting('--setting', text, usage))),
    }),
  }
}

function readPassword(
  { 'password-file': file, 'password-env': variable }: AddValues,
  context: CommandContext,
): Secret<string> | undefined {
  if (file !== undefined && variable !== undefined)
    throw new UsageError('--password-file and --password-env cannot both be given', usage)
  if (file !== undefined) return readPasswordFile(file, context)
  if (variable === undefined) return undefined
  const password = context.environment[variable]
  if (!password) throw new UsageError(`--password-env ${variable}: the variable is not set`, usage)
  return new Secret(password)
}
