/**
 * A gate in front of a CA: it passes on what comes, and counts, unless it was told to meet a request otherwise. The CA writes the
 * gate's own address into its URLs, for it reads it from `Host`.
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as send } from 'node:https'
import type { AddressInfo } from 'node:net'
import { loopbackNames, pemOf, root, tlsParty } from '../../test/doubles/tls-party.ts'

export type Meeting = {
  /** Called when it is met so. */
  readonly met?: () => void
} & (
  | { /** This in place of what the CA would say. */ readonly status: number }
  /** The CA never hears of it, and the connection breaks. */
  | { readonly broken: 'before' }
  /** The CA does as it was asked, and its answer is lost. What it refuses is passed on. */
  | { readonly broken: 'after' }
) & { readonly headers?: Record<string, string>; readonly body?: string }

export interface Gate {
  readonly directory: string
  /** PEM. */
  readonly tlsRoot: string
  /** How a request is met; undefined: passed on. */
  meet: (path: string) => Meeting | undefined
  /** Paths of all that came. */
  readonly asked: string[]
  /** Orders that the CA took through this gate. */
  orders: number
  stop(): void
}

const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 64 })

/** @param port of Pebble on this machine. */
export async function openGate(port: number): Promise<Gate> {
  const ca = root('The gate')
  const server = createServer(tlsParty(ca, loopbackNames), (incoming, answer) => {
    const path = incoming.url!
    gate.asked.push(path)
    const meeting = gate.meet(path)
    if (!meeting) return pass(incoming, answer)
    if ('broken' in meeting && meeting.broken === 'after') return pass(incoming, answer, meeting)
    meeting.met?.()
    if ('broken' in meeting) return void incoming.socket.destroy()
    incoming.resume()
    answer.writeHead(meeting.status, meeting.headers).end(meeting.body)
  })
  const pass = (incoming: IncomingMessage, answer: ServerResponse, loss?: Meeting) => {
    const { method = 'GET', url: path = '/', headers } = incoming
    const outgoing = send({ agent, host: '127.0.0.1', port, method, path, headers })
    incoming.pipe(outgoing)
    outgoing.on('error', () => answer.destroy())
    outgoing.on('response', (given) => {
      const { statusCode = 0 } = given
      if (path === '/order-plz' && statusCode === 201) gate.orders++
      if (loss && statusCode < 300) {
        loss.met?.()
        return void answer.destroy()
      }
      answer.writeHead(statusCode, given.headers)
      given.pipe(answer)
    })
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const gate: Gate = {
    directory: `https://localhost:${(server.address() as AddressInfo).port}/dir`,
    tlsRoot: pemOf(ca),
    meet: () => undefined,
    asked: [],
    orders: 0,
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
  return gate
}

/** The first request to such a path is met so, and the others are passed on. */
export function meetFirst(gate: Gate, paths: string, meeting: Meeting): void {
  gate.meet = (path) => {
    if (!path.startsWith(paths)) return undefined
    const met = () => {
      gate.meet = () => undefined
      meeting.met?.()
    }
    return { ...meeting, met }
  }
}
