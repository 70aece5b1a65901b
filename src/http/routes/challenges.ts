/**
 * `GET /.well-known/acme-challenge/{token}`: what proves to a CA that a name is ours (`http-01`, RFC 8555 8.3), for services
 * behind a proxy that sends this path on. It is open on every `Host`, tells nothing else, and leaves no record.
 */
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { FindKeyAuthorization } from '../../domain/challenge.ts'
import { challengePath, isChallengeToken } from '../../domain/challenge-path.ts'
import { type RefusalStatus, refusalHeaders, refusals } from '../public/refusals.ts'
import { type RateLimit, Throttled } from '../rate-limit.ts'

export interface ChallengeParts {
  readonly keyAuthorization: FindKeyAuthorization
  /** By the address of the connection. */
  readonly rateLimit: RateLimit
}

export function registerChallenges(
  server: FastifyInstance,
  { keyAuthorization, rateLimit }: ChallengeParts,
): void {
  server.get<{ Params: { token: string } }>(
    challengePath(':token'),
    { config: { open: true } },
    async (request, reply) => {
      // What every answer of the vault carries is no concern of whoever stands before the proxy, nor a rule for that host.
      for (const name of Object.keys(reply.getHeaders())) reply.removeHeader(name)
      reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      const wait = secondsToWait(rateLimit, request.raw.socket.remoteAddress ?? '')
      if (wait !== undefined) return refuse(reply.header('retry-after', String(wait)), 429)
      const { token } = request.params
      const found = isChallengeToken(token) ? await keyAuthorization(token) : undefined
      return found === undefined ? refuse(reply, 404) : reply.type('text/plain').send(found)
    },
  )
}

/** Undefined where there is no need to. */
function secondsToWait(rateLimit: RateLimit, address: string): number | undefined {
  try {
    rateLimit.admit({ verb: undefined, vault: '', caller: address })
    return undefined
  } catch (error) {
    if (error instanceof Throttled) return error.retryAfterSeconds
    throw error
  }
}

/** In the words of the public door: no error of Key Vault's, and no record each time. */
function refuse(reply: FastifyReply, status: RefusalStatus): FastifyReply {
  return reply.code(status).headers(refusalHeaders).send(refusals[status])
}
