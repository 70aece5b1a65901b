/** How far an order is: what DigiCert says of it, and what that means for whoever waits. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { CertificateOrder, OrderAnswer, OrderNeed } from '../issuer.ts'
import { fetchOrdered } from './fetch-ordered.ts'
import { isValidated } from './judge-account.ts'
import { readOrganization } from './protocol/catalogue.ts'
import { checkDomainControl, newRandomValue } from './protocol/domain-control.ts'
import { type OrderInfo, readOrder } from './protocol/order.ts'
import { plainText } from './protocol/plain-text.ts'
import { isNotFound, isRefusal } from './protocol/refusal.ts'
import { type OrderReference, readReference, writeReference } from './reference.ts'
import type { Session } from './session.ts'
import { unvalidatedNames } from './validated-domains.ts'
import { namesOf } from './wish.ts'

const minute = 60
const hour = 60 * minute

export async function checkOrder(
  session: Session,
  order: CertificateOrder,
  reference: string,
): Promise<OrderAnswer> {
  const known = readReference(reference, session.settings.baseUrl)
  return progressOf(session, order, known, await readKnownOrder(session, known))
}

/** @throws IssuerFailure `user-action` when DigiCert does not show it: what is paid for is not given up for that. */
export async function readKnownOrder({ api }: Session, { order }: OrderReference): Promise<OrderInfo> {
  try {
    return await api.make(readOrder(order))
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new IssuerFailure(
      'user-action',
      `DigiCert does not show the order ${order} to this API key. Set a key of the account that it is in, or cancel the operation.`,
    )
  }
}

export async function progressOf(
  session: Session,
  order: CertificateOrder,
  known: OrderReference,
  info: OrderInfo,
): Promise<OrderAnswer> {
  const { id, status } = info
  const wait = waiting(session, order, known)
  if (isRequestRejected(known, info))
    return refused(`Somebody in the account rejected the request for the order ${id}.`)
  switch (status) {
    case 'issued':
      return (
        (await fetchOrdered(session, order, known, info)) ??
        (requestWaits(known, info) ? wait('approval', approval(known, id)) : wait('none', stale(known, info)))
      )
    case 'needs_approval':
      return wait('approval', approval(known, id))
    case 'pending':
      return pendingOf(session, order, known, info)
    case 'reissue_pending':
      return (
        (known.kind === 'reissue' ? undefined : await fetchOrdered(session, order, known, info)) ??
        pendingOf(session, order, known, info)
      )
    case 'processing':
    case 'waiting_pickup':
    case 'approved':
      return wait('none', `DigiCert is working on the order ${id} (${status}).`)
    case 'needs_csr':
      return refused(
        `DigiCert has the order ${id} without a certificate request. Cancel it there, and create the certificate again.`,
      )
    case 'rejected':
      return refused(`DigiCert rejected the order ${id}.${noteOf(info)}`)
    case 'canceled':
    case 'cancelled':
      return refused(`The order ${id} was cancelled at DigiCert.`)
    case 'revoked':
    case 'expired':
      return refused(`The order ${id} is ${status} at DigiCert.`)
    default:
      return wait(
        'none',
        `DigiCert has the order ${id} as '${plainText(status, 60)}', which is not known here; it is looked at again.`,
      )
  }
}

type Wait = (need: OrderNeed, details: string) => OrderAnswer

function waiting({ clock }: Session, order: CertificateOrder, known: OrderReference): Wait {
  return (needs, details) => ({
    state: 'pending',
    reference: writeReference(known),
    checkAgainAfterSeconds: patience(clock.now() - order.created),
    needs,
    details,
  })
}

/** What did not come within minutes waits for people. */
function patience(ageSeconds: number): number {
  if (ageSeconds < 5 * minute) return 15
  if (ageSeconds < hour) return 2 * minute
  return ageSeconds < 24 * hour ? 10 * minute : hour
}

function refused(reason: string): OrderAnswer {
  return { state: 'refused', reason }
}

/** A request may be said to wait though the order goes on; that it was rejected is final. */
function isRequestRejected({ request }: OrderReference, { requests }: OrderInfo): boolean {
  return request !== undefined && requests.some(({ id, status }) => id === request && status === 'rejected')
}

/** A request may be said to wait though its order went on, so this counts only where there is nothing to fetch. */
export function requestWaits({ request }: OrderReference, { requests }: OrderInfo): boolean {
  return requests.some(
    ({ id, status }) => id === request && /^(?:pending|submitted|needs_approval)$/.test(status),
  )
}

function approval({ kind }: OrderReference, order: number): string {
  const what = kind === 'new' ? `The order ${order}` : `The ${kind} within the order ${order}`
  return `${what} waits for somebody in the account to approve it: CertCentral, Certificates, Requests.`
}

function noteOf({ requests }: OrderInfo): string {
  const said = requests.find(({ status, comments }) => status === 'rejected' && comments !== '')?.comments
  return said === undefined ? '' : ` Its note: ${plainText(said, 200)}`
}

function stale({ kind }: OrderReference, { id }: OrderInfo): string {
  return kind === 'new'
    ? `DigiCert has the order ${id} as issued, and hands out a certificate that is not the one ordered: key, names or date are another's. It is not taken, and looked at again.`
    : `DigiCert shows no certificate of this ${kind} in the order ${id} yet. If it was cancelled in CertCentral, cancel this operation.`
}

async function pendingOf(
  session: Session,
  order: CertificateOrder,
  known: OrderReference,
  info: OrderInfo,
): Promise<OrderAnswer> {
  const { id } = info
  const control = await domainControl(session, order, known, info)
  if (control) return waiting(session, order, control.known)('domain-validation', control.instruction)
  const wait = waiting(session, order, known)
  if (info.organization !== undefined && !(await isVouchedFor(session, info.organization, info)))
    return wait(
      'organisation-validation',
      `DigiCert is validating the organization ${info.organization} for the order ${id}; it may call.`,
    )
  return wait('none', `DigiCert is validating the order ${id}.`)
}

async function isVouchedFor({ api, clock }: Session, organization: number, { product = '' }: OrderInfo) {
  try {
    const validation = product.includes('_ev_') ? 'ev' : 'ov'
    return isValidated(await api.make(readOrganization(organization)), { validation }, clock.now())
  } catch (error) {
    if (isRefusal(error)) return true
    throw error
  }
}

/** Has DigiCert look. @returns what is to be shown, as long as it is not found; undefined where nothing is. */
async function domainControl(
  session: Session,
  order: CertificateOrder,
  known: OrderReference,
  info: OrderInfo,
): Promise<{ known: OrderReference; instruction: string } | undefined> {
  const method = session.settings.dcvMethod
  const { id } = info
  if (method === 'email')
    return (await areValidated(session, order))
      ? undefined
      : {
          known,
          instruction: `DigiCert has sent mails about the order ${id} to the people of the domains; one of them has to follow the link.`,
        }
  const show = method === undefined ? undefined : places[method]
  if (!show) return undefined
  if ((await look(session, id)) === 'complete') return undefined
  const shown = await withRandomValue(session, known)
  const name = (info.commonName || 'the domain').replace(/^\*\./, '')
  const instruction =
    shown.randomValue === undefined
      ? `DigiCert waits for proof of control of the names in the order ${id}; CertCentral shows what to put where.`
      : `To prove control of the names in the order ${id}, ${show(name, shown.randomValue)} The same goes for its other domains. DigiCert is asked to look again each time.`
  return { known: shown, instruction }
}

const places: Readonly<Record<string, (name: string, value: string) => string>> = {
  'dns-txt-token': (name, value) => `put a TXT record ${value} at ${name} or _dnsauth.${name}.`,
  'dns-cname-token': (name, value) =>
    `put a CNAME record at _dnsauth.${name} that leads to ${value}.dcv.digicert.com.`,
  'http-token': (name, value) =>
    `show the text ${value} at http://${name}/.well-known/pki-validation/fileauth.txt.`,
}

/** Nothing tells of mails but their outcome. */
async function areValidated(session: Session, { policy }: CertificateOrder): Promise<boolean> {
  return (await unvalidatedNames(session, namesOf(policy))).length === 0
}

/** That it does not find the value is a refusal. */
async function look({ api }: Session, order: number): Promise<'complete' | 'pending'> {
  try {
    return await api.make(checkDomainControl(order))
  } catch (error) {
    if (isRefusal(error)) return 'pending'
    throw error
  }
}

/** Values live for 30 days. Whoever asks for another one takes the power from the former: it is asked for only when it is due. */
async function withRandomValue({ api, clock }: Session, known: OrderReference): Promise<OrderReference> {
  const { randomValue, randomValueUntil } = known
  if (randomValue !== undefined && (randomValueUntil === undefined || randomValueUntil > clock.now()))
    return known
  try {
    const { value, until = inThirtyDays(clock.now()) } = await api.make(newRandomValue(known.order))
    return { ...known, randomValue: value, randomValueUntil: until }
  } catch (error) {
    if (isRefusal(error)) return known
    throw error
  }
}

function inThirtyDays(now: UnixSeconds): UnixSeconds {
  return seconds(now + 30 * 24 * hour)
}
