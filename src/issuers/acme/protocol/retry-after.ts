/** `Retry-After` (RFC 9110 10.2.3): how long to wait, in seconds or until a date. */
import type { UnixSeconds } from '../../../domain/time.ts'

/** No CA means a longer time than this. */
const secondsMax = 366 * 86_400
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const imfDate = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/

/** Whole seconds from now, never negative; undefined when it says nothing that can be read. */
export function parseRetryAfter(text: string | undefined, now: UnixSeconds): number | undefined {
  if (text === undefined) return undefined
  const trimmed = text.trim()
  if (/^\d{1,15}$/.test(trimmed)) return Math.min(Number(trimmed), secondsMax)
  const date = parseDate(trimmed)
  return date === undefined ? undefined : Math.min(Math.max(date - now, 0), secondsMax)
}

/** IMF-fixdate, the one form that is still made (RFC 9110 5.6.7). */
function parseDate(text: string): number | undefined {
  const parts = imfDate.exec(text)
  if (!parts) return undefined
  const [, day, month, year, hour, minute, second] = parts
  const index = months.indexOf(month!)
  if (index < 0) return undefined
  const time = Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second))
  return Math.floor(time / 1000)
}
