/** Asking the DNS with Node's own resolver, by default at the servers that the machine is told to use. */
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type CaaRecord, type DnsClient, DnsFailure } from './dns-client.ts'

export interface DnsClientSettings {
  /** Addresses that are asked in place of the machine's servers, as `192.0.2.53`, `192.0.2.53:5353` or `[2001:db8::53]:5353`. */
  readonly servers?: readonly string[]
  /** How long one question may wait for one server; it is asked twice. */
  readonly seconds?: number
}

const secondsPerQuestion = 5
const tries = 2

/** @throws DnsFailure when an address of a server is none. */
export function openDnsClient({ servers, seconds = secondsPerQuestion }: DnsClientSettings = {}): DnsClient {
  const resolverAt = (addresses: readonly string[] | undefined) => {
    const resolver = new Resolver({ timeout: seconds * 1000, tries })
    if (addresses) setServers(resolver, addresses)
    return resolver
  }
  const resolver = resolverAt(servers)
  const cname = async (name: string) => (await ask('CNAME', name, () => resolver.resolveCname(name)))[0]
  return {
    async txt(name, server) {
      const asked = server === undefined ? resolver : resolverAt([server])
      const records = await ask('TXT', name, () => asked.resolveTxt(name))
      return records.map((strings) => strings.join(''))
    },
    cname,
    async caa(name) {
      return (await ask('CAA', name, () => resolver.resolveCaa(name))).flatMap(readCaa)
    },
    async isZoneApex(name) {
      // Behind an alias it would be the SOA record of another name.
      if ((await cname(name)) !== undefined) return false
      return (await ask('SOA', name, async () => [await resolver.resolveSoa(name)])).length > 0
    },
    async nameServers(zone) {
      return ask('NS', zone, () => resolver.resolveNs(zone))
    },
    async addresses(host) {
      if (isIP(host) !== 0) return [host]
      const both = await Promise.all([
        ask('A', host, () => resolver.resolve4(host)),
        ask('AAAA', host, () => resolver.resolve6(host)),
      ])
      return both.flat()
    },
  }
}

function setServers(resolver: Resolver, addresses: readonly string[]): void {
  try {
    resolver.setServers([...addresses])
  } catch (cause) {
    throw new DnsFailure(`A DNS server is named by its address, and '${addresses.join(', ')}' is none.`, {
      cause,
    })
  }
}

/** What does not exist has no records. */
async function ask<T>(type: string, name: string, question: () => Promise<T[]>): Promise<T[]> {
  try {
    return await question()
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? ''
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw new DnsFailure(`The ${type} records of ${name} could not be read: ${reasons[code] ?? code}.`, {
      cause,
    })
  }
}

/** Codes of c-ares. */
const reasons: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no DNS server answered in time',
  ESERVFAIL: 'the DNS server failed (SERVFAIL)',
  EREFUSED: 'the DNS server refused to answer',
  ECONNREFUSED: 'no DNS server is to be reached',
  EBADNAME: 'it is not a name',
  EBADQUERY: 'it cannot be asked for',
  EBADRESP: 'the answer is damaged',
  EFORMERR: 'the DNS server does not understand the question',
  ENOTIMP: 'the DNS server does not know such records',
  ECANCELLED: 'the question was given up',
  EINVAL: 'it is not a name',
}

/** Bit 0 of the flags (RFC 8659 4.1). */
const issuerCritical = 128

/** Node gives the tag as the name of a member, beside two of its own. */
function readCaa(record: object): CaaRecord[] {
  const { critical, type: _, ...rest } = record as Readonly<Record<string, unknown>>
  return Object.entries(rest).map(([tag, value]) => ({
    critical: (Number(critical) & issuerCritical) !== 0,
    tag: tag.toLowerCase(),
    value: String(value),
  }))
}
