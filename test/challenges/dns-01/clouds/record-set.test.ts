/** Whatever others do at the same time, nobody's value is lost and none comes back. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  addValue,
  type RecordSet,
  type RecordSetStore,
  removeValue,
} from '../../../../src/challenges/dns-01/clouds/record-set.ts'
import { IssuerFailure } from '../../../../src/domain/issuer-failure.ts'
import { repeatableRandom } from '../../../doubles/random.ts'

/** A provider that takes a whole set if nobody wrote since it was read. Turns pass between reading and writing. */
function provider(pause: () => Promise<void>) {
  let current: RecordSet | undefined
  let conflicts = 0
  const store: RecordSetStore<RecordSet> = {
    name: 'example.org',
    spellings: (value) => [value],
    async read() {
      await pause()
      return current
    },
    async replace(before, after) {
      await pause()
      if (before !== current) {
        conflicts += 1
        return { state: 'conflict', refusal: new IssuerFailure('user-action', 'No.') }
      }
      current = after
      return { state: 'replaced' }
    },
  }
  return { store, values: () => [...(current?.values ?? [])].sort(), conflicts: () => conflicts }
}

describe('a set of records', () => {
  for (let seed = 1; seed <= 50; seed++)
    test(`keeps every value, run ${seed}`, async () => {
      const bytes = repeatableRandom(`run ${seed}`)
      const random = (limit: number) => bytes(1)[0]! % limit
      const { store, values } = provider(async () => {
        for (let turns = random(5); turns > 0; turns--) await Promise.resolve()
      })
      const expected = new Set<string>()
      for (let round = 0; round < 4; round++) {
        const leaving = [...expected].filter(() => random(2) === 0)
        const coming = Array.from({ length: 1 + random(5) }, (_, index) => `value-${round}-${index}`)
        const work = [
          ...leaving.slice(0, 4).map((value) => removeValue(store, value)),
          ...coming.map((value) => addValue(store, value)),
        ]
        for (const value of leaving.slice(0, 4)) expected.delete(value)
        for (const value of coming) expected.add(value)
        await Promise.all(work)
        assert.deepEqual(values(), [...expected].sort())
      }
    })

  test('is written again by whoever was overtaken', async () => {
    const { store, values, conflicts } = provider(async () => {})
    await Promise.all([addValue(store, 'one'), addValue(store, 'two'), addValue(store, 'three')])
    assert.deepEqual(values(), ['one', 'three', 'two'])
    assert.ok(conflicts() > 0)
  })
})
