/** Where the world finds what an authority publishes: the addresses that stand in the certificates it issues. */
import type { Authority } from './authority.ts'

/** Below the base URL of the authority's rules; all of them absent where it has none. */
export interface AuthorityUrls {
  /** The authority's own certificate (`caIssuers`, RFC 5280 4.2.2.1). */
  readonly certificate: string
  readonly ocsp: string
  /** The full revocation list of a partition. */
  readonly list: string
  /** Its delta list; absent where there are none. */
  readonly deltaList?: string
}

/** What lies at a path. Names are in lower case. */
export type Published = { readonly vault: string; readonly name: string } & (
  | { readonly what: 'certificate' }
  | { readonly what: 'list'; readonly partition: number; readonly kind: 'full' | 'delta' }
  /** `request` is what follows the slash, as it stands in the path; absent where there is no slash. */
  | { readonly what: 'ocsp'; readonly request?: string }
)

/**
 * The paths under which a listener serves them. Names of authorities may end in anything, `-2` and `-delta` too, so what
 * is not the only or the first list of an authority stands behind a slash.
 */
export function authorityPaths({ vault, name }: Pick<Authority, 'vault' | 'name'>, partition: number) {
  const place = `${vault}/${name}`.toLowerCase()
  return {
    certificate: `/ca/${place}.cer`,
    ocsp: `/ocsp/${place}`,
    list: partition === 0 ? `/crl/${place}.crl` : `/crl/${place}/${partition}.crl`,
    deltaList: partition === 0 ? `/crl/${place}/delta.crl` : `/crl/${place}/${partition}-delta.crl`,
  }
}

const publishedPath = /^\/(ca|crl|ocsp)\/([A-Za-z0-9-]{1,127})\/([A-Za-z0-9-]{1,127})(.*)$/s
const listEnding = /^(?:\/(?:([1-9]\d{0,3})(-delta)?|(delta)))?\.crl$/

/** The way back from a path, without its query, to what is meant. Undefined for every other path. */
export function publishedAt(path: string): Published | undefined {
  const [, door, vault = '', name = '', ending = ''] = publishedPath.exec(path) ?? []
  const place = { vault: vault.toLowerCase(), name: name.toLowerCase() }
  if (door === 'ca' && ending === '.cer') return { what: 'certificate', ...place }
  if (door === 'ocsp' && ending === '') return { what: 'ocsp', ...place }
  if (door === 'ocsp' && ending.startsWith('/')) return { what: 'ocsp', ...place, request: ending.slice(1) }
  const list = door === 'crl' && listEnding.exec(ending)
  if (!list) return undefined
  const [, partition = '0', ofPartition, ofFirst] = list
  return {
    what: 'list',
    ...place,
    partition: Number(partition),
    kind: ofPartition === undefined && ofFirst === undefined ? 'full' : 'delta',
  }
}

export function authorityUrls(
  authority: Pick<Authority, 'vault' | 'name' | 'rules'>,
  partition: number,
): AuthorityUrls | undefined {
  const { baseUrl, deltaHours } = authority.rules
  if (baseUrl === undefined) return undefined
  const { certificate, ocsp, list, deltaList } = authorityPaths(authority, partition)
  const base = baseUrl.replace(/\/$/, '')
  return {
    certificate: base + certificate,
    ocsp: base + ocsp,
    list: base + list,
    ...(deltaHours !== undefined && { deltaList: base + deltaList }),
  }
}
