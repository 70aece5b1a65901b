/** The public listener, put together: what authorities publish and CAs ask for, in plain HTTP, beside the front door. */
import type { FastifyInstance } from 'fastify'
import type { ServeConfig } from '../config.ts'
import type { FindKeyAuthorization } from '../domain/challenge.ts'
import { limitWindowSeconds, publicLimits } from '../http/limit-presets.ts'
import { createPublicServer } from '../http/public-server.ts'
import { createRateLimit, type RateLimit } from '../http/rate-limit.ts'
import type { Parts } from '../vault/parts.ts'
import type { OcspDelegates } from '../vault/revocation/ocsp-delegates.ts'
import { createOcspResponder } from '../vault/revocation/ocsp-responder.ts'
import { createPublications } from '../vault/revocation/publications.ts'
import { ocspRequestOctetsMax } from '../x509/ocsp-request.ts'
import { listen } from './listening.ts'
import { wallClock } from './machine.ts'

/** Addresses whose requests are counted at a time. */
const limitedAddressesMax = 10_000

/** Of whoever asks without a token, by address. */
export function publicRateLimit(limits: ServeConfig['limits']): RateLimit {
  return createRateLimit(limits === 'off' ? [] : publicLimits, {
    windowSeconds: limitWindowSeconds,
    keysMax: limitedAddressesMax,
    clock: wallClock,
  })
}

/** Undefined where nothing is to be published. @throws Unusable. */
export async function startPublicListener(
  { publicHttp, limits }: ServeConfig,
  parts: Parts,
  delegates: OcspDelegates,
  keyAuthorization: FindKeyAuthorization,
): Promise<FastifyInstance | undefined> {
  if (!publicHttp) return undefined
  const server = createPublicServer({
    publications: createPublications(parts.storage, createOcspResponder({ ...parts, delegates })),
    keyAuthorization,
    clock: parts.clock,
    rateLimit: publicRateLimit(limits),
    log: parts.log,
    requestOctetsMax: ocspRequestOctetsMax,
  })
  await listen(server, publicHttp, { port: '--public-http-port', host: '--public-http-host' })
  return server
}
