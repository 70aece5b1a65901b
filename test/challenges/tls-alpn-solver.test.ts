/** tls-alpn-01 as issuer objects choose it, and whose turn it is where several orders prove one name. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tlsAlpnSolverKind } from '../../src/challenges/tls-alpn-01/tls-alpn-solver.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { seconds } from '../../src/domain/time.ts'
import { settableClock } from '../doubles/clock.ts'
import { challengeOf, noon, shownIn } from './sample.ts'

const first = challengeOf()
const second = challengeOf({ keyAuthorization: 'second', presented: seconds(noon + 60) })
const third = challengeOf({ keyAuthorization: 'third', presented: seconds(noon + 120) })

function kindWith(listens: boolean, clock = settableClock()) {
  return tlsAlpnSolverKind({ listens, shown: shownIn([first, second, third]), clock })
}

test('it proves names and addresses, and no wildcards', () => {
  const kind = kindWith(true)
  assert.equal(kind.proves({ type: 'dns', value: 'example.org' }, false), true)
  assert.equal(kind.proves({ type: 'ip', value: '2001:db8::1' }, false), true)
  assert.equal(kind.proves({ type: 'dns', value: 'example.org' }, true), false)
})

test('it is used unasked where its listener runs; elsewhere it says what to start', async () => {
  assert.equal(kindWith(true).ready, true)
  assert.equal(await kindWith(true).connect({}, 'default').present(first), undefined)
  assert.equal(kindWith(false).ready, false)
  await assert.rejects(kindWith(false).connect({}, 'default').present(first), (error) => {
    assert.ok(error instanceof IssuerFailure)
    assert.equal(error.failure, 'user-action')
    assert.match(error.message, /start the service with --tls-alpn-port 443/)
    return true
  })
})

test('it has no settings', () => {
  kindWith(true).checkSettings({})
  assert.throws(() => kindWith(true).checkSettings({ port: 443 }), /port: not known/)
})

test('one order after the other is visible, the longest shown first, and none keeps the others out for good', async () => {
  const clock = settableClock()
  const solver = kindWith(true, clock).connect({}, 'default')
  const visible = async () => {
    const states = await Promise.all([first, second, third].map((each) => solver.look(each, undefined)))
    return states.map(({ state }) => state === 'visible')
  }
  assert.deepEqual(await visible(), [true, false, false])
  clock.move(600)
  assert.deepEqual(await visible(), [false, true, false])
  clock.move(60)
  assert.deepEqual(await visible(), [false, false, true])
  clock.move(3600)
  assert.deepEqual(await visible(), [false, false, true])
  assert.deepEqual(await solver.look(first, undefined), {
    state: 'waiting',
    details: 'Another order is proving control of www.example.org by tls-alpn-01; this one comes after it.',
  })
})
