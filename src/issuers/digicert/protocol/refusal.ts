/** DigiCert said no: with which status and code, and what that means for the next try. */
import { type FailureClass, IssuerFailure } from '../../../domain/issuer-failure.ts'

/**
 * What becomes of a request whose answer is lost: one that reads, or changes what can be changed again, may be sent again;
 * one that creates may not.
 */
export type Effect = 'read' | 'change' | 'create'

export class DigiCertRefusal extends IssuerFailure {
  readonly status: number
  /** `not_found|order`, `request_limit_exceeded` …; empty where none was sent. */
  readonly code: string

  constructor(
    failure: FailureClass,
    message: string,
    { status, code, retryAfterSeconds }: { status: number; code: string; retryAfterSeconds?: number },
  ) {
    super(failure, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    this.name = 'DigiCertRefusal'
    this.status = status
    this.code = code
  }
}

/** Whether DigiCert has understood, and does not want to: nothing happened. */
export function isRefusal(error: unknown): error is DigiCertRefusal {
  return error instanceof DigiCertRefusal && error.failure === 'permanent'
}

/** Whether there is nothing under the number, or nothing that this account may see. */
export function isNotFound(error: unknown): error is DigiCertRefusal {
  return isRefusal(error) && error.status === 404
}

/** @param told whether the answer was DigiCert's own, with a code or a message, and not some gateway's. */
export function failureClass(
  { status, code, told }: { status: number; code: string; told: boolean },
  effect: Effect,
): FailureClass {
  if (status === 429 || code.startsWith('request_limit_exceeded')) return 'throttled'
  // A gateway that gave up may have passed the order on; so may DigiCert before it failed.
  if (status >= 500 || status === 408) return effect === 'create' ? 'ambiguous' : 'transient'
  if (status === 401 || status === 403) return 'auth'
  // An order was never accepted with this status; DigiCert gives it now and then, and not again.
  if (status === 406) return 'transient'
  if (status < 400 || !told) return 'user-action'
  return money.test(code) ? 'quota' : 'permanent'
}

/** Codes of a balance that is too low, or a card that is refused. */
const money = /balance|funds|payment|credit/
