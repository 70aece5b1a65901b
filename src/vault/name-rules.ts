/**
 * A certificate owns its name among keys and secrets too: both stand under it. So nothing else may have the name of a
 * certificate, live or deleted, and a certificate cannot take the name of a key or secret that stands for itself. A key
 * and a secret may share a name.
 */
import { VaultError } from '../domain/errors.ts'
import { nameIsDeleted } from '../domain/refusals.ts'
import type { Reader } from '../storage/storage.ts'

/** Whether a certificate may be made under the name, as far as keys and secrets go. @throws VaultError (409). */
export async function checkFreeForCertificate(reader: Reader, vault: string, name: string): Promise<void> {
  for (const [kind, objects] of [
    ['Key', reader.keys],
    ['Secret', reader.secrets],
  ] as const) {
    const found = await objects.find(vault, name)
    if (found?.deleted) throw nameIsDeleted(kind, found.name)
    if (found)
      throw new VaultError(
        'Conflict',
        `A ${kind.toLowerCase()} named ${found.name} exists already, and a certificate needs the name for its own; choose another name, or delete and purge the ${kind.toLowerCase()}.`,
      )
  }
}

type Kind = 'Key' | 'Secret'
const managedCodes = { Key: 'KeyManagedByKeyVault', Secret: 'SecretManagedByKeyVault' } as const

/**
 * Whether a key or secret of the name may be made or changed, as far as certificates go.
 * @param operation what is not allowed, in Key Vault's word, e.g. `set`.
 * @throws VaultError `SecretManagedByKeyVault` or `KeyManagedByKeyVault` when it belongs to a certificate;
 * `ObjectIsDeletedButRecoverable` when that certificate is deleted.
 */
export async function checkNotManaged(
  reader: Reader,
  vault: string,
  name: string,
  kind: Kind,
  operation: string,
): Promise<void> {
  const certificate = await reader.certificates.find(vault, name)
  if (certificate?.deleted) throw nameIsDeleted('Certificate', certificate.name)
  if (certificate) throw isManaged(kind, certificate.name, operation)
}

/**
 * For what was not found among the keys or secrets that stand for themselves: whether it is a certificate's, live or
 * deleted as it is looked for. A certificate that was never issued has neither.
 * @throws VaultError `SecretManagedByKeyVault` or `KeyManagedByKeyVault`.
 */
export async function checkNotOfCertificate(
  reader: Reader,
  vault: string,
  name: string,
  { kind, operation, state }: { kind: Kind; operation: string; state: 'live' | 'deleted' },
): Promise<void> {
  const certificate = await reader.certificates.find(vault, name)
  if (!certificate?.current.issued) return
  if ((state === 'deleted') === (certificate.deleted !== undefined))
    throw isManaged(kind, certificate.name, operation)
}

function isManaged(kind: Kind, name: string, operation: string): VaultError {
  return new VaultError(
    managedCodes[kind],
    `Operation ${operation} is not allowed on ${kind.toLowerCase()} ${name}: it belongs to a certificate. Change the certificate; its ${kind.toLowerCase()} follows.`,
  )
}
