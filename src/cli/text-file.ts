/** Files that options name. */
import { Secret } from '../domain/secret.ts'
import { Unusable } from '../installation/unusable.ts'
import type { CommandContext } from './command.ts'

/** @param option which named it. @throws Unusable when it cannot be read. */
export function readTextFile(file: string, option: string, context: CommandContext): string {
  try {
    return context.readTextFile(file)
  } catch (cause) {
    throw new Unusable(`${option} ${file}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}

/** The file of `--password-file`. The newline that editors put behind a password is not part of it. */
export function readPasswordFile(file: string, context: CommandContext): Secret<string> {
  return new Secret(readTextFile(file, '--password-file', context).replace(/\r?\n$/, ''))
}
