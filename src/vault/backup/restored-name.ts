/** Whether a backup may be restored under its name: it may not take anybody's place. */
import { VaultError } from '../../domain/errors.ts'
import type { Reader } from '../../storage/storage.ts'

type Kind = 'certificate' | 'key' | 'secret'

/** A certificate owns its name among keys and secrets too; a key and a secret may share one. */
const rivals: Readonly<Record<Kind, readonly ('certificates' | 'keys' | 'secrets')[]>> = {
  certificate: ['certificates', 'keys', 'secrets'],
  key: ['certificates', 'keys'],
  secret: ['certificates', 'secrets'],
}

/** @throws VaultError `Conflict`, for what is deleted but not purged too. */
export async function checkRestorable(
  reader: Reader,
  vault: string,
  kind: Kind,
  name: string,
): Promise<void> {
  for (const collection of rivals[kind])
    if (await reader[collection].find(vault, name))
      throw new VaultError(
        'Conflict',
        `There was a conflict restoring the ${kind} '${name}'. This can happen if either: the name is in use in this vault, also by what was deleted and not purged yet, or by a certificate, key or secret that needs it for itself; purge what has it, or restore into another vault. Or: several operations work on the ${kind} at once; do one after the other.`,
      )
}
