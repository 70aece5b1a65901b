/**
 * Requests per second and processor time of the server, over HTTPS through the real front door with durable commits,
 * beside the bare limit measured in the same run. `npm run bench -- NAME…` runs only some of it.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { environmentOf, type Service, startService, tokenOf, trust } from '../test/azure/service.ts'
import { bareP256, bareRsa2048 } from './bare-crypto.ts'
import { fillVault } from './fill-vault.ts'
import { type KeyBench, signing, wrapping } from './key-operations.ts'
import { type Call, load, residentMegabytes, send, type Target } from './load.ts'
import { answering } from './ocsp.ts'
import { type CaBench, issuing } from './private-ca.ts'
import { listing } from './revocation-list.ts'

const seconds = Number(process.env.BENCH_SECONDS ?? 4)
const connections = 32
const apiVersion = 'api-version=2025-07-01'
const folder = mkdtempSync(join(tmpdir(), 'certkeep-bench-'))

const ecPolicy = policyFor({ kty: 'EC', crv: 'P-256' })
const rsaPolicy = policyFor({ kty: 'RSA', key_size: 2048 })

function policyFor(key: object, usage = ['digitalSignature']): string {
  const x509 = {
    subject: 'CN=bench.example.org',
    sans: { dns_names: ['bench.example.org'] },
    key_usage: usage,
  }
  return JSON.stringify({ policy: { key_props: key, x509_props: x509, issuer: { name: 'Self' } } })
}

interface Bench {
  readonly service: Service
  readonly target: Target
  readonly agent: Agent
}

const rows: string[] = []
function report(name: string, ...figures: string[]): void {
  rows.push(`| ${[name, ...figures].join(' | ')} |`)
  console.log([name.padEnd(28), ...figures].join('  '))
}

const number = (value: number, digits = 0) => value.toFixed(digits)
const percent = (value: number) => `${number(value * 100)} %`

async function open(dataFolder?: string): Promise<Bench> {
  const service = await startService({ ...(dataFolder && { dataFolder }), args: ['--limits', 'off'] })
  const environment = await environmentOf(service)
  trust(environment)
  const token = await tokenOf(environment)
  const ca = readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8')
  const headers = { host: `localhost:${service.port}`, authorization: `Bearer ${token}` }
  const target = { port: service.port, ca, pid: service.process.pid!, headers }
  return { service, target, agent: new Agent({ keepAlive: true, ca, maxSockets: 4 }) }
}

async function created(bench: Bench, name: string): Promise<void> {
  for (;;) {
    const operation = await send(
      bench.target,
      bench.agent,
      { method: 'GET', path: `/certificates/${name}/pending?${apiVersion}` },
      200,
    )
    if (JSON.parse(operation).status !== 'inProgress') return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function createOne(bench: Bench, name: string, body: string): Promise<void> {
  await send(
    bench.target,
    bench.agent,
    { method: 'POST', path: `/certificates/${name}/create?${apiVersion}`, body },
    202,
  )
  await created(bench, name)
}

/** A create counts when its certificate is there: the run ends with the completion of the last one. */
async function creating(bench: Bench, prefix: string, body: string) {
  let last = ''
  const began = performance.now()
  const result = await load(
    bench.target,
    connections,
    (index) => {
      last = `${prefix}-${index}`
      return { method: 'POST', path: `/certificates/${last}/create?${apiVersion}`, body }
    },
    { seconds, expect: 202 },
  )
  const answered = performance.now()
  await created(bench, last)
  const late = performance.now() - answered
  return { ...result, perSecond: (result.requestsPerSecond * (answered - began)) / (answered - began + late) }
}

async function benchCreateP256(bench: Bench): Promise<void> {
  const bare = bareP256(2)
  const { perSecond, serverMicroseconds, p99Milliseconds } = await creating(bench, 'p256', ecPolicy)
  report(
    'create P-256',
    `${number(perSecond)}/s`,
    `${number(serverMicroseconds)} µs CPU`,
    `p99 ${number(p99Milliseconds, 1)} ms`,
    `bare key + signature, one core: ${number(bare)}/s`,
    `ratio ${percent(perSecond / bare)}`,
  )
}

async function benchCreateRsa(bench: Bench): Promise<void> {
  const cores = availableParallelism()
  const bare = await bareRsa2048(Math.max(seconds, 6), cores)
  await createOne(bench, 'beside', ecPolicy)
  const read: Call = { method: 'GET', path: `/secrets/beside?${apiVersion}` }
  const reads: number[] = []
  // A connection of its own: a read must not wait in the client for the answer to a create.
  const agent = new Agent({ keepAlive: true, ca: bench.target.ca!, maxSockets: 1 })
  let running = true
  const reader = (async () => {
    while (running) {
      const began = performance.now()
      await send(bench.target, agent, read, 200)
      reads.push(performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  const began = performance.now()
  let index = 0
  const end = began + Math.max(seconds, 6) * 1000
  let done = 0
  await Promise.all(
    Array.from({ length: cores * 2 }, async () => {
      while (performance.now() < end) {
        await createOne(bench, `rsa-${index++}`, rsaPolicy)
        done++
      }
    }),
  )
  const perSecond = done / ((performance.now() - began) / 1000)
  running = false
  await reader
  reads.sort((a, b) => a - b)
  const p99 = reads[Math.floor(reads.length * 0.99)]!
  report(
    'create RSA-2048',
    `${number(perSecond, 1)}/s`,
    `reads beside: p99 ${number(p99, 1)} ms`,
    `bare key generation, ${cores} cores: ${number(bare, 1)}/s`,
    `ratio ${percent(perSecond / bare)}`,
  )
}

/** `node:https` in a process of its own that answers the same bytes, after the work if some is named. */
async function bareHttps(body: string, work = ''): Promise<{ target: Target; stop: () => void }> {
  const file = (name: string) => join(folder, name)
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      file('bare.key'),
      '-out',
      file('bare.pem'),
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost',
    ],
    { stdio: 'ignore' },
  )
  writeFileSync(file('body'), body)
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'bare-https.ts'), file('bare.key'), file('bare.pem'), file('body'), work],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const target = {
    port: Number(String(chunk)),
    ca: readFileSync(file('bare.pem'), 'utf8'),
    pid: child.pid!,
    headers: { host: 'localhost' },
  }
  return { target, stop: () => child.kill() }
}

async function benchRead(bench: Bench, name: string, path: string): Promise<void> {
  const call: Call = { method: 'GET', path }
  const body = await send(bench.target, bench.agent, call, 200)
  const bare = await bareHttps(body)
  const limit = await load(bare.target, connections, () => call, { seconds, expect: 200 })
  bare.stop()
  const result = await load(bench.target, connections, () => call, { seconds, expect: 200 })
  report(
    name,
    `${number(result.requestsPerSecond)}/s`,
    `${number(result.serverMicroseconds)} µs CPU`,
    `p99 ${number(result.p99Milliseconds, 1)} ms`,
    `bare HTTPS ${number(limit.requestsPerSecond)}/s, ${number(limit.serverMicroseconds)} µs CPU`,
    `CPU ratio ${number(result.serverMicroseconds / limit.serverMicroseconds, 2)}`,
  )
}

async function benchLists(): Promise<void> {
  for (const count of [1_000, 100_000]) {
    const bench = await openFilled(count)
    await benchRead(
      bench,
      `list page of 25 in ${count}`,
      `/certificates?${apiVersion}&$skiptoken=${skipTokenInTheMiddle(count)}`,
    )
    await bench.service.stop()
  }
}

const skipTokenInTheMiddle = (count: number) =>
  Buffer.from(
    JSON.stringify({ NextMarker: `C${String(count / 2).padStart(7, '0')}`, TargetLocation: 0 }),
  ).toString('base64url')

async function openFilled(count: number): Promise<Bench> {
  const bench = await open()
  await createOne(bench, 'model', ecPolicy)
  await bench.service.stop()
  await fillVault(bench.service.dataFolder, 'model', count)
  return open(bench.service.dataFolder)
}

const encipheringPolicy = policyFor({ kty: 'RSA', key_size: 2048 }, ['keyEncipherment'])

function keyBench(bench: Bench): KeyBench {
  const policies = { ec: ecPolicy, rsa: rsaPolicy, enciphering: encipheringPolicy }
  return {
    seconds,
    report,
    create: (name, policy) => createOne(bench, name, policies[policy]),
    ask: async (path, body) =>
      JSON.parse(await send(bench.target, bench.agent, { method: 'POST', path, body }, 200)),
    load: (path, body) =>
      load(bench.target, connections, () => ({ method: 'POST', path, body }), { seconds, expect: 200 }),
  }
}

function caBench(bench: Bench): CaBench {
  return {
    report,
    ask: (call) => send(bench.target, bench.agent, call, 200),
    load: (next) => load(bench.target, connections, next, { seconds, expect: 200 }),
    creating: (prefix, body) => creating(bench, prefix, body),
    bare: async (next, answer, work) => {
      const { target, stop } = await bareHttps(answer, work)
      const limit = await load(target, connections, next, { seconds, expect: 200 })
      stop()
      return limit
    },
  }
}

async function benchImport(bench: Bench): Promise<void> {
  await createOne(bench, 'exported', ecPolicy)
  const secret = JSON.parse(
    await send(bench.target, bench.agent, { method: 'GET', path: `/secrets/exported?${apiVersion}` }, 200),
  )
  const body = JSON.stringify({ value: secret.value })
  const result = await load(
    bench.target,
    connections,
    (index) => ({ method: 'POST', path: `/certificates/import-${index}/import?${apiVersion}`, body }),
    { seconds, expect: 200 },
  )
  report(
    'import PFX (P-256)',
    `${number(result.requestsPerSecond)}/s`,
    `${number(result.serverMicroseconds)} µs CPU`,
    `p99 ${number(result.p99Milliseconds, 1)} ms`,
  )
}

async function benchStart(bench: Bench): Promise<void> {
  await bench.service.stop()
  const times: number[] = []
  let service = bench.service
  for (let run = 0; run < 5; run++) {
    const began = performance.now()
    service = await service.restart()
    times.push(performance.now() - began)
    if (run < 4) await service.stop()
  }
  times.sort((a, b) => a - b)
  report(
    'start',
    `${number(times[2]!)} ms (median of 5)`,
    `${number(residentMegabytes(service.process.pid!))} MB resident after start`,
  )
  await service.stop()
}

const only = process.argv.slice(2)
const wanted = (name: string) => only.length === 0 || only.includes(name)

console.log(
  `${cpus()[0]!.model}, ${availableParallelism()} cores, Node ${process.version}, ${connections} connections, load from the same machine\n`,
)
const bench = await open()
if (wanted('p256')) await benchCreateP256(bench)
if (wanted('rsa')) await benchCreateRsa(bench)
if (wanted('read')) {
  await createOne(bench, 'read', rsaPolicy)
  await benchRead(bench, 'read secret (RSA-2048)', `/secrets/read?${apiVersion}`)
  await benchRead(bench, 'read certificate', `/certificates/read?${apiVersion}`)
}
if (wanted('import')) await benchImport(bench)
if (wanted('sign')) await signing(keyBench(bench))
if (wanted('ca')) await issuing(caBench(bench))
if (wanted('wrap')) await wrapping(keyBench(bench))
report('memory under load', `${number(residentMegabytes(bench.service.process.pid!))} MB resident`)
if (wanted('start')) await benchStart(bench)
else await bench.service.stop()
if (wanted('list')) await benchLists()
if (wanted('crl')) await listing(report)
if (wanted('ocsp')) await answering({ seconds, connections, report })
writeFileSync(join(folder, 'report.md'), `${rows.join('\n')}\n`)
process.exit(0)
