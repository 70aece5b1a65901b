/** Data folders for the tests, opened as the service does. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStorage } from '../../src/compose/storage.ts'
import { type DataFolder, dataFolderAt } from '../../src/installation/data-folder.ts'
import { type Installation, type OpenOptions, openInstallation } from '../../src/installation/installation.ts'
import { settableClock } from '../doubles/clock.ts'

export const wallClock = settableClock(Math.floor(Date.now() / 1000))

/** A place where no folder is yet. */
export const newFolder = (): DataFolder =>
  dataFolderAt(join(mkdtempSync(join(tmpdir(), 'certkeep-installation-')), 'data'))

export function open(folder: DataFolder, options: Partial<OpenOptions> = {}): Promise<Installation> {
  return openInstallation({
    folder,
    create: true,
    dev: false,
    openStorage,
    wallClock,
    random: randomBytes,
    cores: 1,
    ...options,
  })
}

/** Every file in a folder. */
export function contents(path: string): Record<string, Buffer> {
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name))]))
}
