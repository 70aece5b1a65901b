/**
 * What becomes of a revocation when somebody asks for one, or for the end of a hold (RFC 5280 5.3). A hold may become final or
 * be lifted; what is final never changes.
 */
import type { Revocation, RevocationReason } from './authority.ts'
import { badParameter, VaultError } from './errors.ts'
import type { UnixSeconds } from './time.ts'

/** What is asked for. */
export interface RevocationWish {
  readonly reason: RevocationReason
  /** Since when the key is not to be trusted (RFC 5280 5.3.2). */
  readonly invalidityDate?: UnixSeconds
}

/**
 * A hold that becomes final keeps its date: the certificate was not good for one moment since then.
 * @returns `present` itself when nothing changes.
 */
export function revokedBy(
  present: Revocation | undefined,
  { reason, invalidityDate }: RevocationWish,
  now: UnixSeconds,
): Revocation {
  if (present && (isFinal(present) || reason === 'certificateHold')) return present
  const since = invalidityDate ?? present?.invalidityDate
  return { at: present?.at ?? now, reason, ...(since !== undefined && { invalidityDate: since }) }
}

/** A hold is all that can be lifted. */
export function isFinal({ reason }: Revocation): boolean {
  return reason !== 'certificateHold'
}

/** What is not revoked may be released again and again. @throws VaultError `Conflict`. */
export function checkReleasable(present: Revocation | undefined): void {
  if (present && isFinal(present))
    throw new VaultError(
      'Conflict',
      `The certificate is revoked for good (${present.reason}); only a hold can be lifted. Make a new certificate.`,
    )
}

/** The key was in order before the certificate began, or it would have none; and nobody knows the future. */
export function checkInvalidityDate(
  { invalidityDate }: RevocationWish,
  notBefore: UnixSeconds,
  now: UnixSeconds,
): void {
  if (invalidityDate === undefined || (invalidityDate >= notBefore && invalidityDate <= now)) return
  throw badParameter(
    `invalidity_date: send a time from ${textOf(notBefore)}, when the certificate begins, to ${textOf(now)}, which is now.`,
  )
}

const textOf = (time: UnixSeconds) => new Date(time * 1000).toISOString().replace('.000', '')
