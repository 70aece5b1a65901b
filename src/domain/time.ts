/** Instants and time as an argument: nothing below `compose.ts` reads a clock by itself. */

/** Whole seconds since 1970-01-01T00:00:00Z, as Key Vault writes its dates. */
export type UnixSeconds = number & { readonly __unit: 'seconds since 1970' }

export const seconds = (value: number): UnixSeconds => value as UnixSeconds

export const secondsPerDay = 86_400

/** Tells the time. The vault's clock may be moved with `--dev`; the wall clock, by which tokens and TLS live, never is. */
export interface Clock {
  now(): UnixSeconds
}

/** Random bytes of cryptographic quality. */
export type Random = (length: number) => Uint8Array

/** Adds calendar months, keeping the time of day; the 31st becomes the last day of a shorter month. */
export function addMonths(start: UnixSeconds, months: number): UnixSeconds {
  const date = new Date(start * 1000)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  date.setUTCDate(Math.min(day, daysInMonth(date.getUTCFullYear(), date.getUTCMonth())))
  return seconds(Math.floor(date.getTime() / 1000))
}

/** The life from `start` to `end` in calendar months, rounded up: how the policy of an imported certificate is derived. */
export function monthsBetween(start: UnixSeconds, end: UnixSeconds): number {
  const from = new Date(start * 1000)
  const to = new Date(end * 1000)
  const whole = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()
  for (const months of [whole - 1, whole]) if (addMonths(start, months) >= end) return months
  return whole + 1
}

function daysInMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month + 1, 0)).getUTCDate()
}
