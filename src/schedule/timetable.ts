/** The whole timetable on one page: what the vault does by itself, and how often it looks whether there is anything to do. */
import { createReconciler, type Reconciler } from './reconciler.ts'

export interface TimedTask {
  readonly name: string
  /** How long something due may wait before it is noticed. Looking costs one indexed query. */
  readonly everySeconds: number
  /** Repeatable; answers whether to run again at once. */
  readonly run: () => Promise<boolean>
}

export interface Timetable {
  /** Looks at every task now: at start, and when the clock was moved. */
  nudge(): void
  stop(): Promise<void>
}

export function startTimetable(
  tasks: readonly TimedTask[],
  onFailure: (task: string, error: unknown) => void,
): Timetable {
  const reconcilers: Reconciler[] = []
  const timers: NodeJS.Timeout[] = []
  for (const { name, everySeconds, run } of tasks) {
    const reconciler = createReconciler(run, (error) => onFailure(name, error))
    reconcilers.push(reconciler)
    timers.push(setInterval(reconciler.nudge, everySeconds * 1000))
  }
  return {
    nudge() {
      for (const reconciler of reconcilers) reconciler.nudge()
    },
    async stop() {
      timers.forEach(clearInterval)
      await Promise.all(reconcilers.map((reconciler) => reconciler.stop()))
    },
  }
}
