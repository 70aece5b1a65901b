/** `tls-alpn-01` (RFC 8737): what is on record is shown by a listener of its own. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { Clock } from '../../domain/time.ts'
import type { Solver } from '../challenge.ts'
import { rejectUnknownMembers } from '../settings-members.ts'
import type { ShownChallenges } from '../shown.ts'
import type { SolverKind } from '../solver-kind.ts'
import { inTurn } from './turn.ts'

export interface TlsAlpnSolverTools {
  /** Whether the listener runs. */
  readonly listens: boolean
  readonly shown: ShownChallenges
  /** By which it is on record since when it is shown. */
  readonly clock: Clock
}

export function tlsAlpnSolverKind(tools: TlsAlpnSolverTools): SolverKind {
  return {
    type: 'tls-alpn-01',
    ready: tools.listens,
    proves: (_identifier, wildcard) => !wildcard,
    checkSettings: (settings) => rejectUnknownMembers(settings, []),
    connect: () => solver(tools),
  }
}

function solver({ listens, shown, clock }: TlsAlpnSolverTools): Solver {
  return {
    type: 'tls-alpn-01',
    async present() {
      if (listens) return undefined
      throw new IssuerFailure(
        'user-action',
        'Nothing answers tls-alpn-01 here: start the service with --tls-alpn-port 443, or with a port to which a proxy sends connections for the protocol acme-tls/1.',
      )
    },
    async look({ identifier: { value }, keyAuthorization }) {
      const served = inTurn(await shown.byIdentifier('tls-alpn-01', value), clock.now())
      if (!served || served.keyAuthorization === keyAuthorization) return { state: 'visible' }
      return {
        state: 'waiting',
        details: `Another order is proving control of ${value} by tls-alpn-01; this one comes after it.`,
      }
    },
    /** Nothing is shown that is not on record. */
    async cleanUp() {},
  }
}
