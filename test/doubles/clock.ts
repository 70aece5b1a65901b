/** A clock that stands still until it is moved. */
import { type Clock, seconds, type UnixSeconds } from '../../src/domain/time.ts'

export interface SettableClock extends Clock {
  /** Moves it, forward or back. */
  move(bySeconds: number): void
}

/** @param start seconds since 1970; by default some noon in 2027. */
export function settableClock(start = 1_800_000_000): SettableClock {
  let now = start
  return {
    now: (): UnixSeconds => seconds(now),
    move(bySeconds) {
      now += bySeconds
    },
  }
}
