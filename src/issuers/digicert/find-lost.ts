/**
 * An order that we may have placed without hearing of it. It is known again by the mark in its comments, by the certificate
 * request, and where DigiCert tells neither, by the certificate that comes of it.
 */
import { seconds, type UnixSeconds } from '../../domain/time.ts'
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

export const marker = /certkeep [0-9a-f]{32}/

export interface LostOrder {
  readonly order: OrderInfo
  readonly kind: 'new' | 'reissue' | 'duplicate'
  /** Somebody in the account may have to agree to it. */
  readonly request?: number
}

export interface Lost {
  readonly found?: LostOrder
  /** Each may be it, and nothing says so yet. */
  readonly unclear: readonly LostOrder[]
  /** There are more orders than could be looked at. */
  readonly tooMany: boolean
}

/**
 * Looks for what may have been placed since the order was sent: an order for the same common name, or something within one of
 * them or within that of the predecessor.
 */
export async function findLost(api: Api, order: CertificateOrder, { commonName }: Names): Promise<Lost> {
  const since = seconds((order.orderedAt ?? order.created) - clockSkewSeconds)
  const { orders, complete } = await ordersFor(api, commonName)
  const former = order.replaces && (await locateCertificate(api, order.replaces))?.order
  const looked = orders.slice(0, ordersLookedAtMax).map(({ id }) => id)
  const unclear: LostOrder[] = []
  for (const id of new Set(former ? [former.id, ...looked] : looked)) {
    const info = id === former?.id ? former : await api.make(readOrder(id))
    const found =
      (await judge(api, order, info, since)) ?? (info === former ? await byKey(api, order, info) : undefined)
    if (found?.sure) return { found, unclear: [], tooMany: false }
    if (found) unclear.push(found)
  }
  const beyond = orders.slice(ordersLookedAtMax)
  const tooMany = !complete || beyond.some(({ created }) => created === undefined || created >= since)
  return { unclear, tooMany }
}

type Candidate = LostOrder & { readonly sure: boolean }

/** @returns undefined for an order that has nothing of ours. */
async function judge(
  api: Api,
  order: CertificateOrder,
  info: OrderInfo,
  since: UnixSeconds,
): Promise<Candidate | undefined> {
  const own = info.requests.find(
    ({ type, comments }) => type !== 'revoke' && comments.includes(markerOf(order)),
  )
  if (own) return { order: info, kind: kindOf(own), request: own.id, sure: true }
  const { reuseKey } = order.policy.key
  const isNew = info.created === undefined || info.created >= since
  const same = info.csr === undefined ? undefined : isOrderedKey(order, info.csr)
  // A key that is used again has several orders; without the mark nothing tells them apart.
  if (same === true && !reuseKey) return { order: info, kind: isNew ? 'new' : 'reissue', sure: true }
  const within = info.requests.find((request) => isWithin(request) && isUnmarkedSince(request, since))
  if (within) return (await byKey(api, order, info)) ?? { order: info, kind: kindOf(within), sure: false }
  const isMarked = info.requests.some(({ comments }) => marker.test(comments))
  return isNew && !isMarked && same !== false ? { order: info, kind: 'new', sure: false } : undefined
}

function isUnmarkedSince({ comments, created }: OrderRequest, since: UnixSeconds): boolean {
  return !marker.test(comments) && (created === undefined || created >= since)
}

function isWithin({ type }: OrderRequest): boolean {
  return type === 'reissue' || type === 'duplicate'
}

function kindOf({ type }: OrderRequest): LostOrder['kind'] {
  return type === 'reissue' || type === 'duplicate' ? type : 'new'
}

/** Among the certificates that the order has beside the primary one. */
async function byKey(api: Api, order: CertificateOrder, info: OrderInfo): Promise<Candidate | undefined> {
  if (order.policy.key.reuseKey) return undefined
  for (const kind of ['reissue', 'duplicate'] as const) {
    const listed = await certificatesOf(api, info.id, kind)
    if (listed.some(({ csr }) => csr !== undefined && isOrderedKey(order, csr)))
      return { order: info, kind, sure: true }
  }
  return undefined
}
