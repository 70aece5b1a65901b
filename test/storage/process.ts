/**
 * Another process on a store: `count` adds one to a counter as often as told, `write` writes without end. Both say on a
 * line of their own what was answered.
 */
import { openSqlite } from '../../src/storage/sqlite.ts'
import { count, writeBoth } from './work.ts'

const [path, task, times] = process.argv.slice(2) as [string, 'count' | 'write', string]
const storage = openSqlite({ path })
process.stdout.write('open\n')
if (task === 'count') {
  await Promise.all(Array.from({ length: Number(times) }, () => storage.transact(count)))
  await storage.close()
} else
  for (let batch = 0; ; batch++)
    await Promise.all(
      Array.from({ length: Number(times) }, async (_, index) => {
        const key = `${batch}-${index}`
        await storage.transact((writer) => writeBoth(writer, key))
        process.stdout.write(`${key}\n`)
      }),
    )
