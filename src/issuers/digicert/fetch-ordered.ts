/** Fetching the certificate of an order: of all that the order has, the one that was ordered, and no other. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { Der } from '../../x509/der.ts'
import type { CertificateOrder, OrderAnswer } from '../issuer.ts'
import { certificatesOf } from './find-order.ts'
import { isOrderedKey, orderedChain } from './ordered-certificate.ts'
import type { Call } from './protocol/api.ts'
import { downloadCertificate, downloadOfOrder } from './protocol/certificate.ts'
import type { OrderInfo } from './protocol/order.ts'
import { isNotFound } from './protocol/refusal.ts'
import type { OrderReference } from './reference.ts'
import type { Session } from './session.ts'

/** An order that was reissued every month for three years has fewer. */
const downloadsMax = 40

/** @returns undefined when DigiCert does not hand it out. */
export async function fetchOrdered(
  session: Session,
  order: CertificateOrder,
  known: OrderReference,
  info: OrderInfo,
): Promise<(OrderAnswer & { state: 'issued' }) | undefined> {
  const tried = new Set<number>()
  const attempt = async (ids: readonly (number | undefined)[]) => {
    for (const id of ids) {
      if (id === undefined || tried.has(id) || tried.size >= downloadsMax) continue
      tried.add(id)
      const chain = await download(session, order, downloadCertificate(id))
      if (chain) return { state: 'issued', chain } as const
    }
    return undefined
  }
  const first = await attempt([known.certificate, info.certificate])
  if (first) return first
  const listed = await attempt(await candidates(session, order, known))
  if (listed) return listed
  if (known.kind !== 'new') return undefined
  const chain = await download(session, order, downloadOfOrder(info.id))
  return chain && { state: 'issued', chain }
}

/** The newest first; those for another key are left out where the list tells. */
async function candidates(
  { api }: Session,
  order: CertificateOrder,
  { order: id, kind }: OrderReference,
): Promise<readonly number[]> {
  const listed = await certificatesOf(api, id, kind === 'duplicate' ? 'duplicate' : 'reissue')
  return listed
    .filter(({ csr }) => csr === undefined || isOrderedKey(order, csr))
    .map((entry) => entry.id)
    .sort((left, right) => right - left)
}

async function download(
  { api }: Session,
  order: CertificateOrder,
  call: Call<readonly Der[]>,
): Promise<readonly Der[] | undefined> {
  try {
    return orderedChain(order, await api.make(call))
  } catch (error) {
    if (isNotFound(error)) return undefined
    // One that cannot be read is none; the next may be the one.
    if (error instanceof IssuerFailure && error.failure === 'permanent') return undefined
    throw error
  }
}
