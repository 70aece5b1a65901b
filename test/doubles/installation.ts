/** A true installation in a folder of its own, with the time in the test's hands. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditRecord } from '../../src/domain/audit.ts'
import { type Clock, type Random, seconds } from '../../src/domain/time.ts'
import { dataFolderAt } from '../../src/installation/data-folder.ts'
import { type Installation, openInstallation } from '../../src/installation/installation.ts'
import { createIssuers } from '../../src/issuers/providers.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { authorityRegister } from '../../src/vault/authorities/authority-register.ts'
import { type Administration, createAdministration } from '../../src/vault/identity/administer.ts'
import { noHttp, noOutside } from './outside.ts'

export interface TestInstallation {
  readonly installation: Installation
  readonly administration: Administration
  /** What the verbs beside administration are made of. */
  readonly parts: Pick<Installation, 'storage' | 'keys'> & { readonly clock: Clock; readonly random: Random }
  /** Both clocks: the vault's, and the one on the wall. */
  readonly time: { vault: number; wall: number }
  readonly wallClock: Clock
  /** All audit records so far. */
  audit(): Promise<AuditRecord[]>
  /** The same data, opened by another process as it were. */
  reopen(): Promise<TestInstallation>
  close(): Promise<void>
}

export async function createTestInstallation(random: Random = randomBytes): Promise<TestInstallation> {
  const path = join(mkdtempSync(join(tmpdir(), 'certkeep-')), 'data')
  return open(path, random, { vault: 1_800_000_000, wall: 1_800_000_000 })
}

async function open(path: string, random: Random, time: TestInstallation['time']): Promise<TestInstallation> {
  const wallClock = { now: () => seconds(time.wall) }
  const clock = { now: () => seconds(time.vault) }
  const installation = await openInstallation({
    folder: dataFolderAt(path),
    create: true,
    dev: undefined,
    openStorage: (database) => openSqlite({ path: database }),
    wallClock,
    random,
    cores: 1,
  })
  const { storage, keys } = installation
  const authorities = authorityRegister({ storage, keys, clock, random })
  return {
    installation,
    administration: createAdministration({
      storage,
      sealer: keys,
      keys,
      issuers: createIssuers({
        keys,
        random,
        authorities,
        acme: noOutside({ storage, keys, clock, random }),
        digicert: { openHttp: noHttp, clock },
      }),
      clock,
      random,
      operatorName: 'ada',
    }),
    parts: { storage, keys, clock, random },
    time,
    wallClock,
    audit: async () =>
      (await storage.read((reader) => reader.journal.read(0, 10_000))).map(({ record }) => record),
    reopen: () => open(path, random, time),
    close: () => storage.close(),
  }
}
