/**
 * What only keys in attested hardware do: leave the vault for an attested environment, and prove where they are kept. Every
 * key here is kept in software, so each of these looks for the key and says why it cannot.
 */
import type { VerbName } from '../../access/verbs.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'
import { findUsableKey, type KeyReference } from './usable-key.ts'

/** @throws VaultError `Forbidden`: no key is exportable. */
export const releaseKey = refusing('KeyRelease', notExportable)
/** @throws VaultError `BadParameter`. */
export const readKeyAttestation = refusing('KeyGetAttestation', (name) =>
  badParameter(
    `Key ${name} is kept in software and has no attestation; only keys in a hardware module have one.`,
  ),
)
/** @throws VaultError `BadParameter`. */
export const secureWrapKey = refusing('KeySecureWrap', (name) => unattested(name, 'securewrapkey', 'wrapkey'))
/** @throws VaultError `BadParameter`. */
export const secureUnwrapKey = refusing('KeySecureUnwrap', (name) =>
  unattested(name, 'secureunwrapkey', 'unwrapkey'),
)

function notExportable(name: string): VaultError {
  return new VaultError(
    'Forbidden',
    `Key ${name} is not exportable and cannot be released. Use it inside of the vault: sign, decrypt or unwrap with it.`,
  )
}

function unattested(name: string, operation: string, instead: string): VaultError {
  return badParameter(
    `Key ${name} is kept in software, and ${operation} needs attested hardware; use ${instead}.`,
  )
}

function refusing(verb: VerbName, refusal: (name: string) => VaultError) {
  return (parts: Parts, caller: Caller, key: KeyReference): Promise<never> =>
    parts.perform({ caller, verb, ...key }, async (reader) => {
      const { name } = await findUsableKey(reader, caller.vault.name, key)
      throw refusal(name)
    })
}
