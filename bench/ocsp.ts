/**
 * OCSP answers through the public listener: those that are signed beforehand beside a bare `node:http` that answers the same
 * bytes, those with a nonce beside the bare signature.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCertificate } from '../src/x509/certificate.ts'
import { encodeCertificateId, issuerHashes } from '../src/x509/ocsp-certificate-id.ts'
import { parsePem } from '../src/x509/pem.ts'
import { environmentOf, freePort, type Service, startService, tokenOf, trust } from '../test/azure/service.ts'
import { type Send, sender } from '../test/http/request.ts'
import { ocspRequest } from '../test/x509/ocsp-client.ts'
import { bareP256Signatures, bareRsaSignatures } from './bare-crypto.ts'
import { type LoadResult, load, type Target } from './load.ts'

export interface OcspBench {
  readonly seconds: number
  readonly connections: number
  readonly report: (name: string, ...figures: string[]) => void
}

const issuanceMillisecondsMax = 30_000
const version = 'api-version=2025-07-01'
const keys = { 'P-256': { kty: 'EC', crv: 'P-256' }, 'RSA-2048': { kty: 'RSA', key_size: 2048 } }
type KeyName = keyof typeof keys

export async function answering(bench: OcspBench): Promise<void> {
  const publicPort = await freePort()
  const service = await startService({ args: ['--limits', 'off', '--public-http-port', String(publicPort)] })
  const environment = await environmentOf(service)
  trust(environment)
  const send = sender(service, environment, await tokenOf(environment))
  for (const key of Object.keys(keys) as KeyName[]) await measure(bench, service, publicPort, send, key)
  await service.stop()
}

async function measure(
  { seconds, connections, report }: OcspBench,
  service: Service,
  port: number,
  send: Send,
  key: KeyName,
): Promise<void> {
  const id = await certificateIdUnder(send, key)
  const path = `/ocsp/default/${key}`
  const headers = { host: 'localhost', 'content-type': 'application/ocsp-request' }
  const target = { port, pid: service.process.pid!, headers }
  const run = (at: Target, body: () => Uint8Array): Promise<LoadResult> =>
    load(at, connections, () => ({ method: 'POST', path, body: body() }), { seconds, expect: 200 })

  const request = ocspRequest([id])
  const bare = await bareHttp(await answerTo(port, path, request))
  const limit = await run(bare.target, () => request)
  bare.stop()
  const kept = await run(target, () => request)
  report(
    `OCSP, signed before (${key})`,
    ...figuresOf(kept),
    `bare HTTP ${perSecond(limit.requestsPerSecond)}, ${limit.serverMicroseconds.toFixed(0)} µs CPU`,
    `CPU ratio ${(kept.serverMicroseconds / limit.serverMicroseconds).toFixed(2)}`,
  )

  const cores = key === 'P-256' ? 1 : availableParallelism()
  const signature =
    key === 'P-256' ? bareP256Signatures(seconds / 2) : await bareRsaSignatures(seconds / 2, cores)
  const live = await run(target, () => ocspRequest([id], { nonce: randomBytes(32) }))
  report(
    `OCSP with nonce (${key})`,
    ...figuresOf(live),
    `bare signature, cores: ${cores}: ${perSecond(signature)}`,
    `ratio ${((live.requestsPerSecond / signature) * 100).toFixed(0)} %`,
  )
}

/** Issues a certificate under a CA with such a key. @returns how OCSP names it. */
async function certificateIdUnder(send: Send, key: KeyName): Promise<Uint8Array> {
  const ask = async (method: string, path: string, body?: object) => {
    const reply = await send({ method, path: `${path}?${version}`, ...(body && { body }) })
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`)
    return reply.json
  }
  const authority = await ask('PUT', `/authorities/${key}`, { subject: `CN=${key}`, key_props: keys[key] })
  const settings = { authority: key, profile: 'tls-server' }
  await ask('PUT', `/certificates/issuers/${key}`, { provider: 'PrivateCA', settings })
  const x509 = {
    subject: 'CN=bench.example.org',
    sans: { dns_names: ['bench.example.org'] },
    ekus: ['1.3.6.1.5.5.7.3.1'],
    key_usage: ['digitalSignature'],
  }
  const policy = { key_props: keys['P-256'], x509_props: x509, issuer: { name: key } }
  await ask('POST', `/certificates/${key}/create`, { policy })
  const deadline = performance.now() + issuanceMillisecondsMax
  while ((await ask('GET', `/certificates/${key}/pending`)).status !== 'completed') {
    if (performance.now() > deadline) throw new Error('the certificate is not issued')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  const { cer } = await ask('GET', `/certificates/${key}`)
  const ca = parseCertificate(parsePem(authority.pem)[0]!.der)
  const { serialNumber } = parseCertificate(Buffer.from(cer, 'base64'))
  return encodeCertificateId('sha1', issuerHashes(ca), serialNumber)
}

async function answerTo(port: number, path: string, request: Uint8Array): Promise<Buffer> {
  const headers = { 'content-type': 'application/ocsp-request' }
  const reply = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: request })
  const octets = Buffer.from(await reply.arrayBuffer())
  if (reply.status !== 200 || octets.length < 100) throw new Error(`no OCSP answer: ${reply.status}`)
  return octets
}

async function bareHttp(body: Buffer): Promise<{ target: Target; stop: () => void }> {
  const file = join(mkdtempSync(join(tmpdir(), 'certkeep-bench-')), 'body')
  writeFileSync(file, body)
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-http.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  const target = { port: Number(String(chunk)), pid: child.pid!, headers: { host: 'localhost' } }
  return { target, stop: () => child.kill() }
}

function figuresOf({ requestsPerSecond, serverMicroseconds, p99Milliseconds }: LoadResult): string[] {
  return [
    perSecond(requestsPerSecond),
    `${serverMicroseconds.toFixed(0)} µs CPU`,
    `p99 ${p99Milliseconds.toFixed(1)} ms`,
  ]
}

const perSecond = (value: number) => `${value.toFixed(0)}/s`
