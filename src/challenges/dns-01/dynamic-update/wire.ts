/** Names and numbers of DNS messages (RFC 1035 4.1): written without compression, read with it. */
import { badParameter, type VaultError } from '../../../domain/errors.ts'

/** What is written to more than one message. */
export const recordTypes = { soa: 6, txt: 16, tsig: 250 } as const
export const recordClasses = { in: 1, none: 254, any: 255 } as const

const labelLengthMax = 63
const nameLengthMax = 255

export function uint16(value: number): Buffer {
  const octets = Buffer.alloc(2)
  octets.writeUInt16BE(value)
  return octets
}

export function uint32(value: number): Buffer {
  const octets = Buffer.alloc(4)
  octets.writeUInt32BE(value)
  return octets
}

/** Of TSIG times. */
export function uint48(value: number): Buffer {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}

/**
 * In canonical form: lower case, uncompressed (RFC 4034 6.2).
 * @throws VaultError `BadParameter` for what is no name of printable ASCII.
 */
export function writeName(name: string): Buffer {
  const labels = name === '' ? [] : name.toLowerCase().replace(/\.$/, '').split('.')
  const parts = labels.map((label) => {
    if (!/^[\x21-\x7e]+$/.test(label) || label.length > labelLengthMax) throw noName(name)
    return Buffer.concat([Buffer.of(label.length), Buffer.from(label, 'latin1')])
  })
  const octets = Buffer.concat([...parts, Buffer.of(0)])
  if (octets.length > nameLengthMax) throw noName(name)
  return octets
}

/** One string of at most 255 octets, as TXT records hold them (RFC 1035 3.3.14). */
export function writeText(text: string): Buffer {
  const octets = Buffer.from(text, 'latin1')
  if (octets.length > 255) throw badParameter('A text of a TXT record has at most 255 octets.')
  return Buffer.concat([Buffer.of(octets.length), octets])
}

/** Walks over a message. Everything throws a VaultError `BadParameter` where the message ends too early. */
export class MessageReader {
  readonly #message: Uint8Array
  #at = 0

  constructor(message: Uint8Array) {
    this.#message = message
  }

  get at(): number {
    return this.#at
  }

  get ended(): boolean {
    return this.#at === this.#message.length
  }

  octets(length: number): Uint8Array {
    const end = this.#at + length
    if (end > this.#message.length) throw damaged('it ends in the middle')
    const octets = this.#message.subarray(this.#at, end)
    this.#at = end
    return octets
  }

  number(length: 1 | 2 | 4 | 6): number {
    return this.octets(length).reduce((value, octet) => value * 256 + octet, 0)
  }

  /** In lower case, without the dot at the end; octets that are no printable ASCII, and dots, as `\ddd` (RFC 1035 5.1). */
  name(): string {
    const labels: string[] = []
    let length = 1
    let after: number | undefined
    // Each pointer has to lead further back than all before it, so the walk comes to an end.
    let barrier = this.#at
    for (;;) {
      const size = this.number(1)
      if (size === 0) break
      if (size <= labelLengthMax) {
        length += size + 1
        if (length > nameLengthMax) throw damaged('a name is too long')
        labels.push(printLabel(this.octets(size)))
      } else if (size >= 0xc0) {
        const target = (size - 0xc0) * 256 + this.number(1)
        if (target >= barrier) throw damaged('a name points ahead')
        after ??= this.#at
        barrier = target
        this.#at = target
      } else throw damaged('a label has an unknown form')
    }
    if (after !== undefined) this.#at = after
    return labels.join('.')
  }
}

function printLabel(octets: Uint8Array): string {
  return [...octets]
    .map((octet) => {
      const character = String.fromCharCode(octet)
      return /[\x21-\x7e]/.test(character) && !/[.\\]/.test(character)
        ? character.toLowerCase()
        : `\\${String(octet).padStart(3, '0')}`
    })
    .join('')
}

/** @param how follows "it is no DNS message:". */
export function damaged(how: string): VaultError {
  return badParameter(`It is no DNS message: ${how}.`)
}

function noName(name: string): VaultError {
  return badParameter(`'${name.slice(0, 100)}' is no name that the DNS can carry.`)
}
