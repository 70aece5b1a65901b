/** Many orders of the private CA at once, and the service killed among them, again and again. */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Service, startService } from '../azure/service.ts'
import type { Send } from '../http/request.ts'
import { allKeptIn, copyOf, createWeb, hex, type Prepared, prepare, settled } from './private-ca.ts'

const ordersPerRound = 50
/** How many creations are answered when the service is killed. */
const kills = [2, 19, 43, 50]

let prepared: Prepared
before(async () => {
  prepared = await prepare()
})

test('whatever is killed under load, no serial number is twice, no order has two, and every order ends', {
  timeout: 300_000,
}, async () => {
  const at = { dataFolder: copyOf(prepared), port: prepared.port }
  const answered: string[] = []
  for (const [round, killAfter] of kills.entries()) {
    const service = await startService(at)
    answered.push(...(await disturb(service, prepared.senderTo(service), `r${round}`, killAfter)))
  }
  const service = await startService(at)
  const send = prepared.senderTo(service)
  const all = kills.flatMap((_, round) => namesOf(`r${round}`))
  await Promise.all(all.map((name) => settled(send, name))).finally(() => service.stop())

  const kept = await allKeptIn(at.dataFolder, all)
  const { issued } = kept[0]!
  assert.equal(new Set(issued.map(({ serialNumber }) => hex(serialNumber))).size, issued.length)
  assert.equal(new Set(issued.map(({ orderKey }) => orderKey)).size, issued.length)
  const there = kept.filter(({ operation }) => operation)
  assert.equal(issued.length, there.length + 1, 'one for each order, and that of the authority')
  for (const { operation, versions } of there) {
    assert.equal(operation!.status, 'completed')
    const ours = issued.find(({ orderKey }) => orderKey === operation!.requestId)
    assert.deepEqual(versions, [hex(ours?.certificate)])
  }
  const names = new Set(there.map(({ operation }) => operation!.name))
  assert.deepEqual(
    answered.filter((name) => !names.has(name)),
    [],
    'what was answered is there',
  )
  assert.ok(answered.length >= kills.reduce((sum, each) => sum + each, 0))
  assert.ok(answered.length < all.length, 'the kills came too late to interrupt anything')
})

const namesOf = (round: string) => Array.from({ length: ordersPerRound }, (_, index) => `${round}-${index}`)

/** @returns the names whose creation was answered. */
async function disturb(service: Service, send: Send, round: string, killAfter: number): Promise<string[]> {
  const answered: string[] = []
  await Promise.all(
    namesOf(round).map(async (name) => {
      const reply = await send(createWeb(name)).catch(() => undefined)
      if (!reply) return
      assert.equal(reply.status, 202, reply.text)
      answered.push(name)
      if (answered.length === killAfter) service.process.kill('SIGKILL')
    }),
  ).finally(() => service.stop('SIGKILL'))
  return answered
}
