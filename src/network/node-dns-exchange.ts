/** Single messages to name servers over Node's sockets: UDP from a connected socket, and TCP for one message alone. */
import { createSocket } from 'node:dgram'
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect } from 'node:net'
import { DnsFailure } from './dns-client.ts'
import type { DnsExchange, NameServer } from './dns-exchange.ts'

export interface DnsExchangeSettings {
  /** How long one datagram waits for its answer; it is sent three times. */
  readonly datagramSeconds?: number
  /** For a connection, its message and the answer. */
  readonly connectionSeconds?: number
}

const tries = 3
/** Of the addresses of one host; more would take too long. */
const addressesMax = 3

export function openDnsExchange({
  datagramSeconds = 2,
  connectionSeconds = 8,
}: DnsExchangeSettings = {}): DnsExchange {
  return async (server, message, over, isAnswer) => {
    let failure: unknown
    for (const { address, family } of await addressesOf(server)) {
      try {
        return over === 'tcp'
          ? await overTcp({ ...server, host: address }, message, connectionSeconds * 1000)
          : await overUdp({ ...server, host: address }, family, message, datagramSeconds * 1000, isAnswer)
      } catch (error) {
        failure ??= error
      }
    }
    throw new DnsFailure(`${server.host} gives no answer over ${over.toUpperCase()}: ${reasonOf(failure)}.`, {
      cause: failure,
    })
  }
}

async function addressesOf({ host }: NameServer) {
  try {
    return (await lookup(host, { all: true })).slice(0, addressesMax)
  } catch (cause) {
    throw new DnsFailure(`The address of ${host} could not be found.`, { cause })
  }
}

/** A connected socket takes datagrams of its server alone, and hears when nobody listens there. */
async function overUdp(
  { host, port }: NameServer,
  family: number,
  message: Uint8Array,
  milliseconds: number,
  isAnswer: (answer: Uint8Array) => boolean,
): Promise<Uint8Array> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  let timer: NodeJS.Timeout | undefined
  try {
    socket.connect(port, host)
    await once(socket, 'connect')
    return await new Promise<Uint8Array>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('message', (answer) => {
        if (isAnswer(answer)) resolve(answer)
      })
      let left = tries
      const send = () => {
        if (left === 0) reject(new Silence())
        else socket.send(message, (error) => error && reject(error))
        left--
      }
      timer = setInterval(send, milliseconds)
      send()
    })
  } finally {
    clearInterval(timer)
    socket.close()
  }
}

/** The message goes behind its length, and so does the answer (RFC 1035 4.2.2). */
function overTcp({ host, port }: NameServer, message: Uint8Array, milliseconds: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port })
    const end = (settle: () => void) => {
      clearTimeout(timer)
      socket.destroy()
      settle()
    }
    const timer = setTimeout(() => end(() => reject(new Silence())), milliseconds)
    socket.on('error', (error) => end(() => reject(error)))
    socket.on('end', () => end(() => reject(new BrokenOff())))
    socket.on('connect', () => {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(message.length)
      socket.write(Buffer.concat([length, message]))
    })
    let received: Buffer = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      if (received.length < 2) return
      const whole = 2 + received.readUInt16BE(0)
      // No answer is longer than its two octets of length can say, and what follows it is nobody's.
      if (received.length >= whole) end(() => resolve(received.subarray(2, whole)))
    })
  })
}

class Silence extends Error {}
class BrokenOff extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof Silence) return 'nothing came in time'
  if (error instanceof BrokenOff) return 'it closed the connection'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (code || 'the connection failed')
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  EPIPE: 'it closed the connection',
}
