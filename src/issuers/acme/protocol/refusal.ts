/** A CA said no, and what it said. */
import { type FailureClass, IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Problem } from './problem.ts'

export class AcmeRefusal extends IssuerFailure {
  /** Empty where the CA did not say why. */
  readonly problem: Problem
  /** Of the account, where its key is in use elsewhere (RFC 8555 7.3.5). */
  readonly location?: string

  constructor(
    failure: FailureClass,
    message: string,
    options: { readonly problem: Problem; readonly retryAfterSeconds?: number; readonly location?: string },
  ) {
    const { retryAfterSeconds } = options
    super(failure, message, retryAfterSeconds === undefined ? {} : { retryAfterSeconds })
    this.name = 'AcmeRefusal'
    this.problem = options.problem
    if (options.location !== undefined) this.location = options.location
  }
}

/** Whether the CA refused with a problem of this type. */
export function isRefusal(error: unknown, type: string): error is AcmeRefusal {
  return error instanceof AcmeRefusal && error.problem.type === type
}
