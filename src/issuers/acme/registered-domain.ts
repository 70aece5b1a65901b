/** What a CA counts certificates by: the registered domain of a name, or the network of an address. */
import { getDomain } from 'tldts'
import { parseIpAddress } from '../../domain/ip-address.ts'
import type { Identifier } from './identifiers.ts'

/** One label below a public suffix, those of private registries among them; a public suffix stands for itself. */
export function registeredDomain({ type, value }: Identifier): string {
  if (type === 'dns') {
    const name = value.replace(/^\*\./, '')
    return getDomain(name, { allowPrivateDomains: true }) ?? name
  }
  const octets = parseIpAddress(value)
  // Whoever holds an IPv6 address holds its /64.
  return octets?.length === 16 ? `${Buffer.from(octets.subarray(0, 8)).toString('hex')}::/64` : value
}
