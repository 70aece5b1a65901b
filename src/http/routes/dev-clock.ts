/**
 * `POST /dev/clock`: moves the vault's clock forward, so that people can see renewals and expiries without waiting. It
 * exists with `--dev` only; without, the same path answers why not.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { VaultError } from '../../domain/errors.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import { isFromThisMachine } from '../this-machine.ts'
import { bodyReader, parseJson } from '../wire/body.ts'

/** A century; certificates end with the year 9999. */
const advanceSecondsMax = 100 * 366 * 86_400

const readBody = bodyReader(
  Type.Object({ advanceSeconds: Type.Integer({ minimum: 0, maximum: advanceSecondsMax }) }),
)

/** @param advance stores the new offset and answers the new time; undefined where the clock must not be moved. */
export function registerDevClock(
  server: FastifyInstance,
  advance: ((bySeconds: number) => Promise<UnixSeconds>) | undefined,
): void {
  server.register(async (scope) => {
    // Whatever a command-line client calls the body by default.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/dev/clock', { config: { open: true } }, async (request) => {
      if (!advance)
        throw new VaultError(
          'Forbidden',
          'The clock moves only with --dev, on data that was made with --dev.',
        )
      checkLocal(request)
      const { advanceSeconds } = readBody(parseJson((request.body as Buffer | undefined) ?? Buffer.alloc(0)))
      return { now: await advance(advanceSeconds) }
    })
  })
}

/** Whoever can move the clock can expire everything: only programs on this machine may. */
function checkLocal(request: FastifyRequest): void {
  if (!isFromThisMachine(request))
    throw new VaultError('Forbidden', 'The clock can be moved from this machine only.')
}
