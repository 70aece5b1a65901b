/** What follows when a step of an operation fails: whether it is tried again, when, and whether the whole account rests. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'

export interface Consequence {
  /** The next try is not before that. */
  readonly delaySeconds: number
  /** Nothing else is sent to the account before that either. */
  readonly accountRests: boolean
  /** For callers. What was not thrown for them to see stays in the log. */
  readonly reason: string
}

const minute = 60
const hour = 60 * minute
const retrySecondsMax = hour
/** What a CA asks for beyond that is not believed. */
const retryAfterSecondsMax = 24 * hour

/**
 * The time to wait doubles with each failure in a row, up to an hour; what needs a person or money is tried at a slower
 * pace from the start.
 * @param failedSteps this one included.
 */
export function consequenceOf(error: unknown, failedSteps: number): Consequence {
  const backOff = Math.min(2 ** failedSteps, retrySecondsMax)
  if (!(error instanceof IssuerFailure))
    return {
      delaySeconds: backOff,
      accountRests: false,
      reason: 'A step failed for a reason that the log of the service has.',
    }
  const { failure, message: reason, retryAfterSeconds = 0 } = error
  const asked = Math.min(retryAfterSeconds, retryAfterSecondsMax)
  const { atLeast, accountRests } = pace[failure]
  return { delaySeconds: Math.max(backOff, atLeast, asked), accountRests, reason }
}

/** `permanent` stands here for calls that do not end the operation. */
const pace = {
  transient: { atLeast: 0, accountRests: false },
  ambiguous: { atLeast: 0, accountRests: false },
  throttled: { atLeast: minute, accountRests: true },
  auth: { atLeast: hour, accountRests: true },
  quota: { atLeast: 4 * hour, accountRests: true },
  'user-action': { atLeast: hour, accountRests: false },
  permanent: { atLeast: hour, accountRests: false },
} as const

/** Whether an order that failed like this is known to have come to nothing. Anything unforeseen may have cost one. */
export function orderedNothing(error: unknown): boolean {
  return error instanceof IssuerFailure && error.failure !== 'ambiguous'
}

export function isPermanent(error: unknown): error is IssuerFailure {
  return error instanceof IssuerFailure && error.failure === 'permanent'
}
