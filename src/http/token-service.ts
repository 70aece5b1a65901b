/**
 * The doors of the token service: the paths of Microsoft's, and the aliases under `/adfs` that let clients in whose code
 * nobody can change. No bearer token is asked for here; each door proves its callers by itself.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RequestOrigin } from '../domain/audit.ts'
import { badParameter } from '../domain/errors.ts'
import type { Clock } from '../domain/time.ts'
import type { IssuedToken, TokenService } from '../vault/identity/issue-token.ts'
import { TokenRefusal, tokenRefusals } from '../vault/identity/token-refusal.ts'
import { isRecorded } from '../vault/perform.ts'
import { discoveryDocument, type EndpointVersion, instanceDiscovery, webFinger } from './discovery.ts'
import { managedIdentityAnswer, readManagedIdentityRequest } from './managed-identity.ts'
import { readFields, readTokenRequest } from './token-request.ts'

export interface TokenServiceParts {
  readonly tokens: TokenService
  /** The one tenant of this installation. */
  readonly tenantId: string
  readonly wallClock: Clock
  readonly originOf: (request: FastifyRequest) => RequestOrigin
}

/** A request for a token with all that clients add has less than 4,000. */
const formBytesMax = 16 * 1024
const form = 'application/x-www-form-urlencoded'
const open = { config: { open: true } } as const

export function registerTokenService(server: FastifyInstance, parts: TokenServiceParts): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(form, { parseAs: 'string', bodyLimit: formBytesMax }, (_request, body, done) =>
      done(null, body),
    )
    scope.setErrorHandler((error, request, reply) => refuse(parts, error, request, reply))
    addDiscovery(scope, parts)
    addTokenEndpoints(scope, parts)
    addManagedIdentity(scope, parts)
  })
}

type TenantRequest = FastifyRequest<{ Params: { tenant: string } }>

function addDiscovery(scope: FastifyInstance, { tokens, tenantId }: TokenServiceParts): void {
  const documents: [string, EndpointVersion][] = [
    ['/:tenant/v2.0/.well-known/openid-configuration', 2],
    ['/:tenant/.well-known/openid-configuration', 1],
  ]
  for (const [path, version] of documents)
    scope.get(path, open, async (request: TenantRequest) => {
      const tenant = checkTenant(request, tenantId)
      return discoveryDocument(callersOrigin(request), tenant, tenant === 'adfs' ? 1 : version)
    })
  for (const path of ['/:tenant/discovery/v2.0/keys', '/:tenant/discovery/keys'])
    scope.get(path, open, async (request: TenantRequest) => {
      checkTenant(request, tenantId)
      return { keys: tokens.publicKeys }
    })
  scope.get('/common/discovery/instance', open, async (request) =>
    instanceDiscovery(callersOrigin(request), tenantId),
  )
  scope.get('/.well-known/webfinger', open, async (request) => webFinger(callersOrigin(request)))
}

function addTokenEndpoints(scope: FastifyInstance, parts: TokenServiceParts): void {
  const { tokens, tenantId } = parts
  for (const path of ['/:tenant/oauth2/v2.0/token', '/:tenant/oauth2/token'])
    scope.post(path, open, async (request: TenantRequest, reply) => {
      const origin = originWithoutQuery(parts, request)
      checkTenant(request, tenantId)
      const fields = readFields(typeof request.body === 'string' ? request.body : '')
      const { version1, ...wanted } = readTokenRequest(fields, request.headers.authorization)
      const issued = await tokens.issueForSecret({ ...wanted, origin })
      return unstored(reply).send(version1 ? version1Answer(issued) : version2Answer(issued))
    })
}

function addManagedIdentity(scope: FastifyInstance, parts: TokenServiceParts): void {
  scope.get('/msi/token', open, async (request, reply) => {
    const origin = originWithoutQuery(parts, request)
    const wanted = readManagedIdentityRequest(request)
    const issued = await parts.tokens.issueForManagedIdentity({ ...wanted, origin })
    return unstored(reply).send(managedIdentityAnswer(issued))
  })
}

/** @returns the tenant as the paths of an answer name it. @throws TokenRefusal. */
function checkTenant({ params }: TenantRequest, tenantId: string): string {
  const tenant = params.tenant.toLowerCase()
  if (tenant !== tenantId && tenant !== 'adfs') throw tokenRefusals.unknownTenant(params.tenant)
  return tenant
}

/** `https://host[:port]` by which the caller came. @throws VaultError `BadParameter`. */
function callersOrigin(request: FastifyRequest): string {
  const url = URL.parse(`https://${request.host}`)
  if (!url || url.href !== `${url.origin}/`) throw badParameter('The Host header is not a host name.')
  return url.origin
}

/** Whatever a client puts into the query by mistake, a secret for instance, stays out of the journal. */
function originWithoutQuery({ originOf }: TokenServiceParts, request: FastifyRequest): RequestOrigin {
  const origin = originOf(request)
  return origin.requestUri === undefined
    ? origin
    : { ...origin, requestUri: origin.requestUri.split('?', 1)[0]! }
}

/** RFC 6749 5.1. */
function unstored(reply: FastifyReply): FastifyReply {
  return reply.headers({ 'cache-control': 'no-store', pragma: 'no-cache' })
}

function version2Answer({ token, expiresInSeconds }: IssuedToken) {
  return {
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ext_expires_in: expiresInSeconds,
    access_token: token,
  }
}

/** Numbers are strings in version 1. */
function version1Answer({ token, expiresInSeconds, expires, notBefore, audience }: IssuedToken) {
  return {
    token_type: 'Bearer',
    expires_in: String(expiresInSeconds),
    ext_expires_in: String(expiresInSeconds),
    expires_on: String(expires),
    not_before: String(notBefore),
    resource: audience,
    access_token: token,
  }
}

/** A refusal that came before any verb is on record before it is answered. */
async function refuse(
  parts: TokenServiceParts,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const origin = originWithoutQuery(parts, request)
  const unreadable = unreadableBody(error)
  const refusal = unreadable ?? error
  if (!(refusal instanceof TokenRefusal)) throw error
  if (!isRecorded(refusal)) await parts.tokens.recordRefusal(refusal, origin)
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds)
  // What was sent behind a refused head may never be read to its end.
  if (unreadable) reply.header('connection', 'close')
  return unstored(reply.code(refusal.status)).send(errorBody(refusal, origin, parts.wallClock))
}

/** What the parser of bodies found before any handler ran. */
function unreadableBody(error: unknown): TokenRefusal | undefined {
  const { code } = error as { code?: string }
  if (!code?.startsWith('FST_ERR_CTP_')) return undefined
  return tokenRefusals.unreadableRequest(`Send a form (${form}) of at most ${formBytesMax} bytes.`)
}

/** RFC 6749 5.2 with what Microsoft's token service adds. */
function errorBody(refusal: TokenRefusal, origin: RequestOrigin, wallClock: Clock) {
  const { error, number, message } = refusal
  if (number === undefined) return { error, error_description: message }
  const { requestId, correlationId } = origin
  const timestamp = `${new Date(wallClock.now() * 1000).toISOString().slice(0, 19).replace('T', ' ')}Z`
  return {
    error,
    error_description: `${message}\r\nTrace ID: ${requestId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: requestId,
    correlation_id: correlationId,
  }
}
