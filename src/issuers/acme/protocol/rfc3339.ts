/** Dates as ACME writes them (RFC 3339 5.6). */
import { seconds, type UnixSeconds } from '../../../domain/time.ts'

const pattern =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,12})?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** To the second, earlier rather than later; undefined for what is no date. */
export function parseDateTime(text: string): UnixSeconds | undefined {
  const parts = pattern.exec(text)
  if (!parts) return undefined
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const midnight = new Date(Date.UTC(year, month - 1, day))
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCFullYear() !== year) return undefined
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const offset = (Number(parts[8] ?? 0) * 60 + Number(parts[9] ?? 0)) * (parts[7] === '-' ? -1 : 1)
  return seconds(midnight.getTime() / 1000 + hour * 3600 + (minute - offset) * 60 + second)
}

export function formatDateTime(time: UnixSeconds): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z')
}
