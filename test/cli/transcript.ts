/**
 * Transcripts of commands. A line `$ certkeep …` is run; below it stands what it prints, lines on standard error behind
 * `! `, and `[exit N]` where it does not end well. Ids and secrets are numbered in the order in which they first appear,
 * and can be used by those numbers in later commands. Other lines before the first command are for the reader.
 */
import { findRole } from '../../src/access/roles.ts'
import { type CliContext, runCli } from '../../src/cli/cli.ts'
import type { FrontDoor } from '../../src/installation/front-door.ts'
import type { TestInstallation } from '../doubles/installation.ts'

export const localDoor: FrontDoor = { suffix: 'vault.localhost', port: 8443, host: '127.0.0.1' }

export interface Ran {
  readonly exitCode: number
  /** What was printed, in its order; each piece with its stream. */
  readonly printed: readonly { readonly stream: 'out' | 'err'; readonly text: string }[]
}

/** Runs one command on the installation, as the program would. */
export async function run(
  vault: TestInstallation,
  args: readonly string[],
  frontDoor: FrontDoor = localDoor,
): Promise<Ran> {
  const printed: { stream: 'out' | 'err'; text: string }[] = []
  const context: CliContext = {
    out: (text) => printed.push({ stream: 'out', text }),
    err: (text) => printed.push({ stream: 'err', text }),
    environment: { CA_PASSWORD: 'never-shown' },
    readTextFile: (path) => `password in ${path}\n`,
    version: '0.0.0',
    defaultDataFolder: vault.installation.folder.path,
    openOperator: async () => ({ ...vault, frontDoor, close: async () => {} }),
    startService: () => Promise.reject(new Error('no command of a transcript starts the service')),
    untilStopped: () => Promise.resolve(),
  }
  return { exitCode: await runCli(args, context), printed }
}

/** Runs the commands of a transcript and writes it anew with what they print now. */
export async function replay(transcript: string, vault: TestInstallation): Promise<string> {
  const names = new Names(vault.installation.folder.path)
  const lines: string[] = []
  let inHead = true
  for (const line of transcript.split('\n')) {
    if (!line.startsWith('$ certkeep')) {
      // What stood below a command is replaced; comments and blank lines between commands stay.
      if (!inHead && line.startsWith('#')) lines.push('')
      if (inHead || line.startsWith('#')) lines.push(line)
      continue
    }
    if (!inHead && lines.at(-1)?.startsWith('#') !== true) lines.push('')
    inHead = false
    lines.push(line)
    const { exitCode, printed } = await run(vault, wordsOf(names.reveal(line)).slice(2))
    for (const { stream, text } of printed)
      for (const each of names.hide(text).trimEnd().split('\n'))
        lines.push(stream === 'out' ? each : `! ${each}`.trimEnd())
    if (exitCode !== 0) lines.push(`[exit ${exitCode}]`)
  }
  return `${lines.join('\n').trimEnd()}\n`
}

/** The words of a command line; quotes keep blanks together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, bare]) => single ?? double ?? bare!,
  )
}

/** Values that differ from run to run, and the names that stand for them. The ids of roles are always the same. */
class Names {
  readonly #folder: string
  readonly #byValue = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  constructor(folder: string) {
    this.#folder = folder
  }

  hide(text: string): string {
    return text
      .replaceAll(this.#folder, '<data>')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, (id) =>
        findRole(id) ? id : this.#nameOf('id', id),
      )
      .replace(/\b[0-9A-F]{40}\b/g, (serial) => this.#nameOf('serial', serial))
      .replace(/(?<![\w-])[\w-]{43}(?![\w-])/g, (secret) => this.#nameOf('secret', secret))
  }

  reveal(text: string): string {
    return [...this.#byValue].reduce((line, [value, name]) => line.replaceAll(name, value), text)
  }

  #nameOf(kind: string, value: string): string {
    const known = this.#byValue.get(value)
    if (known !== undefined) return known
    const number = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, number)
    const name = `<${kind} ${number}>`
    this.#byValue.set(value, name)
    return name
  }
}
