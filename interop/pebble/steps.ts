/** Steps of a walk: each is judged by itself, and said in one line. */

/** Runs the step at once; whatever it throws is the reason why it failed. */
export async function step(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    console.log(`ok ${name}`)
  } catch (error) {
    process.exitCode = 1
    const { message, stack = '' } = error as Error
    const line = /(\w+\.ts:\d+):\d+\)?$/m.exec(stack)?.[1] ?? ''
    console.log(`not ok ${name}: ${line} ${message.replaceAll(/\s+/g, ' ')}`)
  }
}
