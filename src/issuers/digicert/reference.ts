/** What is remembered of an order between two calls: where it is at DigiCert, and what has to be shown for it. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { UnixSeconds } from '../../domain/time.ts'

export interface OrderReference {
  /** An issuer object may lead elsewhere by now. */
  readonly baseUrl: string
  readonly order: number
  /** A certificate of its own order, or one within an order that was there before. */
  readonly kind: 'new' | 'reissue' | 'duplicate'
  /** Somebody in the account may have to agree to it. */
  readonly request?: number
  readonly certificate?: number
  /** To be shown in the DNS or under the name. */
  readonly randomValue?: string
  readonly randomValueUntil?: UnixSeconds
}

export function writeReference(reference: OrderReference): string {
  return JSON.stringify(reference)
}

/** @throws IssuerFailure when the issuer leads to another place than the order: the order stands, and stays open here. */
export function readReference(text: string, baseUrl: string): OrderReference {
  const reference = JSON.parse(text) as OrderReference
  if (reference.baseUrl === baseUrl) return reference
  throw new IssuerFailure(
    'user-action',
    `The order ${reference.order} is at ${new URL(reference.baseUrl).host}, and the issuer leads to ${new URL(baseUrl).host} now. Set settings.baseUrl back until it is filled, or cancel the operation.`,
  )
}
