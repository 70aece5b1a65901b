/** Signing and wrapping over HTTPS, beside what `node:crypto` and `openssl speed` do with nothing around it. */
import { availableParallelism } from 'node:os'
import { bareOaep, bareP256Signatures, bareRsaSignatures, opensslSpeed } from './bare-crypto.ts'
import type { LoadResult } from './load.ts'

/** The running service, as these measurements need it. */
export interface KeyBench {
  readonly seconds: number
  readonly report: (name: string, ...figures: string[]) => void
  /** A certificate whose key is used. */
  readonly create: (name: string, policy: 'ec' | 'rsa' | 'enciphering') => Promise<void>
  readonly ask: (path: string, body: string) => Promise<{ readonly value: string }>
  readonly load: (path: string, body: string) => Promise<LoadResult>
}

const digest = Buffer.alloc(32, 1).toString('base64url')
const pathOf = (name: string, operation: string) => `/keys/${name}//${operation}?api-version=2025-07-01`
const perSecond = (value: number) => `${value.toFixed(0)}/s`

export async function signing(bench: KeyBench): Promise<void> {
  const cores = availableParallelism()
  const openssl = opensslSpeed()
  await bench.create('signing-rsa', 'rsa')
  await bench.create('signing-ec', 'ec')
  const bareRsa = await bareRsaSignatures(bench.seconds / 2, cores)
  await measure(bench, 'sign RS256 (RSA-2048)', pathOf('signing-rsa', 'sign'), body('RS256'), {
    limit: bareRsa,
    limitOf: `bare signature, ${cores} cores`,
    openssl: openssl?.rsaSign,
  })
  const bareEc = bareP256Signatures(bench.seconds / 2)
  await measure(bench, 'sign ES256', pathOf('signing-ec', 'sign'), body('ES256'), {
    limit: bareEc,
    limitOf: 'bare signature, one core',
    openssl: openssl?.ecSign,
  })
}

export async function wrapping(bench: KeyBench): Promise<void> {
  const openssl = opensslSpeed()
  const bare = bareOaep(bench.seconds / 2)
  await bench.create('wrapping', 'enciphering')
  const { value } = await bench.ask(pathOf('wrapping', 'wrapkey'), body('RSA-OAEP-256'))
  await measure(bench, 'wrap RSA-OAEP-256', pathOf('wrapping', 'wrapkey'), body('RSA-OAEP-256'), {
    limit: bare.wrap,
    limitOf: 'bare encryption, one core',
    openssl: openssl?.rsaVerify,
  })
  await measure(bench, 'unwrap RSA-OAEP-256', pathOf('wrapping', 'unwrapkey'), body('RSA-OAEP-256', value), {
    limit: bare.unwrap,
    limitOf: 'bare decryption, one core',
    openssl: openssl?.rsaSign,
  })
}

function body(alg: string, value = digest): string {
  return JSON.stringify({ alg, value })
}

interface Limit {
  readonly limit: number
  readonly limitOf: string
  /** The operation of the program that does the same arithmetic. */
  readonly openssl: number | undefined
}

async function measure(
  bench: KeyBench,
  name: string,
  path: string,
  body: string,
  bare: Limit,
): Promise<void> {
  const { requestsPerSecond, serverMicroseconds, p99Milliseconds } = await bench.load(path, body)
  bench.report(
    name,
    perSecond(requestsPerSecond),
    `${serverMicroseconds.toFixed(0)} µs CPU`,
    `p99 ${p99Milliseconds.toFixed(1)} ms`,
    `${bare.limitOf}: ${perSecond(bare.limit)}`,
    ...(bare.openssl === undefined ? [] : [`openssl speed, one core: ${perSecond(bare.openssl)}`]),
    `ratio ${((requestsPerSecond / bare.limit) * 100).toFixed(0)} %`,
  )
}
