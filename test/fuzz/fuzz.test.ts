/** A short run of the x509 targets that is the same every time, and proof that the engine finds what it should. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { badParameter } from '../../src/domain/errors.ts'
import { Coverage } from './coverage.ts'
import { fuzz } from './engine.ts'
import { chanceFrom } from './mutation.ts'
import { seeds, targets } from './x509.ts'

describe('damaged inputs raise nothing but a VaultError', () => {
  for (const [name, target] of Object.entries(targets))
    test(name, () => {
      const report = fuzz(
        target,
        seeds[name] ?? assert.fail('no seeds'),
        chanceFrom(1),
        (executions) => executions >= 3000,
      )
      assert.equal(
        report.finding?.reason,
        undefined,
        Buffer.from(report.finding?.input ?? []).toString('base64'),
      )
      assert.ok(report.accepted > 0 && report.accepted < report.executions, `${report.accepted} accepted`)
    })
})

describe('the engine', () => {
  const seed = [Uint8Array.of(1, 2, 3, 4)]

  test('finds what is no VaultError', () => {
    const careless = (input: Uint8Array) => {
      if (input.length === 0) throw badParameter('empty')
      if (input[0] === 0x30) throw new TypeError('careless')
    }
    const report = fuzz(careless, seed, chanceFrom(1), (executions) => executions > 10_000)
    assert.match(report.finding?.reason ?? '', /careless/)
    assert.equal(report.finding?.input[0], 0x30)
  })

  test('finds what is slow', () => {
    const slow = (input: Uint8Array) => {
      if (input.length > 4) for (const end = performance.now() + 1010; performance.now() < end; );
    }
    const report = fuzz(slow, seed, chanceFrom(1), (executions) => executions > 10_000)
    assert.match(report.finding?.reason ?? '', /took \d+ ms/)
  })

  test('is repeatable', () => {
    const inputs: string[][] = [[], []]
    for (const list of inputs)
      fuzz(
        (input) => void list.push(Buffer.from(input).toString('hex')),
        seeds.name ?? [],
        chanceFrom(7),
        (executions) => executions >= 500,
      )
    assert.deepEqual(inputs[0], inputs[1])
  })

  test('keeps inputs that reach new code', () => {
    const coverage = new Coverage()
    const target = targets.subjectText ?? assert.fail()
    const plain = [new TextEncoder().encode('CN=x')]
    const report = fuzz(target, plain, chanceFrom(1), (executions) => executions >= 3000, coverage)
    coverage.stop()
    assert.ok(report.corpus > plain.length, `${report.corpus}`)
  })
})
