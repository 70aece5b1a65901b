import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { createTestInstallation } from '../doubles/installation.ts'
import { replay } from './transcript.ts'

for (const name of readdirSync(import.meta.dirname).filter((file) => file.endsWith('.txt'))) {
  test(`${name} is what the commands print (write it anew with WRITE_TRANSCRIPTS=1, and review it)`, async () => {
    const path = join(import.meta.dirname, name)
    const written = readFileSync(path, 'utf8')
    const vault = await createTestInstallation()
    await vault.administration.ensureFirstAdministrator()
    const now = await replay(written, vault)
    await vault.close()
    if (process.env.WRITE_TRANSCRIPTS === '1') writeFileSync(path, now)
    else assert.equal(now, written)
  })
}
