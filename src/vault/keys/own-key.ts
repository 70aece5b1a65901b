/** Finds the key that is to be changed: it has to stand for itself. */
import type { KeptObject, KeyFacts } from '../../domain/kept-object.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'

/**
 * @param operation what is not allowed on the key of a certificate, in Key Vault's word.
 * @throws VaultError `KeyManagedByKeyVault`; `KeyNotFound`, also when it is deleted.
 */
export async function findOwnKey(
  reader: Reader,
  vault: string,
  name: string,
  operation: string,
): Promise<KeptObject<KeyFacts>> {
  const key = await reader.keys.find(vault, name)
  if (key && !key.deleted) return key
  await checkNotOfCertificate(reader, vault, name, { kind: 'Key', operation, state: 'live' })
  throw keyNotFound(name)
}
