/** Finds the key that is to be used, whether it is a certificate's or stands for itself, and judges whether it may be. */
import type { StoredKey } from '../../domain/certificate.ts'
import { VaultError } from '../../domain/errors.ts'
import type { KeyFacts, PublicJwk } from '../../domain/kept-object.ts'
import type { AlgorithmKey } from '../../domain/key-algorithms.ts'
import type { KeyOperation } from '../../domain/key-spec.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { storedKeyOf } from './stored-key.ts'

/** One version of a key, with all that its use takes. */
export interface UsableKey extends AlgorithmKey {
  readonly name: string
  readonly version: string
  readonly enabled: boolean
  readonly notBefore?: UnixSeconds
  readonly expires?: UnixSeconds
  readonly keyOperations: readonly string[]
  readonly jwk: PublicJwk
  readonly stored: StoredKey
}

/** What Key Vault calls the key: the current version where none is named. */
export interface KeyReference {
  readonly name: string
  readonly version?: string
}

/** @throws VaultError `KeyNotFound`, also when the key is deleted. */
export async function findUsableKey(
  reader: Reader,
  vault: string,
  { name, version }: KeyReference,
): Promise<UsableKey> {
  const key =
    (await managed(reader, vault, name, version)) ?? (await freeStanding(reader, vault, name, version))
  if (!key) throw keyNotFound(name, version)
  return key
}

async function freeStanding(
  reader: Reader,
  vault: string,
  name: string,
  version?: string,
): Promise<UsableKey | undefined> {
  const found = await reader.keys.findVersion(vault, name, version)
  if (!found || found.deleted) return undefined
  const { facts, ...attributes } = found.version
  return { ...attributes, ...sizeOf(facts), ...facts, name: found.name, stored: storedKeyOf(found.sealed) }
}

async function managed(
  reader: Reader,
  vault: string,
  name: string,
  version?: string,
): Promise<UsableKey | undefined> {
  const found = await reader.certificates.findKey(vault, name, version)
  if (!found) return undefined
  const { jwk, size } = describePublicKey(found.publicKey)
  return {
    name: found.name,
    version: found.summary.version,
    enabled: found.summary.enabled,
    notBefore: found.summary.notBefore,
    expires: found.summary.notAfter,
    keyOperations: found.keyOperations,
    jwk,
    ...sizeOf({ jwk, keySize: size }),
    stored: found.privateKey,
  }
}

function sizeOf({ jwk, keySize }: Pick<KeyFacts, 'jwk' | 'keySize'>): AlgorithmKey {
  return { kty: jwk.kty, keySize, ...(jwk.kty === 'EC' && { crv: jwk.crv }) }
}

/** What makes something new; what reads or checks something old works before `nbf` and after `exp` as well. */
const bornInValidity: readonly KeyOperation[] = ['sign', 'encrypt', 'wrapKey']

/** @throws VaultError `KeyDisabled`, or `Forbidden` outside of the validity or where `key_ops` has not the operation. */
export function checkUse(key: UsableKey, operation: KeyOperation, now: UnixSeconds): void {
  if (!key.enabled)
    throw new VaultError('KeyDisabled', `Operation ${operation} is not allowed on a disabled key.`)
  if (bornInValidity.includes(operation)) {
    if (key.notBefore !== undefined && now < key.notBefore)
      throw new VaultError(
        'Forbidden',
        `Operation ${operation} is not allowed on a key that is not yet valid.`,
      )
    if (key.expires !== undefined && now >= key.expires)
      throw new VaultError('Forbidden', `Operation ${operation} is not allowed on an expired key.`)
  }
  if (!key.keyOperations.includes(operation))
    throw new VaultError(
      'Forbidden',
      `Operation ${operation} is not permitted on this key; its key_ops are: ${key.keyOperations.join(', ') || 'none'}.`,
    )
}
