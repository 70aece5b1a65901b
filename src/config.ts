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
  const publicHttp = readPublicHttp(
    flags['public-http-port'] ?? environment.CERTKEEP_PUBLIC_HTTP_PORT,
    flags['public-http-host'] ?? environment.CERTKEEP_PUBLIC_HTTP_HOST,
    host,
  )
  return {
    dataFolder: flags.data ?? dataFolderOf(environment),
    port: readPort('--port', flags.port ?? environment.CERTKEEP_PORT ?? String(defaults.port)),
    host,
    suffix,
    dev,
    limits: readLimits(flags.limits ?? environment.CERTKEEP_LIMITS, dev),
    ...(publicHttp && { publicHttp }),
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

/** Nothing is published unless a port is named. */
function readPublicHttp(port: string | undefined, host: string | undefined, usualHost: string) {
  if (port !== undefined) return { port: readPort('--public-http-port', port), host: host ?? usualHost }
  if (host === undefined) return undefined
  throw new Unusable(
    `--public-http-host ${host}: --public-http-port is needed too; nothing is served without it`,
  )
}

/** Whoever tries things out is not held up. */
function readLimits(text: string | undefined, dev: boolean): LimitsPreset {
  if (text === undefined) return dev ? 'off' : 'generous'
  const preset = limitsPresets.find((name) => name === text)
  if (!preset) throw new Unusable(`--limits ${text}: one of ${limitsPresets.join(', ')} is needed`)
  return preset
}
