/** The name by which a CA asks for what is to be proved: a DNS name is its own; an address has one in the DNS (RFC 8738 6). */
import type { Challenge } from '../../domain/challenge.ts'
import { formatIpAddress } from '../../domain/ip-address.ts'

/** @param name in lower case. Undefined for a name of neither kind. */
export function identifierAsked(name: string): Challenge['identifier'] | undefined {
  const address = addressIn(name)
  if (address) return { type: 'ip', value: formatIpAddress(address) }
  return hostName.test(name) && name.length <= 253 ? { type: 'dns', value: name } : undefined
}

const hostName = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/
/** RFC 1035 3.5. */
const ipv4Name = /^((?:(?:0|[1-9]\d{0,2})\.){4})in-addr\.arpa$/
/** RFC 3596 2.5. */
const ipv6Name = /^((?:[0-9a-f]\.){32})ip6\.arpa$/

function addressIn(name: string): Uint8Array | undefined {
  const numbers = ipv4Name.exec(name)?.[1]?.split('.').slice(0, 4).reverse().map(Number)
  if (numbers) return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : undefined
  const digits = ipv6Name.exec(name)?.[1]?.split('.').slice(0, 32).reverse().join('')
  return digits === undefined ? undefined : Buffer.from(digits, 'hex')
}
