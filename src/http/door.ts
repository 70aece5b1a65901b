/**
 * What every request passes before its route may act: which vault it is for, who asks, and in which version of the API.
 * In this order, so that nobody learns anything about objects without a token.
 */
import type { IncomingMessage } from 'node:http'
import type { Principal } from '../access/principal.ts'
import type { VerbName } from '../access/verbs.ts'
import type { RequestOrigin } from '../domain/audit.ts'
import { badParameter, VaultError } from '../domain/errors.ts'
import type { Caller } from '../vault/vault.ts'
import type { FindVault } from '../vault/vault-directory.ts'
import { type ApiVersion, readApiVersion } from './api-version.ts'
import { authenticate, challenge, type VerifyToken } from './authentication.ts'
import { type AddressedHost, type HostNames, readHost } from './hosts.ts'
import type { LimitedRequest, RateLimit } from './rate-limit.ts'
import type { Place } from './wire/certificate.ts'

export interface DoorParts {
  readonly hostNames: HostNames
  /** `https://host[:port]` of the token service. */
  readonly loginOrigin: string
  readonly tenantId: string
  readonly verifyToken: VerifyToken
  readonly findVault: FindVault
  readonly rateLimit: RateLimit
  /** A GUID each time. */
  readonly newRequestId: () => string
}

/** What is known of a request; grows as it passes the door. */
export interface Visit {
  readonly origin: RequestOrigin
  readonly query: ReadonlyMap<string, string>
  host?: AddressedHost
  principal?: Principal
  /** As it was counted. */
  limited?: LimitedRequest
  apiVersion?: ApiVersion
  caller?: Caller
  place?: Place
  /** The role assignment that allows what is asked for. */
  assignmentId?: string
}

const correlationLengthMax = 128
const userAgentLengthMax = 256
const uriLengthMax = 2048

/** @param url path and query, before anything was decoded. */
export function beginVisit(parts: DoorParts, request: IncomingMessage, url: string): Visit {
  const { headers, socket } = request
  const requestId = parts.newRequestId()
  const sent = headers['x-ms-client-request-id']
  const correlationId = typeof sent === 'string' && isPlain(sent, correlationLengthMax) ? sent : requestId
  const userAgent = headers['user-agent']?.slice(0, userAgentLengthMax)
  const query = readQuery(url)
  const apiVersion = query.get('api-version')?.slice(0, 40)
  const origin = {
    correlationId,
    requestId,
    ...(socket.remoteAddress !== undefined && { address: socket.remoteAddress }),
    ...(userAgent !== undefined && { userAgent }),
    requestUri: url.slice(0, uriLengthMax),
    ...(apiVersion !== undefined && { apiVersion }),
  }
  return { origin, query }
}

/**
 * @param verb of the route that was found, if any.
 * @throws VaultError in the order: token, host, rate, vault, version.
 */
export async function passDoor(
  parts: DoorParts,
  visit: Visit,
  request: IncomingMessage,
  verb: VerbName | undefined,
): Promise<void> {
  const { headers } = request
  const host = readHost(headers.host ?? '', parts.hostNames)
  if (host) visit.host = host
  visit.principal = await authenticate(headers.authorization, parts.verifyToken)
  if (!host) throw badParameter('The Host header is not a host name.')
  const vault = host.vault === undefined ? undefined : await parts.findVault(host.vault)
  visit.limited = { verb, vault: vault?.name ?? '', caller: visit.principal.objectId }
  parts.rateLimit.admit(visit.limited)
  if (!vault) {
    const { suffix } = parts.hostNames
    throw new VaultError(
      'VaultNotFound',
      `No vault is served under this name; vaults are https://{vault}.${suffix}.`,
    )
  }
  visit.apiVersion = readApiVersion(visit.query.get('api-version'))
  const allowedBy = (assignmentId: string) => {
    visit.assignmentId = assignmentId
  }
  visit.caller = { principal: visit.principal, origin: visit.origin, vault, allowedBy }
  visit.place = { baseUrl: host.baseUrl, settings: vault }
}

/** For 401 answers. Whatever the host, a client must be able to find the token service. */
export function challengeFor(parts: DoorParts, visit: Visit): string {
  const { hostNames, loginOrigin, tenantId } = parts
  const host = visit.host ?? readHost(hostNames.suffix, hostNames)!
  return challenge(host, loginOrigin, tenantId)
}

/** Names without regard to case, values as sent; the first of a name counts. */
function readQuery(url: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>()
  const start = url.indexOf('?')
  if (start < 0) return query
  for (const pair of url.slice(start + 1).split('&')) {
    const equals = pair.indexOf('=')
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase()
    if (name !== '' && !query.has(name)) query.set(name, equals < 0 ? '' : decoded(pair.slice(equals + 1)))
  }
  return query
}

function decoded(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function isPlain(text: string, lengthMax: number): boolean {
  return text.length > 0 && text.length <= lengthMax && /^[\x21-\x7e]+$/.test(text)
}
