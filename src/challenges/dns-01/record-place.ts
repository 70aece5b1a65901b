/** Where a record was put, and by what settings: enough to take it away, whatever the settings and aliases say by then. */
import type { UnixSeconds } from '../../domain/time.ts'
import type { SolverSettings } from '../solver-kind.ts'

export interface RecordPlace {
  readonly zone: string
  readonly name: string
  /** Of the entry; they name secrets and hold none. */
  readonly settings: SolverSettings
  /** By the machine's clock. */
  readonly added: UnixSeconds
  /** What the provider needs besides. */
  readonly place?: string
}

export function writeRecordPlace(place: RecordPlace): string {
  return JSON.stringify(place)
}

/** @returns undefined for what is no such place. */
export function readRecordPlace(text: string): RecordPlace | undefined {
  let place: unknown
  try {
    place = JSON.parse(text)
  } catch {
    return undefined
  }
  return isRecordPlace(place) ? place : undefined
}

function isRecordPlace(value: unknown): value is RecordPlace {
  if (typeof value !== 'object' || value === null) return false
  const { zone, name, settings, added, place } = value as Partial<Record<keyof RecordPlace, unknown>>
  return (
    typeof zone === 'string' &&
    typeof name === 'string' &&
    typeof settings === 'object' &&
    settings !== null &&
    typeof added === 'number' &&
    (place === undefined || typeof place === 'string')
  )
}
