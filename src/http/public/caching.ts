/**
 * How long caches may keep what is published, and when it has not changed (RFC 9111; RFC 9919 6 for OCSP). All dates of an
 * answer, `Date` included, are of one clock, so that they fit together even where that clock was moved.
 */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Publication } from '../../vault/revocation/publications.ts'

export interface CachedHeaders {
  readonly date: string
  readonly 'cache-control': string
  readonly expires: string
  readonly etag: string
  readonly 'last-modified'?: string
}

/** A revocation is published at once, whenever the next list was due: no cache may be behind for longer. */
const keptSecondsMax = 3600

/** @param now by the clock that `since` and `until` are of. */
export function cachedHeaders({ der, since, until }: Publication, now: UnixSeconds): CachedHeaders {
  const left = until === undefined ? keptSecondsMax : until - now
  const maxAge = Math.max(0, Math.min(left, keptSecondsMax))
  return {
    date: httpDate(now),
    'cache-control': `max-age=${maxAge}, public, no-transform, must-revalidate`,
    expires: httpDate(seconds(now + maxAge)),
    etag: `"${createHash('sha256').update(der).digest('base64url')}"`,
    // Another one may still follow within this second: then the date would not tell them apart (RFC 9110 8.8.2.2).
    ...(since < now && { 'last-modified': httpDate(since) }),
  }
}

/** What is made for one client, or is an error, is nobody else's. */
export function uncachedHeaders(now: UnixSeconds) {
  return { date: httpDate(now), 'cache-control': 'no-store' }
}

/** Whether the client has it already (RFC 9110 13.2.2). Conditions that cannot be read are none. */
export function isUnchanged(
  asked: IncomingHttpHeaders,
  { etag }: CachedHeaders,
  since: UnixSeconds,
): boolean {
  const tags = asked['if-none-match']
  if (tags !== undefined) return tags.split(',').some((tag) => ['*', etag].includes(withoutWeakness(tag)))
  const date = asked['if-modified-since']
  return date !== undefined && imfFixdate.test(date) && since <= Date.parse(date) / 1000
}

const imfFixdate = /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/

function withoutWeakness(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function httpDate(at: UnixSeconds): string {
  return new Date(at * 1000).toUTCString()
}
