/** What is shown to prove control of names, read from the record by those who show it. The vault itself acts here. */
import type { ShownChallenges } from '../../challenges/shown.ts'
import {
  type ChallengeType,
  type FindKeyAuthorization,
  isStanding,
  type PresentedChallenge,
} from '../../domain/challenge.ts'
import type { Parts } from '../parts.ts'

export function shownChallenges({ storage, clock }: Pick<Parts, 'storage' | 'clock'>): ShownChallenges {
  const standing = (type: ChallengeType, found: readonly PresentedChallenge[]) =>
    found.filter((challenge) => challenge.type === type && isStanding(challenge, clock.now()))
  return {
    byToken: async (type, token) =>
      standing(type, await storage.read((reader) => reader.acme.findByToken(token))),
    byIdentifier: async (type, value) =>
      standing(type, await storage.read((reader) => reader.acme.findByIdentifier(type, value))),
  }
}

/** For `http-01`. Under one token there is one key authorization, unless a CA repeats itself: then the first one stands. */
export function keyAuthorizationsIn(shown: ShownChallenges): FindKeyAuthorization {
  return async (token) => (await shown.byToken('http-01', token))[0]?.keyAuthorization
}
