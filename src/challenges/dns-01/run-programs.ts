/**
 * Running the programs that the operator of the service has named: without a shell, with PATH as their whole environment, for a limited
 * time. Whatever they started ends with them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ProgramEnd, Programs } from './programs.ts'

export interface ProgramSettings {
  /** Name → path. */
  readonly paths: ReadonlyMap<string, string>
  /** What programs find as PATH. */
  readonly searchPath: string
  /** How long one may take; 45 unless told. */
  readonly secondsMax?: number
}

const saidOctetsMax = 4096
const saidLengthMax = 200
const lingerMilliseconds = 500

export function openPrograms({ paths, searchPath, secondsMax = 45 }: ProgramSettings): Programs {
  return {
    names: [...paths.keys()],
    async run(name, parameters) {
      const path = paths.get(name)
      if (path === undefined) throw new RangeError(`there is no program ${name}`)
      return run(path, parameters, searchPath, secondsMax)
    },
  }
}

async function run(
  path: string,
  parameters: readonly string[],
  searchPath: string,
  secondsMax: number,
): Promise<ProgramEnd> {
  const child = spawn(path, parameters, {
    env: { PATH: searchPath },
    stdio: ['ignore', 'ignore', 'pipe'],
    // A group of its own, so that all of it can be ended.
    detached: true,
  })
  let said: Buffer = Buffer.alloc(0)
  child.stderr.on('data', (chunk: Buffer) => {
    said = Buffer.concat([said, chunk]).subarray(-saidOctetsMax)
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    endGroup(child.pid)
  }, secondsMax * 1000)
  try {
    const [status] = (await once(child, 'exit')) as [number | null]
    endGroup(child.pid)
    if (late) return { state: 'killed', reason: `it took more than ${secondsMax} seconds` }
    if (status === null) return { state: 'killed', reason: 'somebody ended it' }
    await heardOut(child.stderr)
    return { state: 'ended', status, said: lastLine(said) }
  } catch (error) {
    return { state: 'not-started', reason: reasonOf(error) }
  } finally {
    clearTimeout(timer)
    child.stderr.destroy()
  }
}

/** What it wrote last may still be on its way. Who left the group could hold the pipe open for ever. */
async function heardOut(stream: NodeJS.ReadableStream & { readonly closed?: boolean }): Promise<void> {
  if (stream.closed) return
  await once(stream, 'close', { signal: AbortSignal.timeout(lingerMilliseconds) }).catch(() => undefined)
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing of it is left.
  }
}

function lastLine(said: Buffer): string {
  const lines = said.toString('utf8').split('\n')
  const line = lines.findLast((candidate) => candidate.trim() !== '') ?? ''
  return line
    .replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, ' ')
    .trim()
    .slice(0, saidLengthMax)
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'it may not be run'
  return code || 'the machine does not run it'
}
