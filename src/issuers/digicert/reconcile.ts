/** What became of an order whose answer was lost. Nothing is ordered here, and "none" is said only where it is certain. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { CertificateOrder, OrderAnswer, ReconcileAnswer } from '../issuer.ts'
import { fetchOrdered } from './fetch-ordered.ts'
import { findLost, type LostOrder } from './find-lost.ts'
import { progressOf } from './progress.ts'
import type { OrderReference } from './reference.ts'
import type { Session } from './session.ts'
import { namesOf } from './wish.ts'

export async function reconcile(session: Session, order: CertificateOrder): Promise<ReconcileAnswer> {
  const { found, unclear, tooMany } = await findLost(session.api, order, namesOf(order.policy))
  if (found) return progressOf(session, order, referenceTo(session, found), found.order)
  for (const each of unclear) {
    const issued = await certificateOf(session, order, each)
    if (issued) return issued
  }
  return tooMany || unclear.some(mayHaveIssued) ? 'unknown' : 'not-ordered'
}

function referenceTo({ settings }: Session, { order, kind, request }: LostOrder): OrderReference {
  const { baseUrl } = settings
  return { baseUrl, order: order.id, kind, ...(request !== undefined && { request }) }
}

/**
 * The certificate of an order that may be ours shows whether it is.
 * @throws IssuerFailure while there is none yet.
 */
async function certificateOf(
  session: Session,
  order: CertificateOrder,
  lost: LostOrder,
): Promise<OrderAnswer | undefined> {
  const { id, status } = lost.order
  if (over.has(status)) return undefined
  if (status === 'issued') return fetchOrdered(session, order, referenceTo(session, lost), lost.order)
  throw new IssuerFailure(
    'user-action',
    `The order ${id} at DigiCert may be this one, whose answer was lost, and DigiCert has it as ${status}. Nothing is ordered until its certificate shows whose it is, or it is cancelled there.`,
  )
}

/** No certificate comes of these. */
const over = new Set(['canceled', 'cancelled', 'rejected'])

function mayHaveIssued({ order }: LostOrder): boolean {
  return !over.has(order.status)
}
