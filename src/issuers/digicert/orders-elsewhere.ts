/** Orders of the account that were placed elsewhere, and that could be continued from here: what `settings.continues` is for. */
import type { UnixSeconds } from '../../domain/time.ts'
import { marker } from './find-lost.ts'
import { listOrders, type OrderInfo, readOrder } from './protocol/order.ts'
import { plainText } from './protocol/plain-text.ts'
import type { Session } from './session.ts'

/** The newest; each is asked for in turn. */
const lookedAtMax = 20

/** In a sentence; undefined where there are none. */
export async function ordersElsewhere(session: Session): Promise<string | undefined> {
  const { api, settings } = session
  const { orders } = await api.make(listOrders({ status: 'issued' }, 0))
  const newest = orders.map(({ id }) => id).sort((left, right) => right - left)
  const found: OrderInfo[] = []
  for (const id of newest.slice(0, lookedAtMax)) {
    const order = await api.make(readOrder(id))
    if (isElsewhere(session, order) && !settings.continues.includes(id)) found.push(order)
  }
  if (found.length === 0) return undefined
  const more = newest.length > lookedAtMax ? ' Older ones were not looked at.' : ''
  return `Orders that were placed elsewhere can be continued by naming them in settings.continues: ${found.map(shown).join(', ')}.${more}`
}

function isElsewhere({ clock }: Session, { status, coveredUntil, requests }: OrderInfo): boolean {
  const covered = coveredUntil !== undefined && coveredUntil > clock.now()
  return status === 'issued' && covered && !requests.some(({ comments }) => marker.test(comments))
}

function shown({ id, commonName, product = '', coveredUntil }: OrderInfo): string {
  return `${id} for ${plainText(commonName, 64)} (${plainText(product, 60)}, paid until ${dayOf(coveredUntil!)})`
}

const dayOf = (time: UnixSeconds) => new Date(time * 1000).toISOString().slice(0, 10)
