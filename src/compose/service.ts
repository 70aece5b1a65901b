/** The service, put together: a parts list from the data folder to the listening server. */
import { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import type { FastifyInstance } from 'fastify'
import { createTokenVerifier } from '../access/bearer-token.ts'
import type { Solvers } from '../challenges/solvers.ts'
import type { StartedService } from '../cli/serve-command.ts'
import type { Environment, ServeConfig } from '../config.ts'
import { seconds } from '../domain/time.ts'
import { isOurAudience } from '../http/hosts.ts'
import { limitPresets, limitWindowSeconds } from '../http/limit-presets.ts'
import { createRateLimit } from '../http/rate-limit.ts'
import { registerChallenges } from '../http/routes/challenges.ts'
import { registerDevClock } from '../http/routes/dev-clock.ts'
import { registerHealth } from '../http/routes/health.ts'
import { routes } from '../http/routes/index.ts'
import { createServer } from '../http/server.ts'
import { registerTokenService } from '../http/token-service.ts'
import { dataFolderAt, writePublicFile } from '../installation/data-folder.ts'
import {
  bareHosts,
  certificateHosts,
  loginOrigin,
  rememberFrontDoor,
  vaultOrigin,
} from '../installation/front-door.ts'
import { type Installation, openInstallation, storeClockOffset } from '../installation/installation.ts'
import { createServiceIdentity } from '../installation/service-identity.ts'
import { type MovableClock, movableClock } from '../installation/vault-clock.ts'
import { createIssuers } from '../issuers/providers.ts'
import { startTimetable, type Timetable } from '../schedule/timetable.ts'
import { keyAuthorizationsIn, shownChallenges } from '../vault/acme/shown-challenges.ts'
import { takeAwayOverdue } from '../vault/acme/take-away-overdue.ts'
import { authorityRegister } from '../vault/authorities/authority-register.ts'
import { advanceDue, claimSeconds } from '../vault/certificates/advance-due.ts'
import { type StepsUnderWay, stepsUnderWay } from '../vault/certificates/steps-under-way.ts'
import { createVault } from '../vault/create-vault.ts'
import { createAdministration } from '../vault/identity/administer.ts'
import { createTokenService } from '../vault/identity/issue-token.ts'
import { rotateDue } from '../vault/keys/rotate-due.ts'
import type { Parts } from '../vault/parts.ts'
import { createPerform } from '../vault/perform.ts'
import { purgeRetained } from '../vault/purge-retained.ts'
import { createOcspDelegates, type OcspDelegates } from '../vault/revocation/ocsp-delegates.ts'
import { publishLists } from '../vault/revocation/publish-lists.ts'
import { createVaultDirectory } from '../vault/vault-directory.ts'
import { formatPem } from '../x509/pem.ts'
import { drain, listen } from './listening.ts'
import { log } from './log.ts'
import { cores, machineName, newRequestId, operatorName, random, wallClock } from './machine.ts'
import { openOutside } from './outside.ts'
import { publicRateLimit } from './public-listener.ts'
import { startSideListeners } from './side-listeners.ts'
import { openStorage } from './storage.ts'

const verifiedTokensMax = 10_000
/** Vaults or callers whose requests are counted at a time. */
const limitedKeysMax = 10_000

export interface ServiceConfig extends ServeConfig {
  /** Of the program. */
  readonly version: string
  /** Of the process. */
  readonly environment: Environment
}

/** @throws Unusable, with nothing damaged. */
export async function startService(config: ServiceConfig): Promise<StartedService> {
  const folder = dataFolderAt(config.dataFolder)
  const installation = await openInstallation({
    folder,
    create: true,
    dev: config.dev,
    openStorage,
    wallClock,
    random,
    cores,
  })
  try {
    return await compose(config, installation)
  } catch (error) {
    await installation.storage.close()
    throw error
  }
}

async function compose(config: ServiceConfig, installation: Installation): Promise<StartedService> {
  const { storage, keys, localCa, folder } = installation
  const clock = movableClock(wallClock, installation.clockOffsetSeconds)
  const perform = createPerform(storage, clock)
  const authorities = authorityRegister({ storage, keys, clock, random })
  const { acme, digicert, solvers } = openOutside({ storage, keys, sealer: keys, clock, random }, config)
  const issuers = createIssuers({ keys, random, authorities, acme, digicert })
  const { backups } = installation
  const parts: Parts = { storage, perform, keys, sealer: keys, backups, clock, random, issuers, log }
  await createAdministration({ ...parts, operatorName: operatorName() }).ensureFirstAdministrator()
  const caPem = formatPem('CERTIFICATE', localCa.certificate)
  writePublicFile(folder.caCertificate, caPem)
  writePublicFile(folder.caBundle, `${caPem}${rootCertificates.join('\n')}\n`)

  const steps = stepsUnderWay(parts)
  const shown = shownChallenges(parts)
  const delegates = createOcspDelegates(parts)
  const server = await createFrontDoor(config, installation, parts, steps, clock)
  registerChallenges(server, {
    keyAuthorization: keyAuthorizationsIn(shown),
    rateLimit: publicRateLimit(config.limits),
  })
  await listen(server, config, { port: '--port', host: '--host' })
  const besides = await startSideListeners(config, parts, delegates, shown).catch(async (error) => {
    await server.close()
    throw error
  })
  await storage.transact((writer) => rememberFrontDoor(writer, config))
  // Nobody else works on this store: what a process that died had claimed is taken up at once. What does not fit into one
  // turn waits until its claim ends.
  const takenUp = advanceDue(parts, seconds(clock.now() + claimSeconds), steps).catch((error) => {
    log.error('what was left behind is taken up later', { error: String(error) })
  })
  const timetable = schedule(parts, steps, solvers, delegates, () =>
    renewIdentity(config, installation, server),
  )
  clock.onAdvance(timetable.nudge)
  return {
    url: vaultOrigin(config, 'default'),
    caCertificate: folder.caCertificate,
    caFingerprint: new X509Certificate(localCa.certificate).fingerprint256,
    firstStart: installation.firstStart,
    // Answers what was begun, then lets go of everything.
    async stop() {
      await timetable.stop()
      await Promise.all([drain(server), besides.stop()])
      await takenUp
      await steps.settled()
      await storage.close()
    },
  }
}

async function createFrontDoor(
  config: ServiceConfig,
  installation: Installation,
  parts: Parts,
  steps: StepsUnderWay,
  clock: MovableClock,
): Promise<FastifyInstance> {
  const { storage } = parts
  const { tenantId } = installation
  const hostNames = { suffix: config.suffix, bareHosts: bareHosts(config, machineName) }
  const isAudience = (audience: string) => isOurAudience(audience, hostNames)
  const issuer = `https://login.${config.suffix}/${tenantId}/v2.0`
  const tokens = await createTokenService(parts, { tenantId, issuer, isAudience, wallClock })
  const keys = tokens.publicKeys
  const cacheEntriesMax = verifiedTokensMax
  const verifier = createTokenVerifier({ keys, issuer, tenantId, isAudience, wallClock, cacheEntriesMax })
  const server = createServer({
    hostNames,
    loginOrigin: loginOrigin(config),
    tenantId,
    verifyToken: verifier.verify,
    findVault: createVaultDirectory(storage, wallClock),
    rateLimit: createRateLimit(limitPresets[config.limits], {
      windowSeconds: limitWindowSeconds,
      keysMax: limitedKeysMax,
      clock: wallClock,
    }),
    newRequestId,
    vault: createVault(parts, steps.begin),
    routes,
    log: parts.log,
    serviceVersion: `${config.version.split('-')[0]}.0`,
    identity: await identityFor(config, installation),
  })
  registerTokenService(server, { tokens, tenantId, wallClock, originOf: (request) => request.visit.origin })
  registerHealth(server, () => storage.read((reader) => reader.settings.findVault('default')))
  registerDevClock(
    server,
    installation.dev ? (bySeconds) => advanceClock(parts, clock, bySeconds) : undefined,
  )
  return server
}

async function advanceClock({ storage }: Parts, clock: MovableClock, bySeconds: number) {
  await storage.transact((writer) => storeClockOffset(writer, clock.offsetSeconds + bySeconds))
  return clock.advance(bySeconds)
}

function identityFor(config: ServeConfig, { keys, localCa }: Installation) {
  return createServiceIdentity({
    keys,
    localCa,
    hosts: certificateHosts(config, machineName),
    wallClock,
    random,
  })
}

/** The listener's own certificate is short-lived; connections that exist keep theirs. */
async function renewIdentity(config: ServeConfig, installation: Installation, server: FastifyInstance) {
  const { key, certificate } = await identityFor(config, installation)
  const listener = server.server as unknown as {
    setSecureContext(context: { key: string; cert: string }): void
  }
  listener.setSecureContext({ key, cert: certificate })
}

function schedule(
  parts: Parts,
  steps: StepsUnderWay,
  solvers: Solvers,
  delegates: OcspDelegates,
  renew: () => Promise<void>,
): Timetable {
  const tasks = [
    { name: 'advance operations', everySeconds: 1, run: () => advanceDue(parts, parts.clock.now(), steps) },
    { name: 'publish revocation lists', everySeconds: 1, run: () => publishLists(parts) },
    { name: 'rotate keys', everySeconds: 60, run: () => rotateDue(parts) },
    { name: 'renew OCSP responders', everySeconds: 60, run: () => delegates.renewDue() },
    {
      name: 'take away challenges that are over',
      everySeconds: 60,
      run: () => takeAwayOverdue({ ...parts, solvers }),
    },
    { name: 'purge what was retained long enough', everySeconds: 60, run: () => purgeRetained(parts) },
    { name: 'renew the service certificate', everySeconds: 86_400, run: () => renew().then(() => false) },
  ]
  return startTimetable(tasks, (task, error) => log.error('a task failed', { task, error: String(error) }))
}
