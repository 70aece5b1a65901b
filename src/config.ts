/** Settings of the service: from its command line, or from the environment where a container has nothing else. */
import { parseArgs } from 'node:util'
import { defaultSuffix } from './installation/front-door.ts'
import { Unusable } from './installation/unusable.ts'

export interface ServeConfig {
  /** The folder that holds everything. */
  readonly dataFolder: string
  readonly port: number
  /** The address to listen on. */
  readonly host: string
  /** Vaults are `https://{vault}.{suffix}`. */
  readonly suffix: string
  /** Allows what production must not have, such as moving the clock. */
  readonly dev: boolean
  /** How many requests are taken. */
  readonly limits: LimitsPreset
  /** Where lists, CA certificates and OCSP are published in plain HTTP; absent: nowhere. */
  readonly publicHttp?: { readonly port: number; readonly host: string }
  /** Where `tls-alpn-01` is answered; absent: nowhere. */
  readonly tlsAlpn?: { readonly port: number; readonly host: string }
  /** Folders for `http-01` by the names that issuer objects call them; absent where there are none. */
  readonly acmeWebroots?: Readonly<Record<string, string>>
  /** Programs for `dns-01`, in the same way. */
  readonly acmePrograms?: Readonly<Record<string, string>>
  /** Whether issuer objects may act as the machine where a cloud knows it. */
  readonly acmeMachineIdentity?: true
  /** Name servers that are asked in place of the machine's. */
  readonly dnsServers?: readonly string[]
}

export type LimitsPreset = (typeof limitsPresets)[number]
const limitsPresets = ['generous', 'key-vault', 'off'] as const

export type Environment = Readonly<Record<string, string | undefined>>

/** Where there is nothing set. */
export const defaults = { dataFolder: 'data', port: 8443, host: '127.0.0.1', suffix: defaultSuffix } as const

const suffixPattern = /^(?=.{3,200}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/

/** @throws Unusable with one line that says what to write instead. */
export function readServeConfig(args: readonly string[], environment: Environment): ServeConfig {
  const flags = readFlags(args)
  const suffix = (flags.suffix ?? environment.CERTKEEP_SUFFIX ?? defaults.suffix).toLowerCase()
  if (!suffixPattern.test(suffix))
    throw new Unusable(
      `--suffix ${suffix}: a DNS name with at least two labels is needed, such as vault.example.org`,
    )
  const dev = flags.dev ?? environment.CERTKEEP_DEV === '1'
  const host = flags.host ?? environment.CERTKEEP_HOST ?? defaults.host
  const publicHttp = readListener('public-http', flags, environment, host)
  const tlsAlpn = readListener('tls-alpn', flags, environment, host)
  const acmeWebroots = readNamed(
    '--acme-webroot',
    flags['acme-webroot'] ?? linesOf(environment.CERTKEEP_ACME_WEBROOT),
  )
  const acmePrograms = readNamed('--acme-exec', flags['acme-exec'] ?? linesOf(environment.CERTKEEP_ACME_EXEC))
  const acmeMachineIdentity =
    flags['acme-machine-identity'] ?? environment.CERTKEEP_ACME_MACHINE_IDENTITY === '1'
  const dnsServers = flags['dns-server'] ?? linesOf(environment.CERTKEEP_DNS_SERVER)
  return {
    dataFolder: flags.data ?? dataFolderOf(environment),
    port: readPort('--port', flags.port ?? environment.CERTKEEP_PORT ?? String(defaults.port)),
    host,
    suffix,
    dev,
    limits: readLimits(flags.limits ?? environment.CERTKEEP_LIMITS, dev),
    ...(publicHttp && { publicHttp }),
    ...(tlsAlpn && { tlsAlpn }),
    ...(acmeWebroots && { acmeWebroots }),
    ...(acmePrograms && { acmePrograms }),
    ...(acmeMachineIdentity && { acmeMachineIdentity }),
    ...(dnsServers.length > 0 && { dnsServers }),
  }
}

/** Where commands beside the service look for its data. */
export function dataFolderOf(environment: Environment): string {
  return environment.CERTKEEP_DATA ?? defaults.dataFolder
}

function readFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        suffix: { type: 'string' },
        dev: { type: 'boolean' },
        limits: { type: 'string' },
        'public-http-port': { type: 'string' },
        'public-http-host': { type: 'string' },
        'tls-alpn-port': { type: 'string' },
        'tls-alpn-host': { type: 'string' },
        'acme-webroot': { type: 'string', multiple: true },
        'acme-exec': { type: 'string', multiple: true },
        'acme-machine-identity': { type: 'boolean' },
        'dns-server': { type: 'string', multiple: true },
      },
    })
    return values
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('. ')[0] : String(cause)
    throw new Unusable(`${reason}; see certkeep --help`, { cause })
  }
}

function readPort(flag: string, text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  if (port < 1 || port > 65_535) throw new Unusable(`${flag} ${text}: a number from 1 to 65535 is needed`)
  return port
}

/** Nothing listens beside the front door unless a port is named. */
function readListener(
  name: 'public-http' | 'tls-alpn',
  flags: ReturnType<typeof readFlags>,
  environment: Environment,
  usualHost: string,
) {
  const variable = `CERTKEEP_${name.toUpperCase().replace('-', '_')}`
  const port = flags[`${name}-port`] ?? environment[`${variable}_PORT`]
  const host = flags[`${name}-host`] ?? environment[`${variable}_HOST`]
  if (port !== undefined) return { port: readPort(`--${name}-port`, port), host: host ?? usualHost }
  if (host === undefined) return undefined
  throw new Unusable(`--${name}-host ${host}: --${name}-port is needed too; nothing is served without it`)
}

/** In the environment there is one in each line. */
function linesOf(text: string | undefined): readonly string[] {
  return text?.split('\n').filter((line) => line.trim() !== '') ?? []
}

/** Things of the operator that issuer objects may name, and never by where they lie. */
function readNamed(flag: string, texts: readonly string[]): Readonly<Record<string, string>> | undefined {
  const named = new Map<string, string>()
  for (const text of texts) {
    const [, name, path] = /^([A-Za-z0-9][A-Za-z0-9_-]{0,62})=(.+)$/.exec(text) ?? []
    if (name === undefined || path === undefined)
      throw new Unusable(`${flag} ${text}: NAME=PATH is needed, with a name of letters, digits and hyphens`)
    if (named.has(name)) throw new Unusable(`${flag} ${text}: ${name} is named twice`)
    named.set(name, path)
  }
  return named.size > 0 ? Object.fromEntries(named) : undefined
}

/** Whoever tries things out is not held up. */
function readLimits(text: string | undefined, dev: boolean): LimitsPreset {
  if (text === undefined) return dev ? 'off' : 'generous'
  const preset = limitsPresets.find((name) => name === text)
  if (!preset) throw new Unusable(`--limits ${text}: one of ${limitsPresets.join(', ')} is needed`)
  return preset
}
