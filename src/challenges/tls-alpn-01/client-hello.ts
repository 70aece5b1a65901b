/**
 * What a TLS client says first (RFC 8446 4.1.2, 5.1), read before anything is answered: for which name it comes, and which
 * protocols it offers. Strict; everything else in it is left to OpenSSL.
 */

export interface ClientHello {
  /** In lower case (RFC 6066 3); absent where none was named. */
  readonly serverName?: string
  /** In the order of the client (RFC 7301 3.1); empty where none was offered. */
  readonly protocols: readonly string[]
}

/** `incomplete`: more octets are needed. `malformed`: no ClientHello begins so. */
export type ReadClientHello = ClientHello | 'incomplete' | 'malformed'

/** Those of browsers have about 2,000. */
export const clientHelloOctetsMax = 8192

/** @param octets all that came so far; what stands behind the ClientHello is not looked at. */
export function readClientHello(octets: Uint8Array): ReadClientHello {
  const message = readMessage(octets)
  if (typeof message === 'string') return message
  try {
    return readBody(new Cursor(message))
  } catch (error) {
    if (error instanceof Malformed) return 'malformed'
    throw error
  }
}

const contentHandshake = 22
const messageClientHello = 1
const extensionServerName = 0
const extensionAlpn = 16
const nameHost = 0
const recordOctetsMax = 16_384
/** Nobody cuts it into many; reading it must stay cheap for whoever sends one octet after the other. */
const recordsMax = 16

/** The handshake message, which may lie in several records. */
function readMessage(octets: Uint8Array): Uint8Array | 'incomplete' | 'malformed' {
  const fragments: Uint8Array[] = []
  for (let at = 0; ; ) {
    const [type, major, , high, low] = octets.subarray(at, at + 5)
    if (type !== undefined && type !== contentHandshake) return 'malformed'
    if (major !== undefined && major !== 3) return 'malformed'
    if (high === undefined || low === undefined) return 'incomplete'
    const length = (high << 8) | low
    if (length === 0 || length > recordOctetsMax || fragments.length === recordsMax) return 'malformed'
    fragments.push(octets.subarray(at + 5, at + 5 + length))
    const message = messageIn(Buffer.concat(fragments))
    if (message !== 'incomplete') return message
    at += 5 + length
    if (at > octets.length) return 'incomplete'
  }
}

function messageIn(octets: Buffer): Uint8Array | 'incomplete' | 'malformed' {
  if (octets.length > 0 && octets[0] !== messageClientHello) return 'malformed'
  if (octets.length < 4) return 'incomplete'
  const length = octets.readUIntBE(1, 3)
  if (length > clientHelloOctetsMax) return 'malformed'
  return octets.length < 4 + length ? 'incomplete' : octets.subarray(4, 4 + length)
}

function readBody(body: Cursor): ClientHello {
  body.take(2 + 32)
  body.vector(1)
  body.vector(2)
  body.vector(1)
  // Before TLS 1.3 a ClientHello could end here.
  const extensions = body.atEnd ? new Cursor(new Uint8Array(0)) : body.vector(2)
  body.end()
  const seen = new Set<number>()
  let hello: ClientHello = { protocols: [] }
  while (!extensions.atEnd) {
    const type = extensions.number(2)
    const content = extensions.vector(2)
    if (seen.has(type)) throw new Malformed()
    seen.add(type)
    if (type === extensionServerName) hello = { ...hello, serverName: readServerName(content) }
    if (type === extensionAlpn) hello = { ...hello, protocols: readProtocols(content) }
  }
  return hello
}

/** One name of a host; there are no other kinds, nor more than one of a kind (RFC 6066 3). */
function readServerName(content: Cursor): string {
  const names = content.vector(2)
  content.end()
  if (names.number(1) !== nameHost) throw new Malformed()
  const name = names.vector(2).rest()
  names.end()
  if (name.length === 0 || name.length > 255 || name.some((octet) => octet <= 0x20 || octet >= 0x7f))
    throw new Malformed()
  return Buffer.from(name).toString('latin1').toLowerCase()
}

function readProtocols(content: Cursor): string[] {
  const list = content.vector(2)
  content.end()
  const protocols: string[] = []
  while (!list.atEnd) {
    const protocol = list.vector(1).rest()
    if (protocol.length === 0) throw new Malformed()
    protocols.push(Buffer.from(protocol).toString('latin1'))
  }
  if (protocols.length === 0) throw new Malformed()
  return protocols
}

class Malformed extends Error {}

/** Reads the presentation language of RFC 8446 3. */
class Cursor {
  readonly #octets: Uint8Array
  #at = 0

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get atEnd(): boolean {
    return this.#at === this.#octets.length
  }

  end(): void {
    if (!this.atEnd) throw new Malformed()
  }

  take(length: number): Uint8Array {
    const taken = this.#octets.subarray(this.#at, this.#at + length)
    if (taken.length < length) throw new Malformed()
    this.#at += length
    return taken
  }

  rest(): Uint8Array {
    return this.take(this.#octets.length - this.#at)
  }

  /** Of so many octets. */
  number(width: number): number {
    return this.take(width).reduce((value, octet) => value * 256 + octet, 0)
  }

  /** What stands behind its length, which takes so many octets. */
  vector(width: number): Cursor {
    return new Cursor(this.take(this.number(width)))
  }
}
