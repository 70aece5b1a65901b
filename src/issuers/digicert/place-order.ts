/** Placing an order: everything is judged that can be judged without one, and then one request goes out. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { seconds } from '../../domain/time.ts'
import type { CertificateOrder, OrderAnswer } from '../issuer.ts'
import { type Plan, planFor } from './continuation.ts'
import { markerOf } from './find-lost.ts'
import { checkDomains, findOrganization, findProduct, organizationMissing } from './judge-account.ts'
import { orderedChain } from './ordered-certificate.ts'
import { namesOrganization } from './products.ts'
import type { Product } from './protocol/catalogue.ts'
import { type PlacedOrder, submitOrder, submitWithin } from './protocol/order.ts'
import { DigiCertRefusal } from './protocol/refusal.ts'
import { type OrderReference, writeReference } from './reference.ts'
import type { Session } from './session.ts'
import {
  certificateWish,
  checkCoverage,
  checkProduct,
  daysUntil,
  lifeOf,
  type Names,
  namesOf,
  productOf,
} from './wish.ts'

/** A certificate is made within seconds where nothing is missing. */
const firstCheckSeconds = 10
const randomValueDays = 30
const askingSecondsMax = 120

export async function placeOrder(session: Session, order: CertificateOrder): Promise<OrderAnswer> {
  const { settings, clock } = session
  const { policy } = order
  const id = productOf(policy, settings)
  const names = namesOf(policy)
  checkKey(order)
  if (namesOrganization(id) && session.organization === undefined)
    throw new IssuerFailure('permanent', organizationMissing(id))
  const product = await findProduct(session, id)
  checkProduct(product, names, settings, clock.now())
  await findOrganization(session, product)
  await checkDomains(session, product, names)
  const plan = await planFor(session, order.replaces, names, id, product.duplicates)
  checkInTime(session, order)
  const { placed, days, asked } = await place(session, order, names, product, plan)
  return answerOf(session, order, plan, placed, { asked, days })
}

/** @throws IssuerFailure `permanent`. */
function checkKey({ policy: { key } }: CertificateOrder): void {
  if (key.curve !== 'P-256K') return
  throw new IssuerFailure(
    'permanent',
    'DigiCert makes no certificates for keys of P-256K; take P-256 or P-384.',
  )
}

/**
 * Somebody else looks for the order five minutes after it was to be sent, and sends it if there is none.
 * @throws IssuerFailure `transient` when what had to be asked before took so long that both would send it.
 */
function checkInTime({ clock }: Session, { orderedAt }: CertificateOrder): void {
  if (orderedAt === undefined || clock.now() - orderedAt <= askingSecondsMax) return
  throw new IssuerFailure(
    'transient',
    'DigiCert was slow to answer what had to be asked before the order; nothing was sent.',
  )
}

async function place(
  session: Session,
  order: CertificateOrder,
  names: Names,
  product: Product,
  plan: Plan,
): Promise<{ placed: PlacedOrder; asked: number; days: number }> {
  const { api, settings, clock, organization } = session
  const { asked, days: longest } = lifeOf(order.policy, settings, product.id, clock.now())
  const { orderYears, dcvMethod, container, payment, contacts, customFields, skipApproval } = settings
  const common = { skipApproval, comments: markerOf(order) }
  const wishFor = (covered: number) => {
    const days = Math.min(longest, covered)
    return { days, certificate: certificateWish(order, names, settings, days) }
  }
  if ('order' in plan) {
    const { days, certificate } = wishFor(daysUntil(plan.coveredUntil, clock.now()))
    const placed = await sending(session, () =>
      api.make(submitWithin(plan.order, plan.kind, { ...common, certificate })),
    )
    return { placed: { ...placed, id: plan.order }, asked, days }
  }
  checkCoverage(product, orderYears)
  const { days, certificate } = wishFor(365 * orderYears)
  const wish = {
    ...common,
    certificate,
    contacts,
    years: orderYears,
    customFields,
    ...(organization !== undefined && namesOrganization(product.id) !== false && { organization }),
    ...(dcvMethod !== undefined && { dcvMethod }),
    ...(container !== undefined && { container }),
    ...(payment !== undefined && { payment }),
    ...(plan.kind === 'renewal' && { renewalOf: plan.of }),
  }
  return { placed: await sending(session, () => api.make(submitOrder(product.id, wish))), asked, days }
}

/** DigiCert says only that access is denied. */
async function sending<T>({ settings }: Session, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof DigiCertRefusal) || error.status !== 403 || !settings.skipApproval) throw error
    const { failure, status, code } = error
    throw new DigiCertRefusal(
      failure,
      `${error.message} To skip the approval takes an API key of an administrator; set such a key, or settings.skipApproval of the issuer to false.`,
      { status, code },
    )
  }
}

function answerOf(
  { settings, clock }: Session,
  order: CertificateOrder,
  plan: Plan,
  placed: PlacedOrder,
  { asked, days }: { asked: number; days: number },
): OrderAnswer {
  const chain = orderedChain(order, placed.chain)
  if (chain) return { state: 'issued', chain }
  const { request, certificate, randomValue } = placed
  const reference: OrderReference = {
    baseUrl: settings.baseUrl,
    order: placed.id,
    kind: 'order' in plan ? plan.kind : 'new',
    ...(request !== undefined && { request }),
    ...(certificate !== undefined && { certificate }),
    ...(randomValue !== undefined && {
      randomValue,
      randomValueUntil: seconds(clock.now() + randomValueDays * 86_400),
    }),
  }
  const granted =
    asked > days ? ` It is valid for ${days} days in place of ${asked}: DigiCert issues no longer.` : ''
  return {
    state: 'pending',
    reference: writeReference(reference),
    checkAgainAfterSeconds: firstCheckSeconds,
    details: `${actOf(plan)} is placed at DigiCert as ${placed.id}.${granted}`,
  }
}

function actOf(plan: Plan): string {
  if (plan.kind === 'new') return 'The order'
  if (plan.kind === 'renewal') return `The renewal of the order ${plan.of}`
  return `The ${plan.kind} within an order that is paid for`
}
