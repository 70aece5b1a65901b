/**
 * A name server that takes updates of TXT records (RFC 2136) under a shared key (RFC 8945), over UDP and TCP. It keeps what it is
 * told, and reads and signs with code of its own; or it behaves as badly as it is told.
 */
import { createHmac } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { TestContext } from 'node:test'
import { listening } from './sockets.ts'

export interface UpdateServer {
  readonly port: number
  /** Name → values. */
  readonly records: Map<string, string[]>
  /** `udp` or `tcp` for each request. */
  readonly heard: string[]
  fault: Fault | undefined
  /** Answers over UDP say that they are cut off. */
  truncating: boolean
  /** Says nothing over UDP. */
  deafToDatagrams: boolean
}

/** A number is a response code, signed. `spoofed` datagrams arrive first and say no. */
export type Fault =
  | number
  | 'silence'
  | 'garbage'
  | 'flood'
  | 'unsigned'
  | 'wrongly signed'
  | 'signed for another request'
  | 'signed long ago'
  | 'clock apart'
  | 'spoofed'

export interface ServerKey {
  readonly name: string
  readonly algorithm: string
  readonly secret: Buffer
}

const [noError, refused, notAuth] = [0, 5, 9]
const [badSig, badKey, badTime] = [16, 17, 18]
const [classNone, classAny, typeTsig] = [254, 255, 250]

export async function updateServer(
  t: TestContext,
  { key, zone, now }: { readonly key: ServerKey; readonly zone: string; readonly now: () => number },
): Promise<UpdateServer> {
  const tcp = createServer((socket) => {
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2 || received.length < 2 + received.readUInt16BE()) return
      server.heard.push('tcp')
      if (server.fault === 'silence') return
      if (server.fault === 'flood') return void socket.end(Buffer.alloc(10_000_000, 'flood'))
      if (server.fault === 'garbage') return void socket.end(Buffer.from('\u0000\u0007garbage'))
      const answer = answerTo(received.subarray(2))
      socket.end(Buffer.concat([u16(answer.length), answer]))
    })
  })
  const port = await listening(t, tcp)
  const udp = createSocket('udp4')
  udp.bind(port, '127.0.0.1')
  await once(udp, 'listening')
  t.after(() => udp.close())
  const server: UpdateServer = {
    port,
    records: new Map(),
    heard: [],
    fault: undefined,
    truncating: false,
    deafToDatagrams: false,
  }
  udp.on('message', (query, peer) => {
    server.heard.push('udp')
    if (server.fault === 'silence' || server.deafToDatagrams) return
    const send = (answer: Buffer) => udp.send(answer, peer.port, peer.address)
    if (server.fault === 'garbage') return send(Buffer.from('garbage'))
    if (server.fault === 'flood')
      for (let count = 0; count < 160; count++) send(Buffer.alloc(60_000, 'flood'))
    if (server.fault === 'flood') return
    if (server.fault === 'spoofed') send(header(query, refused, 0))
    const answer = answerTo(query)
    if (server.truncating) answer[2]! |= 2
    send(answer)
  })
  return server

  function answerTo(query: Buffer): Buffer {
    const { fault } = server
    const { prefix, zoneName, update, tsig } = parse(query)
    const refuse = (error: number) =>
      withTsig(header(query, notAuth, 0), { ...tsig, error, mac: Buffer.alloc(0) })
    if (tsig.name !== key.name || tsig.algorithm !== key.algorithm) return refuse(badKey)
    if (!hmac(key, [prefix, variables(tsig, 0, Buffer.alloc(0), tsig.signed)]).equals(tsig.mac))
      return refuse(badSig)
    const code = typeof fault === 'number' ? fault : zoneName === zone ? noError : notAuth
    const at = fault === 'signed long ago' ? now() - 4000 : now()
    const apart = fault === 'clock apart' || Math.abs(tsig.signed - now()) > tsig.fudge
    if (apart) return sign(header(query, notAuth, 0), tsig, badTime, u48(now() + 4000), tsig.signed)
    if (code === noError) apply(server.records, update)
    if (fault === 'unsigned') return header(query, code, 0)
    return sign(header(query, code, 0), tsig, 0, Buffer.alloc(0), at)
  }

  function sign(answer: Buffer, tsig: Tsig, error: number, other: Buffer, signed: number): Buffer {
    const requestMac =
      server.fault === 'signed for another request' ? Buffer.alloc(tsig.mac.length, 1) : tsig.mac
    const mac = hmac(key, [u16(requestMac.length), requestMac, answer, variables(tsig, error, other, signed)])
    if (server.fault === 'wrongly signed') mac[0]! ^= 1
    return withTsig(answer, { ...tsig, error, mac, other, signed })
  }
}

interface Tsig {
  readonly name: string
  readonly algorithm: string
  readonly signed: number
  readonly fudge: number
  readonly mac: Buffer
  readonly originalId: number
}

interface Update {
  readonly name: string
  readonly recordClass: number
  readonly value: string
}

function apply(records: Map<string, string[]>, { name, recordClass, value }: Update): void {
  const others = (records.get(name) ?? []).filter((known) => known !== value)
  records.set(name, recordClass === classNone ? others : [...others, value])
}

/** What our requests look like and nothing else: one zone, one update, one signature, no compression. */
function parse(query: Buffer) {
  let at = 12
  const name = () => {
    const labels: string[] = []
    for (; query[at] !== 0; at += query[at]! + 1)
      labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
    at++
    return labels.join('.')
  }
  const octets = (size: number) => {
    at += size
    return query.subarray(at - size, at)
  }
  const number = (size: number) => octets(size).readUIntBE(0, size)
  if (query.readUInt16BE(2) !== 0x2800) throw new Error('no update')
  if (query.toString('hex', 4, 12) !== '0001000000010001') throw new Error('other sections')
  const zoneName = name()
  at += 4
  const updateName = name()
  at += 2
  const recordClass = number(2)
  at += 6
  const value = octets(number(1)).toString('latin1')
  const prefix = Buffer.from(query.subarray(0, at))
  prefix.writeUInt16BE(0, 10)
  const keyName = name()
  if (number(2) !== typeTsig || number(2) !== classAny || number(4) !== 0) throw new Error('no signature')
  at += 2
  const algorithm = name()
  const [signed, fudge] = [number(6), number(2)]
  const mac = Buffer.from(octets(number(2)))
  const originalId = number(2)
  at += 4
  if (at !== query.length) throw new Error('something follows')
  const tsig: Tsig = { name: keyName, algorithm, signed, fudge, mac, originalId }
  return { prefix, zoneName, update: { name: updateName, recordClass, value }, tsig }
}

/** The header of the request as an answer, without any section. */
function header(query: Buffer, code: number, additional: number): Buffer {
  return Buffer.concat([query.subarray(0, 2), u16(0xa800 | code), Buffer.alloc(6), u16(additional)])
}

function withTsig(
  answer: Buffer,
  {
    name,
    algorithm,
    signed,
    fudge,
    mac,
    originalId,
    error,
    other = Buffer.alloc(0),
  }: Tsig & {
    readonly error: number
    readonly other?: Buffer
  },
): Buffer {
  const data = Buffer.concat([
    wireName(algorithm),
    u48(signed),
    u16(fudge),
    u16(mac.length),
    mac,
    u16(originalId),
    u16(error),
    u16(other.length),
    other,
  ])
  const record = [wireName(name), u16(typeTsig), u16(classAny), Buffer.alloc(4), u16(data.length), data]
  const signedAnswer = Buffer.concat([answer, ...record])
  signedAnswer.writeUInt16BE(answer.readUInt16BE(10) + 1, 10)
  return signedAnswer
}

function variables({ name, algorithm, fudge }: Tsig, error: number, other: Buffer, signed: number): Buffer {
  const fixed = [u48(signed), u16(fudge), u16(error), u16(other.length), other]
  return Buffer.concat([wireName(name), u16(classAny), Buffer.alloc(4), wireName(algorithm), ...fixed])
}

function hmac({ algorithm, secret }: ServerKey, parts: readonly Buffer[]): Buffer {
  return createHmac(algorithm.replace('hmac-', ''), secret).update(Buffer.concat(parts)).digest()
}

function wireName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.of(label.length), Buffer.from(label)])),
    Buffer.of(0),
  ])
}

function u16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 255)
}

function u48(value: number): Buffer {
  const octets = Buffer.alloc(6)
  octets.writeUIntBE(value, 0, 6)
  return octets
}
