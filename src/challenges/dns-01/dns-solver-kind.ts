/** Proving control by a TXT record (`dns-01`, RFC 8555 8.4, and `dns-account-01`): what an entry of the settings says about it. */
import { badParameter } from '../../domain/errors.ts'
import { parseIpAddress } from '../../domain/ip-address.ts'
import { readChoice, readDnsName, readTexts, readWholeNumber } from '../settings-members.ts'
import type { SolverKind, SolverSettings } from '../solver-kind.ts'
import type { DnsProviderKind, DnsProviderSettings } from './dns-provider.ts'
import { dnsSolver } from './dns-solver.ts'
import type { DnsSolverTools } from './dns-solver-tools.ts'
import { dnsProviders } from './providers.ts'
import { readRecordPlace } from './record-place.ts'

/** What every such entry may say. */
export interface DnsEntry {
  readonly kind: DnsProviderKind
  /** Written to, where the DNS does not tell which it is. */
  readonly zone?: string
  /** Addresses of servers that are asked for the record in place of the authoritative ones. */
  readonly resolvers: readonly string[]
  /** How long the CA is kept waiting after the record was added, however visible it is. */
  readonly waitSeconds: number
  /** The provider's own members. */
  readonly own: DnsProviderSettings
}

const resolversMax = 10
/** What is shown and not seen for longer is given up. */
const waitSecondsMax = 3000

export function dnsSolverKind(type: 'dns-01' | 'dns-account-01', tools: DnsSolverTools): SolverKind {
  const solverFor = (settings: SolverSettings, vault: string) =>
    dnsSolver({ type, settings, entry: readDnsEntry(settings), tools, vault })
  return {
    type,
    ready: false,
    proves: (identifier) => identifier.type === 'dns',
    checkSettings(settings) {
      const { kind, own } = readDnsEntry(settings)
      kind.checkSettings(own)
    },
    connect: solverFor,
    connectTo(place, vault) {
      const known = readRecordPlace(place)
      return known && solverFor(known.settings, vault)
    },
  }
}

/** @throws VaultError `BadParameter`. */
export function readDnsEntry(settings: SolverSettings): DnsEntry {
  const { provider: _, zone, resolvers: __, waitSeconds: ___, ...own } = settings
  const names = dnsProviders.map(({ name }) => name)
  const chosen = readChoice(settings, 'provider', names)
  return {
    kind: dnsProviders.find(({ name }) => name === chosen)!,
    ...(zone !== undefined && { zone: readDnsName(settings, 'zone') }),
    resolvers: readTexts(settings, 'resolvers', resolversMax).map(checkAddress),
    waitSeconds: readWholeNumber(settings, 'waitSeconds', { least: 0, most: waitSecondsMax, otherwise: 0 }),
    own,
  }
}

/** As `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`. */
function checkAddress(text: string): string {
  const [, bracketed, bracketedPort] = /^\[(.+)\](?::(\d{1,5}))?$/.exec(text) ?? []
  const [, plain, plainPort] = /^([\d.]+):(\d{1,5})$/.exec(text) ?? []
  const port = Number(bracketedPort ?? plainPort ?? 53)
  if (parseIpAddress(bracketed ?? plain ?? text) && port > 0 && port < 65_536) return text
  throw badParameter('resolvers: send addresses such as 192.0.2.53 or [2001:db8::53]:5353.')
}
