/** Finding orders at DigiCert: that of a certificate, and one that we may have placed without hearing of it. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import type { CertificateOrder } from '../issuer.ts'
import { isOrderedKey } from './ordered-certificate.ts'
import type { Api } from './protocol/api.ts'
import { listCertificates } from './protocol/certificate.ts'
import { listedAtOnceMax, listOrders, type OrderInfo, readOrder } from './protocol/order.ts'
import { isNotFound } from './protocol/refusal.ts'
import type { Names } from './wish.ts'

export interface LocatedCertificate {
  readonly order: OrderInfo
  readonly certificate: number
  /** Empty for the primary certificate: the order's says it. */
  readonly status: string
}

/** Beyond as many, DigiCert cannot be asked through. */
const pagesMax = 20
const ordersLookedAtMax = 100

/** @returns undefined when the account has no such certificate. */
export async function locateCertificate(api: Api, certificate: Der): Promise<LocatedCertificate | undefined> {
  const facts = parseCertificate(certificate)
  const serialNumber = serialText(Buffer.from(facts.serialNumber).toString('hex'))
  const primary = await orderUnder(api, serialNumber)
  const found = primary && (await certificateWithin(api, primary, serialNumber))
  if (found) return found
  const commonName =
    facts.subject.flat().find(({ type }) => type === '2.5.4.3')?.value ?? facts.sans?.dnsNames[0]
  if (commonName === undefined) return undefined
  for (const id of (await ordersFor(api, commonName.toLowerCase())).ids.slice(0, ordersLookedAtMax)) {
    const order = await api.make(readOrder(id))
    const located = await certificateWithin(api, order, serialNumber)
    if (located) return located
  }
  return undefined
}

/** DigiCert finds primary certificates by their serial number. */
async function orderUnder(api: Api, serialNumber: string): Promise<OrderInfo | undefined> {
  try {
    return await api.make(readOrder(serialNumber))
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function certificateWithin(
  api: Api,
  order: OrderInfo,
  serialNumber: string,
): Promise<LocatedCertificate | undefined> {
  const { certificate } = order
  if (certificate !== undefined && serialText(order.serialNumber ?? '') === serialNumber)
    return { order, certificate, status: '' }
  for (const kind of ['reissue', 'duplicate'] as const) {
    const listed = await certificatesOf(api, order.id, kind)
    const found = listed.find((each) => serialText(each.serialNumber) === serialNumber)
    if (found) return { order, certificate: found.id, status: found.status }
  }
  return undefined
}

/** An order without any has no list of them. */
export async function certificatesOf(api: Api, order: number, kind: 'reissue' | 'duplicate') {
  try {
    return await api.make(listCertificates(order, kind))
  } catch (error) {
    if (isNotFound(error)) return []
    throw error
  }
}

/** Hexadecimal digits as DigiCert writes them: in upper case, without zeros in front that only make the number positive. */
export function serialText(hex: string): string {
  const digits = hex.replaceAll(':', '').toUpperCase().replace(/^0+/, '')
  return digits.length % 2 === 0 ? digits : `0${digits}`
}

/** By their numbers, the newest first. `complete`: there are no more. */
async function ordersFor(
  api: Api,
  commonName: string,
  since?: UnixSeconds,
): Promise<{ ids: readonly number[]; complete: boolean }> {
  const ids = new Set<number>()
  let offset = 0
  for (let page = 0; page < pagesMax; page++) {
    const { orders, total } = await api.make(listOrders(commonName, offset))
    for (const { id, commonName: name, created } of orders)
      if (name === '' || name.toLowerCase() === commonName)
        if (since === undefined || created === undefined || created >= since) ids.add(id)
    offset += orders.length
    if (orders.length === 0 || offset >= total || orders.length < listedAtOnceMax)
      return { ids: [...ids].sort((left, right) => right - left), complete: true }
  }
  return { ids: [...ids].sort((left, right) => right - left), complete: false }
}

/** The clock of DigiCert may be behind ours by as much. */
const clockSkewSeconds = 3600

/** By which an order is known again: DigiCert keeps it with the request. */
export function markerOf({ orderKey }: Pick<CertificateOrder, 'orderKey'>): string {
  return `certkeep ${orderKey}`
}

export type Lost =
  | { readonly state: 'found'; readonly order: OrderInfo; readonly kind: 'new' | 'reissue' | 'duplicate' }
  | { readonly state: 'none' }
  /** There is one that may be it, and nothing says whether it is. */
  | { readonly state: 'unclear' }

/**
 * Looks for what may have been placed since the order was sent: among the orders for the same common name, and within the one
 * that the predecessor is of.
 */
export async function findLost(api: Api, order: CertificateOrder, names: Names): Promise<Lost> {
  const since = seconds((order.orderedAt ?? order.created) - clockSkewSeconds)
  const { ids, complete } = await ordersFor(api, names.commonName, since)
  let unclear = !complete || ids.length > ordersLookedAtMax
  for (const id of ids.slice(0, ordersLookedAtMax)) {
    const info = await api.make(readOrder(id))
    const verdict = judge(order, info, since)
    if (verdict === 'ours') return { state: 'found', order: info, kind: 'new' }
    if (verdict === 'unclear') unclear = true
  }
  const within = order.replaces && (await lostWithin(api, order, order.replaces))
  if (within) return within
  return { state: unclear ? 'unclear' : 'none' }
}

function judge(order: CertificateOrder, info: OrderInfo, since: UnixSeconds): 'ours' | 'other' | 'unclear' {
  const marks = info.requests.flatMap(({ comments }) => /certkeep [0-9a-f]{32}/.exec(comments) ?? [])
  if (marks.includes(markerOf(order))) {
    const { type } = info.requests.find(({ comments }) => comments.includes(markerOf(order)))!
    // A reissue is looked for where it belongs.
    return type === 'reissue' || type === 'duplicate' ? 'other' : 'ours'
  }
  if (marks.length > 0) return 'other'
  if (info.created !== undefined && info.created < since) return 'other'
  const same = info.csr === undefined ? undefined : isOrderedKey(order, info.csr)
  if (same === false) return 'other'
  // A key that is used again has several orders; without the mark nothing tells them apart.
  return same === true && !order.policy.key.reuseKey ? 'ours' : 'unclear'
}

async function lostWithin(api: Api, order: CertificateOrder, predecessor: Der): Promise<Lost | undefined> {
  const located = await locateCertificate(api, predecessor)
  if (!located) return undefined
  const { order: info } = located
  const marked = info.requests.find(
    ({ type, comments }) => type !== 'revoke' && comments.includes(markerOf(order)),
  )
  if (marked && marked.type !== 'new_request')
    return { state: 'found', order: info, kind: marked.type === 'duplicate' ? 'duplicate' : 'reissue' }
  if (order.policy.key.reuseKey) return undefined
  if (info.csr !== undefined && isOrderedKey(order, info.csr))
    return { state: 'found', order: info, kind: 'reissue' }
  for (const kind of ['reissue', 'duplicate'] as const) {
    const listed = await certificatesOf(api, info.id, kind)
    if (listed.some(({ csr }) => csr !== undefined && isOrderedKey(order, csr)))
      return { state: 'found', order: info, kind }
  }
  return undefined
}

/** The order that renewed this one, whoever placed it. @throws IssuerFailure when DigiCert names none. */
export async function renewalOf(api: Api, former: OrderInfo, commonName: string): Promise<OrderInfo> {
  for (const id of (await ordersFor(api, commonName)).ids.slice(0, ordersLookedAtMax)) {
    if (id === former.id) continue
    const info = await api.make(readOrder(id))
    const follows = info.renewedOrder === former.id || former.renewedOrder === id
    if (follows && !gone.has(info.status)) return info
  }
  throw new IssuerFailure(
    'user-action',
    `DigiCert says that the order ${former.id} was renewed already, and not by which. Nothing is ordered, since it would be paid twice. Look at the account; to order nevertheless, set settings.continuation of the issuer to new.`,
  )
}

const gone = new Set(['canceled', 'cancelled', 'rejected', 'revoked', 'expired'])
