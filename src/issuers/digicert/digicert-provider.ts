/**
 * `DigiCert`: CertCentral, through its Services API. Each order is billed, and DigiCert keeps no two of them apart; so each
 * carries a mark by which it is found again, and is never sent while one may be there.
 */
import type {
  CertificateOrder,
  Issuer,
  IssuerAccount,
  IssuerProvider,
  OrderAnswer,
  ReconcileAnswer,
} from '../issuer.ts'
import { accountFindings } from './account-findings.ts'
import { giveUp } from './cancel-order.ts'
import { findLost } from './find-order.ts'
import { placeOrder } from './place-order.ts'
import { checkOrder, progressOf } from './progress.ts'
import { revoke } from './revoke.ts'
import { type DigiCertParts, type Incomplete, type Session, sessions } from './session.ts'
import { readSettings } from './settings.ts'
import { namesOf } from './wish.ts'

export type { DigiCertParts } from './session.ts'

export function digicertProvider(parts: DigiCertParts): IssuerProvider {
  const open = sessions(parts)
  return {
    name: 'DigiCert',
    checkSettings(settings) {
      const { trustRoots } = readSettings(settings)
      // Opened to see that the roots can be read.
      if (trustRoots.length > 0) parts.openHttp({ trustRoots })
    },
    connect: (account) => connect(open, account),
  }
}

function connect(open: ReturnType<typeof sessions>, account: IssuerAccount): Issuer {
  const opened = open(account)
  if ('missing' in opened) return unconnected(opened)
  return {
    capabilities: { idempotentOrders: false, caCertificates: false },
    order: (order) => placeOrder(opened, order),
    check: (order, reference) => checkOrder(opened, order, reference),
    reconcile: (order) => reconcile(opened, order),
    cancel: (order, reference) => giveUp(opened, order, reference),
    revoke: (certificate, wish) => revoke(opened, certificate, wish),
    verifyAccount: () => accountFindings(opened),
  }
}

/** Nothing is sent without account and key. What was ordered when they were there waits for them. */
function unconnected({ missing }: Incomplete): Issuer {
  const answer = async (): Promise<OrderAnswer> => ({ state: 'unable', reason: missing })
  return {
    capabilities: { idempotentOrders: false, caCertificates: false },
    order: answer,
    check: async (_order, reference) => ({
      state: 'pending',
      reference,
      checkAgainAfterSeconds: 3600,
      details: `The order cannot be looked at: ${missing}`,
    }),
    cancel: async () => ({ state: 'refused', reason: missing }),
    verifyAccount: async () => [{ subject: 'credentials', inOrder: false, details: missing }],
  }
}

async function reconcile(session: Session, order: CertificateOrder): Promise<ReconcileAnswer> {
  const lost = await findLost(session.api, order, namesOf(order.policy))
  if (lost.state === 'none') return 'not-ordered'
  if (lost.state === 'unclear') return 'unknown'
  const { order: info, kind } = lost
  const { baseUrl } = session.settings
  return progressOf(session, order, { baseUrl, order: info.id, kind }, info)
}
