/** Nonces that a CA gave with its answers (RFC 8555 6.5): each is used once, the freshest first, and none that is old. */
import type { Clock, UnixSeconds } from '../../../domain/time.ts'

export interface NoncePool {
  /** Undefined when none is fresh. */
  take(): string | undefined
  /** Anything but a nonce is passed over (RFC 8555 6.5.1). */
  put(nonce: string | undefined): void
}

const noncesMax = 20
const secondsMax = 180
const form = /^[A-Za-z0-9_-]{1,512}$/

/** One for each account: what one account has cannot be used up by another. */
export function noncePool(clock: Clock): NoncePool {
  const nonces: { readonly nonce: string; readonly at: UnixSeconds }[] = []
  return {
    take() {
      const newest = nonces.pop()
      if (newest === undefined) return undefined
      const age = clock.now() - newest.at
      if (age >= 0 && age <= secondsMax) return newest.nonce
      nonces.length = 0
      return undefined
    },
    put(nonce) {
      if (nonce === undefined || !form.test(nonce)) return
      nonces.push({ nonce, at: clock.now() })
      if (nonces.length > noncesMax) nonces.shift()
    },
  }
}

export const isNonce = (text: string | undefined): text is string => text !== undefined && form.test(text)
