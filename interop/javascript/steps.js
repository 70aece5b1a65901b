// Steps of a tour: each is judged by itself, and said in one line.
import assert from 'node:assert/strict'

/** Runs the step at once; whatever it throws is the reason why it failed. */
export async function step(name, work) {
  try {
    await work()
    console.log(`ok ${name}`)
  } catch (error) {
    process.exitCode = 1
    const [, line = ''] =
      /(\w+\.js:\d+):\d+\)?$/m.exec(error.stack.replaceAll(/^.*node_modules.*$/gm, '')) ?? []
    console.log(`not ok ${name}: ${line} ${error.message.replaceAll(/\s+/g, ' ')}`)
  }
}

/** The call must be refused with this status and these codes of Key Vault. */
export async function refused(call, status, code, inner) {
  const error = await call().then(
    () => assert.fail(`was not refused with ${status} ${code}`),
    (reason) => reason,
  )
  assert.deepEqual([error.statusCode, error.code], [status, code], error.message)
  if (inner) assert.equal(error.details?.error?.innerError?.code, inner)
}

/** Everything that a list gives, over all its pages. */
export async function collected(items) {
  const all = []
  for await (const item of items) all.push(item)
  return all
}
