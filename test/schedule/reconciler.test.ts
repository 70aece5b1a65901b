import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createReconciler } from '../../src/schedule/reconciler.ts'

const never = () => assert.fail('the task failed')

test('runs once per nudge, one run at a time, and once more for nudges during a run', async () => {
  let running = 0
  let runs = 0
  const reconciler = createReconciler(async () => {
    assert.equal(++running, 1)
    runs++
    await turn()
    running--
    return false
  }, never)
  reconciler.nudge()
  reconciler.nudge()
  reconciler.nudge()
  for (let turns = 0; turns < 10; turns++) await turn()
  assert.equal(runs, 2)
  await reconciler.stop()
})

test('runs again at once while there is more to do', async () => {
  let left = 5
  const reconciler = createReconciler(async () => --left > 0, never)
  reconciler.nudge()
  await turn()
  assert.equal(left, 0)
  await reconciler.stop()
})

test('a failure is reported, and the next nudge runs again', async () => {
  const failures: unknown[] = []
  let runs = 0
  const reconciler = createReconciler(
    async () => {
      if (++runs === 1) throw new Error('first')
      return false
    },
    (error) => failures.push(error),
  )
  reconciler.nudge()
  await turn()
  assert.equal(failures.length, 1)
  reconciler.nudge()
  await turn()
  assert.equal(runs, 2)
  await reconciler.stop()
})

test('stopping waits for the running turn and starts no other', async () => {
  let finished = false
  const reconciler = createReconciler(async () => {
    await turn()
    finished = true
    return true
  }, never)
  reconciler.nudge()
  await reconciler.stop()
  assert.equal(finished, true)
  finished = false
  reconciler.nudge()
  await turn()
  assert.equal(finished, false)
})
