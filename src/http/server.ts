/**
 * The front door: declared routes become an HTTPS server. Whoever is not let through by name passes `door.ts` first;
 * every error leaves in Key Vault's shape, and every refusal leaves an audit record.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { badParameter, VaultError } from '../domain/errors.ts'
import { isObjectName } from '../domain/names.ts'
import type { Log } from '../vault/parts.ts'
import { isRecorded } from '../vault/perform.ts'
import type { Vault } from '../vault/vault.ts'
import { inVersion } from './api-version.ts'
import { beginVisit, challengeFor, type DoorParts, passDoor, type Visit } from './door.ts'
import { assignmentHeaders, commonHeaders, networkInfo } from './headers.ts'
import { allowedMethods } from './methods.ts'
import { asVaultError, problemBody, problems } from './problem.ts'
import { Throttled } from './rate-limit.ts'
import { pathsOf, type Route, type RouteAnswer } from './route.ts'
import { dropUnreadBody } from './unread-body.ts'
import { parseJson } from './wire/body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit
  }
  interface FastifyContextConfig {
    /** The door stays open: no token is asked for. */
    open?: boolean
    route?: Route
  }
}

export interface ServerParts extends DoorParts {
  readonly vault: Vault
  readonly routes: readonly Route[]
  readonly log: Log
  /** Four numbers, as Key Vault's. */
  readonly serviceVersion: string
  /** PEM. */
  readonly identity: { readonly key: string; readonly certificate: string }
}

const bodyBytesMax = 1024 * 1024
/** Longer names are refused by their own rule, with its message. */
const parameterLengthMax = 1024
/** A request has to be there in full by then: slow senders hold a connection for nothing. */
const requestMilliseconds = 30_000
const idleMilliseconds = 65_000

const json = 'application/json; charset=utf-8'

export function createServer(parts: ServerParts): FastifyInstance {
  const { key, certificate: cert } = parts.identity
  const server = fastify({
    https: { key, cert, minVersion: 'TLSv1.2' },
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMilliseconds,
    keepAliveTimeout: idleMilliseconds,
    forceCloseConnections: 'idle',
    // Who still has a connection while the service ends is answered as ever.
    return503OnClosing: false,
    exposeHeadRoutes: false,
    routerOptions: {
      ignoreTrailingSlash: true,
      maxParamLength: parameterLengthMax,
      // The door reads the query, by rules of its own.
      querystringParser: () => ({}),
    },
    rewriteUrl,
    frameworkErrors: (error, request, reply) => void refuse(parts, error, request, reply),
    clientErrorHandler: (error, socket) => answerBrokenRequest(parts, error, socket),
  }) as unknown as FastifyInstance
  server.decorateRequest('visit', null as unknown as Visit)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer))
    } catch (error) {
      done(error as Error)
    }
  })
  server.addHook('onRequest', async (request, reply) => {
    visitOf(parts, request, reply)
    const { open, route } = request.routeOptions.config
    if (!open) await passDoor(parts, request.visit, request.raw, route?.verb)
  })
  server.setErrorHandler((error, request, reply) => refuse(parts, error, request, reply))
  server.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(parts.routes, pathOf(request))
    if (allowed.length === 0)
      throw new VaultError('NotFound', 'There is nothing at this path; see the API reference.')
    reply.header('allow', allowed.join(', '))
    throw new VaultError('MethodNotAllowed', `This path takes ${allowed.join(', ')}, with a name in it.`)
  })
  for (const route of parts.routes) addRoute(server, parts, route)
  return server
}

function addRoute(server: FastifyInstance, { vault, rateLimit }: ServerParts, route: Route): void {
  for (const url of pathsOf(route))
    server.route({
      method: route.method,
      url,
      config: { route },
      ...(route.bodyOctetsMax !== undefined && { bodyLimit: route.bodyOctetsMax }),
      handler: async (request, reply) => {
        const { caller, place, query, apiVersion, limited } = request.visit
        const params: Record<string, string> = { version: '', ...(request.params as object) }
        checkName(params)
        const header = (name: string) => headerOf(request, name)
        const { body } = request
        const asked = { caller: caller!, place: place!, vault, params, query, header, body }
        const answer = await route.handle(asked)
        rateLimit.weigh(limited!, body, answer.body)
        return send(reply, { ...answer, body: inVersion(apiVersion!, answer.body) }, request.visit)
      },
    })
}

function checkName({ name }: Readonly<Record<string, string>>): void {
  if (name === '')
    throw new VaultError('MethodNotAllowed', 'The path has no name; it is /{collection}/{name}/….')
  if (name !== undefined && !isObjectName(name))
    throw badParameter(
      'The name is not allowed: a name has 1 to 127 characters, only letters, digits and hyphens.',
    )
}

function send(reply: FastifyReply, answer: RouteAnswer, { assignmentId }: Visit): FastifyReply {
  const { status, body, headers } = answer
  reply.code(status)
  if (headers) reply.headers(headers)
  if (assignmentId !== undefined) reply.headers(assignmentHeaders(assignmentId))
  if (body === undefined) return reply.send()
  if (typeof body === 'string') return reply.send(body)
  return reply.header('content-type', json).send(JSON.stringify(body))
}

async function refuse(
  parts: ServerParts,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = asVaultError(thrown)
  const visit = request.visit ?? visitOf(parts, request, reply)
  const problem = problems[error.code]
  if (problem.status >= 500)
    parts.log.error('a request failed', {
      requestId: visit.origin.requestId,
      error: error.detail ?? error.message,
    })
  if (!isRecorded(thrown)) await record(parts, visit, error, request)
  if (error instanceof Throttled) reply.header('retry-after', String(error.retryAfterSeconds))
  if (error.code === 'Unauthorized') reply.header('www-authenticate', challengeFor(parts, visit))
  if (problem.status === 413) {
    await dropUnreadBody(request.raw)
    // There is a limit to that too: what was sent behind a refused head may never be read to its end.
    reply.header('connection', 'close')
  }
  return send(reply, { status: problem.status, body: problemBody(error) }, visit)
}

/** A refusal that came before any verb: nobody else writes it down. */
async function record(
  parts: ServerParts,
  visit: Visit,
  error: VaultError,
  request: FastifyRequest,
): Promise<void> {
  const { caller, principal, origin, host } = visit
  try {
    await parts.vault.recordRefusal({
      vault: caller?.vault.name ?? host?.vault ?? '',
      operation: request.routeOptions?.config?.route?.verb ?? 'Unknown',
      origin,
      ...(principal && { principal }),
      errorCode: error.code,
      errorMessage: error.message,
    })
  } catch (cause) {
    parts.log.error('a refusal could not be recorded', { requestId: origin.requestId, error: String(cause) })
  }
}

function visitOf(parts: ServerParts, request: FastifyRequest, reply: FastifyReply): Visit {
  const visit = beginVisit(parts, request.raw, request.originalUrl)
  const { address } = visit.origin
  request.visit = visit
  reply.headers(commonHeaders)
  reply.header('x-ms-keyvault-service-version', parts.serviceVersion)
  if (address !== undefined) reply.header('x-ms-keyvault-network-info', networkInfo(address))
  reply.header('x-ms-request-id', visit.origin.requestId)
  const sent = headerOf(request, 'x-ms-client-request-id')
  if (sent !== undefined && sent === visit.origin.correlationId) reply.header('x-ms-client-request-id', sent)
  return visit
}

function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0]!
}

const substitutable = new Set(['PUT', 'PATCH', 'DELETE'])

/**
 * Before routing: clients whose vault URL ends with a slash begin the path with two; and a POST may stand in for another
 * verb where proxies let nothing else through.
 */
function rewriteUrl(request: {
  url?: string | undefined
  method?: string | undefined
  headers: NodeJS.Dict<string | string[]>
}): string {
  const substitute = request.headers['x-http-method'] ?? request.headers['x-http-request']
  if (
    request.method === 'POST' &&
    typeof substitute === 'string' &&
    substitutable.has(substitute.toUpperCase())
  )
    request.method = substitute.toUpperCase()
  return (request.url ?? '/').replace(/^\/{2,}/, '/')
}

/** Bytes that are no HTTP request: there is nobody to authenticate and nothing to route. */
function answerBrokenRequest(
  parts: ServerParts,
  error: NodeJS.ErrnoException,
  socket: { writable: boolean; destroyed: boolean; end(text: string): void; destroy(): void },
): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
  const refusal = badParameter(tooLarge ? 'The headers are too large.' : 'This is not a valid HTTP request.')
  const body = JSON.stringify(problemBody(refusal))
  const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request'
  const headers = {
    ...commonHeaders,
    'x-ms-keyvault-service-version': parts.serviceVersion,
    'x-ms-request-id': parts.newRequestId(),
    'content-type': json,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`)
}
