/** Whose turn it is: a handshake shows one certificate, so of several orders for one name one is proved after the other. */
import type { PresentedChallenge } from '../../domain/challenge.ts'
import type { UnixSeconds } from '../../domain/time.ts'

/** An order that never ends must not keep the others waiting for a day. */
const turnSeconds = 600

/** @param shown for one identifier, the longest shown first. */
export function inTurn(
  shown: readonly PresentedChallenge[],
  now: UnixSeconds,
): PresentedChallenge | undefined {
  return shown.find(({ presented }) => now - presented < turnSeconds) ?? shown.at(-1)
}
