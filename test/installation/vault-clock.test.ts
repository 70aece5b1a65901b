import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movableClock } from '../../src/installation/vault-clock.ts'
import { settableClock } from '../doubles/clock.ts'

test('the vault lives by the wall clock, moved by what is stored and added', () => {
  const wall = settableClock(1000)
  const clock = movableClock(wall, 60)
  assert.deepEqual([clock.now(), clock.offsetSeconds], [1060, 60])
  wall.move(5)
  assert.equal(clock.now(), 1065)
  assert.equal(clock.advance(100), 1165)
  assert.deepEqual([clock.now(), clock.offsetSeconds], [1165, 160])
  assert.equal(wall.now(), 1005)
})

test('everybody who wants to know is told that it was moved', () => {
  const clock = movableClock(settableClock(0), 0)
  const seen: number[] = []
  clock.onAdvance(() => seen.push(clock.now()))
  clock.onAdvance(() => seen.push(-clock.now()))
  clock.advance(7)
  assert.deepEqual(seen, [7, -7])
})
