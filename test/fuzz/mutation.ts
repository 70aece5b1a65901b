/** Damages inputs: blindly, octet by octet, and with the structure of DER kept whole around the damage. */

/** A repeatable source of chance (mulberry32): the next integer below `limit`. */
export type Chance = (limit: number) => number

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/** One to four damages, each of some kind. `others` are inputs to take pieces from. */
export function mutate(input: Uint8Array, others: readonly Uint8Array[], chance: Chance): Uint8Array {
  let octets = input
  for (let round = chance(4); round >= 0; round--) {
    const kind = kinds[chance(kinds.length)]!
    octets = kind(octets, others, chance)
  }
  return octets.length > sizeMax ? octets.subarray(0, sizeMax) : octets
}

type Kind = (octets: Uint8Array, others: readonly Uint8Array[], chance: Chance) => Uint8Array

const sizeMax = 16_384

/** Values at which parsers change their mind. */
const interesting = [
  0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xfe, 0xff, 0x30, 0x31, 0x02, 0x03, 0x04, 0x05, 0x06, 0xa0, 0xa3,
]

const flipBit: Kind = (octets, _, chance) => changed(octets, chance, (octet) => octet ^ (1 << chance(8)))
const setOctet: Kind = (octets, _, chance) => changed(octets, chance, () => chance(256))
const setInteresting: Kind = (octets, _, chance) =>
  changed(octets, chance, () => interesting[chance(interesting.length)]!)
const truncate: Kind = (octets, _, chance) => octets.subarray(0, chance(octets.length + 1))

const remove: Kind = (octets, _, chance) => {
  const start = chance(octets.length + 1)
  return joined(octets.subarray(0, start), octets.subarray(start + 1 + chance(8)))
}

const repeat: Kind = (octets, _, chance) => {
  const start = chance(octets.length + 1)
  const end = start + chance(64)
  return joined(octets.subarray(0, end), octets.subarray(start))
}

const splice: Kind = (octets, others, chance) => {
  const other = others[chance(others.length)] ?? octets
  return joined(octets.subarray(0, chance(octets.length + 1)), other.subarray(chance(other.length + 1)))
}

/** Lengths are corrected up to the root, so that the damage is met by the parser of that element and not by the framing. */
const damageElement: Kind = (octets, others, chance) => {
  const tree = readTree(octets)
  const nodes = tree?.flatMap(descendants) ?? []
  const node = nodes[chance(nodes.length || 1)]
  if (!tree || !node) return octets
  const donors = readTree(others[chance(others.length || 1)] ?? octets)?.flatMap(descendants) ?? nodes
  const donor = donors[chance(donors.length)] ?? node
  switch (chance(5)) {
    case 0:
      node.tag = interesting[chance(interesting.length)]!
      break
    case 1:
      node.children = undefined
      node.contents = mutate(node.contents, others, chance)
      break
    case 2:
      node.children = [...(node.children ?? []), { ...donor }]
      break
    case 3:
      node.children = node.children?.filter((_, index) => index !== chance(node.children!.length))
      break
    case 4:
      Object.assign(node, donor)
  }
  return joined(...tree.map((root) => write(root, 0)))
}

const kinds: readonly Kind[] = [
  flipBit,
  setOctet,
  setInteresting,
  truncate,
  remove,
  repeat,
  splice,
  damageElement,
  damageElement,
  damageElement,
]

function changed(octets: Uint8Array, chance: Chance, change: (octet: number) => number): Uint8Array {
  if (octets.length === 0) return Uint8Array.of(chance(256))
  const copy = Uint8Array.from(octets)
  const at = chance(copy.length)
  copy[at] = change(copy[at]!)
  return copy
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

interface Node {
  tag: number
  contents: Uint8Array
  children: Node[] | undefined
}

/** A lenient reading of nested elements, also inside OCTET STRINGs; undefined where the octets are none. */
function readTree(octets: Uint8Array, depth = 0): Node[] | undefined {
  const nodes: Node[] = []
  for (let at = 0; at < octets.length; ) {
    const [tag, first] = [octets[at]!, octets[at + 1]]
    if (first === undefined || depth > 12) return undefined
    const count = first > 0x80 && first <= 0x83 ? first & 0x7f : 0
    let length = count > 0 ? 0 : first
    for (let index = 0; index < count; index++) length = length * 256 + (octets[at + 2 + index] ?? 0)
    const start = at + 2 + count
    if (start + length > octets.length || tag === 0) return undefined
    const contents = octets.subarray(start, start + length)
    const nests = (tag & 0x20) !== 0 || tag === 0x04
    nodes.push({ tag, contents, children: nests ? readTree(contents, depth + 1) : undefined })
    at = start + length
  }
  return nodes
}

function descendants(node: Node): Node[] {
  return [node, ...(node.children?.flatMap(descendants) ?? [])]
}

function write(node: Node, depth: number): Uint8Array {
  const contents =
    node.children && depth < 40
      ? joined(...node.children.map((child) => write(child, depth + 1)))
      : node.contents
  const { length } = contents
  const header =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return joined(Uint8Array.of(node.tag, ...header), contents)
}
