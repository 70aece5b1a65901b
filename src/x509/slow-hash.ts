/** Hashing a hash again and again, as old key derivations do, without holding up everything else meanwhile. */
import { hash as digest } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { inTurn } from './derivation-budget.ts'

/** Work that can pause where it yields. */
export type Steps = Generator<void, Uint8Array, void>

/** Iterations between two pauses: about a millisecond. */
const stride = 1000

/** `block`, hashed so many times. */
export function* hashSteps(hash: string, block: Uint8Array, times: number): Steps {
  let result = block
  for (let done = 0; done < times; done++) {
    if (done > 0 && done % stride === 0) yield
    result = digest(hash, result, 'buffer')
  }
  return result
}

/** Without pauses. */
export function runAtOnce(steps: Steps): Uint8Array {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** With pauses in which others run, and waiting its turn when there are many iterations to do. */
export function runGently(steps: Steps, iterations: number): Promise<Uint8Array> {
  return inTurn(iterations, async () => {
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      await setImmediate()
    }
  })
}
