/** The suites beside this file, how one of their scripts is run, and what its lines mean. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

export interface Suite {
  readonly name: string
  readonly install: string | undefined
  readonly run: string
  /** Where what it installs is kept; exists. */
  readonly cache: string
}

export interface Count {
  passed: number
  failed: number
}

const minutesMax = 10

/** @throws Error when a wanted suite does not exist. */
export function suitesIn(folder: string, wanted: readonly string[]): Suite[] {
  const all = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.sh')))
  const unknown = wanted.filter((name) => !all.includes(name))
  if (unknown.length > 0)
    throw new Error(`there is no suite ${unknown.join(', ')}; there are ${all.join(', ')}`)
  return all
    .filter((name) => wanted.length === 0 || wanted.includes(name))
    .sort()
    .map((name) => {
      const cache = join(cacheFolder(), name)
      mkdirSync(cache, { recursive: true })
      const install = join(folder, name, 'install.sh')
      return {
        name,
        cache,
        run: join(folder, name, 'run.sh'),
        install: existsSync(install) ? install : undefined,
      }
    })
}

function cacheFolder(): string {
  return process.env.CERTKEEP_INTEROP_CACHE || join(homedir(), '.cache', 'certkeep-interop')
}

/** Runs a script in its folder, shows what it prints, and counts `ok` and `not ok`. An end that nothing explains is a failure. */
export async function runScript(path: string, environment: NodeJS.ProcessEnv): Promise<Count> {
  const child = spawn('bash', [path], {
    cwd: dirname(path),
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own, so that what it started ends with it.
    detached: true,
  })
  const stopAll = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL')
    } catch {
      // Nothing of it is left.
    }
  }
  let late = false
  const timer = setTimeout(() => {
    late = true
    stopAll()
  }, minutesMax * 60_000)
  child.once('exit', stopAll)
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const count: Count = { passed: 0, failed: 0 }
  for await (const line of createInterface({ input: child.stdout! })) {
    console.log(line)
    if (line.startsWith('ok ')) count.passed++
    else if (line.startsWith('not ok ')) count.failed++
  }
  const [code, signal] = await ended
  clearTimeout(timer)
  if (code !== 0 && count.failed === 0) {
    const end = late ? `was stopped after ${minutesMax} minutes` : `ended with ${signal ?? code}`
    console.log(`not ok ${basename(path)}: ${end}`)
    count.failed++
  }
  return count
}
