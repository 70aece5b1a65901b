/** Lists of keys: those that stand for themselves among those of certificates. */
import type { Page } from '../../storage/storage.ts'
import { mergePages, nameOrder } from '../merge-lists.ts'
import type { Parts } from '../parts.ts'
import type { Caller, KeySummary } from '../vault.ts'
import { managedItem, managedSummary, ownItem, ownSummary } from './key-summary.ts'

const onlyIssued = { includePending: false }

export async function listKeys(parts: Parts, caller: Caller, page: Page): Promise<KeySummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyList' }, async (reader) => {
    const managed = await reader.certificates.list(vault, page, onlyIssued)
    const own = await reader.keys.list(vault, page)
    return mergePages(managed.map(managedItem), own.map(ownItem), nameOrder, page.limit)
  })
}

export async function listDeletedKeys(parts: Parts, caller: Caller, page: Page): Promise<KeySummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'KeyListDeleted' }, async (reader) => {
    const managed = await reader.certificates.listDeleted(vault, page, onlyIssued)
    const own = await reader.keys.listDeleted(vault, page)
    return mergePages(managed.map(managedItem), own.map(ownItem), nameOrder, page.limit)
  })
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
