/** What providers at clouds of tests work with. */
import type { DnsProviderTools } from '../../../src/challenges/dns-01/dns-provider.ts'
import type { MachineIdentity } from '../../../src/challenges/dns-01/machine-identity.ts'
import type { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import type { HttpClient } from '../../../src/network/http-client.ts'
import { openHttpClients } from '../../../src/network/undici-client.ts'
import type { MoodyServer } from '../../doubles/moody-server.ts'
import { providerTools } from './house.ts'

export const zone = 'example.org'
export const name = '_acme-challenge.www.example.org'
export const record = { zone, name, value: 'v'.repeat(43) }

/** Trusts the double, and has little patience. */
export function toolsFor(
  { trustRoot }: MoodyServer,
  secret: string,
  change: Partial<DnsProviderTools> = {},
): DnsProviderTools {
  const open = openHttpClients({ version: '1.2.3' })
  return providerTools(secret, {
    openHttp: (peer) => open({ ...peer, trustRoots: [trustRoot], secondsMax: 2 }),
    ...change,
  })
}

/**
 * A machine at a cloud: what goes to its addresses reaches doubles, and nothing goes anywhere else.
 * @param origins of the cloud → of doubles.
 */
export function machineTools(
  { trustRoot }: MoodyServer,
  origins: Readonly<Record<string, string>>,
  machine: MachineIdentity | undefined = machineWith({}),
): DnsProviderTools {
  const open = openHttpClients({ version: '1.2.3' })
  return providerTools('', {
    ...(machine && { machine }),
    openHttp(peer): HttpClient {
      const client = open({ ...peer, trustRoots: [trustRoot], secondsMax: 2 })
      return {
        async send(request) {
          const { origin, host } = new URL(request.url)
          const double = origins[origin]
          if (double === undefined) throw new Error(`asked ${origin}`)
          const url = request.url.replace(origin, double)
          return client.send({ ...request, url, headers: { ...request.headers, 'x-original-host': host } })
        },
      }
    },
  })
}

export function machineWith(
  variables: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>> = {},
): MachineIdentity {
  return {
    variable: (wanted) => variables[wanted],
    async textFile(path) {
      const text = files[path]
      if (text === undefined) throw new Error(`no ${path}`)
      return text
    },
  }
}

/** For assert.rejects. */
export function failing(failure: IssuerFailure['failure'], message: RegExp, retryAfterSeconds?: number) {
  return {
    name: 'IssuerFailure',
    failure,
    message,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  }
}
