/** Requests are counted, refused beyond the limit, and told when to come back. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitPresets, limitWindowSeconds } from '../../src/http/limit-presets.ts'
import { createRateLimit, type Limit, type LimitedRequest, Throttled } from '../../src/http/rate-limit.ts'
import { settableClock } from '../doubles/clock.ts'

const windowSeconds = limitWindowSeconds
const request = (change: Partial<LimitedRequest> = {}): LimitedRequest => ({
  verb: 'SecretGet',
  vault: 'default',
  caller: 'ada',
  ...change,
})

function limited(limits: readonly Limit[], keysMax = 100) {
  const clock = settableClock()
  const limit = createRateLimit(limits, { windowSeconds, keysMax, clock })
  const admits = (change?: Partial<LimitedRequest>) => {
    try {
      limit.admit(request(change))
      return true
    } catch (error) {
      assert.ok(error instanceof Throttled)
      return false
    }
  }
  return { clock, limit, admits }
}

const two: Limit = { name: 'requests', max: 2, per: 'caller' }

test('as many as the limit are taken in a window, then none until it ends', () => {
  const { clock, limit, admits } = limited([two])
  assert.deepEqual([admits(), admits(), admits(), admits()], [true, true, false, false])
  clock.move(windowSeconds - 3)
  assert.throws(() => limit.admit(request()), {
    code: 'Throttled',
    retryAfterSeconds: 3,
    message:
      'Too many requests: at most 2 requests in 10 seconds for one caller. Wait 3 seconds. Reason: CallerRequestLimitReached',
  })
  clock.move(3)
  assert.deepEqual([admits(), admits(), admits()], [true, true, false])
})

test('callers are counted apart, in whichever vault; vaults together, whoever calls', () => {
  const perCaller = limited([two])
  assert.deepEqual(
    [perCaller.admits(), perCaller.admits({ vault: 'other' }), perCaller.admits()],
    [true, true, false],
  )
  assert.equal(perCaller.admits({ caller: 'eve' }), true)
  const perVault = limited([{ ...two, per: 'vault' }])
  assert.deepEqual(
    [perVault.admits(), perVault.admits({ caller: 'eve' }), perVault.admits()],
    [true, true, false],
  )
  assert.equal(perVault.admits({ vault: 'other' }), true)
})

test('a request counts towards the first limit that takes its verb; a path that is no route towards the last', () => {
  const creations: Limit = { name: 'creations', max: 1, per: 'vault', verbs: new Set(['KeyCreate'] as const) }
  const { admits } = limited([creations, two])
  assert.deepEqual([admits({ verb: 'KeyCreate' }), admits({ verb: 'KeyCreate' })], [true, false])
  assert.deepEqual([admits(), admits({ verb: undefined }), admits()], [true, true, false])
})

test('what weighs more counts more, once it was served', () => {
  const { limit, admits } = limited([{ ...two, max: 9, weigh: () => 8 }])
  assert.equal(admits(), true)
  limit.weigh(request(), {}, {})
  assert.deepEqual([admits(), admits()], [true, false])
})

test('memory is bounded: the oldest is forgotten, and nobody is locked out by a clock that was set back', () => {
  const { clock, admits } = limited([two], 2)
  for (const caller of ['ada', 'ada', 'bob', 'cyd']) admits({ caller })
  assert.equal(admits(), true)
  const other = limited([two])
  other.admits()
  other.admits()
  other.clock.move(-3600)
  assert.equal(other.admits(), true)
  assert.ok(clock.now() > 0)
})

test('the preset of Key Vault has its published limits', () => {
  const taken = (verb: LimitedRequest['verb'], served?: object, count = 5000) => {
    const { limit, admits } = limited(limitPresets['key-vault'])
    let number = 0
    while (number < count && admits({ verb })) {
      if (served) limit.weigh(request({ verb }), {}, served)
      number++
    }
    return number
  }
  const rsa = (bits: number) => ({ key: { n: Buffer.alloc(bits / 8, 1).toString('base64url') } })
  assert.equal(taken('CertificateCreate'), 20)
  assert.equal(taken('KeyCreate'), 20)
  assert.equal(taken('SecretSet'), 300)
  assert.equal(taken('SecretGet'), 4000)
  assert.equal(taken('KeyGet', rsa(2048)), 4000)
  assert.equal(taken('KeyGet', rsa(3072)), 1000)
  assert.equal(taken('KeyGet', rsa(4096)), 500)
})
