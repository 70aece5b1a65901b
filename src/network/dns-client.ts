/** The contract of asking the DNS. A name that does not exist has no records; what cannot be found out is a `DnsFailure`. */

export interface CaaRecord {
  readonly critical: boolean
  /** In lower case, such as `issue`. */
  readonly tag: string
  readonly value: string
}

export interface DnsClient {
  /** The strings of each record joined. @param server an address that is asked instead of the resolver. */
  txt(name: string, server?: string): Promise<readonly string[]>
  /** Where the name points, if it is an alias. */
  cname(name: string): Promise<string | undefined>
  /** Those of this very name: climbing the tree is the caller's (RFC 8659 3). */
  caa(name: string): Promise<readonly CaaRecord[]>
  /** Whether the name is the top of a zone: it has a SOA record of its own. */
  isZoneApex(name: string): Promise<boolean>
  /** Host names of the authoritative servers of a zone. */
  nameServers(zone: string): Promise<readonly string[]>
  /** Both families. */
  addresses(host: string): Promise<readonly string[]>
}

/** The message is one sentence for people that names what was asked. */
export class DnsFailure extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'DnsFailure'
  }
}
