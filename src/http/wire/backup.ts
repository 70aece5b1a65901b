/** Backups: octets <-> JSON. */
import Type, { type Static } from 'typebox'
import { badParameter } from '../../domain/errors.ts'
import { base64url } from './attributes.ts'

export const RestoreBody = Type.Object({ value: Type.String() })

export const Backup = Type.Object({ value: Type.String({ description: 'A sealed backup, base64url' }) })

/** @throws VaultError `BadParameter` for what is not base64url. What it is then, its seal tells. */
export function readBackup({ value }: Static<typeof RestoreBody>): Uint8Array {
  const unpadded = value.replace(/=+$/, '')
  if (unpadded.length === 0 || !/^[\w-]+$/.test(unpadded))
    throw badParameter('value: not base64url; send the backup as it was answered.')
  return Buffer.from(unpadded, 'base64url')
}

export function writeBackup(blob: Uint8Array) {
  return { value: base64url(blob) }
}
