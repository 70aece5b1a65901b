/** Why a call to a certification authority came to nothing: its class says what is to be done about it. */

/**
 * - `transient`: it had no effect, and may work later.
 * - `throttled`: the same, and the account has to rest.
 * - `ambiguous`: it may have had its effect. Nothing is sent again before that is found out.
 * - `auth`: the credentials or rights of the account do not suffice.
 * - `quota`: money or numbers are used up.
 * - `user-action`: a person has to do something, at the CA or in DNS.
 * - `permanent`: the same request will never work.
 */
export type FailureClass =
  | 'transient'
  | 'throttled'
  | 'ambiguous'
  | 'auth'
  | 'quota'
  | 'user-action'
  | 'permanent'

/** Thrown by issuers. The message is shown to callers: one sentence that holds no secret. */
export class IssuerFailure extends Error {
  readonly failure: FailureClass
  /** What the CA asked for, if it did. */
  readonly retryAfterSeconds?: number

  constructor(
    failure: FailureClass,
    message: string,
    options: { readonly retryAfterSeconds?: number; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'IssuerFailure'
    this.failure = failure
    if (options.retryAfterSeconds !== undefined) this.retryAfterSeconds = options.retryAfterSeconds
  }
}
