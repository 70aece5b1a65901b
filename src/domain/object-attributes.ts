/** What callers may set of a version of a key or secret that stands for itself, whatever its kind. */
import type { Tags } from './certificate.ts'
import { badParameter } from './errors.ts'
import type { ObjectVersion } from './kept-object.ts'
import { seconds, type UnixSeconds } from './time.ts'

/** Absent members take their defaults in a new version, and stay as they are in an old one. */
export interface AttributesInput {
  readonly enabled?: boolean
  readonly notBefore?: UnixSeconds
  readonly expires?: UnixSeconds
  readonly tags?: Tags
}

export type ObjectAttributes = Omit<ObjectVersion<unknown>, 'version' | 'facts'>

/** The last second of the year 9999: what every reader of dates understands. */
const instantMax = seconds(253_402_300_799)

/** Of a version made now; enabled unless said otherwise. @throws VaultError `BadParameter`. */
export function newAttributes(input: AttributesInput, now: UnixSeconds): ObjectAttributes {
  return changedAttributes({ enabled: true, created: now, updated: now }, input, now)
}

/** Of a version that is changed now. Tags are replaced as a whole. @throws VaultError `BadParameter`. */
export function changedAttributes(
  { enabled, notBefore, expires, created, tags }: ObjectAttributes,
  input: AttributesInput,
  now: UnixSeconds,
): ObjectAttributes {
  const dates = datesOf(input.notBefore ?? notBefore, input.expires ?? expires)
  const labels = input.tags ?? tags
  return {
    enabled: input.enabled ?? enabled,
    ...dates,
    created,
    updated: now,
    ...(labels && { tags: labels }),
  }
}

function datesOf(notBefore: UnixSeconds | undefined, expires: UnixSeconds | undefined) {
  checkInstant('nbf', notBefore)
  checkInstant('exp', expires)
  if (notBefore !== undefined && expires !== undefined && expires <= notBefore)
    throw badParameter('attributes.exp: it has to be later than attributes.nbf.')
  return { ...(notBefore !== undefined && { notBefore }), ...(expires !== undefined && { expires }) }
}

function checkInstant(member: string, instant: UnixSeconds | undefined): void {
  if (instant === undefined) return
  if (!Number.isInteger(instant) || instant < 0 || instant > instantMax)
    throw badParameter(`attributes.${member}: send whole seconds since 1970, up to the year 9999.`)
}
