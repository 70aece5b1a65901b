/** What the next list of an authority is about, or why there is none. It is decided before anything is signed. */
import type { Authority, ListTurn, RevocationList } from '../../domain/authority.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'

export interface ListDraft {
  readonly turn: ListTurn
  readonly authority: Authority
  readonly issuer: CertificateFacts
  /** One more than that of any list before. */
  readonly number: number
  /** Of a delta: the full list in force. */
  readonly base?: RevocationList
  readonly thisUpdate: UnixSeconds
  readonly nextUpdate: UnixSeconds
  /** Certificates that ended before are left out. */
  readonly endsFrom: UnixSeconds
  /** The last change that the list will know of; it may say more than that, never less. */
  readonly lastChange: number
  /** Whether it is one of several, and says which. */
  readonly partitioned: boolean
  /** Where certificates point to; empty where they point nowhere. */
  readonly baseUrls: readonly string[]
  /** Nothing can be revoked any more that anybody would ask for: there is no list after it. */
  readonly last: boolean
}

/** Nothing is to be published now. */
export interface Rest {
  /** Absent: not before something happens. */
  readonly due?: UnixSeconds
  /** What the operator has to know: no list follows, although certificates may be left. */
  readonly ended?: string
}

const secondsPerHour = 3600

export async function draftOf(reader: Reader, turn: ListTurn, now: UnixSeconds): Promise<ListDraft | Rest> {
  const { vault, authority: name, partition, kind } = turn
  const place = { vault, name }
  const authority = await reader.authorities.find(vault, name)
  if (!authority?.certificate) return {}
  const issuer = parseCertificate(authority.certificate)
  if (issuer.notAfter < now)
    return { ended: `The authority ${name} is past its end: it signs no more revocation lists.` }
  const full = await reader.authorities.findRevocationList(place, partition, 'full')
  const rest = kind === 'delta' ? restOfDelta(authority, full, now) : undefined
  if (rest) return rest
  const { rules, state } = authority
  const hours = kind === 'delta' ? rules.deltaHours! : rules.crlHours
  const lastEnd = await reader.authorities.lastEnd(place)
  const partitions = await reader.authorities.listPartitions(place)
  return {
    turn,
    authority,
    issuer,
    number: (await reader.authorities.lastListNumber(place)) + 1,
    ...(kind === 'delta' && { base: full! }),
    thisUpdate: now,
    nextUpdate: seconds(now + hours * secondsPerHour),
    endsFrom: oldestEnd(now, rules.crlHours, full),
    lastChange: await reader.authorities.lastChange(place, partition),
    partitioned: partitions.length > 1,
    baseUrls: await reader.authorities.listBaseUrls(place),
    last: state === 'retired' && (lastEnd === undefined || lastEnd < now),
  }
}

/**
 * A delta needs the full list it goes on from, and comes at another second: lists of the same moment would have to share one
 * number (RFC 5280 5.2.3).
 */
function restOfDelta(
  { rules }: Authority,
  full: RevocationList | undefined,
  now: UnixSeconds,
): Rest | undefined {
  if (rules.deltaHours === undefined || !full) return {}
  return full.thisUpdate >= now ? { due: seconds(full.thisUpdate + 1) } : undefined
}

/**
 * What is revoked stands in one regular list behind the end of the certificate at least (RFC 5280 3.3): regular lists come
 * after half of their life, later where the service stood still.
 */
function oldestEnd(now: UnixSeconds, hours: number, full: RevocationList | undefined): UnixSeconds {
  const aLifeAgo = seconds(now - hours * secondsPerHour)
  return full && full.thisUpdate < aLifeAgo ? full.thisUpdate : aLifeAgo
}
