/** Finding orders at DigiCert: that of a certificate, those for a name, and the one that renewed another. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import type { Api } from './protocol/api.ts'
import { listCertificates } from './protocol/certificate.ts'
import { type ListedOrder, listedAtOnceMax, listOrders, type OrderInfo, readOrder } from './protocol/order.ts'
import { isNotFound, isRefusal } from './protocol/refusal.ts'

export interface LocatedCertificate {
  readonly order: OrderInfo
  readonly certificate: number
  /** Empty for the primary certificate: the order's says it. */
  readonly status: string
}

/** Beyond as many, DigiCert cannot be asked through. */
const pagesMax = 20
/** Each is asked for in turn, and a call has to be over within two minutes. */
export const ordersLookedAtMax = 50

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
  const { orders } = await ordersFor(api, commonName.toLowerCase())
  for (const { id } of orders.slice(0, ordersLookedAtMax)) {
    const order = await api.make(readOrder(id))
    const located = await certificateWithin(api, order, serialNumber)
    if (located) return located
  }
  return undefined
}

/** DigiCert finds primary certificates by their serial number, and what it says of others is not documented. */
async function orderUnder(api: Api, serialNumber: string): Promise<OrderInfo | undefined> {
  try {
    return await api.make(readOrder(serialNumber))
  } catch (error) {
    if (isRefusal(error)) return undefined
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

/** The newest first. `complete`: there are no more. */
export async function ordersFor(
  api: Api,
  commonName: string,
): Promise<{ orders: readonly ListedOrder[]; complete: boolean }> {
  const found = new Map<number, ListedOrder>()
  let offset = 0
  let complete = false
  for (let page = 0; page < pagesMax && !complete; page++) {
    const { orders, total } = await api.make(listOrders({ common_name: commonName }, offset))
    for (const order of orders)
      if (order.commonName === '' || order.commonName.toLowerCase() === commonName) found.set(order.id, order)
    offset += orders.length
    complete = orders.length < listedAtOnceMax || offset >= total
  }
  return { orders: [...found.values()].sort((left, right) => right.id - left.id), complete }
}

/** The order that renewed this one, whoever placed it. @throws IssuerFailure when DigiCert names none. */
export async function renewalOf(api: Api, former: OrderInfo, commonName: string): Promise<OrderInfo> {
  const { orders } = await ordersFor(api, commonName)
  for (const { id } of orders.slice(0, ordersLookedAtMax)) {
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
