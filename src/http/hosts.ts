/** Which vault a host name stands for, and what the challenge says there. */

/** The names under which the service is reached. */
export interface HostNames {
  /** Vaults are `https://{vault}.{suffix}`. */
  readonly suffix: string
  /** Names without a vault in front, and addresses: they stand for the vault `default`. */
  readonly bareHosts: readonly string[]
}

/** What a `Host` header says. */
export interface AddressedHost {
  /** `https://host[:port]`, in the caller's spelling of the port. */
  readonly baseUrl: string
  /** Undefined when no vault can have this name. */
  readonly vault: string | undefined
  /** `{vault}.adfs.{suffix}`: clients that take the authority for an AD FS server. */
  readonly adfs: boolean
  /** What tokens for this vault are for: a proper parent of the vault's host, with the port that was used. */
  readonly resource: string
}

const hostPattern = /^(?<name>\[[0-9a-fA-F:.]+\]|[0-9a-zA-Z._-]+)(?::(?<port>\d{1,5}))?$/

/** @returns undefined for text that is no host. */
export function readHost(header: string, names: HostNames): AddressedHost | undefined {
  const { name: spelled = '', port } = hostPattern.exec(header)?.groups ?? {}
  const name = spelled.toLowerCase().replace(/\.$/, '')
  if (name === '') return undefined
  const origin = (host: string) => `https://${host}${port === undefined || port === '443' ? '' : `:${port}`}`
  const inner = name.endsWith(`.${names.suffix}`) ? name.slice(0, -names.suffix.length - 1) : undefined
  if (isBare(name, names))
    return { baseUrl: origin(name), vault: 'default', adfs: false, resource: origin(name) }
  const adfs = inner?.endsWith('.adfs') ?? false
  const label = adfs ? inner?.slice(0, -'.adfs'.length) : inner
  return {
    baseUrl: origin(name),
    vault: label?.includes('.') ? undefined : label,
    adfs,
    resource: origin(names.suffix),
  }
}

/** Whether a token may be made out for this resource, or is accepted when it is. Ports differ behind proxies. */
export function isOurAudience(audience: string, names: HostNames): boolean {
  const { protocol, hostname } = URL.parse(audience) ?? {}
  if (protocol !== 'https:' || hostname === undefined) return false
  // What programs have built in that were written for Azure alone.
  if (audience === 'https://vault.azure.net' || audience === 'https://vault.azure.net/') return true
  return hostname === names.suffix || hostname.endsWith(`.${names.suffix}`) || isBare(hostname, names)
}

function isBare(name: string, { bareHosts }: HostNames): boolean {
  return bareHosts.includes(name) || /^\[|^\d+\.\d+\.\d+\.\d+$/.test(name)
}
