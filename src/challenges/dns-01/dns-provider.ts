/** The contract of whoever keeps a zone of the DNS: one TXT value is added beside others, and taken away again alone. */
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../domain/time.ts'
import type { OpenHttpClient } from '../../network/http-client.ts'

/** Names are absolute, in lower case, without a dot at the end. */
export interface TxtRecord {
  /** The zone that the name lies in. */
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
}

/** What providers are given to work with. */
export interface DnsProviderTools {
  readonly openHttp: OpenHttpClient
  readonly clock: Clock
  readonly random: (length: number) => Uint8Array
  /** The value of a secret of the vault, where credentials lie. @throws IssuerFailure `user-action` if there is none. */
  secret(name: string): Promise<Secret<string>>
}

/** Members of one entry of `settings.challenges`, without those that are every solver's (`type`, `names`, `provider`). */
export type DnsProviderSettings = Readonly<Record<string, unknown>>

export interface DnsProviderKind {
  /** As settings spell it, such as `cloudflare`. */
  readonly name: string
  /** @throws VaultError `BadParameter` that names the member. */
  checkSettings(settings: DnsProviderSettings): void
  /** Asks nobody yet. */
  connect(tools: DnsProviderTools, settings: DnsProviderSettings): DnsProvider
}
