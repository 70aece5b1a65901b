import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { storageConformance } from '../conformance/storage.ts'

storageConformance('sqlite', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'certkeep-storage-')), 'certkeep.db')
  const storage = openSqlite({ path })
  return {
    storage,
    async reopen() {
      await storage.close()
      return openSqlite({ path })
    },
  }
})
