/** The contract of finding the solver for a challenge: by the settings of the issuer object, once for each of its accounts. */
import type { PresentedChallenge } from '../domain/challenge.ts'
import type { Solver } from './challenge.ts'

export interface Solvers {
  /**
   * Judges what an issuer object says about challenges, before it is stored.
   * @throws VaultError `BadParameter` that names the member.
   */
  checkSettings(settings: unknown): void
  /** In order of preference, by what the issuer object says for this identifier. */
  forIdentifier(
    vault: string,
    settings: unknown,
    identifier: { readonly type: 'dns' | 'ip'; readonly value: string },
    wildcard: boolean,
  ): readonly Solver[]
  /** Who takes away what is shown: also when the settings have changed since. Undefined if nobody can any more. */
  forCleaning(settings: unknown, shown: PresentedChallenge): Solver | undefined
}
