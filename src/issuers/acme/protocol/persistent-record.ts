/** The standing record of `dns-persist-01` (draft-ietf-acme-dns-persist): whether it lets this CA issue to this account. */
import type { UnixSeconds } from '../../../domain/time.ts'

/** What the record has to allow. */
export interface PersistentWish {
  /** What the challenge says that the record may call the CA. */
  readonly issuerDomainNames: readonly string[]
  /** URL of the account. */
  readonly account: string
  /** For a wildcard, or for a name below that of the record. */
  readonly wildcard: boolean
  readonly at: UnixSeconds
}

const recordLengthMax = 4096

/** @returns undefined when it does; otherwise why not, in words that follow "the record". */
export function persistentRecordFault(record: string, wish: PersistentWish): string | undefined {
  const parsed = parseRecord(record)
  if (!parsed) return 'is not well formed'
  const { issuer, tags } = parsed
  if (!wish.issuerDomainNames.some((name) => canonical(name) === issuer)) return 'is for another CA'
  const account = tags.get('accounturi')
  if (account === undefined) return 'names no account'
  if (account !== wish.account) return 'is for another account'
  if (wish.wildcard && tags.get('policy')?.toLowerCase() !== 'wildcard')
    return 'does not cover wildcards and names below; add policy=wildcard'
  const until = tags.get('persistuntil')
  if (until === undefined) return undefined
  if (!/^\d{1,12}$/.test(until)) return 'is not well formed'
  return Number(until) < wish.at ? 'has come to its end' : undefined
}

/** The syntax of CAA issuer values (RFC 8659 4.2); a tag that comes twice makes the record void. */
function parseRecord(record: string): { issuer: string; tags: ReadonlyMap<string, string> } | undefined {
  if (record.length > recordLengthMax) return undefined
  const [issuer, ...parameters] = record.split(';').map((part) => part.trim())
  const tags = new Map<string, string>()
  for (const [index, parameter] of parameters.entries()) {
    if (parameter === '' && index === parameters.length - 1) continue
    const [, name, value] = /^([A-Za-z0-9-]+)\s*=\s*([\x21-\x3a\x3c-\x7e]*)$/.exec(parameter) ?? []
    if (name === undefined || tags.has(name.toLowerCase())) return undefined
    tags.set(name.toLowerCase(), value!)
  }
  return issuer ? { issuer: canonical(issuer), tags } : undefined
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '')
}
