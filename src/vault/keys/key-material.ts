/** Where keys that stand for themselves come from: made here, or brought as a JSON Web Key. */
import type { StoredKey } from '../../domain/certificate.ts'
import type { KeyFacts, PublicJwk } from '../../domain/kept-object.ts'
import { checkRsaSize, type FreeKeySpec, freeKeySpecOf, secretKeySize } from '../../domain/key-rules.ts'
import type { Binding, CreatedKey } from '../../keys/key-protection.ts'
import type { JwkContents } from '../../x509/jwk.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import type { Parts } from '../parts.ts'

/** A key that is kept, and belongs to no version yet. */
export interface KeyMaterial {
  readonly jwk: PublicJwk
  /** Bits. */
  readonly keySize: number
  readonly stored: StoredKey
}

export async function makeKey({ keys }: Parts, spec: FreeKeySpec, binding: Binding): Promise<KeyMaterial> {
  if (spec.kty !== 'oct') return described(await keys.create(spec, binding))
  return { jwk: { kty: 'oct' }, keySize: spec.size, stored: await keys.createSecretKey(spec.size, binding) }
}

/** @throws VaultError `BadParameter` for sizes that are not kept. */
export async function takeInKey(
  { keys }: Parts,
  contents: JwkContents,
  binding: Binding,
): Promise<KeyMaterial> {
  if (contents.kty === 'oct') {
    const stored = await keys.importSecretKey(contents.octets, binding)
    return { jwk: { kty: 'oct' }, keySize: contents.size, stored }
  }
  if (contents.kty === 'RSA') checkRsaSize(describePublicKey(contents.spki).size)
  return described(await keys.import(contents.pkcs8, binding))
}

/** What another key of the same type and size is. */
export function specOf({ jwk, keySize }: KeyFacts): FreeKeySpec {
  if (jwk.kty === 'EC') return { kty: 'EC', curve: jwk.crv }
  if (jwk.kty === 'oct') return { kty: 'oct', size: secretKeySize(keySize) }
  return freeKeySpecOf({ keyType: 'RSA', keySize })
}

function described({ stored, publicKey }: CreatedKey): KeyMaterial {
  const { jwk, size } = describePublicKey(publicKey)
  return { jwk, keySize: size, stored }
}
