/** Backups: octets <-> JSON. */
import Type, { type Static } from 'typebox'
import { VaultError } from '../../domain/errors.ts'
import { base64url } from './attributes.ts'

export const RestoreBody = Type.Object({ value: Type.String() })

export const Backup = Type.Object({ value: Type.String({ description: 'A sealed backup, base64url' }) })

/** One spelling only, that of the answer. @throws VaultError `MalformedBackupBlob`; what else is wrong, its seal tells. */
export function readBackup({ value }: Static<typeof RestoreBody>): Uint8Array {
  const blob = Buffer.from(value, 'base64url')
  if (blob.toString('base64url') !== value)
    throw new VaultError(
      'MalformedBackupBlob',
      'The backup cannot be restored. It is not base64url without padding; send it as it was answered.',
    )
  return blob
}

export function writeBackup(blob: Uint8Array) {
  return { value: base64url(blob) }
}
