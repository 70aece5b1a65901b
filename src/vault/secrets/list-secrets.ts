/** Lists of secrets, without values: those that stand for themselves among those of certificates. */
import type { Page } from '../../storage/storage.ts'
import { listByName } from '../merge-lists.ts'
import type { Parts } from '../parts.ts'
import type { Caller, SecretSummary } from '../vault.ts'
import { managedItem, managedSummary, ownItem, ownSummary } from './secret-summary.ts'

const items = { managedItem, ownItem }

export async function listSecrets(parts: Parts, caller: Caller, page: Page): Promise<SecretSummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'SecretList' }, (reader) =>
    listByName(reader.certificates, reader.secrets, { state: 'live', vault, page }, items),
  )
}

export async function listDeletedSecrets(parts: Parts, caller: Caller, page: Page): Promise<SecretSummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'SecretListDeleted' }, (reader) =>
    listByName(reader.certificates, reader.secrets, { state: 'deleted', vault, page }, items),
  )
}

/** An unknown name gives an empty list. */
export async function listSecretVersions(
  parts: Parts,
  caller: Caller,
  name: string,
  page: Page,
): Promise<SecretSummary[]> {
  const vault = caller.vault.name
  return parts.perform({ caller, verb: 'SecretListVersions', name }, async (reader) => {
    const managed = await reader.certificates.listVersions(vault, name, page)
    if (managed.length > 0)
      return managed.map((version) => managedSummary(name, version, version.secretContentType))
    const own = await reader.secrets.listVersions(vault, name, page)
    return own.map((version) => ownSummary(name, version))
  })
}
