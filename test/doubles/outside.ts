/** A machine without a network: nothing that is asked outside answers, and nothing is set up to prove control of names. */
import { createSolvers } from '../../src/challenges/configured-solvers.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import type { AcmeParts } from '../../src/issuers/acme/acme-parts.ts'
import { type DnsClient, DnsFailure } from '../../src/network/dns-client.ts'
import { NetworkFailure, type OpenHttpClient } from '../../src/network/http-client.ts'
import { acmeRegister } from '../../src/vault/acme/acme-register.ts'
import { shownChallenges } from '../../src/vault/acme/shown-challenges.ts'

export const noHttp: OpenHttpClient = () => ({
  async send({ url }) {
    throw new NetworkFailure(`${new URL(url).host} cannot be reached.`, { mayHaveArrived: false })
  },
})

export function noOutside(parts: Parameters<typeof acmeRegister>[0]): AcmeParts {
  const silence = async () => {
    throw new DnsFailure('No name server answers.')
  }
  const dns = new Proxy({} as DnsClient, { get: () => silence })
  return {
    register: acmeRegister(parts),
    openHttp: noHttp,
    dns,
    solvers: createSolvers({
      openHttp: noHttp,
      dns,
      exchange: silence,
      programs: { names: [], run: async () => ({ state: 'not-started', reason: 'there is none' }) },
      clock: parts.clock,
      random: parts.random,
      secretOf: (vault, name) =>
        Promise.reject(new IssuerFailure('user-action', `There is no secret ${name} in ${vault}.`)),
      http: { listens: false, webroots: new Map() },
      tlsAlpn: { listens: false, shown: shownChallenges(parts), clock: parts.clock },
    }),
  }
}
