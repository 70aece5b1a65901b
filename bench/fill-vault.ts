/** Fills a stopped vault with copies of one certificate, straight into storage: to see what size costs. */
import { join } from 'node:path'
import { openSqlite } from '../src/storage/sqlite.ts'

const perTransaction = 1_000

export async function fillVault(dataFolder: string, model: string, count: number): Promise<void> {
  const storage = openSqlite({ path: join(dataFolder, 'certkeep.db') })
  const [certificate, version, sealed] = await storage.read(async ({ certificates }) => {
    const found = (await certificates.find('default', model))!
    const current = (await certificates.findVersion('default', model))!
    return [found, current, (await certificates.findSealed('default', model, current.version))!] as const
  })
  for (let start = 0; start < count; start += perTransaction) {
    await storage.transact(async (writer) => {
      for (let index = start; index < Math.min(start + perTransaction, count); index++) {
        const name = `c${String(index).padStart(7, '0')}`
        const shell = { ...certificate.current, issued: false, enabled: false }
        await writer.certificates.insert({ ...certificate, name, current: shell, hasOperation: false })
        await writer.certificates.addVersion('default', name, version, sealed)
      }
    })
  }
  await storage.close()
}
