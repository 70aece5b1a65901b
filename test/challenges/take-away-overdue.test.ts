/** Taking away what is over: once for each, in nobody's way, again when it fails, and given up in the end. */
import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import type { Solver } from '../../src/challenges/challenge.ts'
import { solversOf } from '../../src/challenges/configured-solvers.ts'
import type { PresentedChallenge } from '../../src/domain/challenge.ts'
import { badParameter } from '../../src/domain/errors.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { seconds } from '../../src/domain/time.ts'
import { shownChallenges } from '../../src/vault/acme/shown-challenges.ts'
import { takeAwayOverdue } from '../../src/vault/acme/take-away-overdue.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { challengeOf, noon, token } from './sample.ts'

const hour = 3600
const day = 24 * hour
let house: TestVault
/** What solvers were told to take away, by token. */
let cleaned: string[]
/** Fails for these tokens. */
let failing: Map<string, Error>
/** What the solver was connected with. */
let connected: unknown[]

beforeEach(async () => {
  house = await openTestVault()
  cleaned = []
  failing = new Map()
  connected = []
})
afterEach(() => house.close())

const solver: Solver = {
  type: 'dns-01',
  present: async () => 'record',
  look: async () => ({ state: 'visible' }),
  async cleanUp(challenge, place) {
    const error = failing.get(challenge.token)
    if (error) throw error
    cleaned.push(`${challenge.token} ${place}`)
  },
}
const solvers = solversOf([
  {
    type: 'dns-01',
    ready: true,
    proves: () => true,
    checkSettings(settings) {
      if (!settings.provider) throw badParameter('provider: send one.')
    },
    connect(settings) {
      connected.push(settings)
      return solver
    },
    connectTo: () => undefined,
  },
])

const sweep = () => takeAwayOverdue({ ...house.parts, solvers })
const inOrder = (name: string, change: Partial<PresentedChallenge> = {}) =>
  challengeOf({ type: 'dns-01', orderKey: name, token: `${token}-${name}`, place: name, ...change })
const show = (...challenges: PresentedChallenge[]) =>
  house.parts.storage.transact(async ({ acme }) => {
    for (const each of challenges) await acme.putChallenge(each)
  })
const record = (orderKey: string) =>
  house.parts.storage.read(async ({ acme }) => (await acme.challengesOf('default', orderKey))[0])
const giveIssuer = () =>
  house.parts.storage.transact(({ issuers }) =>
    issuers.put({
      vault: 'default',
      name: 'public',
      provider: 'ACME',
      enabled: true,
      settings: { challenges: [{ type: 'dns-01', provider: 'cloud' }] },
      created: seconds(noon),
      updated: seconds(noon),
    }),
  )

test('what is over is taken away by what the settings say, and what is not stays', async () => {
  await giveIssuer()
  await show(inOrder('over'), inOrder('later', { until: seconds(noon + 2 * day) }))
  assert.equal(await sweep(), false)
  assert.deepEqual(cleaned, [])
  house.clock.move(day)
  assert.equal(await sweep(), false)
  assert.deepEqual(cleaned, [`${token}-over over`])
  assert.deepEqual(connected, [{ provider: 'cloud' }])
  assert.equal(await record('over'), undefined)
  assert.ok(await record('later'))
  await sweep()
  assert.equal(cleaned.length, 1)
})

test('many are taken away turn by turn', async () => {
  await giveIssuer()
  await show(...Array.from({ length: 120 }, (_, index) => inOrder(`order-${index}`)))
  house.clock.move(day)
  let turns = 1
  while (await sweep()) turns++
  assert.deepEqual([turns, cleaned.length, new Set(cleaned).size], [3, 120, 120])
})

describe('one that fails', () => {
  beforeEach(async () => {
    await giveIssuer()
    failing.set(`${token}-stuck`, new IssuerFailure('transient', 'The zone cannot be changed now.'))
    house.clock.move(day)
  })

  test('is in nobody’s way, is tried again later each time, and goes once it works', async () => {
    await show(inOrder('stuck'), inOrder('next'))
    await sweep()
    assert.deepEqual(cleaned, [`${token}-next next`])
    const waits: number[] = []
    for (let tries = 0; tries < 12; tries++) {
      const now = house.clock.now()
      const { until, overSince } = (await record('stuck'))!
      assert.equal(overSince, noon + day)
      waits.push(until - now)
      house.clock.move(until - now - 1)
      await sweep()
      assert.equal((await record('stuck'))!.until, until)
      house.clock.move(1)
      await sweep()
    }
    assert.deepEqual(waits, [60, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15_360, 21_600, 21_600])
    failing.clear()
    house.clock.move(6 * hour)
    await sweep()
    assert.deepEqual(cleaned.slice(1), [`${token}-stuck stuck`])
    assert.equal(await record('stuck'), undefined)
  })

  test('is given up after a week, and the operator is told of what', async () => {
    await show(inOrder('stuck'))
    await sweep()
    house.clock.move(7 * day - 1)
    await sweep()
    assert.ok(await record('stuck'))
    house.clock.move(6 * hour)
    await sweep()
    assert.equal(await record('stuck'), undefined)
    const { message, facts } = house.log.at(-1)!
    assert.match(message, /for a week, and is left where it is/)
    assert.deepEqual(facts, {
      vault: 'default',
      issuer: 'public',
      type: 'dns-01',
      name: 'www.example.org',
      error: 'IssuerFailure: The zone cannot be changed now.',
    })
    assert.ok(!JSON.stringify(house.log).includes(token))
  })

  test('is shown to nobody any more', async () => {
    await show(inOrder('stuck'))
    await sweep()
    assert.ok((await record('stuck'))!.until > house.clock.now())
    assert.deepEqual(await shownChallenges(house.parts).byToken('dns-01', `${token}-stuck`), [])
  })
})

test('without the issuer object nobody knows how, until it is there again', async () => {
  await show(inOrder('orphan'))
  house.clock.move(day)
  await sweep()
  assert.match(String(house.log.at(-1)?.facts?.error), /Nothing in the settings of the issuer public/)
  await giveIssuer()
  house.clock.move(60)
  await sweep()
  assert.deepEqual(cleaned, [`${token}-orphan orphan`])
})

test('what another order shows under the same token stays until that one is over too', async () => {
  await giveIssuer()
  const shared = { token, place: 'shared' }
  await show(inOrder('one', shared), inOrder('two', { ...shared, until: seconds(noon + 2 * day) }))
  house.clock.move(day)
  await sweep()
  assert.deepEqual(cleaned, [])
  assert.deepEqual([await record('one'), (await record('two'))?.token], [undefined, token])
  house.clock.move(day)
  await sweep()
  assert.deepEqual(cleaned, [`${token} shared`])
})

test('what is shown anew meanwhile keeps its record', async () => {
  await giveIssuer()
  const anew = inOrder('again', { until: seconds(noon + 3 * day) })
  await show(inOrder('again'))
  house.clock.move(day)
  const present = solver.cleanUp
  solver.cleanUp = async () => show(anew)
  await sweep()
  solver.cleanUp = present
  assert.deepEqual(await record('again'), anew)
})
