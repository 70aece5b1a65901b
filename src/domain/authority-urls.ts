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

/** The paths under which a listener serves them. */
export function authorityPaths({ vault, name }: Pick<Authority, 'vault' | 'name'>, partition: number) {
  const part = partition === 0 ? '' : `-${partition}`
  const place = `${vault}/${name}`.toLowerCase()
  return {
    certificate: `/ca/${place}.cer`,
    ocsp: `/ocsp/${place}`,
    list: `/crl/${place}${part}.crl`,
    deltaList: `/crl/${place}${part}-delta.crl`,
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
