/**
 * Whether all the world can see a TXT record: CAs ask from several places, and each may reach another server. So every address of
 * every authoritative server of the zone is asked, and each that can be asked has to show it. There are two exceptions, which hold up
 * nobody: a server without any address, and the addresses of a family (IPv6, mostly) of which none answers from here, if every
 * server that has one was heard by the other family.
 */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { type DnsClient, DnsFailure } from '../../network/dns-client.ts'
import type { Visibility } from '../challenge.ts'
import type { TxtRecord } from './dns-provider.ts'

type Dns = Pick<DnsClient, 'txt' | 'nameServers' | 'addresses'>

/** No zone has as many. */
const addressesMax = 128
/** Servers that one sentence names. */
const namedMax = 3

/** One address of a server, and what it answered. */
interface Sighting {
  readonly host: string
  readonly address: string
  readonly saw: 'record' | 'no-record' | 'no-answer'
}

/**
 * @param resolvers addresses that are asked in place of the authoritative servers; empty for none.
 * @throws IssuerFailure `user-action` when nobody can be asked. @throws DnsFailure when it cannot be found out whom to ask.
 */
export async function lookForRecord(
  dns: Dns,
  record: TxtRecord,
  resolvers: readonly string[],
): Promise<Visibility> {
  const asked =
    resolvers.length > 0
      ? resolvers.map((address) => ({ host: address, address }))
      : await authoritativeAddresses(dns, record.zone)
  const sightings = await Promise.all(asked.map((server) => ask(dns, record, server)))
  const counting = withoutUnreachableFamilies(sightings)
  const sentences = [
    sentence(counting, 'no-record', `not showing the TXT record of ${record.name} yet`),
    sentence(counting, 'no-answer', `giving no answer about ${record.name}`),
  ].filter((text) => text !== undefined)
  return sentences.length === 0 ? { state: 'visible' } : { state: 'waiting', details: sentences.join(' ') }
}

async function authoritativeAddresses(dns: Dns, zone: string) {
  const hosts = [...(await dns.nameServers(zone))].sort()
  const found = await Promise.all(
    hosts.map(async (host) => (await dns.addresses(host)).map((address) => ({ host, address }))),
  )
  const servers = found.flat()
  if (servers.length === 0)
    throw new IssuerFailure(
      'user-action',
      `The DNS names no server of the zone ${zone} that could be asked; say in settings.challenges under resolvers which servers see its records.`,
    )
  if (servers.length > addressesMax)
    throw new IssuerFailure(
      'user-action',
      `The zone ${zone} has more than ${addressesMax} addresses of servers, too many to ask them all; name some of them under resolvers in settings.challenges.`,
    )
  return servers
}

async function ask(
  dns: Dns,
  { name, value }: TxtRecord,
  server: { readonly host: string; readonly address: string },
): Promise<Sighting> {
  try {
    const values = await dns.txt(name, server.address)
    return { ...server, saw: values.includes(value) ? 'record' : 'no-record' }
  } catch (error) {
    if (error instanceof DnsFailure) return { ...server, saw: 'no-answer' }
    throw error
  }
}

function withoutUnreachableFamilies(sightings: readonly Sighting[]): readonly Sighting[] {
  const heard = new Set(sightings.filter(({ saw }) => saw !== 'no-answer').map(({ host }) => host))
  const unreachable = [true, false].filter((family) => {
    const members = sightings.filter(({ address }) => isIpv6(address) === family)
    return members.every(({ saw, host }) => saw === 'no-answer' && heard.has(host))
  })
  return sightings.filter(({ address }) => !unreachable.includes(isIpv6(address)))
}

function isIpv6(address: string): boolean {
  return address.split(':').length > 2
}

/** @param what each of those servers is doing. */
function sentence(sightings: readonly Sighting[], wanted: Sighting['saw'], what: string): string | undefined {
  const servers = sightings
    .filter(({ saw }) => saw === wanted)
    .map(({ host, address }) => (host === address ? address : `${host} (${address})`))
  if (servers.length === 0) return undefined
  const rest = servers.length > namedMax ? ` and ${servers.length - namedMax} more` : ''
  const count = `${servers.length} of ${sightings.length} servers ${servers.length === 1 ? 'is' : 'are'}`
  return `${count} ${what}: ${servers.slice(0, namedMax).join(', ')}${rest}.`
}
