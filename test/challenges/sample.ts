/** Challenges as orders would show them, over a scripted record; and the vectors of RFC 8555 and RFC 8737. */
import type { ShownChallenges } from '../../src/challenges/shown.ts'
import type { PresentedChallenge } from '../../src/domain/challenge.ts'
import { seconds } from '../../src/domain/time.ts'

/** Token of RFC 8555, with the thumbprint of the RSA key in RFC 7638 3.1. */
export const token = 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'
export const keyAuthorization = `${token}.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs`
/** SHA-256 of it. */
export const digestHex = '653471d42925d7eb4cd39a39cda8b34d3034c94cb90067ab78c8123560ba2e5f'

export const noon = 1_800_000_000

export const challengeOf = (change: Partial<PresentedChallenge> = {}): PresentedChallenge => ({
  vault: 'default',
  issuer: 'public',
  orderKey: 'a'.repeat(32),
  type: 'tls-alpn-01',
  identifier: { type: 'dns', value: 'www.example.org' },
  token,
  keyAuthorization,
  account: 'https://ca.example/account/1',
  presented: seconds(noon),
  until: seconds(noon + 86_400),
  ...change,
})

export function shownIn(challenges: readonly PresentedChallenge[]): ShownChallenges {
  return {
    byToken: async (type, token) => challenges.filter((one) => one.type === type && one.token === token),
    byIdentifier: async (type, value) =>
      challenges.filter((one) => one.type === type && one.identifier.value === value),
  }
}
