/** Makes those who fail again and again wait: a bounded count of failures for each key, over a fixed window of time. */
import type { Clock, UnixSeconds } from '../domain/time.ts'

export interface FailureLimit {
  /** Seconds until the key may try again; 0 when it may now. */
  waitSeconds(key: string): number
  recordFailure(key: string): void
}

interface Window {
  readonly endsAt: UnixSeconds
  failures: number
}

/** @param keysMax how many keys are remembered; beyond it the oldest window is forgotten. */
export function createFailureLimit(limits: {
  readonly failuresMax: number
  readonly windowSeconds: number
  readonly keysMax: number
  readonly clock: Clock
}): FailureLimit {
  const { failuresMax, windowSeconds, keysMax, clock } = limits
  /** The oldest window first. */
  const windows = new Map<string, Window>()

  function current(key: string): Window | undefined {
    const window = windows.get(key)
    if (window === undefined || window.endsAt > clock.now()) return window
    windows.delete(key)
    return undefined
  }

  return {
    waitSeconds(key) {
      const window = current(key)
      return window !== undefined && window.failures >= failuresMax ? window.endsAt - clock.now() : 0
    },
    recordFailure(key) {
      const window = current(key)
      if (window !== undefined) {
        window.failures++
        return
      }
      windows.set(key, { endsAt: (clock.now() + windowSeconds) as UnixSeconds, failures: 1 })
      if (windows.size > keysMax) windows.delete(windows.keys().next().value!)
    },
  }
}
