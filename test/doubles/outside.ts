/** A machine without a network: nothing that is asked outside answers, and nothing is set up to prove control of names. */
import { solversOf } from '../../src/challenges/configured-solvers.ts'
import type { AcmeParts } from '../../src/issuers/acme/acme-provider.ts'
import { type DnsClient, DnsFailure } from '../../src/network/dns-client.ts'
import { NetworkFailure, type OpenHttpClient } from '../../src/network/http-client.ts'
import { acmeRegister } from '../../src/vault/acme/acme-register.ts'

export const noHttp: OpenHttpClient = () => ({
  async send({ url }) {
    throw new NetworkFailure(`${new URL(url).host} cannot be reached.`, { mayHaveArrived: false })
  },
})

export function noOutside(parts: Parameters<typeof acmeRegister>[0]): AcmeParts {
  const silence = async () => {
    throw new DnsFailure('No name server answers.')
  }
  return {
    register: acmeRegister(parts),
    openHttp: noHttp,
    dns: new Proxy({} as DnsClient, { get: () => silence }),
    solvers: solversOf([]),
  }
}
