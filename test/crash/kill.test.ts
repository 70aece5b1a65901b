/**
 * The process is killed in the middle of many operations, again and again. Afterwards every operation that was answered
 * is there, none is half there, and the audit has each exactly once.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Send, sender } from '../http/request.ts'
import { absent, lives, observe, type Step } from './lives.ts'

const rounds = 4
const livesPerRound = 60

/** One request that was sent. */
interface Attempt {
  readonly correlationId: string
  readonly step: Step
  answered: boolean
}

interface Life {
  readonly name: string
  readonly attempts: Attempt[]
}

test('kill -9 loses nothing that was answered and leaves nothing half done', {
  timeout: 300_000,
}, async () => {
  let service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  const token = await tokenOf(environment)
  const all: Life[] = []
  after(() => service.stop('SIGKILL'))
  for (let round = 0; round < rounds; round++) {
    const lived = await disturb(service, sender(service, environment, token), round)
    all.push(...lived)
    service = await service.restart()
    const send = sender(service, environment, token)
    for (const life of lived) await checkState(send, life)
  }
  const attempts = all.flatMap((life) => life.attempts)
  assert.ok(attempts.filter(({ answered }) => answered).length > 100, 'too few operations were answered')
  assert.ok(
    attempts.some(({ answered }) => !answered),
    'the kill came too late to interrupt anything',
  )
  assert.equal(await service.stop(), 0)
  await checkAudit(service, all)
})

/** Starts many lives at once and kills the service while they go on. */
async function disturb(service: Service, send: Send, round: number): Promise<Life[]> {
  let answers = 0
  const killAfter = 30 + round * 25
  const running = Array.from({ length: livesPerRound }, async (_, index) => {
    const life: Life = { name: `r${round}-${index}`, attempts: [] }
    for (const step of lives[index % lives.length]!) {
      const attempt = { correlationId: randomUUID(), step, answered: false }
      life.attempts.push(attempt)
      if (!(await attemptStep(send, life.name, attempt))) break
      if (++answers === killAfter) service.process.kill('SIGKILL')
    }
    return life
  })
  const lived = await Promise.all(running)
  await service.stop('SIGKILL')
  return lived
}

/** @returns whether the life can go on: it cannot after a lost answer. */
async function attemptStep(send: Send, name: string, attempt: Attempt): Promise<boolean> {
  const headers = { 'x-ms-client-request-id': attempt.correlationId }
  try {
    const reply = await send({ ...attempt.step.ask(name), headers })
    if (reply.status >= 300)
      throw new Error(`${attempt.step.operation} of ${name}: ${reply.status} ${reply.text}`)
    attempt.answered = true
    return true
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(attempt.step.operation)) throw error
    return false
  }
}

/** All that was answered is there; what was not answered is there as a whole, or not at all. */
async function checkState(send: Send, { name, attempts }: Life): Promise<void> {
  const seen = await observe(send, name)
  const answered = attempts.filter((attempt) => attempt.answered).map(({ step }) => step)
  const lost = attempts.find((attempt) => !attempt.answered)
  const before = answered.reduce((state, step) => step.effect(state), absent)
  const after = lost ? lost.step.effect(before) : before
  const same = (state: typeof seen) =>
    JSON.stringify({ ...state, versions: seen.where === 'deleted' ? 1 : state.versions }) ===
    JSON.stringify(seen)
  assert.ok(same(before) || same(after), `${name}: ${JSON.stringify({ seen, before, after })}`)
  // What the audit must say is known from here on.
  if (lost && !same(before)) lost.answered = true
}

/** Exactly one record of what was done, none of what was not. */
async function checkAudit(service: Service, all: readonly Life[]): Promise<void> {
  const records = await successesIn(join(service.dataFolder, 'certkeep.db'))
  for (const { name, attempts } of all)
    for (const { correlationId, step, answered } of attempts) {
      const count = records.get(`${step.operation} ${correlationId}`) ?? 0
      assert.equal(count, answered ? 1 : 0, `${step.operation} of ${name} is recorded ${count} times`)
    }
}

async function successesIn(path: string): Promise<Map<string, number>> {
  const storage = openSqlite({ path })
  const records = new Map<string, number>()
  for (let after = 0; ; ) {
    const entries = await storage.read((reader) => reader.journal.read(after, 1000))
    for (const { record } of entries) {
      if (record.outcome !== 'success') continue
      const id = `${record.operation} ${record.origin.correlationId}`
      records.set(id, (records.get(id) ?? 0) + 1)
    }
    if (entries.length === 0) break
    after = entries.at(-1)!.sequence
  }
  await storage.close()
  return records
}
