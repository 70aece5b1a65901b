/** The listeners beside the front door, as far as ports are named for them. They start together and end together. */
import type { ShownChallenges } from '../challenges/shown.ts'
import type { ServeConfig } from '../config.ts'
import { keyAuthorizationsIn } from '../vault/acme/shown-challenges.ts'
import type { Parts } from '../vault/parts.ts'
import type { OcspDelegates } from '../vault/revocation/ocsp-delegates.ts'
import { drain, drainConnections } from './listening.ts'
import { startPublicListener } from './public-listener.ts'
import { startTlsAlpnListener } from './tls-alpn-listener.ts'

export interface SideListeners {
  /** Answers what was begun. */
  stop(): Promise<void>
}

/** @throws Unusable, with none of them listening. */
export async function startSideListeners(
  config: ServeConfig,
  parts: Parts,
  delegates: OcspDelegates,
  shown: ShownChallenges,
): Promise<SideListeners> {
  const publicServer = await startPublicListener(config, parts, delegates, keyAuthorizationsIn(shown))
  const stopPublic = async () => publicServer && drain(publicServer)
  const tlsAlpnServer = await startTlsAlpnListener(config, parts, shown).catch(async (error) => {
    await stopPublic()
    throw error
  })
  return {
    async stop() {
      await Promise.all([stopPublic(), tlsAlpnServer && drainConnections(tlsAlpnServer)])
    },
  }
}
