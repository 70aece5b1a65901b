/** Durations of whole days and longer (ISO 8601, e.g. `P90D`, `P1Y6M`): what rotation policies count in. */
import { badParameter } from './errors.ts'
import { addMonths, seconds, secondsPerDay, type UnixSeconds } from './time.ts'

export interface Duration {
  readonly months: number
  readonly days: number
}

const pattern = /^P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?$/
/** Means of the Gregorian calendar. */
const daysPerMonth = 30.436875
const daysMax = 36_525

/** @param member the JSON path, for the message. @throws VaultError `BadParameter`. */
export function parseDuration(text: string, member: string): Duration {
  const match = pattern.exec(text)
  if (!match) throw badParameter(`${member}: send a duration of days, months or years, e.g. P90D or P1Y6M.`)
  const [years, months, weeks, days] = match.slice(1).map((digits) => Number(digits ?? 0))
  const duration = { months: years! * 12 + months!, days: weeks! * 7 + days! }
  if (meanDays(duration) > daysMax) throw badParameter(`${member}: a duration has at most 100 years.`)
  return duration
}

export function addDuration(start: UnixSeconds, { months, days }: Duration): UnixSeconds {
  return seconds(addMonths(start, months) + days * secondsPerDay)
}

export function subtractDuration(end: UnixSeconds, { months, days }: Duration): UnixSeconds {
  return seconds(addMonths(end, -months) - days * secondsPerDay)
}

/** Months and years by their mean length: at most three days off for what they are compared with. */
export function meanDays({ months, days }: Duration): number {
  return months * daysPerMonth + days
}
