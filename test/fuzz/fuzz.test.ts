/** A short run of all targets that is the same every time, and proof that the engine finds what it should. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { badParameter } from '../../src/domain/errors.ts'
import { Coverage } from './coverage.ts'
import * as dns from './dns.ts'
import { fuzz, type Target } from './engine.ts'
import { chanceFrom } from './mutation.ts'
import * as pkcs12 from './pkcs12.ts'
import * as x509 from './x509.ts'

const { seeds } = x509
const targets: Record<string, Target> = { ...x509.targets, ...pkcs12.targets, ...dns.targets }
const allSeeds: Record<string, readonly Uint8Array[]> = { ...x509.seeds, ...pkcs12.seeds, ...dns.seeds }

describe('damaged inputs raise nothing but a VaultError', () => {
  for (const [name, target] of Object.entries(targets))
    test(name, async () => {
      const report = await fuzz(
        target,
        allSeeds[name] ?? assert.fail('no seeds'),
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

  test('finds what is no VaultError', async () => {
    const careless = (input: Uint8Array) => {
      if (input.length === 0) throw badParameter('empty')
      if (input[0] === 0x30) throw new TypeError('careless')
    }
    const report = await fuzz(careless, seed, chanceFrom(1), (executions) => executions > 10_000)
    assert.match(report.finding?.reason ?? '', /careless/)
    assert.equal(report.finding?.input[0], 0x30)
  })

  test('finds what a promise is rejected with', async () => {
    const careless = async (input: Uint8Array) => {
      await Promise.resolve()
      if (input.length === 0) throw badParameter('empty')
      if (input[0] === 0x30) throw new TypeError('careless')
    }
    const report = await fuzz(careless, seed, chanceFrom(1), (executions) => executions > 10_000)
    assert.match(report.finding?.reason ?? '', /careless/)
    assert.ok(report.accepted > 0)
  })

  test('finds what is slow', async () => {
    const slow = (input: Uint8Array) => {
      if (input.length > 4) for (const end = performance.now() + 1010; performance.now() < end; );
    }
    const report = await fuzz(slow, seed, chanceFrom(1), (executions) => executions > 10_000)
    assert.match(report.finding?.reason ?? '', /took \d+ ms/)
  })

  test('is repeatable', async () => {
    const inputs: string[][] = [[], []]
    for (const list of inputs)
      await fuzz(
        (input) => void list.push(Buffer.from(input).toString('hex')),
        seeds.name ?? [],
        chanceFrom(7),
        (executions) => executions >= 500,
      )
    assert.deepEqual(inputs[0], inputs[1])
  })

  test('keeps inputs that reach new code', async () => {
    const coverage = new Coverage()
    const target = targets.subjectText ?? assert.fail()
    const plain = [new TextEncoder().encode('CN=x')]
    const report = await fuzz(target, plain, chanceFrom(1), (executions) => executions >= 3000, coverage)
    coverage.stop()
    assert.ok(report.corpus > plain.length, `${report.corpus}`)
  })
})
