/** IP addresses between text and octets: dotted IPv4, and IPv6 as RFC 4291 2.2 reads and RFC 5952 writes it. */

/** 4 or 16 octets; undefined when the text is no address. Zones (`%eth0`) and prefixes (`/64`) are none. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** The one spelling of an address. */
export function formatIpAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.')
  const groups = Array.from({ length: 8 }, (_, index) => (octets[2 * index]! << 8) | octets[2 * index + 1]!)
  const zeros = longestZeroRun(groups)
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  if (zeros.length < 2) return text(groups)
  return `${text(groups.slice(0, zeros.start))}::${text(groups.slice(zeros.start + zeros.length))}`
}

function parseIpv4(text: string): Uint8Array | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined
  const octets = text.split('.').map(Number)
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : undefined
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : []
  if (!head || !tail) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined
  const octets = new Uint8Array(16)
  octets.set(head)
  octets.set(tail, 16 - tail.length)
  return octets
}

/** Octets of groups joined by colons; the last may be a dotted IPv4 address where `last` allows it. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const octets: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16)
      octets.push(value >> 8, value & 0xff)
    } else {
      const embedded = last && index === groups.length - 1 ? parseIpv4(group) : undefined
      if (!embedded) return undefined
      octets.push(...embedded)
    }
  }
  return octets
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === 0) length++
    if (length > best.length) best = { start, length }
  }
  return best
}
