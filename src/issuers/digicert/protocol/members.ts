/**
 * Reading the JSON of DigiCert: what is needed is of its type and within bounds, or the whole answer counts for nothing.
 * Members that nobody needs may be anything, stand in any order and be missing.
 */
import type { UnixSeconds } from '../../../domain/time.ts'
import { parseDay, parseMoment } from './dates.ts'

/** The members of one object. What is `null` is absent. */
export interface Members {
  text(name: string, lengthMax?: number): string
  /** Undefined where it is empty, too. */
  optionalText(name: string, lengthMax?: number): string | undefined
  /** A whole number above zero; some answers write it as a text. */
  id(name: string): number
  /** Undefined where it is zero, too: so it is as long as there is none. */
  optionalId(name: string): number | undefined
  /** Also `1` and `"true"`; whatever else it is, and no member at all, is false. */
  flag(name: string): boolean
  /** Undefined where it is not told. */
  optionalFlag(name: string): boolean | undefined
  ids(name: string, max: number): readonly number[]
  texts(name: string, max: number): readonly string[]
  objects(name: string, max: number): readonly Members[]
  optionalObject(name: string): Members | undefined
  /** A day counts from its beginning. */
  optionalTime(name: string): UnixSeconds | undefined
}

/** Makes the error from what follows "its answer cannot be used:". */
export type Complain = (what: string) => Error

const textLengthMax = 1000

/** @param path of the object in the answer, for complaints. */
export function readMembers(value: unknown, complain: Complain, path = ''): Members {
  if (!isObject(value)) throw complain(`${path === '' ? 'it' : path} is no object`)
  const pathOf = (name: string) => (path === '' ? name : `${path}.${name}`)
  const member = (name: string) => (Object.hasOwn(value, name) ? (value[name] ?? undefined) : undefined)
  const wrong = (name: string, expected: string) => complain(`${pathOf(name)} must be ${expected}`)

  const checkText = (name: string, text: unknown, lengthMax: number): string => {
    if (typeof text === 'string' && text !== '' && text.length <= lengthMax) return text
    throw wrong(name, `a text of up to ${lengthMax} characters`)
  }
  const checkId = (name: string, found: unknown): number => {
    const id = typeof found === 'string' && /^\d{1,15}$/.test(found) ? Number(found) : found
    if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) return id
    throw wrong(name, 'a whole number')
  }
  const list = (name: string, max: number): readonly unknown[] => {
    const items = member(name) ?? []
    if (Array.isArray(items) && items.length <= max) return items
    throw wrong(name, `a list of up to ${max}`)
  }

  return {
    text: (name, lengthMax = textLengthMax) => checkText(name, member(name), lengthMax),
    optionalText(name, lengthMax = textLengthMax) {
      const found = member(name)
      return found === undefined || found === '' ? undefined : checkText(name, found, lengthMax)
    },
    id: (name) => checkId(name, member(name)),
    optionalId(name) {
      const found = member(name)
      return found === undefined || found === 0 || found === '0' || found === ''
        ? undefined
        : checkId(name, found)
    },
    flag: (name) => isTrue(member(name)),
    optionalFlag: (name) => (member(name) === undefined ? undefined : isTrue(member(name))),
    ids: (name, max) => list(name, max).map((id) => checkId(name, id)),
    texts: (name, max) => list(name, max).map((text) => checkText(name, text, textLengthMax)),
    objects: (name, max) =>
      list(name, max).map((item, index) => readMembers(item, complain, `${pathOf(name)}.${index}`)),
    optionalObject(name) {
      const found = member(name)
      return found === undefined ? undefined : readMembers(found, complain, pathOf(name))
    },
    optionalTime(name) {
      const found = member(name)
      if (found === undefined || found === '') return undefined
      const time = typeof found === 'string' ? (parseMoment(found) ?? parseDay(found)) : undefined
      if (time !== undefined) return time
      throw wrong(name, 'a date such as 2027-01-31 or 2027-01-31T10:00:00+00:00')
    },
  }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === '1'
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
