/**
 * Fuzzes every target of the files beside this one, guided by coverage.
 *
 *     npm run fuzz -- [seconds] [word]
 *
 * `seconds` (60) are for each target; `word` picks targets whose file or name contains it. Ends with status 1, and leaves
 * the input in a file, when a target throws anything but a VaultError or takes more than a second.
 */
import { readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Coverage } from './coverage.ts'
import { fuzz, type Target } from './engine.ts'
import { chanceFrom } from './mutation.ts'

interface TargetFile {
  readonly targets: Readonly<Record<string, Target>>
  readonly seeds: Readonly<Record<string, readonly Uint8Array[]>>
}

const secondsEach = Number(process.argv[2] ?? 60)
const word = process.argv[3] ?? ''
if (!(secondsEach > 0)) throw new Error('usage: fuzz [seconds] [word]')

const machinery = new Set(['fuzz.ts', 'engine.ts', 'mutation.ts', 'coverage.ts'])
const files = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !machinery.has(name),
)
for (const file of files) {
  const { targets, seeds } = (await import(`./${file}`)) as TargetFile
  for (const [name, target] of Object.entries(targets)) {
    const label = `${file.replace('.ts', '')}/${name}`
    if (label.includes(word)) await campaign(label, target, seeds[name] ?? [])
  }
}

async function campaign(label: string, target: Target, seeds: readonly Uint8Array[]): Promise<void> {
  const coverage = new Coverage()
  const start = performance.now()
  const elapsed = () => (performance.now() - start) / 1000
  const seed = Math.floor(Math.random() * 2 ** 32)
  const report = await fuzz(target, seeds, chanceFrom(seed), () => elapsed() >= secondsEach, coverage)
  const rate = Math.round(report.executions / elapsed())
  console.log(
    `${label}: ${report.executions} runs (${rate}/s), ${report.accepted} accepted, corpus ${seeds.length} → ${report.corpus}, ` +
      `${coverage.size} characters of source reached, seed ${seed}`,
  )
  coverage.stop()
  if (!report.finding) return
  const path = join(tmpdir(), `certkeep-fuzz-${label.replace('/', '-')}-${seed}`)
  writeFileSync(path, report.finding.input)
  console.log(`FOUND ${label}: ${report.finding.reason}\n  input: ${path}`)
  process.exitCode = 1
}
