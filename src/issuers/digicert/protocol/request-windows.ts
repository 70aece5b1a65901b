/**
 * How many requests DigiCert takes from one API key: 100 within 5 seconds, and 1000 within 3 minutes (older documents say 5).
 * Whoever would go beyond that waits here, so that DigiCert need not refuse the others too.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Clock, UnixSeconds } from '../../../domain/time.ts'

export interface RequestWindows {
  /** Counts one request. @throws IssuerFailure `throttled` when it has to wait. */
  take(): void
}

const windows = [
  { seconds: 5, most: 100 },
  { seconds: 180, most: 1000 },
] as const
const longestSeconds = 180
const accountsMax = 1000

/** Of each account one, for as long as the process lives. */
export function windowsByAccount(clock: Clock): (account: string) => RequestWindows {
  const known = new Map<string, RequestWindows>()
  return (account) => {
    const found = known.get(account) ?? requestWindows(clock)
    known.delete(account)
    known.set(account, found)
    for (const oldest of known.keys()) if (known.size > accountsMax) known.delete(oldest)
    return found
  }
}

export function requestWindows(clock: Clock): RequestWindows {
  let taken: UnixSeconds[] = []
  return {
    take() {
      const now = clock.now()
      // A clock that was set back says nothing of what was sent before.
      taken = taken.filter((at) => at > now - longestSeconds && at <= now)
      for (const { seconds, most } of windows) {
        const within = taken.filter((at) => at > now - seconds)
        if (within.length < most) continue
        throw new IssuerFailure('throttled', 'DigiCert takes no more requests of this account for now.', {
          retryAfterSeconds: within[0]! + seconds - now,
        })
      }
      taken.push(now)
    },
  }
}
