/** A load of requests over kept connections, and what it cost the server. */
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'

export interface Call {
  readonly method: string
  readonly path: string
  /** JSON, if the headers of the target do not say otherwise. */
  readonly body?: string | Uint8Array
}

export interface LoadResult {
  readonly requestsPerSecond: number
  /** Processor time of the server process, microseconds per request. */
  readonly serverMicroseconds: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly requests: number
}

export interface Target {
  readonly port: number
  /** Whom to trust; absent: plain HTTP. */
  readonly ca?: string
  readonly pid: number
  readonly headers: Readonly<Record<string, string>>
}

/** `/proc` counts processor time in ticks of 10 ms. */
const millisecondsPerTick = 10

export function processorMilliseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}

export function residentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
}

/** Calls until `until` says so, `connections` at a time. `next` gives the n-th call. */
export async function load(
  target: Target,
  connections: number,
  next: (index: number) => Call,
  options: { seconds: number; expect: number },
): Promise<LoadResult> {
  const sockets = { keepAlive: true, maxSockets: connections, scheduling: 'fifo' } as const
  const agent = target.ca ? new https.Agent({ ...sockets, ca: target.ca }) : new http.Agent(sockets)
  let index = 0
  const latencies: number[] = []
  // The first requests open connections and fill caches; they do not count.
  await Promise.all(
    Array.from({ length: connections }, () => send(target, agent, next(index++), options.expect)),
  )
  const end = performance.now() + options.seconds * 1000
  const began = performance.now()
  const processorBefore = processorMilliseconds(target.pid)
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const sent = performance.now()
        await send(target, agent, next(index++), options.expect)
        latencies.push(performance.now() - sent)
      }
    }),
  )
  const elapsed = (performance.now() - began) / 1000
  const processor = processorMilliseconds(target.pid) - processorBefore
  agent.destroy()
  latencies.sort((a, b) => a - b)
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / elapsed,
    serverMicroseconds: (processor * 1000) / latencies.length,
    p50Milliseconds: latencies[Math.floor(latencies.length * 0.5)]!,
    p99Milliseconds: latencies[Math.floor(latencies.length * 0.99)]!,
  }
}

export function send(target: Target, agent: http.Agent, call: Call, expect: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const { method, path, body } = call
    const headers = {
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      }),
      ...target.headers,
    }
    const { request } = target.ca ? https : http
    const outgoing = request(
      { agent, host: '127.0.0.1', servername: 'localhost', port: target.port, method, path, headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk) => chunks.push(chunk))
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (response.statusCode === expect) resolve(text)
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`))
        })
      },
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
