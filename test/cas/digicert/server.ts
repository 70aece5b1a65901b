/**
 * A CertCentral account over a real socket, in TLS: it asks for the API key, counts requests, and behaves as badly as it is
 * told. Drops and losses break the connection, before the request has its effect or behind it.
 */
import { createServer } from 'node:https'
import type { TestContext } from 'node:test'
import type { Clock } from '../../../src/domain/time.ts'
import { listening } from '../../doubles/sockets.ts'
import { loopbackNames, pemOf, root, tlsParty } from '../../doubles/tls-party.ts'
import { type Books, openBooks, Refused } from './books.ts'
import { answerTo, type Quirks, type WireAnswer } from './wire.ts'

export const apiKey = 'A1B2C3D4E5F6-api-key-of-the-account'

/** `drop`, `busy`, `broken`: before it has its effect. The others: behind it, and nobody is told. */
export type Fault = 'drop' | 'busy' | 'broken' | 'lose' | 'fail' | 'gateway' | 'page' | 'garbage'

export interface DigiCertCa extends Books {
  readonly url: string
  /** PEM of the CA that the server is to be trusted by. */
  readonly trustRoot: string
  readonly quirks: Quirks
  /** `METHOD /path`, in their order. */
  readonly requests: readonly string[]
  readonly bodies: readonly Record<string, unknown>[]
  /** The next request that fits meets the fault; so do as many as told. */
  meet(pattern: RegExp, fault: Fault, times?: number): void
  /** What each request meets that meets nothing else. */
  chance: (request: string) => Fault | undefined
  keyExpired: boolean
  /** Members of all objects come in the reverse order. */
  reversed: boolean
}

const tlsRoot = root('digicert-double')
const party = tlsParty(tlsRoot, loopbackNames)

export async function digicertCa(t: Pick<TestContext, 'after'>, clock: Clock): Promise<DigiCertCa> {
  const books = openBooks(clock)
  const requests: string[] = []
  const bodies: Record<string, unknown>[] = []
  const faults: { pattern: RegExp; fault: Fault; times: number }[] = []
  const quirks: Quirks = {
    handsOut: { what: 'stale', times: 0 },
    taciturn: false,
    ignoresFilters: false,
    knowsNoReasons: false,
  }

  function faultOf(key: string): Fault | undefined {
    const met = faults.find(({ pattern, times }) => times > 0 && pattern.test(key))
    if (!met) return ca.chance(key)
    met.times--
    return met.fault
  }

  function act(request: { method: string; url: URL; body: string; key: unknown }): WireAnswer {
    if (request.key !== apiKey || ca.keyExpired)
      return refusal(
        new Refused(401, 'access_denied|invalid_api_key', `The API key ${request.key} is not valid.`),
      )
    const { pathname, searchParams } = request.url
    const body = request.body === '' ? {} : JSON.parse(request.body)
    bodies.push(body)
    try {
      return answerTo(books, quirks, { method: request.method, path: pathname, query: searchParams, body })
    } catch (error) {
      if (error instanceof Refused) return refusal(error)
      throw error
    }
  }

  const server = createServer(party, async (incoming, outgoing) => {
    const text = Buffer.concat(await incoming.toArray()).toString()
    const url = new URL(incoming.url!.replace('/services/v2', ''), 'https://double')
    const key = `${incoming.method} ${url.pathname}`
    requests.push(key)
    const fault = faultOf(key)
    const send = ({ status, body }: WireAnswer) => {
      const isText = typeof body === 'string'
      const type = isText ? 'application/x-pem-file' : 'application/json'
      outgoing.writeHead(status, { 'content-type': type })
      outgoing.end(isText || body === undefined ? body : JSON.stringify(ca.reversed ? reversed(body) : body))
    }
    if (fault === 'drop') return void incoming.socket.destroy()
    if (fault === 'busy')
      return send(refusal(new Refused(429, 'request_limit_exceeded', 'Request limit exceeded.')))
    if (fault === 'broken') return send({ status: 503, body: '<html>Service unavailable</html>' })
    const answer = act({ method: incoming.method!, url, body: text, key: incoming.headers['x-dc-devkey'] })
    if (fault === 'lose') return void incoming.socket.destroy()
    if (fault === 'fail') return send(refusal(new Refused(500, 'server_error', 'An error occurred.')))
    if (fault === 'gateway') return send({ status: 502, body: '<html>Bad gateway</html>' })
    if (fault === 'garbage') return send({ status: answer.status === 204 ? 204 : 200, body: '{"id":' })
    if (fault === 'page') {
      outgoing.writeHead(200, { 'content-type': 'text/html' }).end('<html>Maintenance</html>')
      return
    }
    send(answer)
  })
  // A test that fails does not come to its end.
  server.unref()
  const ca: DigiCertCa = Object.assign(books, {
    url: `https://127.0.0.1:${await listening(t, server)}/services/v2`,
    trustRoot: pemOf(tlsRoot),
    quirks,
    requests,
    bodies,
    chance: () => undefined,
    keyExpired: false,
    reversed: false,
    meet(pattern: RegExp, fault: Fault, times = 1) {
      faults.push({ pattern, fault, times })
    },
  })
  return ca
}

function refusal({ status, code, message }: Refused): WireAnswer {
  return { status, body: { errors: [{ code, message }] } }
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).reverse()
  return Object.fromEntries(entries.map(([name, member]) => [name, reversed(member)]))
}
