/**
 * How many requests are taken in a window of time. Each request counts towards one limit, the first of its preset that
 * takes its verb; those that are refused here do not count. It is asked once it is known who asks: what anybody can send
 * without a token is cheap to refuse.
 */
import type { VerbName } from '../access/verbs.ts'
import { VaultError } from '../domain/errors.ts'
import type { Clock, UnixSeconds } from '../domain/time.ts'

export interface Limit {
  /** What it counts, as the refusal names it. */
  readonly name: string
  readonly max: number
  /** Whose requests are counted together. */
  readonly per: 'vault' | 'caller'
  /** Absent: all. */
  readonly verbs?: ReadonlySet<VerbName>
  /** How much a request counts that was served; 1 where absent. */
  readonly weigh?: (sent: unknown, answered: unknown) => number
}

/** Of whom a request is. The verb is absent where no route was found. */
export interface LimitedRequest {
  readonly verb: VerbName | undefined
  readonly vault: string
  readonly caller: string
}

export interface RateLimit {
  /** Counts the request. @throws Throttled. */
  admit(request: LimitedRequest): void
  /** Counts what it turned out to weigh beyond 1. */
  weigh(request: LimitedRequest, sent: unknown, answered: unknown): void
}

/** 429. Key Vault tells no time to wait; clients that are told one keep to it. */
export class Throttled extends VaultError {
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super('Throttled', message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

interface Window {
  readonly endsAt: UnixSeconds
  used: number
}

interface CountedLimit extends Limit {
  /** Of each vault or caller; the oldest first. */
  readonly windows: Map<string, Window>
}

/**
 * @param limits in the order in which they are asked whether a verb is theirs.
 * @param parts.clock any that moves with real time. @param parts.keysMax how many vaults or callers a limit remembers;
 * beyond it the oldest window is forgotten.
 */
export function createRateLimit(
  limits: readonly Limit[],
  parts: { readonly windowSeconds: number; readonly keysMax: number; readonly clock: Clock },
): RateLimit {
  const { windowSeconds, keysMax, clock } = parts
  const counted: readonly CountedLimit[] = limits.map((limit) => ({ ...limit, windows: new Map() }))
  const limitOf = (verb: VerbName | undefined) =>
    counted.find(({ verbs }) => !verbs || (verb !== undefined && verbs.has(verb)))

  function windowOf({ windows }: CountedLimit, key: string): Window {
    const now = clock.now()
    const known = windows.get(key)
    // A clock that was set back must not lock anybody out.
    if (known && now < known.endsAt && known.endsAt <= now + windowSeconds) return known
    const window = { endsAt: (now + windowSeconds) as UnixSeconds, used: 0 }
    windows.delete(key)
    windows.set(key, window)
    if (windows.size > keysMax) windows.delete(windows.keys().next().value!)
    return window
  }

  return {
    admit(request) {
      const limit = limitOf(request.verb)
      if (!limit) return
      const window = windowOf(limit, keyOf(limit, request))
      if (window.used >= limit.max)
        throw refusal(limit, windowSeconds, Math.max(1, window.endsAt - clock.now()))
      window.used++
    },
    weigh(request, sent, answered) {
      const limit = limitOf(request.verb)
      if (!limit?.weigh) return
      windowOf(limit, keyOf(limit, request)).used += limit.weigh(sent, answered) - 1
    },
  }
}

function keyOf({ per }: Limit, { vault, caller }: LimitedRequest): string {
  return per === 'vault' ? vault : caller
}

function refusal({ name, max, per }: Limit, windowSeconds: number, waitSeconds: number): Throttled {
  const reason = per === 'vault' ? 'VaultRequestTypeLimitReached' : 'CallerRequestLimitReached'
  return new Throttled(
    `Too many requests: at most ${max} ${name} in ${windowSeconds} seconds for one ${per}. Wait ${waitSeconds} seconds. Reason: ${reason}`,
    waitSeconds,
  )
}
