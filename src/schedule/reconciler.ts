/**
 * Runs a repeatable task whenever it is nudged, one run at a time: a nudge that comes during a run causes one more. A
 * task that fails is tried again later; nothing is lost, because all it works from is in storage.
 */
export interface Reconciler {
  /** There may be something to do. */
  nudge(): void
  /** Lets a running turn finish and starts no other. */
  stop(): Promise<void>
}

const pauseAfterFailureMilliseconds = 5_000

/** @param task is repeatable, and answers whether to run again at once. */
export function createReconciler(
  task: () => Promise<boolean>,
  onFailure: (error: unknown) => void,
): Reconciler {
  let wanted = false
  let stopped = false
  let running: Promise<void> | undefined
  let retry: NodeJS.Timeout | undefined

  async function takeTurns(): Promise<void> {
    while (wanted && !stopped) wanted = await nextTurn()
  }

  async function nextTurn(): Promise<boolean> {
    wanted = false
    const more = await task()
    return more || wanted
  }

  function nudge(): void {
    wanted = true
    if (stopped || running) return
    clearTimeout(retry)
    running = takeTurns()
      .catch((error) => {
        wanted = false
        onFailure(error)
        retry = setTimeout(nudge, pauseAfterFailureMilliseconds)
      })
      .finally(() => {
        running = undefined
        if (wanted) nudge()
      })
  }

  return {
    nudge,
    async stop() {
      stopped = true
      clearTimeout(retry)
      await running
    },
  }
}
