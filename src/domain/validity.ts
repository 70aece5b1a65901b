/** From when to when certificates made here are valid (RFC 5280 4.1.2.5). */
import { addMonths, seconds, type UnixSeconds } from './time.ts'

/** From a little before they are made, for clocks that run behind. */
const backdateSeconds = 600

export interface Validity {
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
}

/** @param months calendar months, counted from `made`. */
export function validityFrom(made: UnixSeconds, months: number): Validity {
  return { notBefore: seconds(made - backdateSeconds), notAfter: addMonths(made, months) }
}
