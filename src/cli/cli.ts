/** The command table and the exit codes: 0 done, 1 refused or failed, 2 wrongly called. */
import { VaultError } from '../domain/errors.ts'
import { Unusable } from '../installation/unusable.ts'
import { appCommand } from './app-commands.ts'
import { caCommand } from './ca-commands.ts'
import { certificateCommand } from './certificate-commands.ts'
import { type CommandContext, UsageError } from './command.ts'
import { envCommand } from './env-command.ts'
import { issuerCommand } from './issuer-commands.ts'
import { roleCommand } from './role-commands.ts'
import { type ServeContext, serveCommand } from './serve-command.ts'
import { vaultCommand } from './vault-commands.ts'

export interface CliContext extends CommandContext, ServeContext {}

const commands: Readonly<Record<string, (args: readonly string[], context: CliContext) => Promise<number>>> =
  {
    serve: serveCommand,
    env: envCommand,
    app: appCommand,
    role: roleCommand,
    vault: vaultCommand,
    issuer: issuerCommand,
    ca: caCommand,
    certificate: certificateCommand,
  }

const help = `certkeep, the certificate vault that a team runs itself

  certkeep serve                runs the vault
  certkeep env                  prints what an Azure client needs
  certkeep app create NAME      makes an application; also: list, show, remove
  certkeep role assign …        lets an application do something; also: list, remove
  certkeep vault create NAME    makes another vault; also: list, show, update
  certkeep issuer add NAME      sets up an account at a CA; also: list, show, test, remove
  certkeep ca create NAME       makes a CA that is yours; also: import, request, install, list, show, export, cross, update, issued,
                                revoke, release
  certkeep certificate revoke NAME
                                has a certificate revoked; also: hold, release, status

  certkeep COMMAND --help       says more
  certkeep --version
`

export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  const [name = '--help', ...rest] = args
  if (name === '--version') return print(context, `certkeep ${context.version}\n`)
  if (name === '--help' || name === 'help') return print(context, help)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    context.err(`certkeep: there is no command '${name}'; see certkeep --help\n`)
    return 2
  }
  try {
    return await command(rest, context)
  } catch (error) {
    return report(error, context)
  }
}

function print(context: CliContext, text: string): number {
  context.out(text)
  return 0
}

/** What was meant to be thrown is one line; anything else is a fault of the program, and is shown as such. */
function report(error: unknown, context: CliContext): number {
  if (error instanceof UsageError) {
    context.err(`certkeep: ${error.message}\n`)
    return 2
  }
  if (error instanceof VaultError || error instanceof Unusable) context.err(`certkeep: ${error.message}\n`)
  else context.err(`certkeep: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}
