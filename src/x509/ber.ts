/**
 * Basic Encoding Rules (ITU-T X.690 8) turned into DER, for files of programs that write PKCS#12 while they go: indefinite
 * lengths, OCTET STRINGs in pieces, lengths with leading zeros.
 *
 * Only the framing changes. What DER asks of values (booleans, integers, the order of sets) is for the reader of the
 * result to judge. Contents of OCTET STRINGs stay as they are, also where they hold further encodings.
 */
import { bufferOf, type Der, DerReader, encode, malformed, tag } from './der.ts'

const depthMax = 32
/** A thousand certificates in their bags have a quarter of it; each element costs time. */
const elementsMax = 100_000
const constructed = 0x20
const endOfContents: Der = Uint8Array.of(0, 0)

/** The DER of the one element that `ber` must be. Trailing octets are refused. */
export function derFromBer(ber: Uint8Array): Der {
  const transcoder = new Transcoder(ber)
  const der = transcoder.element(ber.length, 0)
  if (!transcoder.atEnd) throw malformed('unexpected bytes at the end of a structure')
  return der
}

class Transcoder {
  readonly #bytes: Uint8Array
  #offset = 0
  #elements = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length
  }

  /** The next element, which must end at `limit` or before. */
  element(limit: number, depth: number): Der {
    if (depth > depthMax) throw malformed(`nested deeper than ${depthMax} levels`)
    if (++this.#elements > elementsMax) throw malformed('too many elements')
    const identifier = this.#octet(limit)
    if ((identifier & 0x1f) === 0x1f) throw malformed('tag numbers above 30 are not used here')
    const length = this.#length(limit)
    if (identifier === 0) {
      if (length !== 0) throw malformed('end-of-contents octets with contents')
      return endOfContents
    }
    const isConstructed = (identifier & constructed) !== 0
    if (length === undefined) {
      if (!isConstructed) throw malformed('indefinite length of a primitive element')
      return assemble(identifier, this.#childrenUntilEndOfContents(limit, depth))
    }
    const end = this.#offset + length
    if (end > limit) throw malformed('an element is longer than what holds it')
    if (isConstructed) return assemble(identifier, this.#childrenUntil(end, depth))
    const contents = this.#bytes.subarray(this.#offset, end)
    this.#offset = end
    return encode(identifier, contents)
  }

  #childrenUntil(end: number, depth: number): Der[] {
    const children: Der[] = []
    while (this.#offset < end) {
      const child = this.element(end, depth + 1)
      if (child === endOfContents) throw malformed('end-of-contents octets where none belong')
      children.push(child)
    }
    return children
  }

  #childrenUntilEndOfContents(limit: number, depth: number): Der[] {
    const children: Der[] = []
    for (;;) {
      const child = this.element(limit, depth + 1)
      if (child === endOfContents) return children
      children.push(child)
    }
  }

  #octet(limit: number): number {
    if (this.#offset >= limit) throw malformed('an element is cut short')
    return this.#bytes[this.#offset++]!
  }

  /** Undefined for the indefinite form. */
  #length(limit: number): number | undefined {
    const first = this.#octet(limit)
    if (first < 0x80) return first
    if (first === 0x80) return undefined
    let length = 0
    for (let count = first & 0x7f; count > 0; count--) {
      length = length * 256 + this.#octet(limit)
      if (length > this.#bytes.length) throw malformed('an element is longer than what holds it')
    }
    return length
  }
}

/** Of the strings only the OCTET STRING is met in pieces (X.690 8.7.3). */
function assemble(identifier: number, children: readonly Der[]): Der {
  if (identifier === (tag.octetString | constructed))
    return encode(tag.octetString, joinOctetStrings(children))
  if (identifier < 0x40 && identifier !== tag.sequence && identifier !== tag.set)
    throw malformed('a string in pieces')
  return encode(identifier, ...children)
}

/** The contents of OCTET STRINGs, one after another. */
export function joinOctetStrings(encodings: readonly Der[]): Uint8Array {
  const pieces = encodings.map((encoding) => {
    const reader = new DerReader(encoding)
    const piece = reader.read(tag.octetString).contents
    reader.end()
    return bufferOf(piece)
  })
  return Buffer.concat(pieces)
}
