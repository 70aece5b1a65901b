/** Reading the JSON of others: every member is of its type and within bounds, or the whole answer counts for nothing. */
import type { UnixSeconds } from '../../../domain/time.ts'
import { type Problem, plainText, readProblem } from './problem.ts'
import { parseDateTime } from './rfc3339.ts'

/** The members of one object. What is `null` is absent: some CAs write it so. */
export interface Members {
  text(name: string, lengthMax?: number): string
  optionalText(name: string, lengthMax?: number): string | undefined
  /** One of the values, or undefined. */
  word<T extends string>(name: string, values: readonly T[]): T
  flag(name: string): boolean
  url(name: string): string
  optionalUrl(name: string): string | undefined
  urls(name: string, max: number): readonly string[]
  texts(name: string, max: number): readonly string[]
  objects(name: string, max: number): readonly Members[]
  object(name: string): Members
  optionalObject(name: string): Members | undefined
  optionalTime(name: string): UnixSeconds | undefined
  time(name: string): UnixSeconds
  problem(name: string): Problem | undefined
  /** Texts of any name, as in `meta.profiles`. */
  entries(max: number): ReadonlyMap<string, string>
  /** What is wrong with a member, as an error to throw. */
  wrong(name: string, expected: string): Error
}

export interface MembersContext {
  /** The URL, if requests may go there. */
  admit(url: string): string | undefined
  /** Makes the error from what follows "its answer cannot be used:". */
  complain(what: string): Error
}

const textLengthMax = 1000
const nameLengthMax = 100

/** @param path of the object in the answer, for complaints. */
export function readMembers(value: unknown, context: MembersContext, path = ''): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw context.complain(`${path === '' ? 'it' : path} is no object`)
  const raw = value as Readonly<Record<string, unknown>>
  const pathOf = (name: string) => (path === '' ? name : `${path}.${name}`)
  const member = (name: string) => (Object.hasOwn(raw, name) ? (raw[name] ?? undefined) : undefined)
  const wrong = (name: string, expected: string) => context.complain(`${pathOf(name)} must be ${expected}`)

  const checkText = (name: string, text: unknown, lengthMax: number): string => {
    if (typeof text === 'string' && text !== '' && text.length <= lengthMax) return text
    throw wrong(name, `a text of up to ${lengthMax} characters`)
  }
  const checkUrl = (name: string, text: unknown): string => {
    const admitted = typeof text === 'string' ? context.admit(text) : undefined
    if (admitted !== undefined) return admitted
    throw wrong(name, 'an https URL at a host that the directory names')
  }
  const list = (name: string, max: number): readonly unknown[] => {
    const items = member(name)
    if (items === undefined) return []
    if (Array.isArray(items) && items.length <= max) return items
    throw wrong(name, `a list of up to ${max}`)
  }
  const optional = <T>(name: string, read: (value: unknown) => T): T | undefined => {
    const found = member(name)
    return found === undefined ? undefined : read(found)
  }
  const readTime = (name: string, found: unknown): UnixSeconds => {
    const time = typeof found === 'string' ? parseDateTime(found) : undefined
    if (time !== undefined) return time
    throw wrong(name, 'a date such as 2027-01-02T03:04:05Z')
  }

  return {
    wrong,
    text: (name, lengthMax = textLengthMax) => checkText(name, member(name), lengthMax),
    optionalText: (name, lengthMax = textLengthMax) =>
      optional(name, (found) => checkText(name, found, lengthMax)),
    word(name, values) {
      const found = values.find((known) => known === member(name))
      if (found !== undefined) return found
      throw wrong(name, `one of ${values.join(', ')}`)
    },
    flag(name) {
      const found = member(name) ?? false
      if (typeof found === 'boolean') return found
      throw wrong(name, 'true or false')
    },
    url: (name) => checkUrl(name, member(name)),
    optionalUrl: (name) => optional(name, (found) => checkUrl(name, found)),
    urls: (name, max) => list(name, max).map((url) => checkUrl(name, url)),
    texts: (name, max) => list(name, max).map((text) => checkText(name, text, textLengthMax)),
    objects: (name, max) =>
      list(name, max).map((item, index) => readMembers(item, context, `${pathOf(name)}.${index}`)),
    object: (name) => readMembers(member(name), context, pathOf(name)),
    optionalObject: (name) => optional(name, (found) => readMembers(found, context, pathOf(name))),
    optionalTime: (name) => optional(name, (found) => readTime(name, found)),
    time: (name) => readTime(name, member(name)),
    problem: (name) => optional(name, readProblem),
    entries(max) {
      const entries = Object.entries(raw)
      if (entries.length > max) throw context.complain(`${path} has more than ${max} members`)
      return new Map(
        entries
          .filter(([name]) => name.length <= nameLengthMax)
          .map(([name, text]) => [name, plainText(text, textLengthMax)]),
      )
    },
  }
}
