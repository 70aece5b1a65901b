/** Dates as DigiCert writes them: `2026-11-22T10:00:00+00:00`, and `2026-11-22` for days. */
import { seconds, type UnixSeconds } from '../../../domain/time.ts'

const moment = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(?:Z|([+-])(\d{2}):?(\d{2}))?$/

/** Without an offset it is in UTC. Undefined for what is no date. */
export function parseMoment(text: string): UnixSeconds | undefined {
  const parts = moment.exec(text)
  const day = parts ? parseDay(parts[1]!) : undefined
  if (!parts || day === undefined) return undefined
  const [hour, minute, second] = parts.slice(2, 5).map(Number) as [number, number, number]
  if (hour > 23 || minute > 59 || second > 60) return undefined
  const offset = (Number(parts[6] ?? 0) * 60 + Number(parts[7] ?? 0)) * (parts[5] === '-' ? -1 : 1)
  return seconds(day + hour * 3600 + (minute - offset) * 60 + second)
}

/** When the day begins, in UTC. */
export function parseDay(text: string): UnixSeconds | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (!parts) return undefined
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number]
  const midnight = new Date(Date.UTC(year, month - 1, day))
  if (midnight.getUTCMonth() !== month - 1 || midnight.getUTCDate() !== day) return undefined
  return seconds(midnight.getTime() / 1000)
}
