/** The directory of a CA (RFC 8555 7.1.1): where each kind of request goes, and what the CA says of itself. */

import type { Members } from './members.ts'
import { isWebPage } from './problem.ts'

export interface Directory {
  readonly newNonce: string
  readonly newAccount: string
  readonly newOrder: string
  /** What a CA does not offer is absent. */
  readonly revokeCert?: string
  readonly keyChange?: string
  /** Base of renewal information (RFC 9773 4.1). */
  readonly renewalInfo?: string
  /** For people. */
  readonly termsOfService?: string
  readonly website?: string
  /** What CAA records may call the CA. */
  readonly caaIdentities: readonly string[]
  readonly externalAccountRequired: boolean
  /** What the CA says of each, by name. */
  readonly profiles: ReadonlyMap<string, string>
}

const places = ['newNonce', 'newAccount', 'newOrder'] as const
const offers = ['revokeCert', 'keyChange', 'renewalInfo'] as const
const identitiesMax = 50
const profilesMax = 100

/** Members that nobody knows are passed over: some CAs add one on purpose. */
export function readDirectory(members: Members): Directory {
  const meta = members.optionalObject('meta')
  return {
    newNonce: members.url('newNonce'),
    newAccount: members.url('newAccount'),
    newOrder: members.url('newOrder'),
    ...present(offers, (name) => members.optionalUrl(name)),
    ...(meta && present(['termsOfService', 'website'] as const, (name) => pageOf(meta, name))),
    caaIdentities: meta?.texts('caaIdentities', identitiesMax) ?? [],
    externalAccountRequired: meta?.flag('externalAccountRequired') ?? false,
    profiles: meta?.optionalObject('profiles')?.entries(profilesMax) ?? new Map(),
  }
}

/** Where requests may go: a CA may part its service over several hosts, all of which the directory names. */
export function originsOf(url: string, directory: Directory): ReadonlySet<string> {
  const urls = [url, ...[...places, ...offers].flatMap((name) => directory[name] ?? [])]
  return new Set(urls.map((place) => new URL(place).origin))
}

function pageOf(meta: Members, name: string): string | undefined {
  const page = meta.optionalText(name)
  return isWebPage(page) ? page : undefined
}

function present<Name extends string>(
  names: readonly Name[],
  read: (name: Name) => string | undefined,
): { readonly [name in Name]?: string } {
  const found = names.flatMap((name) => {
    const value = read(name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(found) as { readonly [name in Name]?: string }
}
