/** The contract of looking up what is shown at this moment, for those who show it to whoever comes. */
import type { ChallengeType, PresentedChallenge } from '../domain/challenge.ts'

/** Of all vaults, what was on record first, whatever the clock said: nobody who comes later gets ahead of the others. */
export interface ShownChallenges {
  byToken(type: ChallengeType, token: string): Promise<readonly PresentedChallenge[]>
  byIdentifier(type: ChallengeType, value: string): Promise<readonly PresentedChallenge[]>
}
