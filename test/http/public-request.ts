/** The public door over a scripted stock of publications, and requests to it as they stand. */
import { once } from 'node:events'
import { type IncomingHttpHeaders, request } from 'node:http'
import { connect } from 'node:net'
import { createPublicServer, type PublicServerParts } from '../../src/http/public-server.ts'
import { createRateLimit, type Limit } from '../../src/http/rate-limit.ts'
import type { OcspAnswer } from '../../src/vault/revocation/ocsp-responder.ts'
import type { Publication, Publications } from '../../src/vault/revocation/publications.ts'
import { settableClock } from '../doubles/clock.ts'

export interface PublicReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

export interface PublicAsk {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
}

/** Sends the path as it stands. */
export function ask(port: number, path: string, { method = 'GET', headers = {}, body }: PublicAsk = {}) {
  return new Promise<PublicReply>((resolve, reject) => {
    const length = body && { 'content-length': body.length }
    const options = { host: '127.0.0.1', port, path, method, headers: { ...length, ...headers } }
    const outgoing = request(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Sends octets and gives all that comes back until the other side ends it. */
export async function converse(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let said = ''
  socket.on('data', (chunk) => (said += chunk))
  socket.on('error', () => undefined)
  socket.write(text)
  await once(socket, 'close')
  return said
}

export interface Stock {
  certificates: Record<string, Publication>
  /** By `vault/name/partition/kind`. */
  lists: Record<string, Publication>
  answer: OcspAnswer
  /** By token. */
  proofs: Record<string, string>
}

/** @param options.limits none if absent. */
export async function openPublicServer(
  options: { limits?: readonly Limit[] } & Partial<PublicServerParts> = {},
) {
  const clock = settableClock()
  const stock: Stock = { certificates: {}, lists: {}, answer: { der: Buffer.from('an answer') }, proofs: {} }
  const asked: { vault: string; name: string; request: Buffer }[] = []
  const log: { message: string; facts?: Record<string, unknown> }[] = []
  const note = (message: string, facts?: Record<string, unknown>) =>
    log.push({ message, ...(facts && { facts }) })
  const publications: Publications = {
    authorityCertificate: async ({ vault, name }) => stock.certificates[`${vault}/${name}`],
    revocationList: async ({ vault, name }, partition, kind) =>
      stock.lists[`${vault}/${name}/${partition}/${kind}`],
    async ocsp({ vault, name }, request) {
      asked.push({ vault, name, request: Buffer.from(request) })
      return stock.answer
    },
  }
  const server = createPublicServer({
    publications,
    keyAuthorization: async (token) => stock.proofs[token],
    clock,
    rateLimit: createRateLimit(options.limits ?? [], { windowSeconds: 10, keysMax: 100, clock }),
    log: { info: note, error: note },
    requestOctetsMax: 32_768,
    ...options,
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const { port } = server.server.address() as { port: number }
  return {
    port,
    clock,
    stock,
    asked,
    log,
    get: (path: string, headers: Readonly<Record<string, string>> = {}) => ask(port, path, { headers }),
    ask: (path: string, asking: PublicAsk) => ask(port, path, asking),
    close: () => server.close(),
  }
}
