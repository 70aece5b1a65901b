/** Signing requests to AWS (Signature Version 4). */
import { createHash, createHmac } from 'node:crypto'
import type { Secret } from '../../../domain/secret.ts'
import type { UnixSeconds } from '../../../domain/time.ts'

export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Secret<string>
  /** Of credentials that end by themselves. */
  readonly sessionToken?: Secret<string>
}

export interface AwsRequest {
  readonly method: string
  /** As it is sent: the path in percent-encoding. */
  readonly url: string
  /** To be signed besides those that are added. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface AwsScope {
  readonly region: string
  readonly service: string
}

const algorithm = 'AWS4-HMAC-SHA256'

/** @returns the headers to send: those that were given, and what the signature takes. */
export function signedHeaders(
  request: AwsRequest,
  credentials: AwsCredentials,
  scope: AwsScope,
  now: UnixSeconds,
): Readonly<Record<string, string>> {
  const { accessKeyId, sessionToken } = credentials
  const time = new Date(now * 1000).toISOString().replace(/[-:]|\.\d+/g, '')
  const headers = {
    ...request.headers,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken.reveal() }),
  }
  const day = time.slice(0, 8)
  const within = `${day}/${scope.region}/${scope.service}/aws4_request`
  const { text, names } = canonicalRequest(request, headers)
  const toSign = [algorithm, time, within, sha256(text)].join('\n')
  const signature = createHmac('sha256', signingKey(credentials, scope, day))
    .update(toSign)
    .digest('hex')
  const authorization = `${algorithm} Credential=${accessKeyId}/${within}, SignedHeaders=${names}, Signature=${signature}`
  return { ...headers, authorization }
}

function canonicalRequest(
  { method, url, body = '' }: AwsRequest,
  headers: Readonly<Record<string, string>>,
): { readonly text: string; readonly names: string } {
  const { host, pathname, searchParams } = new URL(url)
  const lines = Object.entries({ ...headers, host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/ +/g, ' ')] as const)
    .sort(([one], [other]) => order(one, other))
  const names = lines.map(([name]) => name).join(';')
  // The path is encoded once more than it is sent, by all services but S3.
  const path = pathname.split('/').map(encode).join('/')
  const query = [...searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([one, first], [other, second]) => order(one, other) || order(first, second))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const head = lines.map(([name, value]) => `${name}:${value}\n`).join('')
  return { text: [method, path, query, head, names, sha256(body)].join('\n'), names }
}

function signingKey(
  { secretAccessKey }: AwsCredentials,
  { region, service }: AwsScope,
  day: string,
): Uint8Array {
  const start: Uint8Array | string = `AWS4${secretAccessKey.reveal()}`
  return [day, region, service, 'aws4_request'].reduce<Uint8Array | string>(
    (key, text) => createHmac('sha256', key).update(text).digest(),
    start,
  ) as Uint8Array
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** By code points, whatever the language. */
function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Everything but the unreserved characters of RFC 3986 2.3. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
