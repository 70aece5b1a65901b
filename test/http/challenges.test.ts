/** http-01 at the front door, for services behind a proxy: open to everybody on every host, and silent about all else. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import fastify, { type FastifyInstance } from 'fastify'
import { seconds } from '../../src/domain/time.ts'
import { commonHeaders } from '../../src/http/headers.ts'
import { createRateLimit } from '../../src/http/rate-limit.ts'
import { registerChallenges } from '../../src/http/routes/challenges.ts'
import { keyAuthorizationsIn, shownChallenges } from '../../src/vault/acme/shown-challenges.ts'
import { challengeOf, keyAuthorization, noon, token } from '../challenges/sample.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const path = `/.well-known/acme-challenge/${token}`
let house: TestVault
let server: FastifyInstance
let looked: string[]

beforeEach(async () => {
  house = await openTestVault()
  looked = []
  server = fastify({ exposeHeadRoutes: false }) as unknown as FastifyInstance
  server.addHook('onRequest', async (_request, reply) => {
    reply.headers({ ...commonHeaders, 'x-ms-keyvault-service-version': '1.0.0.0' })
  })
  const find = keyAuthorizationsIn(shownChallenges(house.parts))
  registerChallenges(server, {
    keyAuthorization(asked) {
      looked.push(asked)
      return find(asked)
    },
    rateLimit: createRateLimit([{ name: 'requests', max: 5, per: 'caller' }], {
      windowSeconds: 10,
      keysMax: 10,
      clock: house.clock,
    }),
  })
})
afterEach(async () => {
  await server.close()
  await house.close()
})

const show = (...challenges: ReturnType<typeof challengeOf>[]) =>
  house.parts.storage.transact(async ({ acme }) => {
    for (const each of challenges) await acme.putChallenge({ ...each, type: 'http-01' })
  })
const get = async (url: string, host = 'www.example.org', remoteAddress = '192.0.2.1') => {
  const { statusCode, headers, body } = await server.inject({
    method: 'GET',
    url,
    headers: { host },
    remoteAddress,
  })
  return { status: statusCode, headers, body }
}

test('the proof is given under any name, with nothing that tells of a vault', async () => {
  await show(challengeOf())
  for (const host of ['www.example.org', 'another.example', '192.0.2.1']) {
    const { status, headers, body } = await get(path, host)
    assert.deepEqual([status, body], [200, keyAuthorization])
    assert.match(String(headers['content-type']), /^text\/plain/)
    assert.deepEqual(Object.keys(headers).sort(), [
      'cache-control',
      'connection',
      'content-length',
      'content-type',
      'date',
      'x-content-type-options',
    ])
    assert.equal(headers['cache-control'], 'no-store')
  }
  assert.equal(await house.audit().then((records) => records.length), 0)
})

test('what is not shown is not there, and costs one look at most', async () => {
  for (const [other, looks] of [
    [path, 1],
    [`${path}%2f..`, 0],
    ['/.well-known/acme-challenge/..%2f..%2fhealth', 0],
    ['/.well-known/acme-challenge/short', 0],
  ] as const) {
    looked.length = 0
    const { status, headers, body } = await get(other)
    assert.deepEqual([status, body, looked.length], [404, 'Nothing is published here.\n', looks], other)
    assert.equal(headers['strict-transport-security'], undefined)
  }
})

test('it is gone when its time is over, and of another type it never was there', async () => {
  await show(challengeOf({ until: seconds(noon + 60) }))
  assert.equal((await get(path)).status, 200)
  house.clock.move(60)
  assert.equal((await get(path)).status, 404)
  await house.parts.storage.transact(({ acme }) =>
    acme.putChallenge(challengeOf({ type: 'dns-01', until: seconds(noon + 3600) })),
  )
  assert.equal((await get(path)).status, 404)
})

test('a token that a second CA gives out again changes nothing about the first', async () => {
  await show(
    challengeOf({ orderKey: 'c', presented: seconds(noon + 1) }),
    challengeOf({ orderKey: 'b', keyAuthorization: `${token}.another` }),
  )
  assert.equal((await get(path)).body, keyAuthorization)
})

test('one address asks so often and no more; others are not held up', async () => {
  for (let count = 0; count < 5; count++) assert.equal((await get(path)).status, 404)
  looked.length = 0
  const { status, headers, body } = await get(path)
  assert.deepEqual([status, headers['retry-after']], [429, '10'])
  assert.equal(body, 'Too many requests from this address; try again later.\n')
  assert.deepEqual(looked, [])
  assert.equal((await get(path, 'www.example.org', '192.0.2.2')).status, 404)
})
