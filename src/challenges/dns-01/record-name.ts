/** Where the record of a challenge has to stand: its name, whither aliases lead from there, and the zone of that place. */
import type { Challenge } from '../../domain/challenge.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { dnsAccountLabel } from '../../issuers/acme/protocol/key-authorization.ts'
import type { DnsClient } from '../../network/dns-client.ts'

/** More than CAs follow. */
const aliasesMax = 50

/** The name at which the CA looks (RFC 8555 8.4, draft-ietf-acme-dns-account-label). */
export function recordName({
  type,
  identifier,
  account,
}: Pick<Challenge, 'type' | 'identifier' | 'account'>): string {
  const name = `_acme-challenge.${identifier.value}`
  return type === 'dns-account-01' ? `${dnsAccountLabel(account)}.${name}` : name
}

/**
 * The name at the end of the aliases: whoever delegates the proof to another zone puts a CNAME record there.
 * @throws IssuerFailure `user-action` when they lead nowhere. @throws DnsFailure
 */
export async function followAliases(dns: Pick<DnsClient, 'cname'>, start: string): Promise<string> {
  const seen = new Set([start])
  for (let name = start; ; ) {
    const alias = (await dns.cname(name))?.toLowerCase().replace(/\.$/, '')
    if (alias === undefined) return name
    if (seen.has(alias))
      throw new IssuerFailure(
        'user-action',
        `${start} is an alias that leads back to itself by way of ${alias}; correct its CNAME records.`,
      )
    if (seen.size > aliasesMax)
      throw new IssuerFailure(
        'user-action',
        `${start} leads over more than ${aliasesMax} aliases; shorten the chain of its CNAME records.`,
      )
    seen.add(alias)
    name = alias
  }
}

/**
 * The closest zone that the name lies in.
 * @throws IssuerFailure `user-action` if the DNS knows none. @throws DnsFailure
 */
export async function findZone(dns: Pick<DnsClient, 'isZoneApex'>, name: string): Promise<string> {
  const labels = name.split('.')
  for (let depth = 0; depth < labels.length; depth++) {
    const candidate = labels.slice(depth).join('.')
    if (await dns.isZoneApex(candidate)) return candidate
  }
  throw new IssuerFailure(
    'user-action',
    `The DNS knows no zone that ${name} lies in. Register the domain, or say in settings.challenges which zone to write to.`,
  )
}

/** Whether a name is the zone's own or lies below it. */
export function isWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`)
}
