/** Opens the store of an installation; what keeps it from opening is told to the operator in one line. */
import { Unusable } from '../installation/unusable.ts'
import { openSqlite } from '../storage/sqlite.ts'
import type { Storage } from '../storage/storage.ts'
import { StorageUnusable } from '../storage/unusable.ts'

/** @throws Unusable, with nothing changed. */
export function openStorage(path: string): Storage {
  try {
    return openSqlite({ path })
  } catch (error) {
    throw error instanceof StorageUnusable ? new Unusable(error.message, { cause: error }) : error
  }
}
