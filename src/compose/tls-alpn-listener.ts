/** The listener of `tls-alpn-01`, put together. */
import type { Server } from 'node:net'
import type { ShownChallenges } from '../challenges/shown.ts'
import { challengeIdentities } from '../challenges/tls-alpn-01/challenge-identity.ts'
import { createTlsAlpnServer } from '../challenges/tls-alpn-01/tls-alpn-server.ts'
import type { ServeConfig } from '../config.ts'
import { boundConnections } from '../http/public/connection-bound.ts'
import type { Parts } from '../vault/parts.ts'
import { listen } from './listening.ts'

const connectionsMaxOfAll = 1000
const connectionsMaxOfAddress = 100

/** Undefined where nothing is to be answered. @throws Unusable. */
export async function startTlsAlpnListener(
  { tlsAlpn }: ServeConfig,
  { clock, random, log }: Parts,
  shown: ShownChallenges,
): Promise<Server | undefined> {
  if (!tlsAlpn) return undefined
  const server = createTlsAlpnServer({
    find: challengeIdentities({ shown, clock, random }),
    onFailure: (error) => log.error('an answer to tls-alpn-01 failed', { error: String(error) }),
  })
  server.maxConnections = connectionsMaxOfAll
  boundConnections(server, connectionsMaxOfAddress)
  await listen(server, tlsAlpn, { port: '--tls-alpn-port', host: '--tls-alpn-host' })
  server.on('error', (error) => log.error('a connection for tls-alpn-01 was lost', { error: String(error) }))
  return server
}
