/** One round: every call once, a number of clients at a time over kept connections, and what it took. */
import { Agent } from 'node:https'
import { processorMilliseconds, send } from '../../bench/load.ts'
import type { Contender } from './contender.ts'
import type { Request } from './requests.ts'

export interface Round {
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  /** Processor time of the server's process for one certificate, all its threads together. */
  readonly serverMicroseconds: number
  /** In the order of the requests. */
  readonly answers: readonly string[]
}

/** @throws Error for the first answer that is not a certificate. */
export async function race(
  contender: Contender,
  requests: readonly Request[],
  clients: number,
): Promise<Round> {
  const { target, expect } = contender
  const calls = await contender.prepare(requests)
  const agent = new Agent({ keepAlive: true, maxSockets: clients, ca: target.ca, scheduling: 'fifo' })
  const answers: string[] = Array.from({ length: calls.length })
  const latencies: number[] = []
  let next = 0
  const began = performance.now()
  const processorBefore = processorMilliseconds(target.pid)
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < calls.length) {
        const index = next++
        const sent = performance.now()
        answers[index] = await send(target, agent, calls[index]!, expect)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const elapsed = performance.now() - began
  const processor = processorMilliseconds(target.pid) - processorBefore
  agent.destroy()
  latencies.sort((a, b) => a - b)
  const at = (part: number) => latencies[Math.floor(latencies.length * part)]!
  return {
    perSecond: (calls.length * 1000) / elapsed,
    p50Milliseconds: at(0.5),
    p99Milliseconds: at(0.99),
    serverMicroseconds: (processor * 1000) / calls.length,
    answers,
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}
