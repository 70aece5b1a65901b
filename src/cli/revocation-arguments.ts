/** What the arguments of revoking say, and how revocations are printed. */
import { type Revocation, type RevocationReason, revocationReasons } from '../domain/authority.ts'
import type { RevocationWish } from '../vault/identity/administer.ts'
import { readTime } from './ca-arguments.ts'
import { UsageError } from './command.ts'

export const wishOptions = { reason: { type: 'string' }, 'invalidity-date': { type: 'string' } } as const

const reasons = Object.keys(revocationReasons) as RevocationReason[]

/** For the usage texts. */
export const reasonsText = `  --reason R              why: unspecified (if absent), keyCompromise, cACompromise, affiliationChanged, superseded,
                          cessationOfOperation, privilegeWithdrawn, aACompromise; certificateHold can be lifted
  --invalidity-date TIME  since when the key is not to be trusted, such as 2027-01-31T00:00:00Z`

/** @throws UsageError. */
export function readWish(
  { reason = 'unspecified', 'invalidity-date': date }: { reason?: string; 'invalidity-date'?: string },
  usage: string,
): RevocationWish {
  const known = reasons.find((each) => each === reason)
  if (!known) throw new UsageError(`--reason ${reason}: one of ${reasons.join(', ')} is needed`, usage)
  return {
    reason: known,
    ...(date !== undefined && { invalidityDate: readTime('invalidity-date', date, usage) }),
  }
}

/** Lines of facts. */
export function revocationFacts(revocation: Revocation | undefined): (readonly [string, string])[] {
  if (!revocation) return []
  const { at, reason, invalidityDate } = revocation
  return [
    ['reason', reason],
    ['since', textOf(at)],
    ...(invalidityDate === undefined ? [] : [['not trusted since', textOf(invalidityDate)] as const]),
  ]
}

export const textOf = (time: number) => new Date(time * 1000).toISOString().replace('.000', '')
export const serialText = (serialNumber: Uint8Array) =>
  Buffer.from(serialNumber).toString('hex').toUpperCase()
