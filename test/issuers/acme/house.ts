/** The ACME issuer in a vault, before a CA in memory: what is shown lies in a map, and the DNS holds what a test puts there. */

import type { Solver, Visibility } from '../../../src/challenges/challenge.ts'
import type { Solvers } from '../../../src/challenges/solvers.ts'
import type { Challenge, PresentedChallenge } from '../../../src/domain/challenge.ts'
import { acmeProvider } from '../../../src/issuers/acme/acme-provider.ts'
import type { IssuerProvider } from '../../../src/issuers/issuer.ts'
import type { CaaRecord, DnsClient } from '../../../src/network/dns-client.ts'
import { acmeRegister } from '../../../src/vault/acme/acme-register.ts'
import { type AcmeCa, acmeCa } from '../../cas/acme.ts'
import { openTestVault, type TestVaultOptions } from '../../doubles/vault.ts'

export interface Shown {
  /** By type and name, then token: the key authorization. */
  readonly places: Map<string, Map<string, string>>
  look: (challenge: Challenge) => Visibility
  /** What is set up. */
  readonly kinds: Solver[]
  /** What a look waits for. */
  lookLater?: () => Promise<void>
  present?: (challenge: Challenge) => void
  cleanUp?: (challenge: Challenge) => void
}

export const settings = {
  ca: 'custom',
  directory: 'https://acme.example/directory',
  termsOfServiceAgreed: true,
}

export async function openAcmeHouse(options: { ca?: AcmeCa; vault?: TestVaultOptions } = {}) {
  const ca = options.ca ?? acmeCa()
  const shown: Shown = { places: new Map(), kinds: [], look: () => ({ state: 'visible' }) }
  shown.kinds.push(solverOf(shown, 'http-01'), solverOf(shown, 'dns-01'))
  const zone = { caa: new Map<string, CaaRecord[]>(), txt: new Map<string, string[]>() }
  ca.finds = ({ type, name, keyAuthorization }) =>
    [...(shown.places.get(`${type} ${name}`)?.values() ?? [])].includes(keyAuthorization)
      ? undefined
      : `Nothing was found for ${name}.`
  const providers: IssuerProvider[] = []
  const house = await openTestVault({ ...options.vault, providers })
  const register = acmeRegister(house.parts)
  const dns = {
    caa: async (name: string) => zone.caa.get(name) ?? [],
    txt: async (name: string) => zone.txt.get(name) ?? [],
  } as unknown as DnsClient
  const solvers = solversIn(shown)
  providers.push(acmeProvider({ register, openHttp: () => ca.http, dns, solvers }))
  await house.vault.setIssuer(house.officer, 'public', { provider: 'ACME', settings })
  return { ...house, ca, shown, zone, register, provider: providers[0]! }
}

/** `http-01` for what is no wildcard, `dns-01` for all. */
function solversIn(shown: Shown): Solvers {
  const { kinds } = shown
  return {
    checkSettings() {},
    forIdentifier: (_vault, _settings, { type }, wildcard) =>
      kinds.filter((solver) =>
        wildcard ? solver.type === 'dns-01' : type === 'dns' || solver.type === 'http-01',
      ),
    forCleaning: (_settings, { type }: PresentedChallenge) => kinds.find((solver) => solver.type === type),
  }
}

function solverOf(shown: Shown, type: 'http-01' | 'dns-01'): Solver {
  const placeOf = ({ identifier }: Challenge) => `${type} ${identifier.value}`
  return {
    type,
    async present(challenge) {
      shown.present?.(challenge)
      const values = shown.places.get(placeOf(challenge)) ?? new Map<string, string>()
      shown.places.set(placeOf(challenge), values.set(challenge.token, challenge.keyAuthorization))
      return type === 'dns-01' ? 'record' : undefined
    },
    async look(challenge) {
      await shown.lookLater?.()
      return shown.look(challenge)
    },
    async cleanUp(challenge) {
      shown.cleanUp?.(challenge)
      const values = shown.places.get(placeOf(challenge))
      values?.delete(challenge.token)
      if (values?.size === 0) shown.places.delete(placeOf(challenge))
    },
  }
}
