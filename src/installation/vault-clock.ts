/** The vault's clock. With `--dev` it can be moved forward, for good: the offset is stored, for certificates live by it. */
import { type Clock, seconds, type UnixSeconds } from '../domain/time.ts'

export interface MovableClock extends Clock {
  /** @returns the new time. Whoever has something to do in time is told. */
  advance(bySeconds: number): UnixSeconds
  onAdvance(listener: () => void): void
  readonly offsetSeconds: number
}

export function movableClock(wallClock: Clock, offsetSeconds: number): MovableClock {
  const listeners: (() => void)[] = []
  let offset = offsetSeconds
  const now = () => seconds(wallClock.now() + offset)
  return {
    now,
    get offsetSeconds() {
      return offset
    },
    advance(bySeconds) {
      offset += bySeconds
      for (const listener of listeners) listener()
      return now()
    },
    onAdvance: (listener) => listeners.push(listener),
  }
}
