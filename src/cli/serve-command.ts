/** `certkeep serve`: runs the service until it is told to stop. */
import { defaults, type Environment, readServeConfig, type ServeConfig } from '../config.ts'

export interface ServeContext {
  readonly out: (text: string) => void
  readonly environment: Environment
  readonly version: string
  readonly startService: (config: ServeConfig) => Promise<StartedService>
  /** Resolves when the process is asked to end. */
  readonly untilStopped: () => Promise<void>
}

/** What the banner tells of a service that answers. */
export interface StartedService {
  readonly url: string
  readonly caCertificate: string
  readonly caFingerprint: string
  readonly firstStart: boolean
  stop(): Promise<void>
}

export const serveUsage = `usage: certkeep serve [--data DIR] [--port N] [--host H] [--suffix DNS] [--limits P] [--dev]
                      [--public-http-port N] [--public-http-host H]
                      [--tls-alpn-port N] [--tls-alpn-host H] [--acme-webroot NAME=PATH]…
                      [--acme-exec NAME=PATH]… [--acme-machine-identity]
                      [--dns-server ADDRESS]…

  --data DIR     the folder that holds everything (${defaults.dataFolder}); made on the first start
  --port N       the port of HTTPS (${defaults.port})
  --host H       the address to listen on (${defaults.host}); 0.0.0.0 for all
  --suffix DNS   vaults are https://{vault}.DNS (${defaults.suffix})
  --limits P     how many requests are taken: generous (20,000 in 10 seconds for one caller), key-vault (its published
                 limits for one vault) or off; generous, and off with --dev
  --dev          for trying out: the clock can be moved. On data made with --dev only
  --public-http-port N   publishes revocation lists, CA certificates and OCSP in plain HTTP, answers http-01 of ACME, and
                         does nothing else
  --public-http-host H   the address for that (as --host)
  --tls-alpn-port N      answers tls-alpn-01 of ACME
  --tls-alpn-host H      the address for that (as --host)
  --acme-webroot NAME=PATH   a folder of a web server in which http-01 of ACME may lie, and how issuers call it
  --acme-exec NAME=PATH      a program that sets records of the DNS for dns-01 of ACME, and how issuers call it
  --acme-machine-identity    lets issuers of every vault act as this machine at AWS, Azure or Google Cloud for dns-01
  --dns-server ADDRESS       a name server that is asked in place of the machine's, as 192.0.2.53 or 192.0.2.53:5353

The environment sets the same: CERTKEEP_DATA, CERTKEEP_PORT, CERTKEEP_HOST, CERTKEEP_SUFFIX,
CERTKEEP_LIMITS, CERTKEEP_DEV=1, CERTKEEP_PUBLIC_HTTP_PORT, CERTKEEP_PUBLIC_HTTP_HOST,
CERTKEEP_TLS_ALPN_PORT, CERTKEEP_TLS_ALPN_HOST, CERTKEEP_ACME_MACHINE_IDENTITY=1, and with one in each
line CERTKEEP_ACME_WEBROOT, CERTKEEP_ACME_EXEC, CERTKEEP_DNS_SERVER.
`

export async function serveCommand(args: readonly string[], context: ServeContext): Promise<number> {
  if (args.includes('--help')) {
    context.out(serveUsage)
    return 0
  }
  const config = readServeConfig(args, context.environment)
  const stopped = context.untilStopped()
  const service = await context.startService(config)
  context.out(banner(config, service, context.version))
  await stopped
  await service.stop()
  return 0
}

/** Where the vault is, how to trust it, and what to do next. */
function banner(config: ServeConfig, service: StartedService, version: string): string {
  const data = config.dataFolder === defaults.dataFolder ? '' : ` --data ${quoted(config.dataFolder)}`
  const lines = [
    `certkeep ${version} ${service.firstStart ? 'has made a new vault and ' : ''}is ready.`,
    '',
    `  Vault       ${service.url}`,
    `  Trust       ${service.caCertificate}`,
    `  SHA-256     ${service.caFingerprint}`,
    ...(config.publicHttp
      ? [`  Public      ${originOf(config.publicHttp)}   revocation lists, OCSP, http-01`]
      : []),
    ...(config.tlsAlpn ? [`  TLS-ALPN    ${hostPort(config.tlsAlpn)}   tls-alpn-01`] : []),
    `  Next        eval "$(npx certkeep env${data})"   in another terminal: sets what Azure clients need`,
    '',
  ]
  return `${[...(config.dev ? devWarning : []), ...lines].join('\n')}\n`
}

function originOf(address: Address): string {
  return `http://${hostPort(address)}`
}

interface Address {
  readonly host: string
  readonly port: number
}

function hostPort({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

const devWarning = [
  '********************************************************************************',
  '**  --dev: anyone on this machine can move the clock of this vault.           **',
  '**  Never keep a certificate here that matters.                               **',
  '********************************************************************************',
  '',
]

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
