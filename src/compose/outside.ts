/** The way out of the machine: HTTP, the DNS, and what proves to CAs outside that names are ours. */
import { createSolvers } from '../challenges/configured-solvers.ts'
import { openMachineIdentity } from '../challenges/dns-01/open-machine-identity.ts'
import { openPrograms } from '../challenges/dns-01/run-programs.ts'
import { openWebroot } from '../challenges/http-01/webroot.ts'
import type { Solvers } from '../challenges/solvers.ts'
import type { Environment, ServeConfig } from '../config.ts'
import type { AcmeParts } from '../issuers/acme/acme-parts.ts'
import type { DigiCertParts } from '../issuers/digicert/digicert-provider.ts'
import { openDnsClient } from '../network/node-dns-client.ts'
import { openDnsExchange } from '../network/node-dns-exchange.ts'
import type { ExchangeRecorder } from '../network/record-exchanges.ts'
import { openHttpClients } from '../network/undici-client.ts'
import { acmeRegister } from '../vault/acme/acme-register.ts'
import { challengeSecret } from '../vault/acme/challenge-secret.ts'
import { shownChallenges } from '../vault/acme/shown-challenges.ts'
import type { Parts } from '../vault/parts.ts'
import { log } from './log.ts'
import { wallClock } from './machine.ts'

export interface OutsideConfig
  extends Pick<
    ServeConfig,
    'publicHttp' | 'tlsAlpn' | 'acmeWebroots' | 'acmePrograms' | 'acmeMachineIdentity' | 'dnsServers'
  > {
  /** Of the program. */
  readonly version: string
  /** Proxies are named there, where programs are found, and who the machine is. */
  readonly environment: Environment
}

export interface Outside {
  readonly acme: AcmeParts
  readonly digicert: DigiCertParts
  readonly solvers: Solvers
}

export function openOutside(
  parts: Pick<Parts, 'storage' | 'keys' | 'sealer' | 'clock' | 'random'>,
  config: OutsideConfig,
): Outside {
  const { version, environment, dnsServers } = config
  const openHttp = openHttpClients({ version, environment })
  const dns = openDnsClient(dnsServers && { servers: dnsServers })
  const solvers = createSolvers({
    openHttp,
    dns,
    exchange: openDnsExchange(),
    programs: openPrograms({
      paths: new Map(Object.entries(config.acmePrograms ?? {})),
      searchPath: environment.PATH ?? '',
    }),
    ...(config.acmeMachineIdentity && { machine: openMachineIdentity(environment) }),
    clock: wallClock,
    random: parts.random,
    secretOf: (vault, name) => challengeSecret(parts, vault, name),
    http: { listens: config.publicHttp !== undefined, webroots: webrootsOf(config) },
    tlsAlpn: {
      listens: config.tlsAlpn !== undefined,
      shown: shownChallenges(parts),
      clock: parts.clock,
    },
  })
  return {
    acme: { register: acmeRegister(parts), openHttp, dns, solvers },
    digicert: { openHttp, clock: parts.clock, record: recordInLog },
    solvers,
  }
}

/** For issuers that say so: what a CA is to be shown when it does not agree on what was said. */
const recordInLog: ExchangeRecorder = (exchange) =>
  log.info('what went to and fro with a CA', { ...exchange })

function webrootsOf({ acmeWebroots = {} }: OutsideConfig) {
  return new Map(Object.entries(acmeWebroots).map(([name, path]) => [name, openWebroot(name, path)]))
}
