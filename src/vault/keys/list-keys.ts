/** Lists of keys: those that stand for themselves among those of certificates. */
import type { Page } from '../../storage/storage.ts'
import { listByName } from '../merge-lists.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeySummary } from '../vault.ts'
import { managedItem, managedSummary, ownItem, ownSummary } from './key-summary.ts'

const items = { managedItem, ownItem }

export async function listKeys(parts: Parts, caller: Caller, page: Page): Promise<KeySummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyList' }, (reader) =>
    listByName(reader.certificates, reader.keys, { state: 'live', vault, page }, items),
  )
}

export async function listDeletedKeys(parts: Parts, caller: Caller, page: Page): Promise<KeySummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyListDeleted' }, (reader) =>
    listByName(reader.certificates, reader.keys, { state: 'deleted', vault, page }, items),
  )
}

/** An unknown name gives an empty list. */
export async function listKeyVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<KeySummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyListVersions', name }, async (reader) => {
    const managed = await reader.certificates.listVersions(vault, name, page)
    if (managed.length > 0) return managed.map((version) => managedSummary(name, version))
    const own = await reader.keys.listVersions(vault, name, page)
    return own.map((version) => ownSummary(name, version))
  })
}
