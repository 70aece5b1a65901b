/** The contract of whoever keeps a zone of the DNS: one TXT value is added beside others, and taken away again alone. */
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../domain/time.ts'
import type { DnsClient } from '../../network/dns-client.ts'
import type { DnsExchange } from '../../network/dns-exchange.ts'
import type { OpenHttpClient } from '../../network/http-client.ts'
import type { MachineIdentity } from './machine-identity.ts'
import type { Programs } from './programs.ts'

/** Names are absolute, in lower case, without a dot at the end. */
export interface TxtRecord {
  /** The zone that the name lies in: the closest with a SOA record of its own, or what the entry says as `zone`. */
  readonly zone: string
  readonly name: string
  /** 43 characters for `dns-01`; never more than 255. */
  readonly value: string
}

/** Both can be repeated. They throw an `IssuerFailure`: `transient`, or `user-action` when somebody has to set something right. */
export interface DnsProvider {
  /** Returns when the provider has accepted it. @returns what it takes to remove it, if that is more than the record. */
  add(record: TxtRecord): Promise<string | undefined>
  remove(record: TxtRecord, place: string | undefined): Promise<void>
  /**
   * Whether all servers of the provider have what was added, where it can tell: from here only the nearest of them are seen. Asked
   * again and again, once those show it.
   */
  isEverywhere?(place: string): Promise<boolean>
}

/** What providers are given to work with. */
export interface DnsProviderTools {
  readonly openHttp: OpenHttpClient
  readonly dns: DnsClient
  /** One message to a name server, and its answer. */
  readonly exchange: DnsExchange
  /** Programs that the operator of the service lets issuer objects run. */
  readonly programs: Programs
  /** The machine's, whatever the vault's clock says: others compare what we sign with theirs. */
  readonly clock: Clock
  readonly random: (length: number) => Uint8Array
  /** Absent unless the operator of the service lets issuer objects act as the machine. */
  readonly machine?: MachineIdentity
  /** The value of a secret of the vault, where credentials lie. @throws IssuerFailure `user-action` if there is none. */
  secret(name: string): Promise<Secret<string>>
}

/** Members of one entry of `settings.challenges`, without those that every dns-01 entry may have (dns-solver-kind.ts). */
export type DnsProviderSettings = Readonly<Record<string, unknown>>

export interface DnsProviderKind {
  /** As settings spell it, such as `cloudflare`. */
  readonly name: string
  /** @throws VaultError `BadParameter` whose message begins with the member: `server: send …`. */
  checkSettings(settings: DnsProviderSettings): void
  /** Asks nobody yet. */
  connect(tools: DnsProviderTools, settings: DnsProviderSettings): DnsProvider
}
