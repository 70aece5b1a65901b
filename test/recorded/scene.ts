/** How a recorded answer is asked for here. */
import type { Reply } from '../http/request.ts'
import type { Example } from './example.ts'
import type { Stage } from './stage.ts'

export interface Scene {
  /** Brings the vault to the state that the recording began in, and sends what was sent then. */
  readonly play: (stage: Stage, example: Example) => Promise<Reply>
  /** Lines of `differences` that are known, each with its reason. One that does not occur any more is an error too. */
  readonly except?: Readonly<Record<string, string>>
  /** The example shows a part of the answer. */
  readonly excerpt?: boolean
}

/** Sends the recording as it is, after these steps. */
export function after(prepare: (stage: Stage) => Promise<unknown>, except?: Scene['except']): Scene {
  return {
    play: async (stage, example) => {
      await prepare(stage)
      return stage.replay(example)
    },
    ...(except && { except }),
  }
}

export const asRecorded: Scene = after(async () => undefined)
