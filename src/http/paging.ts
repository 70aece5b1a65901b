/** Pages of lists: `maxresults`, `$skiptoken`, `nextLink`, as Key Vault's clients follow them. */
import { badParameter } from '../domain/errors.ts'
import type { Page } from '../vault/vault.ts'

const pageSizeMax = 25
/** No key of a list is longer; anything longer was not made here. */
const markerLengthMax = 200

/** The page that a request asks for. @throws VaultError `BadParameter`. */
export function readPage(query: ReadonlyMap<string, string>): Page {
  const limit = readLimit(query.get('maxresults'))
  const token = query.get('$skiptoken')
  return token === undefined ? { limit } : { limit, after: readToken(token) }
}

/**
 * The answer of a list. One more item than the page holds was asked for: it tells whether there is a next page.
 * @param keyOf the last key of a page, in the order of the list.
 */
export function writePage<Item>(
  items: readonly Item[],
  page: Page,
  write: (item: Item) => object,
  keyOf: (item: Item) => string,
  link: { readonly url: string; readonly query: ReadonlyMap<string, string> },
): { value: object[]; nextLink: string | null } {
  const shown = items.slice(0, page.limit)
  const more = items.length > page.limit
  return {
    value: shown.map(write),
    nextLink: more ? nextLink(link, keyOf(shown.at(-1)!)) : null,
  }
}

/** `includePending`: also certificates whose first version was never issued. @throws VaultError `BadParameter`. */
export function readIncludePending(query: ReadonlyMap<string, string>): { includePending: boolean } {
  const value = query.get('includepending')?.toLowerCase() ?? 'false'
  if (value !== 'true' && value !== 'false') throw badParameter('includePending: send true or false.')
  return { includePending: value === 'true' }
}

/** The page to ask the verb for. */
export function withOneMore(page: Page): Page {
  return { ...page, limit: page.limit + 1 }
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return pageSizeMax
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > pageSizeMax)
    throw badParameter(`maxresults: send a whole number from 1 to ${pageSizeMax}.`)
  return limit
}

function readToken(token: string): string {
  try {
    const { NextMarker: marker } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      NextMarker?: unknown
    }
    if (typeof marker === 'string' && marker.length <= markerLengthMax) return marker
  } catch {
    // Falls through to the same refusal.
  }
  throw badParameter('$skiptoken: not a token of this list; follow nextLink as it was given.')
}

/** In Key Vault's order of parameters. */
function nextLink(
  { url, query }: { url: string; query: ReadonlyMap<string, string> },
  marker: string,
): string {
  const token = Buffer.from(JSON.stringify({ NextMarker: marker, TargetLocation: 0 })).toString('base64url')
  const kept = ['maxresults', 'includePending'].flatMap((name) => {
    const value = query.get(name.toLowerCase())
    return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]
  })
  const version = `api-version=${encodeURIComponent(query.get('api-version') ?? '')}`
  return `${url}?${[version, `$skiptoken=${token}`, ...kept].join('&')}`
}
