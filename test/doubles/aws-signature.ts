/** Signatures of AWS as its services check them. Written after the documentation of Signature Version 4, and not after what is tested. */
import { createHash, createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface AwsKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export function isSigned(
  request: IncomingMessage,
  body: string,
  key: AwsKey,
  { region, service }: { region: string; service: string },
): boolean {
  const { method, headers, url = '' } = request
  const match =
    /^AWS4-HMAC-SHA256 Credential=(\w+)\/(\d{8})\/([\w-]+)\/(\w+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    )
  if (!match) return false
  const [, id, day, scopeRegion, scopeService, names, signature] = match
  const signed = names!.split(';')
  const needed = ['host', 'x-amz-date', ...(key.sessionToken === undefined ? [] : ['x-amz-security-token'])]
  if (
    id !== key.accessKeyId ||
    scopeRegion !== region ||
    scopeService !== service ||
    !needed.every((name) => signed.includes(name))
  )
    return false
  // Whoever leads a request here that goes to AWS says so.
  const sent: Readonly<Record<string, string | string[] | undefined>> = {
    ...headers,
    host: headers['x-original-host'] ?? headers.host,
  }
  const [path, query = ''] = url.split('?')
  const hmac = (secret: string | Buffer, text: string) => createHmac('sha256', secret).update(text).digest()
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const canonical = [
    method,
    path,
    query.split('&').sort().join('&').replaceAll('+', '%20'),
    ...signed.map((name) => `${name}:${sent[name]}`),
    '',
    names,
    hash(body),
  ].join('\n')
  const text = `AWS4-HMAC-SHA256\n${headers['x-amz-date']}\n${day}/${region}/${service}/aws4_request\n${hash(canonical)}`
  const derived = [day!, region, service, 'aws4_request'].reduce<string | Buffer>(
    hmac,
    `AWS4${key.secretAccessKey}`,
  )
  return hmac(derived, text).toString('hex') === signature
}
