/**
 * The public door: what authorities publish, in plain HTTP, since verifiers need it before they can trust anything
 * (RFC 5280 8; paths in `domain/authority-urls.ts`; RFC 2585 and RFC 6960 A for media types), and what proves to CAs that
 * a name is ours (`http-01`, RFC 8555 8.3), whatever the `Host`. All of it is public.
 * No request reaches the vault's own doors from here, nothing is asked of whom, and nothing is audited.
 */
import type { Server } from 'node:http'
import fastify, {
  type FastifyHttpOptions,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { FindKeyAuthorization } from '../domain/challenge.ts'
import type { Clock } from '../domain/time.ts'
import type { Log } from '../vault/parts.ts'
import type { Publications } from '../vault/revocation/publications.ts'
import { publicAnswer } from './public/answer.ts'
import { type Asked, askedAt, methodsOf } from './public/asked.ts'
import { uncachedHeaders } from './public/caching.ts'
import { boundConnections } from './public/connection-bound.ts'
import { ocspPathLengthMax } from './public/ocsp-in-path.ts'
import { answerBrokenRequest, type RefusalStatus, refusalHeaders, refusals } from './public/refusals.ts'
import { type RateLimit, Throttled } from './rate-limit.ts'
import { dropUnreadBody } from './unread-body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    asked: Asked | undefined
  }
}

export interface PublicServerParts {
  readonly publications: Publications
  readonly keyAuthorization: FindKeyAuthorization
  /** The vault's: what is published lives by it. */
  readonly clock: Clock
  /** By the address of the connection. */
  readonly rateLimit: RateLimit
  readonly log: Log
  /** Octets of an OCSP request. */
  readonly requestOctetsMax: number
  /** For how long a request may take to arrive, and a connection be silent. */
  readonly patienceMilliseconds?: number
  /** Of one address. */
  readonly connectionsMax?: number
}

/** Requests are short. */
const usualPatienceMilliseconds = 10_000
const connectionsMaxOfAll = 1000
const usualConnectionsMax = 100
const headOctetsMax = 8192

export function createPublicServer(parts: PublicServerParts): FastifyInstance {
  const server = fastify(optionsOf(parts)) as unknown as FastifyInstance
  server.server.maxConnections = connectionsMaxOfAll
  boundConnections(server.server, parts.connectionsMax ?? usualConnectionsMax)
  server.decorateRequest('asked', undefined)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/ocsp-request', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  )
  server.addHook('onRequest', async (request, reply) => {
    parts.rateLimit.admit({ verb: undefined, vault: '', caller: request.raw.socket.remoteAddress ?? '' })
    request.asked = askedAt(pathOf(request))
    const status = refusalOf(request)
    if (status) return refuse(parts, reply, status, request.asked)
  })
  server.setErrorHandler((error, request, reply) => refuseError(parts, error, request, reply))
  server.setNotFoundHandler((_request, reply) => refuse(parts, reply, 404))
  const answer = (request: FastifyRequest, reply: FastifyReply) => answerRequest(parts, request, reply)
  server.get('*', answer)
  server.post('*', answer)
  return server
}

function optionsOf(parts: PublicServerParts): FastifyHttpOptions<Server> {
  const { patienceMilliseconds: patience = usualPatienceMilliseconds, requestOctetsMax } = parts
  return {
    http: {
      maxHeaderSize: headOctetsMax,
      headersTimeout: patience,
      requestTimeout: patience,
      connectionsCheckingInterval: Math.ceil(patience / 4),
    },
    bodyLimit: requestOctetsMax,
    requestTimeout: patience,
    connectionTimeout: patience,
    keepAliveTimeout: patience,
    forceCloseConnections: 'idle',
    // Who still has a connection while the service ends is answered as ever.
    return503OnClosing: false,
    routerOptions: { maxParamLength: headOctetsMax, querystringParser: () => ({}) },
    frameworkErrors: (error, request, reply) => void refuseError(parts, error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  }
}

/** Before anything of the body is read. */
function refusalOf({ method, asked }: FastifyRequest): RefusalStatus | undefined {
  if (!asked) return 404
  if (!methodsOf(asked).includes(method)) return 405
  if (asked.what === 'ocsp' && (asked.request?.length ?? 0) > ocspPathLengthMax) return 414
  return undefined
}

async function answerRequest(parts: PublicServerParts, request: FastifyRequest, reply: FastifyReply) {
  const answer = await publicAnswer(parts, request.asked!, request)
  if (!answer) return refuse(parts, reply, 404)
  reply.code(answer.status).headers({ 'x-content-type-options': 'nosniff', ...answer.headers })
  return reply.send(answer.body)
}

function refuse(
  { clock }: PublicServerParts,
  reply: FastifyReply,
  status: RefusalStatus,
  asked?: Asked,
): FastifyReply {
  if (status === 405 && asked) reply.header('allow', methodsOf(asked).join(', '))
  reply.code(status).headers({ ...refusalHeaders, ...uncachedHeaders(clock.now()) })
  return reply.send(refusals[status])
}

async function refuseError(
  parts: PublicServerParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (error instanceof Throttled) {
    reply.header('retry-after', String(error.retryAfterSeconds))
    return refuse(parts, reply, 429)
  }
  const { statusCode: status = 500 } = error as { statusCode?: number }
  if (status === 413) {
    await dropUnreadBody(request.raw)
    reply.header('connection', 'close')
  }
  if (status < 500) return refuse(parts, reply, status in refusals ? (status as RefusalStatus) : 400)
  parts.log.error('a public request failed', {
    error: error instanceof Error ? (error.stack ?? error.message) : String(error),
  })
  return refuse(parts, reply, 500)
}

/** Without query and, where the client says for whom it is (RFC 9112 3.2.2), without scheme and host. */
function pathOf({ originalUrl }: FastifyRequest): string {
  return originalUrl.replace(/^https?:\/\/[^/?]*/i, '').split('?', 1)[0]!
}
