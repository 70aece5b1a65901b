/** What DNS providers of tests work with. */
import type { DnsProviderTools } from '../../../src/challenges/dns-01/dns-provider.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type { DnsClient } from '../../../src/network/dns-client.ts'
import { openDnsExchange } from '../../../src/network/node-dns-exchange.ts'
import { openHttpClients } from '../../../src/network/undici-client.ts'
import { settableClock } from '../../doubles/clock.ts'
import { repeatableRandom } from '../../doubles/random.ts'

/** A DNS in which nothing exists. */
export const emptyDns: DnsClient = {
  txt: async () => [],
  cname: async () => undefined,
  caa: async () => [],
  isZoneApex: async () => false,
  nameServers: async () => [],
  addresses: async () => [],
}

/** Over real sockets, with little patience. @param secret of every name. */
export function providerTools(secret: string, change: Partial<DnsProviderTools> = {}): DnsProviderTools {
  const openHttp = openHttpClients({ version: '1.2.3' })
  return {
    openHttp: (peer) => openHttp({ ...peer, secondsMax: 1 }),
    dns: emptyDns,
    exchange: openDnsExchange({ datagramSeconds: 0.1, connectionSeconds: 0.5 }),
    programs: { names: [], run: async (name) => Promise.reject(new RangeError(name)) },
    clock: settableClock(),
    random: repeatableRandom(),
    secret: async () => new Secret(secret),
    ...change,
  }
}
