/** An HTTPS server of this machine that answers, or behaves as badly as it is told. */
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { TestContext } from 'node:test'
import type { Misbehaviour } from '../conformance/dns-provider.ts'
import { listening } from './sockets.ts'
import { loopbackNames, pemOf, root, tlsParty } from './tls-party.ts'

export interface MoodyServer {
  readonly url: string
  /** PEM of the CA that it is to be trusted by. */
  readonly trustRoot: string
  mood: Misbehaviour | undefined
}

export interface Reply {
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const ca = root('moody-ca')
const party = tlsParty(ca, loopbackNames)

export async function moodyServer(
  t: TestContext,
  reply: (request: IncomingMessage, body: string) => Reply | Promise<Reply>,
): Promise<MoodyServer> {
  const server = createServer(party, async (request, answer) => {
    const body = Buffer.concat(await request.toArray()).toString()
    if (moody.mood === 'silence') return
    if (moody.mood === 'garbage') return void request.socket.end('\u0000garbage, and no HTTP\r\n\r\n')
    if (moody.mood === 'flood') return void answer.end(Buffer.alloc(10_000_000, 'flood'))
    if (moody.mood === 'busy') return void answer.writeHead(503, { 'retry-after': '7' }).end('busy')
    const { status, headers = {}, body: text = '' } = await reply(request, body)
    answer.writeHead(status, { ...headers }).end(text)
  })
  const moody: MoodyServer = {
    url: `https://127.0.0.1:${await listening(t, server)}`,
    trustRoot: pemOf(ca),
    mood: undefined,
  }
  return moody
}
