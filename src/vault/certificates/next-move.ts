/** What is to be asked of the issuer next: the rule by which no operation ever orders twice. */
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import { seconds } from '../../domain/time.ts'
import type { Issuer } from '../../issuers/issuer.ts'

/**
 * `reconcile`: an order may be at the CA that nobody here knows of. `stop`: the same, and the CA cannot be asked.
 * `give-up`: cancelled, and there is nothing to cancel at the CA or no way to.
 */
export type Move = 'order' | 'check' | 'reconcile' | 'cancel' | 'give-up' | 'stop'

/**
 * For so long after it was sent an order may still be under way, or not be shown by the CA: no call to an issuer takes that
 * long. Before that, "there is none" is no reason to send it again.
 */
const settledAfterSeconds = 300

export function nextMove(operation: CertificateOperation, issuer: Issuer): Move {
  const { orderReference, orderedAt, cancellationRequested } = operation
  const known = orderReference !== undefined
  const inDoubt = !known && orderedAt !== undefined && !issuer.capabilities.idempotentOrders
  if (inDoubt) return issuer.reconcile ? 'reconcile' : 'stop'
  if (cancellationRequested) return known && issuer.cancel ? 'cancel' : 'give-up'
  return known ? 'check' : 'order'
}

/** When the CA can be believed that it has no order; undefined once that is so. */
export function doubtfulUntil(operation: CertificateOperation, now: UnixSeconds): UnixSeconds | undefined {
  const settled = seconds((operation.orderedAt ?? 0) + settledAfterSeconds)
  return now < settled ? settled : undefined
}
