/** Finds the secret that is to be changed or handed out: it has to stand for itself. */
import type { KeptObject, SecretFacts } from '../../domain/kept-object.ts'
import { secretNotFound } from '../../domain/refusals.ts'
import type { Reader } from '../../storage/storage.ts'
import { checkNotOfCertificate } from '../name-rules.ts'

/**
 * @param operation what is not allowed on the secret of a certificate, in Key Vault's word.
 * @throws VaultError `SecretManagedByKeyVault`; `SecretNotFound`, also when it is deleted.
 */
export async function findOwnSecret(
  reader: Reader,
  vault: string,
  name: string,
  operation: string,
): Promise<KeptObject<SecretFacts>> {
  const secret = await reader.secrets.find(vault, name)
  if (secret && !secret.deleted) return secret
  await checkNotOfCertificate(reader, vault, name, { kind: 'Secret', operation, state: 'live' })
  throw secretNotFound(name)
}
