/** The rotation policy of a key: when the vault makes the next version by itself, and how long a version lives. */
import { addDuration, meanDays, parseDuration, subtractDuration } from './duration.ts'
import { badParameter } from './errors.ts'
import type { UnixSeconds } from './time.ts'

/** ISO 8601 durations, as they were sent. */
export type RotationTrigger = { readonly timeAfterCreate: string } | { readonly timeBeforeExpiry: string }

export interface RotationPolicy {
  /** Absent when the key is rotated on demand only. */
  readonly rotate?: RotationTrigger
  /** Every policy has one. */
  readonly notify: { readonly timeBeforeExpiry: string }
  /** The life of a version that a rotation makes; without end when absent. */
  readonly expiryTime?: string
  /** Absent where no policy was ever set. */
  readonly created?: UnixSeconds
  readonly updated?: UnixSeconds
}

export interface LifetimeAction {
  readonly action: 'Rotate' | 'Notify'
  readonly timeAfterCreate?: string
  readonly timeBeforeExpiry?: string
}

export interface RotationPolicyInput {
  readonly lifetimeActions?: readonly LifetimeAction[]
  readonly expiryTime?: string
}

/** What Key Vault answers where no policy was set. */
export const defaultRotationPolicy: RotationPolicy = { notify: { timeBeforeExpiry: 'P30D' } }

const expiryDaysMin = 28
/** From creation to rotation, and from rotation to expiry. */
const rotationDaysMin = 7

/** A policy takes the place of the former as a whole. @throws VaultError `BadParameter`. */
export function completeRotationPolicy({
  lifetimeActions = [],
  expiryTime,
}: RotationPolicyInput): Omit<RotationPolicy, 'created' | 'updated'> {
  const rotate = triggerOf(lifetimeActions, 'Rotate')
  const notify = triggerOf(lifetimeActions, 'Notify')
  if (expiryTime !== undefined && daysOf(expiryTime, expiryMember) < expiryDaysMin)
    throw badParameter(`${expiryMember}: a version lives ${expiryDaysMin} days at least.`)
  if (rotate) checkRotation(rotate, expiryTime)
  if (notify && 'timeAfterCreate' in notify)
    throw badParameter(
      `${actionsMember}: Notify counts from the expiry; send timeBeforeExpiry instead of timeAfterCreate.`,
    )
  return {
    ...(rotate && { rotate }),
    notify: notify ?? defaultRotationPolicy.notify,
    ...(expiryTime !== undefined && { expiryTime }),
  }
}

/** What rotation goes by. */
export interface RotatedVersion {
  readonly enabled: boolean
  readonly created: UnixSeconds
  readonly expires?: UnixSeconds
}

/**
 * When the vault rotates a key whose current version is this one; undefined for never. A disabled version is left alone:
 * whoever disabled it does not want a new one in its place by itself.
 */
export function rotationDue({ rotate }: RotationPolicy, current: RotatedVersion): UnixSeconds | undefined {
  if (!rotate || !current.enabled) return undefined
  if ('timeAfterCreate' in rotate)
    return addDuration(current.created, parseDuration(rotate.timeAfterCreate, actionsMember))
  if (current.expires === undefined) return undefined
  return subtractDuration(current.expires, parseDuration(rotate.timeBeforeExpiry, actionsMember))
}

/** The expiry of a version that a rotation makes at that time. */
export function expiryAfterRotation(
  { expiryTime }: RotationPolicy,
  created: UnixSeconds,
): UnixSeconds | undefined {
  return expiryTime === undefined ? undefined : addDuration(created, parseDuration(expiryTime, expiryMember))
}

const actionsMember = 'lifetimeActions'
const expiryMember = 'attributes.expiryTime'

function triggerOf(
  actions: readonly LifetimeAction[],
  wanted: LifetimeAction['action'],
): RotationTrigger | undefined {
  const [found, another] = actions.filter(({ action }) => action === wanted)
  if (another) throw badParameter(`${actionsMember}: send the action ${wanted} once.`)
  if (!found) return undefined
  const { timeAfterCreate, timeBeforeExpiry } = found
  if ((timeAfterCreate === undefined) === (timeBeforeExpiry === undefined))
    throw badParameter(
      `${actionsMember}: the trigger of ${wanted} is either timeAfterCreate or timeBeforeExpiry; send one of them.`,
    )
  const trigger =
    timeAfterCreate !== undefined ? { timeAfterCreate } : { timeBeforeExpiry: timeBeforeExpiry! }
  if (daysOf(timeAfterCreate ?? timeBeforeExpiry!, actionsMember) < 1)
    throw badParameter(`${actionsMember}: the time of ${wanted} is one day at least.`)
  return trigger
}

/** A version must be some time old before it is rotated, and have some time left: else rotation would never end. */
function checkRotation(rotate: RotationTrigger, expiryTime: string | undefined): void {
  const afterCreate = 'timeAfterCreate' in rotate
  const days = daysOf(afterCreate ? rotate.timeAfterCreate : rotate.timeBeforeExpiry, actionsMember)
  if (days < rotationDaysMin)
    throw badParameter(
      `${actionsMember}: Rotate comes ${rotationDaysMin} days after creation or before expiry at least.`,
    )
  if (expiryTime === undefined) {
    if (afterCreate) return
    throw badParameter(
      `${expiryMember}: Rotate with timeBeforeExpiry needs it, for a new version without expiry would be the last.`,
    )
  }
  if (daysOf(expiryTime, expiryMember) - days < rotationDaysMin)
    throw badParameter(
      `${actionsMember}: between creation, Rotate and expiry lie ${rotationDaysMin} days at least; ${expiryMember} is ${expiryTime}.`,
    )
}

function daysOf(duration: string, member: string): number {
  return meanDays(parseDuration(duration, member))
}
