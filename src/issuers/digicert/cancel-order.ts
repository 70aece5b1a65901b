/** Giving up what was ordered, and nothing else: an order that was there before stays. */
import type { CancelAnswer, CertificateOrder } from '../issuer.ts'
import { fetchOrdered } from './fetch-ordered.ts'
import { requestWaits } from './progress.ts'
import { cancelOrder, type OrderInfo, readOrder, rejectRequest } from './protocol/order.ts'
import { isNotFound, isRefusal } from './protocol/refusal.ts'
import { type OrderReference, readReference } from './reference.ts'
import type { Session } from './session.ts'

export async function giveUp(
  session: Session,
  order: CertificateOrder,
  reference: string,
): Promise<CancelAnswer> {
  const known = readReference(reference, session.settings.baseUrl)
  const info = await find(session, known)
  if (!info)
    return { state: 'refused', reason: `DigiCert does not show the order ${known.order} to this API key.` }
  if (isOver(info, known)) return { state: 'cancelled' }
  if (known.kind === 'new' ? isMade(info) : await fetchOrdered(session, order, known, info))
    return { state: 'too-late' }
  try {
    return await withdraw(session, known, info)
  } catch (error) {
    if (!isRefusal(error)) throw error
    return afterRefusal(session, known, error.message)
  }
}

async function find({ api }: Session, { order }: OrderReference): Promise<OrderInfo | undefined> {
  try {
    return await api.make(readOrder(order))
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function isOver({ status, requests }: OrderInfo, { request }: OrderReference): boolean {
  if (/^(?:cancell?ed|rejected)$/.test(status)) return true
  return requests.some(({ id, status: state }) => id === request && state === 'rejected')
}

/** What is reissued was made before; the reissue is somebody else's. */
function isMade({ status }: OrderInfo): boolean {
  return status === 'issued' || status === 'reissue_pending'
}

/** @throws DigiCertRefusal when it is not to be withdrawn any more. */
async function withdraw({ api }: Session, known: OrderReference, info: OrderInfo): Promise<CancelAnswer> {
  const { kind, request } = known
  const { id, status } = info
  const waitsForApproval = status === 'needs_approval' || (status === 'issued' && requestWaits(known, info))
  if (waitsForApproval && request !== undefined) await api.make(rejectRequest(request))
  else if (kind === 'new' || (kind === 'reissue' && status === 'reissue_pending'))
    await api.make(cancelOrder(id))
  // A reissue that the order shows nothing of was dropped, or never came to be.
  else if (status !== 'issued')
    return { state: 'refused', reason: `The order ${id} is ${status}; cancel the ${kind} in CertCentral.` }
  return { state: 'cancelled' }
}

/** It may have been made in this very moment. */
async function afterRefusal(session: Session, known: OrderReference, reason: string): Promise<CancelAnswer> {
  const info = await find(session, known)
  if (info && isOver(info, known)) return { state: 'cancelled' }
  if (info && isMade(info) && known.kind === 'new') return { state: 'too-late' }
  return { state: 'refused', reason }
}
