/**
 * A certification authority that keeps books: every order that reaches it is another one and costs money, as DigiCert and
 * GlobalSign have it. The test says what becomes of each call; afterwards it behaves.
 */
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../../src/issuers/issuer.ts'
import { issued } from './issuer.ts'

/**
 * `lost`: it takes the order, and the answer does not arrive. `broken`: the same, and nobody foresaw it. `unreached`: the
 * order does not arrive.
 */
export type OrderDeed = 'issued' | 'pending' | 'lost' | 'broken' | 'unreached' | 'throttled' | 'refused'
export type CheckDeed = 'issued' | 'pending' | 'unreached' | 'refused'
export type ReconcileDeed = 'told' | 'unknown' | 'unreached'
export type CancelDeed = 'cancelled' | 'too-late' | 'refused' | 'unreached'

export interface Deeds {
  readonly order?: readonly OrderDeed[]
  readonly check?: readonly CheckDeed[]
  readonly reconcile?: readonly ReconcileDeed[]
  readonly cancel?: readonly CancelDeed[]
}

export interface Entry {
  readonly reference: string
  readonly orderKey: string
  state: 'pending' | 'issued' | 'cancelled' | 'refused'
  /** The certificate, once somebody was given it. */
  answer?: OrderAnswer
}

export interface BillingCa extends Issuer {
  readonly book: readonly Entry[]
  readonly asked: readonly (keyof Deeds)[]
  /** What the calls to come do, kind by kind. */
  does(deeds: Deeds): void
  /** Of the order that comes next, whatever was said of it before. */
  loseNextAnswer(): void
}

export function billingCa(abilities: { reconcile?: boolean; cancel?: boolean } = {}): BillingCa {
  const book: Entry[] = []
  const asked: (keyof Deeds)[] = []
  const script = {
    order: [] as OrderDeed[],
    check: [] as CheckDeed[],
    reconcile: [] as ReconcileDeed[],
    cancel: [] as CancelDeed[],
  }

  const stateOf = (entry: Entry, order: CertificateOrder): OrderAnswer => {
    if (entry.state === 'issued') {
      entry.answer ??= issued(order)
      return entry.answer
    }
    if (entry.state === 'pending')
      return { state: 'pending', reference: entry.reference, checkAgainAfterSeconds: 600 }
    return { state: 'refused', reason: `The order is ${entry.state}.` }
  }
  const place = (order: CertificateOrder): Entry => {
    const entry: Entry = { reference: `order ${book.length + 1}`, orderKey: order.orderKey, state: 'pending' }
    book.push(entry)
    return entry
  }
  const entryAt = (reference: string) => book.find((entry) => entry.reference === reference)!

  const ca: BillingCa = {
    capabilities: { idempotentOrders: false, caCertificates: false },
    book,
    asked,
    does(deeds) {
      for (const kind of ['order', 'check', 'reconcile', 'cancel'] as const)
        script[kind].push(...((deeds[kind] ?? []) as never[]))
    },
    loseNextAnswer: () => void script.order.unshift('lost'),
    async order(order) {
      asked.push('order')
      const deed = script.order.shift() ?? 'issued'
      if (deed === 'unreached') throw new IssuerFailure('transient', 'The CA cannot be reached.')
      if (deed === 'throttled')
        throw new IssuerFailure('throttled', 'Too many calls.', { retryAfterSeconds: 900 })
      if (deed === 'refused') return { state: 'refused', reason: 'No.' }
      const entry = place(order)
      if (deed === 'lost') throw new IssuerFailure('ambiguous', 'The CA did not answer in time.')
      if (deed === 'broken') throw new Error('socket hang up')
      entry.state = deed
      return stateOf(entry, order)
    },
    async check(order, reference) {
      asked.push('check')
      const deed = script.check.shift() ?? 'issued'
      if (deed === 'unreached') throw new IssuerFailure('transient', 'The CA cannot be reached.')
      const entry = entryAt(reference)
      if (entry.state === 'pending') entry.state = deed
      return stateOf(entry, order)
    },
  }
  if (abilities.reconcile ?? true)
    ca.reconcile = async (order) => {
      asked.push('reconcile')
      const deed = script.reconcile.shift() ?? 'told'
      if (deed === 'unreached') throw new IssuerFailure('transient', 'The CA cannot be reached.')
      if (deed === 'unknown') return 'unknown'
      const entry = book.find(({ orderKey }) => orderKey === order.orderKey)
      return entry ? stateOf(entry, order) : 'not-ordered'
    }
  if (abilities.cancel ?? true)
    ca.cancel = async (_order, reference) => {
      asked.push('cancel')
      const deed = script.cancel.shift() ?? 'cancelled'
      if (deed === 'unreached') throw new IssuerFailure('transient', 'The CA cannot be reached.')
      if (deed === 'refused') return { state: 'refused', reason: 'It waits for approval.' }
      const entry = entryAt(reference)
      if (entry.state === 'issued' || deed === 'too-late') {
        entry.state = 'issued'
        return { state: 'too-late' }
      }
      entry.state = 'cancelled'
      return { state: 'cancelled' }
    }
  return ca
}
