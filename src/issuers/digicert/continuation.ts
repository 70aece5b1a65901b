/**
 * Where a certificate comes from that follows another one: within the order that is paid for already, or by an order that
 * carries the rest of it on. DigiCert issues for less time than it sells, so most followers cost nothing.
 */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { secondsPerDay, type UnixSeconds } from '../../domain/time.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { locateCertificate, renewalOf } from './find-order.ts'
import { type OrderInfo, readOrder } from './protocol/order.ts'
import type { Session } from './session.ts'
import type { Names } from './wish.ts'

export type Plan =
  | { readonly kind: 'new' }
  | { readonly kind: 'renewal'; readonly of: number }
  | {
      readonly kind: 'reissue' | 'duplicate'
      readonly order: number
      readonly coveredUntil: UnixSeconds
    }

/** DigiCert renews an order from 90 days before its end to 30 days after. */
const renewableDaysBefore = 90
const renewableDaysAfter = 30

/** @throws IssuerFailure `user-action` when the order is not fit to be continued, and another one would be paid twice. */
export async function planFor(
  session: Session,
  replaces: Der | undefined,
  names: Names,
  product: string,
  duplicates: boolean,
): Promise<Plan> {
  const { api, settings } = session
  const { continuation } = settings
  if (continuation === 'new') return { kind: 'new' }
  const located = replaces && (await locateCertificate(api, replaces))
  if (!located) return adopted(session, names, product)
  if (!isContinuable(session, located.order, product)) return { kind: 'new' }
  const held = namesIn(replaces!)
  if (!isCovered(session, located.order) && located.order.isRenewed) {
    const renewal = await renewalOf(api, located.order, names.commonName)
    return isContinuable(session, renewal, product)
      ? within(session, renewal, held, names, duplicates)
      : { kind: 'new' }
  }
  return within(session, located.order, held, names, duplicates)
}

/**
 * An order that was placed elsewhere, and that the issuer says is to be continued. It is not passed over in silence: whoever
 * named it does not want to pay again.
 */
async function adopted(session: Session, names: Names, product: string): Promise<Plan> {
  const { api, settings } = session
  for (const id of settings.continues) {
    const order = await api.make(readOrder(id))
    if (order.commonName.toLowerCase() !== names.commonName) continue
    const held = new Set([order.commonName, ...order.dnsNames].map((name) => name.toLowerCase()))
    const plan = isContinuable(session, order, product)
      ? within(session, order, held, names, false)
      : undefined
    if (plan && plan.kind !== 'new') return plan
    throw new IssuerFailure(
      'user-action',
      `The order ${id} of settings.continues cannot be continued: it is ${order.status}, past its time, or for another product, organization or fewer names than it holds. Nothing is ordered; take it out of the settings to have another one placed.`,
    )
  }
  return { kind: 'new' }
}

function within(
  session: Session,
  order: OrderInfo,
  held: ReadonlySet<string>,
  { commonName, others }: Names,
  duplicates: boolean,
): Plan {
  const { continuation } = session.settings
  const { id, coveredUntil } = order
  const asked = new Set([commonName, ...others])
  if (continuation !== 'renew' && coveredUntil !== undefined && isCovered(session, order)) {
    // A reissue without one of the names has DigiCert revoke what is in use.
    if (![...held].every((name) => asked.has(name))) return { kind: 'new' }
    checkReissuable(order)
    const same = asked.size === held.size
    const kind = continuation === 'duplicate' && duplicates && same ? 'duplicate' : 'reissue'
    return { kind, order: id, coveredUntil }
  }
  return isRenewable(session, order) ? { kind: 'renewal', of: id } : { kind: 'new' }
}

function namesIn(certificate: Der): ReadonlySet<string> {
  const { sans } = parseCertificate(certificate)
  return new Set(sans?.dnsNames.map((name) => name.toLowerCase()))
}

/** Of the same kind, for the same organization, and not taken back. */
function isContinuable({ organization }: Session, order: OrderInfo, product: string): boolean {
  const { status, product: ordered, organization: owner } = order
  if (!continuable.has(status) || (ordered !== undefined && ordered !== product)) return false
  return owner === undefined || organization === undefined || owner === organization
}

const continuable = new Set([
  'issued',
  'reissue_pending',
  'expired',
  'needs_approval',
  'processing',
  'pending',
])

function isCovered({ clock }: Session, { coveredUntil, status }: OrderInfo): boolean {
  if (coveredUntil === undefined || status === 'expired') return false
  return coveredUntil - clock.now() > renewableDaysBefore * secondsPerDay
}

function isRenewable({ clock }: Session, { coveredUntil }: OrderInfo): boolean {
  if (coveredUntil === undefined) return false
  const left = coveredUntil - clock.now()
  return left <= renewableDaysBefore * secondsPerDay && left >= -renewableDaysAfter * secondsPerDay
}

/** @throws IssuerFailure `user-action`. */
function checkReissuable({ id, status }: OrderInfo): void {
  if (status === 'issued') return
  throw new IssuerFailure(
    'user-action',
    `The order ${id} is paid for and would be continued, but DigiCert has it as ${status}: something else is under way within it. Finish or cancel that in CertCentral; nothing is ordered until then.`,
  )
}
