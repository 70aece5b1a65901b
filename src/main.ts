/** The process: gives the commands what they need of it, and ends with their exit code. */
import { readFileSync } from 'node:fs'
import { runCli } from './cli/cli.ts'
import type { ServeConfig } from './config.ts'
import { dataFolderOf } from './config.ts'

process.exitCode = await runCli(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  environment: process.env,
  readTextFile: (path) => readFileSync(path, 'utf8'),
  version: readVersion(),
  defaultDataFolder: dataFolderOf(process.env),
  startService,
  openOperator,
  untilStopped,
})

/** A command that only looks at something does not load the server. */
async function startService(config: ServeConfig) {
  const { startService: start } = await import('./compose/service.ts')
  return start({ ...config, version: readVersion(), environment: process.env })
}

async function openOperator(folder: string) {
  const { openOperator: open } = await import('./compose/operator.ts')
  return open(folder, { version: readVersion(), environment: process.env })
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
}

function readVersion(): string {
  const about = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return about.version
}
