/** Keeps the derivation of keys from passwords, which is slow on purpose, from becoming a way to stop the service. */
import { badParameter } from '../domain/errors.ts'

const iterationsMax = 10_000_000

/** What all derivations of one file together may cost, in iterations. Files of today ask for up to some hundred thousand. */
export class DerivationBudget {
  readonly #max: number
  #left: number

  constructor(max = iterationsMax) {
    this.#max = max
    this.#left = max
  }

  /** @throws VaultError `BadParameter` when more is asked for than is left. */
  spend(iterations: number): void {
    if (iterations > this.#left)
      throw badParameter(
        `The content asks for more than ${this.#max} iterations of its key derivation; export it again with fewer.`,
      )
    this.#left -= iterations
  }
}

/** About 20 ms of one core. */
const shortMax = 20_000

let lastLong: Promise<unknown> = Promise.resolve()

/** Runs short derivations at once, and of the long ones one at a time: they share cores with everything else. */
export function inTurn<T>(iterations: number, derive: () => Promise<T>): Promise<T> {
  if (iterations <= shortMax) return derive()
  const derivation = lastLong.then(derive)
  lastLong = derivation.catch(() => undefined)
  return derivation
}
