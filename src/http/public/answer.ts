/** From what is asked for to what goes out: media type, octets, and what caches are told. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Published } from '../../domain/authority-urls.ts'
import type { FindKeyAuthorization } from '../../domain/challenge.ts'
import { type Clock, seconds } from '../../domain/time.ts'
import type { Publication, Publications } from '../../vault/revocation/publications.ts'
import type { Asked } from './asked.ts'
import { cachedHeaders, isUnchanged, uncachedHeaders } from './caching.ts'
import { ocspRequestInPath } from './ocsp-in-path.ts'

export interface PublicAnswer {
  readonly status: 200 | 304
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface PublicRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  /** Of a POST: octets. */
  readonly body: unknown
}

interface Makings {
  readonly publications: Publications
  readonly keyAuthorization: FindKeyAuthorization
  readonly clock: Clock
}

/** Undefined where nothing is published. */
export async function publicAnswer(
  makings: Makings,
  asked: Asked,
  request: PublicRequest,
): Promise<PublicAnswer | undefined> {
  const { publications } = makings
  switch (asked.what) {
    case 'certificate': {
      const found = await publications.authorityCertificate(asked)
      return found && kept(makings, 'application/pkix-cert', found, request)
    }
    case 'list': {
      const found = await publications.revocationList(asked, asked.partition, asked.kind)
      return found && kept(makings, 'application/pkix-crl', found, request)
    }
    case 'ocsp':
      return answerOcsp(makings, asked, request)
    case 'challenge': {
      const found = await makings.keyAuthorization(asked.token)
      return found === undefined ? undefined : proof(makings, found)
    }
  }
}

/** Whatever OCSP itself has to say, errors too, comes with status 200 (RFC 6960 A.2). */
async function answerOcsp(
  makings: Makings,
  { vault, name, request: inPath }: Published & { what: 'ocsp' },
  request: PublicRequest,
): Promise<PublicAnswer> {
  const type = 'application/ocsp-response'
  const sent = (request.body as Uint8Array | undefined) ?? new Uint8Array()
  const octets = inPath === undefined ? sent : ocspRequestInPath(inPath)
  const { der, fresh } = await makings.publications.ocsp({ vault, name }, octets)
  if (fresh) {
    // The responder makes a new one when half of its life has passed.
    const until = seconds(Math.floor((fresh.thisUpdate + fresh.nextUpdate) / 2))
    return kept(makings, type, { der, since: fresh.producedAt, until }, request)
  }
  return {
    status: 200,
    headers: { 'content-type': type, ...uncachedHeaders(makings.clock.now()) },
    body: bufferOf(der),
  }
}

/** RFC 8555 8.3. */
function proof({ clock }: Makings, keyAuthorization: string): PublicAnswer {
  const headers = { 'content-type': 'text/plain', ...uncachedHeaders(clock.now()) }
  return { status: 200, headers, body: Buffer.from(keyAuthorization) }
}

function kept(
  { clock }: Makings,
  type: string,
  publication: Publication,
  { method, headers: asked }: PublicRequest,
): PublicAnswer {
  const headers = { ...cachedHeaders(publication, clock.now()) }
  // Only what can be fetched again can be had already.
  if (method !== 'POST' && isUnchanged(asked, headers, publication.since)) return { status: 304, headers }
  return { status: 200, headers: { 'content-type': type, ...headers }, body: bufferOf(publication.der) }
}

function bufferOf(der: Uint8Array): Buffer {
  return Buffer.from(der.buffer, der.byteOffset, der.byteLength)
}
