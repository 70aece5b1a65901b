import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFailureLimit } from '../../src/access/failure-limit.ts'
import { seconds } from '../../src/domain/time.ts'

function limitAt(start: number) {
  const time = { now: start }
  const clock = { now: () => seconds(time.now) }
  return { time, limit: createFailureLimit({ failuresMax: 3, windowSeconds: 60, keysMax: 2, clock }) }
}

test('after the last allowed failure a key waits until its window ends; others do not', () => {
  const { time, limit } = limitAt(1000)
  limit.recordFailure('a')
  time.now += 10
  limit.recordFailure('a')
  assert.equal(limit.waitSeconds('a'), 0)
  limit.recordFailure('a')
  assert.equal(limit.waitSeconds('a'), 50)
  assert.equal(limit.waitSeconds('b'), 0)
  time.now += 49
  assert.equal(limit.waitSeconds('a'), 1)
  time.now += 1
  assert.equal(limit.waitSeconds('a'), 0)
  limit.recordFailure('a')
  assert.equal(limit.waitSeconds('a'), 0, 'a new window counts from one')
})

test('the number of remembered keys is bounded', () => {
  const { limit } = limitAt(1000)
  for (const key of ['a', 'a', 'a', 'b', 'b', 'b']) limit.recordFailure(key)
  assert.ok(limit.waitSeconds('a') > 0)
  limit.recordFailure('c')
  assert.equal(limit.waitSeconds('a'), 0, 'the oldest is forgotten')
  assert.ok(limit.waitSeconds('b') > 0)
})
