/** Taking away what was shown for an order, as soon as the CA has no more use for it. */
import { seconds } from '../../domain/time.ts'
import type { OrderTools } from './place-order.ts'
import type { Session } from './session.ts'

/** Never holds up an order: what cannot be taken away now is left, due at once, to whoever takes away what is over. */
export async function takeAway(
  { register, solvers }: Pick<OrderTools, 'register' | 'solvers'>,
  { place, settings }: Pick<Session, 'place' | 'settings'>,
  orderKey: string,
): Promise<void> {
  for (const shown of await register.challengesOf(place.vault, orderKey)) {
    try {
      const solver = solvers.forCleaning(settings.challenges, shown)
      if (!solver) throw new Error('nobody can take it away')
      await solver.cleanUp(shown, shown.place)
      await register.forgetChallenge(shown)
    } catch {
      await register.keepChallenge({ ...shown, until: seconds(Math.min(shown.until, register.now())) })
    }
  }
}
