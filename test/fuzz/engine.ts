/** Runs one target on damaged inputs and reports what a target must never do. */
import { VaultError } from '../../src/domain/errors.ts'
import type { Coverage } from './coverage.ts'
import { type Chance, mutate } from './mutation.ts'

/**
 * Throws a VaultError for input that is not acceptable, or rejects with one; anything else thrown, and anything slow, is a
 * finding.
 */
export type Target = (input: Uint8Array) => void | Promise<void>

export interface Finding {
  readonly input: Uint8Array
  readonly reason: string
}

export interface Report {
  readonly executions: number
  /** Inputs that were accepted: a fuzzer that is always refused tests only the first check. */
  readonly accepted: number
  readonly corpus: number
  readonly finding: Finding | undefined
}

const slowMilliseconds = 1000
const corpusMax = 2000

/** Inputs between two looks at the coverage, each of which costs about a millisecond. */
const batchSize = 100

/** Until `enough` says so or something is found. With `coverage`, inputs that reach new code become seeds themselves. */
export async function fuzz(
  target: Target,
  seeds: readonly Uint8Array[],
  chance: Chance,
  enough: (executions: number) => boolean,
  coverage?: Coverage,
): Promise<Report> {
  const corpus = [...seeds]
  let [executions, accepted] = [0, 0]
  const report = (finding?: Finding): Report => ({ executions, accepted, corpus: corpus.length, finding })
  for (const seed of seeds) {
    const outcome = await run(target, seed)
    if (typeof outcome === 'object') return report(outcome)
  }
  coverage?.learns()
  while (!enough(executions)) {
    const batch = Array.from({ length: batchSize }, () =>
      mutate(corpus[chance(corpus.length)]!, corpus, chance),
    )
    for (const input of batch) {
      const outcome = await run(target, input)
      executions++
      if (outcome === 'accepted') accepted++
      if (typeof outcome === 'object') return report(outcome)
    }
    if (coverage?.sees() && corpus.length < corpusMax)
      corpus.push(...(await culprits(target, batch, coverage)))
  }
  return report()
}

/** Those of a batch that reach new code: found by running them again, one at a time. */
async function culprits(
  target: Target,
  batch: readonly Uint8Array[],
  coverage: Coverage,
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  for (const input of batch) {
    await run(target, input)
    if (coverage.learns()) found.push(input)
  }
  return found
}

type Outcome = 'accepted' | 'refused' | Finding

async function run(target: Target, input: Uint8Array): Promise<Outcome> {
  const start = performance.now()
  let outcome: Outcome = 'accepted'
  try {
    const answer = target(input)
    // Most targets are done by now, and waiting would cost more than many of them.
    if (answer) await answer
  } catch (error) {
    outcome = error instanceof VaultError ? 'refused' : { input, reason: describeError(error) }
  }
  const milliseconds = performance.now() - start
  if (milliseconds > slowMilliseconds) return { input, reason: `took ${Math.round(milliseconds)} ms` }
  return outcome
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : `threw ${String(error)}`
}
