/** Certificates of the private CA through the API, beside a bare `node:https` that does the bare cryptography of each. */
import { makeRequests } from '../interop/step-ca/requests.ts'
import type { BareCa, BareWork } from './bare-work.ts'
import type { Call, LoadResult } from './load.ts'

/** The running service, as these measurements need it. */
export interface CaBench {
  readonly report: (name: string, ...figures: string[]) => void
  /** One call on the side. */
  readonly ask: (call: Call) => Promise<string>
  readonly load: (next: (index: number) => Call) => Promise<LoadResult>
  /** Creates until the last certificate is there. */
  readonly creating: (prefix: string, body: string) => Promise<LoadResult & { readonly perSecond: number }>
  /** A bare server that answers this, under the same load. */
  readonly bare: (next: (index: number) => Call, answer: string, work: BareWork) => Promise<LoadResult>
}

const version = 'api-version=2025-07-01'
const keys = { 'P-256': { kty: 'EC', crv: 'P-256' }, 'RSA-2048': { kty: 'RSA', key_size: 2048 } }
/** More than any run signs; the requests come around again. */
const requestCount = 2_000

export async function issuing(bench: CaBench): Promise<void> {
  for (const ca of Object.keys(keys) as BareCa[]) {
    const issuer = `bench-${ca.toLowerCase()}`
    await makeIssuer(bench, issuer, ca)
    await measureCreates(bench, issuer, ca)
    await measureRequests(bench, issuer, ca)
  }
}

/** A root, a CA below it with the same kind of key, and an issuer object. */
async function makeIssuer({ ask }: CaBench, name: string, ca: BareCa): Promise<void> {
  const put = (path: string, body: object) =>
    ask({ method: 'PUT', path: `${path}?${version}`, body: JSON.stringify(body) })
  const key_props = keys[ca]
  const parent = `${name}-root`
  await put(`/authorities/${parent}`, { subject: `CN=Root ${ca}`, key_props })
  const rules = { base_url: 'http://pki.example.org' }
  await put(`/authorities/${name}`, { kind: 'intermediate', parent, subject: `CN=${ca}`, key_props, rules })
  await put(`/certificates/issuers/${name}`, { provider: 'PrivateCA', settings: { authority: name } })
}

async function measureCreates(bench: CaBench, issuer: string, ca: BareCa): Promise<void> {
  const x509_props = {
    subject: 'CN=bench.example.org',
    sans: { dns_names: ['bench.example.org'] },
    key_usage: ['digitalSignature'],
  }
  const policy = { key_props: keys['P-256'], x509_props, issuer: { name: issuer } }
  const body = JSON.stringify({ policy })
  const { perSecond, ...load } = await bench.creating(issuer, body)
  const path = `/certificates/${issuer}-0/pending?${version}`
  const answer = await bench.ask({ method: 'GET', path })
  const limit = await bench.bare(() => ({ method: 'POST', path, body }), answer, `key ${ca}`)
  tell(bench, `create P-256 under a ${ca} CA`, { ...load, requestsPerSecond: perSecond }, limit)
}

async function measureRequests(bench: CaBench, issuer: string, ca: BareCa): Promise<void> {
  const bodies = makeRequests(issuer, requestCount).map(({ pem }) => JSON.stringify({ csr: pem }))
  const path = `/certificates/issuers/${issuer}/sign?${version}`
  const next = (index: number): Call => ({ method: 'POST', path, body: bodies[index % requestCount]! })
  const load = await bench.load(next)
  const limit = await bench.bare(next, await bench.ask(next(0)), `request ${ca}`)
  tell(bench, `sign a request under a ${ca} CA`, load, limit)
}

function tell({ report }: CaBench, name: string, load: LoadResult, limit: LoadResult): void {
  report(
    name,
    `${load.requestsPerSecond.toFixed(0)}/s`,
    `${load.serverMicroseconds.toFixed(0)} µs CPU`,
    `p50 ${load.p50Milliseconds.toFixed(1)} ms, p99 ${load.p99Milliseconds.toFixed(1)} ms`,
    `bare HTTPS with the cryptography ${limit.requestsPerSecond.toFixed(0)}/s, ${limit.serverMicroseconds.toFixed(0)} µs CPU`,
    `ratio ${((load.requestsPerSecond / limit.requestsPerSecond) * 100).toFixed(0)} %`,
    `CPU ratio ${(load.serverMicroseconds / limit.serverMicroseconds).toFixed(2)}`,
  )
}
