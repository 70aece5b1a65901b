/**
 * Runs clients as their publishers ship them against the real service.
 *
 *     npm run interop -- [suite…]
 *
 * A suite is a folder beside this file with `run.sh`, and `install.sh` where something has to be fetched first; README.md
 * says what they are given and what they print. Ends with `N passed, N failed`, and with status 1 after any failure.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certkeep, environmentOf, freePort, newDataFolder, startService } from '../test/azure/service.ts'
import { type Count, runScript, type Suite, suitesIn } from './suite.ts'

const root = join(import.meta.dirname, '..')
const powerless = 'powerless'
/** What npm tells its scripts: an inner npm must read its own settings. */
const machine = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)))

const total: Count = { passed: 0, failed: 0 }
for (const suite of suitesIn(import.meta.dirname, process.argv.slice(2))) {
  console.log(`\n== interop: ${suite.name}`)
  const { passed, failed } = await judge(suite)
  console.log(`== interop: ${suite.name}: ${passed} passed, ${failed} failed`)
  total.passed += passed
  total.failed += failed
}
console.log(`\n${total.passed} passed, ${total.failed} failed`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

/** Each suite has a service of its own, so that none sees what another left. What it installs is kept for the next run. */
async function judge(suite: Suite): Promise<Count> {
  const work = mkdtempSync(join(tmpdir(), `certkeep-${suite.name}-`))
  const places = { INTEROP_CACHE: suite.cache, INTEROP_WORK: work, INTEROP_REPOSITORY: root }
  const dataFolder = newDataFolder()
  try {
    if (suite.install) {
      const installed = await runScript(suite.install, { ...machine, ...places })
      if (installed.failed > 0) return installed
    }
    const publicPort = String(await freePort())
    const service = await startService({ dataFolder, args: ['--public-http-port', publicPort] })
    try {
      const environment = await environmentOf(service)
      await certkeep('app', 'create', powerless, '--data', dataFolder)
      const other = await environmentOf(service, powerless)
      const count = await runScript(suite.run, {
        ...machine,
        ...environment,
        ...places,
        INTEROP_PUBLIC_URL: `http://127.0.0.1:${publicPort}`,
        INTEROP_POWERLESS_CLIENT_ID: other.AZURE_CLIENT_ID,
        INTEROP_POWERLESS_CLIENT_SECRET: other.AZURE_CLIENT_SECRET,
      })
      if (count.passed + count.failed > 0) return count
      console.log(`not ok ${suite.name}: it judged nothing`)
      return { passed: 0, failed: 1 }
    } finally {
      await service.stop()
    }
  } finally {
    rmSync(work, { recursive: true, force: true })
    rmSync(join(dataFolder, '..'), { recursive: true, force: true })
  }
}
