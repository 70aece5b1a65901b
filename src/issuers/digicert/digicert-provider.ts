/**
 * `DigiCert`: CertCentral, through its Services API. Each order is billed, and DigiCert keeps no two of them apart; so each
 * carries a mark by which it is found again, and is never sent while one may be there.
 */
import type { Issuer, IssuerAccount, IssuerProvider, OrderAnswer } from '../issuer.ts'
import { accountFindings } from './account-findings.ts'
import { giveUp } from './cancel-order.ts'
import { placeOrder } from './place-order.ts'
import { checkOrder } from './progress.ts'
import { reconcile } from './reconcile.ts'
import { revoke } from './revoke.ts'
import { type DigiCertParts, type Incomplete, sessions } from './session.ts'
import { readSettings } from './settings.ts'

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
