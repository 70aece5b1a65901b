/** `certkeep vault`: the vaults of the service. */
import { type PfxProfile, pfxProfiles, type VaultSettings } from '../domain/certificate.ts'
import { vaultOrigin } from '../installation/front-door.ts'
import {
  type CommandContext,
  commonOptions,
  type Operator,
  readArguments,
  runSubcommand,
  UsageError,
  withOperator,
} from './command.ts'
import { facts, json, table } from './output.ts'

const usage = `usage: certkeep vault create NAME [--retention-days N] [--purge-protection] [--pfx-profile P]
       certkeep vault list
       certkeep vault show NAME
       certkeep vault update NAME [--purge-protection] [--pfx-profile P]

A vault has objects of its own, under an address of its own. The service serves it within a second; roles for the whole
service hold in it, others have to be assigned.

  --retention-days N    7 to 90 (90): how long what was deleted can be recovered. Fixed once the vault is made
  --purge-protection    nobody can purge before the retention ends. Cannot be taken away again
  --pfx-profile P       modern (AES-256, SHA-256) or legacy (3DES, SHA-1), for readers that know nothing newer;
                        for certificate versions to come, those that exist keep their PFX
  --json                a JSON object or list instead
  --data DIR            the folder of the vault's data
`

const changeOptions = {
  ...commonOptions,
  'purge-protection': { type: 'boolean' },
  'pfx-profile': { type: 'string' },
} as const
const createOptions = { ...changeOptions, 'retention-days': { type: 'string' } } as const

const subcommands = new Map([
  ['create', create],
  ['list', list],
  ['show', show],
  ['update', update],
])

export function vaultCommand(args: readonly string[], context: CommandContext): Promise<number> {
  return runSubcommand(subcommands, args, context, usage)
}

async function create(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, createOptions, ['NAME'], usage)
  const days = values['retention-days']
  const choices = { ...changeOf(values), ...(days !== undefined && { retentionDays: readDays(days) }) }
  return withOperator(context, values.data, async (operator) => {
    const vault = await operator.administration.createVault(positionals[0]!, choices)
    if (values.json) return context.out(json(shown(vault, operator)))
    context.out(`The vault '${vault.name}' was created.\n${factsOf(vault, operator)}`)
  })
}

async function list(args: readonly string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, commonOptions, [], usage)
  return withOperator(context, values.data, async (operator) => {
    const vaults = await operator.administration.listVaults()
    if (values.json) return context.out(json(vaults.map((vault) => shown(vault, operator))))
    const rows = vaults.map((vault) => [vault.name, ...factsIn(vault, operator).map(([, value]) => value)])
    context.out(table([['NAME', 'ADDRESS', 'RETENTION', 'PURGE PROTECTION', 'PFX'], ...rows]))
  })
}

async function show(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, commonOptions, ['NAME'], usage)
  return withOperator(context, values.data, async (operator) => {
    const vault = await operator.administration.readVault(positionals[0]!)
    if (values.json) return context.out(json(shown(vault, operator)))
    context.out(`${vault.name}\n${factsOf(vault, operator)}`)
  })
}

async function update(args: readonly string[], context: CommandContext): Promise<number> {
  const { values, positionals } = readArguments(args, changeOptions, ['NAME'], usage)
  const change = changeOf(values)
  if (Object.keys(change).length === 0)
    throw new UsageError('say what is to change: --purge-protection or --pfx-profile', usage)
  return withOperator(context, values.data, async (operator) => {
    const vault = await operator.administration.updateVault(positionals[0]!, change)
    if (values.json) return context.out(json(shown(vault, operator)))
    context.out(`The vault '${vault.name}' was changed.\n${factsOf(vault, operator)}`)
  })
}

function changeOf(values: { readonly 'purge-protection'?: boolean; readonly 'pfx-profile'?: string }) {
  const profile = values['pfx-profile']
  return {
    ...(values['purge-protection'] && { purgeProtection: true as const }),
    ...(profile !== undefined && { pfxProfile: readProfile(profile) }),
  }
}

function readProfile(text: string): PfxProfile {
  const profile = pfxProfiles.find((each) => each === text)
  if (!profile) throw new UsageError(`--pfx-profile ${text}: ${pfxProfiles.join(' or ')} is needed`, usage)
  return profile
}

/** The limits are the vault's to know. */
function readDays(text: string): number {
  if (!/^\d{1,3}$/.test(text))
    throw new UsageError(`--retention-days ${text}: a whole number of days is needed`, usage)
  return Number(text)
}

function factsIn(vault: VaultSettings, { frontDoor }: Operator): [string, string][] {
  return [
    ['address', vaultOrigin(frontDoor, vault.name)],
    ['retention', `${vault.retentionDays} days`],
    ['purge protection', vault.purgeProtection ? 'on' : 'off'],
    ['PFX profile', vault.pfxProfile],
  ]
}

function factsOf(vault: VaultSettings, operator: Operator): string {
  return facts(factsIn(vault, operator))
}

/** For programs. */
function shown({ name, ...settings }: VaultSettings, { frontDoor }: Operator) {
  return { name, address: vaultOrigin(frontDoor, name), ...settings }
}
