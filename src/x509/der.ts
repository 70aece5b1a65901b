/**
 * ASN.1 Distinguished Encoding Rules (ITU-T X.690): a strict reader and a writer.
 *
 * The reader refuses what DER forbids: indefinite and non-minimal lengths, padded integers, booleans other than 00 and
 * FF, trailing bytes, nesting beyond 32 levels. Nothing is copied while reading: contents are views of the input.
 */
import { badParameter, VaultError } from '../domain/errors.ts'

/** One encoded ASN.1 value. */
export type Der = Uint8Array

/** Identifier octets of the universal types that X.509 uses. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
} as const

/** Deeper nesting than any structure of X.509, PKCS#8 or PKCS#12 has. */
const depthMax = 32

/** A context-specific identifier octet: `[number]`, primitive or constructed. */
export function contextTag(number: number, form: 'primitive' | 'constructed'): number {
  return (form === 'constructed' ? 0xa0 : 0x80) | number
}

/** The encoding is not DER, or not the expected structure. Becomes a 400 unless a parser says something better. */
export class MalformedEncoding extends VaultError {
  constructor(what: string) {
    super('BadParameter', `The encoding is malformed: ${what}.`)
  }
}

export function malformed(what: string): MalformedEncoding {
  return new MalformedEncoding(what)
}

/** An element: its identifier octet, its contents and its complete encoding, both views of the input. */
export interface Element {
  readonly tag: number
  readonly contents: Uint8Array
  readonly encoded: Der
  readonly depth: number
}

/** The views are made when asked for: of most elements only one is ever wanted. */
class LocatedElement implements Element {
  readonly tag: number
  readonly depth: number
  readonly #bytes: Uint8Array
  readonly #start: number
  readonly #contentsStart: number
  readonly #end: number

  constructor(bytes: Uint8Array, start: number, contentsStart: number, end: number, depth: number) {
    this.tag = bytes[start]!
    this.depth = depth
    this.#bytes = bytes
    this.#start = start
    this.#contentsStart = contentsStart
    this.#end = end
  }

  get contents(): Uint8Array {
    return this.#bytes.subarray(this.#contentsStart, this.#end)
  }

  get encoded(): Der {
    return this.#bytes.subarray(this.#start, this.#end)
  }
}

/** Reads elements one after another from the contents of one constructed value. */
export class DerReader {
  readonly #bytes: Uint8Array
  readonly #depth: number
  #offset = 0

  constructor(bytes: Uint8Array, depth = 0) {
    if (depth > depthMax) throw malformed(`nested deeper than ${depthMax} levels`)
    this.#bytes = bytes
    this.#depth = depth
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length
  }

  /** The identifier octet of the next element, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#offset]
  }

  /** The next element, which must carry `expected` when given. */
  read(expected?: number): Element {
    const bytes = this.#bytes
    const start = this.#offset
    const identifier = bytes[start]
    if (identifier === undefined) throw malformed('an element is missing')
    if (expected !== undefined && identifier !== expected)
      throw malformed(`expected tag ${hex(expected)}, found ${hex(identifier)}`)
    if ((identifier & 0x1f) === 0x1f) throw malformed('tag numbers above 30 are not used here')
    const first = bytes[start + 1]
    if (first === undefined) throw malformed('a length is missing')
    let contentsStart = start + 2
    let length = first
    if (first >= 0x80) {
      const count = first & 0x7f
      if (count === 0) throw malformed('indefinite length')
      if (count > 4) throw malformed('a length beyond four octets')
      length = 0
      for (let index = 0; index < count; index++) {
        const octet = bytes[contentsStart + index]
        if (octet === undefined) throw malformed('a length is cut short')
        length = length * 256 + octet
      }
      contentsStart += count
      if (length < 0x80 || length < 256 ** (count - 1)) throw malformed('a length is not minimal')
    }
    const end = contentsStart + length
    if (end > bytes.length) throw malformed('an element is longer than what holds it')
    this.#offset = end
    return new LocatedElement(bytes, start, contentsStart, end, this.#depth)
  }

  /** The next element if it carries `expected`; the reader does not move otherwise. For OPTIONAL members. */
  readOptional(expected: number): Element | undefined {
    return this.peek() === expected ? this.read(expected) : undefined
  }

  /** Steps into the next element, which is constructed (SEQUENCE, SET, explicit tag). */
  enter(expected: number): DerReader {
    const element = this.read(expected)
    return new DerReader(element.contents, this.#depth + 1)
  }

  /** Refuses trailing elements: a structure that was read to its end calls this last. */
  end(): void {
    if (!this.atEnd) throw malformed('unexpected bytes at the end of a structure')
  }
}

/** Opens the single constructed element that `der` must be. Trailing bytes are refused. */
export function openDer(der: Der, expected: number = tag.sequence, depth = 0): DerReader {
  const outer = new DerReader(der, depth)
  const inner = outer.enter(expected)
  outer.end()
  return inner
}

/** Steps into an element that was read already. */
export function inside(element: Element): DerReader {
  return new DerReader(element.contents, element.depth + 1)
}

export function readBoolean(element: Element): boolean {
  const contents = element.contents
  const octet = contents[0]
  if (contents.length !== 1 || (octet !== 0 && octet !== 0xff))
    throw malformed('a BOOLEAN is neither 00 nor FF')
  return octet === 0xff
}

/** INTEGER contents (two's complement), refused when padded. */
export function readIntegerBytes(element: Element): Uint8Array {
  const contents = element.contents
  const first = contents[0]
  const second = contents[1]
  if (first === undefined) throw malformed('an INTEGER is empty')
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw malformed('an INTEGER is padded')
  return contents
}

export function readBigInteger(element: Element): bigint {
  const bytes = readIntegerBytes(element)
  const magnitude = BigInt(`0x${bufferOf(bytes).toString('hex')}`)
  return bytes[0]! >= 0x80 ? magnitude - (1n << BigInt(bytes.length * 8)) : magnitude
}

/** A non-negative INTEGER below 2^31, as versions, iteration counts and path lengths are. */
export function readSmallInteger(element: Element): number {
  const bytes = readIntegerBytes(element)
  if (bytes[0]! >= 0x80 || bytes.length > 4) throw malformed('an INTEGER is negative or too large')
  return bytes.reduce((value, octet) => value * 256 + octet, 0)
}

/** BIT STRING whose bits fill whole octets, as keys and signatures do. */
export function readBitString(element: Element): Uint8Array {
  const contents = element.contents
  if (contents[0] !== 0) throw malformed('a BIT STRING has unused bits')
  return contents.subarray(1)
}

/**
 * BIT STRING of named bits: the numbers of the set bits, ascending. Trailing zero bits, which X.690 11.2.2 forbids, are
 * let pass: older CAs wrote key usages with them, and their meaning is not in doubt.
 */
export function readNamedBits(element: Element): number[] {
  const contents = element.contents
  const unused = contents[0]
  if (unused === undefined || unused > 7 || (contents.length === 1 && unused !== 0))
    throw malformed('a BIT STRING of named bits')
  if (contents.length > 1 && (contents.at(-1)! & ((1 << unused) - 1)) !== 0)
    throw malformed('unused bits are set')
  const bits: number[] = []
  for (let index = 1; index < contents.length; index++)
    for (let bit = 0; bit < 8; bit++) if (contents[index]! & (0x80 >> bit)) bits.push((index - 1) * 8 + bit)
  return bits
}

/** OBJECT IDENTIFIER in dotted notation. Arcs may have 128 bits, as those under 2.25 do (X.667). */
export function readObjectIdentifier(element: Element): string {
  const bytes = element.contents
  if (bytes.length === 0 || bytes[bytes.length - 1]! >= 0x80)
    throw malformed('an OBJECT IDENTIFIER is cut short')
  let dotted = ''
  for (let start = 0; start < bytes.length; ) {
    if (bytes[start] === 0x80) throw malformed('an OBJECT IDENTIFIER is padded')
    let end = start + 1
    while (bytes[end - 1]! >= 0x80) end++
    const arc = readArc(bytes, start, end)
    if (start > 0) dotted += `.${arc}`
    else dotted = arc < 40 ? `0.${arc}` : arc < 80 ? `1.${Number(arc) - 40}` : `2.${BigInt(arc) - 80n}`
    start = end
  }
  return dotted
}

function readArc(bytes: Uint8Array, start: number, end: number): number | bigint {
  if (end - start > 19) throw malformed('an OBJECT IDENTIFIER arc is too large')
  if (end - start > 7) {
    let arc = 0n
    for (let index = start; index < end; index++) arc = (arc << 7n) | BigInt(bytes[index]! & 0x7f)
    return arc
  }
  let arc = 0
  for (let index = start; index < end; index++) arc = arc * 128 + (bytes[index]! & 0x7f)
  return arc
}

/** The octets as a Buffer that shares their memory. */
export function bufferOf(octets: Uint8Array): Buffer {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length)
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0')
}

// ---------------------------------------------------------------------------------------------------- writing

/** Encodes one element from its identifier octet and its contents, given in parts. */
export function encode(identifier: number, ...parts: Uint8Array[]): Der {
  let length = 0
  for (const part of parts) length += part.length
  const lengthOctets =
    length < 0x80 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : length < 0x1000000 ? 4 : 5
  const encoded = allocate(1 + lengthOctets + length)
  encoded[0] = identifier
  if (lengthOctets === 1) encoded[1] = length
  else {
    encoded[1] = 0x80 | (lengthOctets - 1)
    for (let index = lengthOctets, rest = length; index > 1; index--, rest = Math.floor(rest / 256))
      encoded[index] = rest % 256
  }
  let offset = 1 + lengthOctets
  for (const part of parts) {
    encoded.set(part, offset)
    offset += part.length
  }
  return encoded
}

/** Room that is still to be filled. Beyond 64 octets V8 would go to the system for each; Node's pool is several times as fast. */
function allocate(length: number): Uint8Array {
  if (length <= 64) return new Uint8Array(length)
  const { buffer, byteOffset } = Buffer.allocUnsafe(length)
  return new Uint8Array(buffer, byteOffset, length)
}

export const sequence = (...parts: Uint8Array[]): Der => encode(tag.sequence, ...parts)

/** SET OF: X.690 11.6 wants the encodings sorted. */
export function setOf(...parts: Uint8Array[]): Der {
  return encode(tag.set, ...(parts.length > 1 ? parts.toSorted(Buffer.compare) : parts))
}

export const explicit = (number: number, ...parts: Uint8Array[]): Der =>
  encode(contextTag(number, 'constructed'), ...parts)

export const octetString = (contents: Uint8Array): Der => encode(tag.octetString, contents)

export const bitString = (contents: Uint8Array): Der => encode(tag.bitString, Uint8Array.of(0), contents)

export const derNull: Der = Uint8Array.of(tag.null, 0)

export const boolean = (value: boolean): Der => Uint8Array.of(tag.boolean, 1, value ? 0xff : 0)

/** A non-negative INTEGER from a number or from unsigned big-endian octets. */
export function integer(value: number | Uint8Array): Der {
  const octets = typeof value === 'number' ? unsignedOctets(value) : value
  let start = 0
  while (start < octets.length - 1 && octets[start] === 0) start++
  const minimal = octets.subarray(start)
  if (minimal.length === 0) return Uint8Array.of(tag.integer, 1, 0)
  return minimal[0]! >= 0x80 ? encode(tag.integer, Uint8Array.of(0), minimal) : encode(tag.integer, minimal)
}

/** BIT STRING of named bits without trailing zeros (X.690 11.2.2). */
export function namedBits(bits: readonly number[]): Der {
  if (bits.length === 0) return Uint8Array.of(tag.bitString, 1, 0)
  const highest = Math.max(...bits)
  const octets = new Uint8Array((highest >> 3) + 1)
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7)
  return encode(tag.bitString, Uint8Array.of(7 - (highest & 7)), octets)
}

const encodedIdentifiers = new Map<string, Der>()

export function objectIdentifier(dotted: string): Der {
  const known = encodedIdentifiers.get(dotted)
  if (known) return known
  if (!/^[0-2](\.(0|[1-9]\d{0,38}))+$/.test(dotted))
    throw badParameter(`'${dotted}' is not an object identifier.`)
  const [root, second, ...rest] = dotted.split('.').map(BigInt) as [bigint, bigint, ...bigint[]]
  if (root < 2n && second >= 40n) throw badParameter(`'${dotted}' is not an object identifier.`)
  const encoded = encode(tag.objectIdentifier, ...[root * 40n + second, ...rest].map(base128))
  if (encodedIdentifiers.size < 512) encodedIdentifiers.set(dotted, encoded)
  return encoded
}

function base128(value: bigint): Uint8Array {
  const octets = [Number(value & 0x7fn)]
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) octets.unshift(Number(rest & 0x7fn) | 0x80)
  return Uint8Array.from(octets)
}

function unsignedOctets(value: number): Uint8Array {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a non-negative integer')
  const octets: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return Uint8Array.from(octets.length > 0 ? octets : [0])
}
