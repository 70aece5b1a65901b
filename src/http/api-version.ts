/**
 * What the versions of the API differ in. Every operation is served under every version: whoever calls one knows it. Of
 * answers, members that were added later are left out for those who ask for an older version, as recorded answers have
 * it. Names in the `sans` of a policy stay: who writes back what he read must not lose them.
 */
import { badParameter } from '../domain/errors.ts'

/** Rises with the age of the API; a preview counts as what it precedes. */
export type ApiVersion = number & { readonly __unit: 'age of the API' }

const first = '2016-10-01'
const pattern =
  /^(?:7\.(?<minor>[0-6])(?:-preview(?:\.\d{1,2})?)?|(?<date>20(?:25|26)-\d\d-\d\d)(?:-preview)?)$/

/** @throws VaultError `BadParameter`. */
export function readApiVersion(text: string | undefined): ApiVersion {
  if (text === undefined)
    throw badParameter('api-version: this query parameter is required, for example api-version=2025-07-01.')
  if (text === first) return -1 as ApiVersion
  const { minor, date } = pattern.exec(text)?.groups ?? {}
  if (minor !== undefined) return Number(minor) as ApiVersion
  if (date !== undefined) return Number(date.replaceAll('-', '')) as ApiVersion
  throw badParameter('api-version: not a version of this API; use 7.0 to 7.6, 2025-07-01 or 2026-04-01.')
}

interface Addition {
  readonly since: ApiVersion
  /** Of objects themselves, and of the items of lists. */
  readonly members?: readonly string[]
  /** Of their `attributes`. */
  readonly attributes?: readonly string[]
}

/** In the order in which they came. */
const additions: readonly Addition[] = [
  { since: readApiVersion('7.1'), attributes: ['recoverableDays'] },
  { since: readApiVersion('7.3'), members: ['release_policy'], attributes: ['exportable'] },
  { since: readApiVersion('7.5'), attributes: ['hsmPlatform'] },
  { since: readApiVersion('7.6'), members: ['preserveCertOrder'], attributes: ['attestation'] },
  { since: readApiVersion('2025-07-01'), members: ['previousVersion'] },
  { since: readApiVersion('2026-04-01'), attributes: ['key_size'] },
]

/** Under this version alone, a certificate version tells the names that stand in it. */
const describing = readApiVersion('7.2')

export function describesCertificates(version: ApiVersion): boolean {
  return version === describing
}

type Members = Readonly<Record<string, unknown>>

/** By the number of additions that a version knows: the names of all later ones. */
const later = additions.map((_, known) => ({
  members: additions.slice(known).flatMap((addition) => addition.members ?? []),
  attributes: additions.slice(known).flatMap((addition) => addition.attributes ?? []),
}))

/** An answer as this version of the API knows it. @param body is left as it is. */
export function inVersion(version: ApiVersion, body: unknown): unknown {
  const names = later[additions.filter(({ since }) => since <= version).length]
  if (!names || !isObject(body)) return body
  const { members, attributes } = names
  const older = (object: unknown): unknown => {
    if (!isObject(object)) return object
    const kept = without(object, members)
    if (!isObject(kept.attributes)) return kept
    const keptAttributes = without(kept.attributes, attributes)
    return keptAttributes === kept.attributes ? kept : { ...kept, attributes: keptAttributes }
  }
  return Array.isArray(body.value) ? { ...body, value: body.value.map(older) } : older(body)
}

/** The object itself where there is nothing to leave out, which is nearly always. */
function without(object: Members, names: readonly string[]): Members {
  if (!names.some((name) => Object.hasOwn(object, name))) return object
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)))
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
