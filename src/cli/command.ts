/** What every command receives, and how it reads its arguments. Wrong usage and refusals are thrown; `cli.ts` prints them. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Environment } from '../config.ts'
import type { FrontDoor } from '../installation/front-door.ts'
import type { Installation } from '../installation/installation.ts'
import type { Administration } from '../vault/identity/administer.ts'

/** The data of a vault, opened beside the service that may be running on it. */
export interface Operator {
  readonly installation: Installation
  readonly administration: Administration
  readonly frontDoor: FrontDoor
  close(): Promise<void>
}

export interface CommandContext {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** @throws Unusable when there is no vault in the folder. */
  readonly openOperator: (dataFolder: string) => Promise<Operator>
  readonly defaultDataFolder: string
  readonly environment: Environment
  /** @throws Error that says why it cannot be read. */
  readonly readTextFile: (path: string) => string
}

/** The command was called wrongly: what is wrong, and under it how to call it; `--help` explains the rest. */
export class UsageError extends Error {
  override name = 'UsageError'

  constructor(reason: string, usage: string) {
    super(`${reason}\n${usage.split('\n\n', 1)[0]}`)
  }
}

/** What commands beside the service have in common. */
export const commonOptions = {
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const

/** @param positionals the names of what must stand there, in this order. @throws UsageError. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  positionals: readonly string[],
  usage: string,
) {
  const parsed = parse(args, options, usage)
  const missing = positionals[parsed.positionals.length]
  if (missing !== undefined) throw new UsageError(`${missing} is missing`, usage)
  const extra = parsed.positionals[positionals.length]
  if (extra !== undefined)
    throw new UsageError(`'${extra}' is one word too many; put quotes around names with blanks`, usage)
  return parsed
}

function parse<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0]! : String(cause)
    throw new UsageError(reason, usage)
  }
}

/** Opens the vault's data for as long as `act` takes. */
export async function withOperator(
  context: CommandContext,
  dataFolder: string | undefined,
  act: (operator: Operator) => Promise<void>,
): Promise<number> {
  const operator = await context.openOperator(dataFolder ?? context.defaultDataFolder)
  try {
    await act(operator)
  } finally {
    await operator.close()
  }
  return 0
}

export type Subcommand = (args: readonly string[], context: CommandContext) => Promise<number>

/** Finds the second word of a command in its table. */
export async function runSubcommand(
  subcommands: ReadonlyMap<string, Subcommand>,
  args: readonly string[],
  context: CommandContext,
  usage: string,
): Promise<number> {
  const [name, ...rest] = args
  if (args.includes('--help')) {
    context.out(usage)
    return 0
  }
  const words = [...subcommands.keys()].join(', ')
  if (name === undefined) throw new UsageError(`say which: ${words}`, usage)
  const subcommand = subcommands.get(name)
  if (!subcommand) throw new UsageError(`'${name}' is none of ${words}`, usage)
  return subcommand(rest, context)
}
