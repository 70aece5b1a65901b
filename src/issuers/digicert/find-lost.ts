/**
 * An order that we may have placed without hearing of it. It is known again by the mark in its comments, by the certificate
 * request, and where DigiCert tells neither, by the certificate that comes of it.
 */
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Der } from '../../x509/der.ts'
import type { CertificateOrder } from '../issuer.ts'
import { certificatesOf, locateCertificate, ordersFor, ordersLookedAtMax } from './find-order.ts'
import { isOrderedKey } from './ordered-certificate.ts'
import type { Api } from './protocol/api.ts'
import { type OrderInfo, type OrderRequest, readOrder } from './protocol/order.ts'
import type { Names } from './wish.ts'

/** The clock of DigiCert may be behind ours by as much. */
const clockSkewSeconds = 3600

/** By which an order is known again: DigiCert keeps it with the request. */
export function markerOf({ orderKey }: Pick<CertificateOrder, 'orderKey'>): string {
  return `certkeep ${orderKey}`
}

const marker = /certkeep [0-9a-f]{32}/

export interface LostOrder {
  readonly order: OrderInfo
  readonly kind: 'new' | 'reissue' | 'duplicate'
}

export interface Lost {
  readonly found?: LostOrder
  /** Each may be it, and nothing says so yet. */
  readonly unclear: readonly LostOrder[]
  /** There are more orders than could be looked at. */
  readonly tooMany: boolean
}

/**
 * Looks for what may have been placed since the order was sent: among the orders for the same common name, and within the one
 * that the predecessor is of.
 */
export async function findLost(api: Api, order: CertificateOrder, { commonName }: Names): Promise<Lost> {
  const since = seconds((order.orderedAt ?? order.created) - clockSkewSeconds)
  const { ids, complete } = await ordersFor(api, commonName, since)
  const unclear: LostOrder[] = []
  for (const id of ids.slice(0, ordersLookedAtMax)) {
    const info = await api.make(readOrder(id))
    const verdict = judge(order, info, since)
    if (verdict === 'ours') return { found: { order: info, kind: 'new' }, unclear: [], tooMany: false }
    if (verdict === 'unclear') unclear.push({ order: info, kind: 'new' })
  }
  const tooMany = !complete || ids.length > ordersLookedAtMax
  const within = order.replaces && (await findWithin(api, order, order.replaces, since))
  if (!within) return { unclear, tooMany }
  if (within.sure) return { found: within, unclear: [], tooMany: false }
  return { unclear: [...unclear, within], tooMany }
}

function judge(order: CertificateOrder, info: OrderInfo, since: UnixSeconds): 'ours' | 'other' | 'unclear' {
  const own = ownRequest(order, info)
  // What is within an order is looked for where it belongs.
  if (own) return isWithin(own) ? 'other' : 'ours'
  if (info.requests.some(({ comments }) => marker.test(comments))) return 'other'
  if (info.created !== undefined && info.created < since) return 'other'
  const same = info.csr === undefined ? undefined : isOrderedKey(order, info.csr)
  if (same === false) return 'other'
  // A key that is used again has several orders; without the mark nothing tells them apart.
  return same === true && !order.policy.key.reuseKey ? 'ours' : 'unclear'
}

function ownRequest(order: CertificateOrder, { requests }: OrderInfo): OrderRequest | undefined {
  return requests.find(({ type, comments }) => type !== 'revoke' && comments.includes(markerOf(order)))
}

function isWithin({ type }: OrderRequest): boolean {
  return type === 'reissue' || type === 'duplicate'
}

/** @returns undefined when the order of the predecessor holds nothing that may be it. */
async function findWithin(
  api: Api,
  order: CertificateOrder,
  predecessor: Der,
  since: UnixSeconds,
): Promise<(LostOrder & { readonly sure: boolean }) | undefined> {
  const info = (await locateCertificate(api, predecessor))?.order
  if (!info) return undefined
  const own = ownRequest(order, info)
  if (own && isWithin(own)) return { order: info, kind: kindOf(own), sure: true }
  const kind = order.policy.key.reuseKey ? undefined : await kindByKey(api, order, info)
  if (kind) return { order: info, kind, sure: true }
  const unmarked = info.requests.find(
    (request) =>
      isWithin(request) &&
      !marker.test(request.comments) &&
      (request.created === undefined || request.created >= since),
  )
  return unmarked && { order: info, kind: kindOf(unmarked), sure: false }
}

function kindOf({ type }: OrderRequest): 'reissue' | 'duplicate' {
  return type === 'duplicate' ? 'duplicate' : 'reissue'
}

async function kindByKey(
  api: Api,
  order: CertificateOrder,
  { id, csr }: OrderInfo,
): Promise<'reissue' | 'duplicate' | undefined> {
  if (csr !== undefined && isOrderedKey(order, csr)) return 'reissue'
  for (const kind of ['reissue', 'duplicate'] as const) {
    const listed = await certificatesOf(api, id, kind)
    if (listed.some((each) => each.csr !== undefined && isOrderedKey(order, each.csr))) return kind
  }
  return undefined
}
