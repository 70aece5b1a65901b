/** Keys in a keeper of software, made from JWKs that others published. */
import { createPrivateKey, randomBytes, type webcrypto } from 'node:crypto'
import type { StoredKey } from '../../src/domain/certificate.ts'
import {
  type EncryptionAlgorithm,
  encryptionAlgorithms,
  type SignatureAlgorithm,
  signatureAlgorithms,
} from '../../src/domain/key-algorithms.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { Binding } from '../../src/keys/key-protection.ts'
import { SoftwareKeys } from '../../src/keys/software/software-keys.ts'

export const binding: Binding = { vault: 'default', name: 'key', version: '0123456789abcdef0123456789abcdef' }
export const keeper = new SoftwareKeys({ number: 1, key: randomBytes(32) }, randomBytes, 2)

export async function sealed(jwk: webcrypto.JsonWebKey): Promise<StoredKey> {
  if (jwk.kty === 'oct') return secretKey(Buffer.from(jwk.k!, 'base64url'))
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
  return (await keeper.import(new Secret(pkcs8), binding)).stored
}

export const secretKey = (octets: Uint8Array) => keeper.importSecretKey(new Secret(octets), binding)

export function signature<Kind extends SignatureAlgorithm['kind']>(
  name: string,
): Extract<SignatureAlgorithm, { kind: Kind }> {
  return signatureAlgorithms.find((algorithm) => algorithm.name === name) as never
}

export function encryption<Kind extends EncryptionAlgorithm['kind']>(
  name: string,
): Extract<EncryptionAlgorithm, { kind: Kind }> {
  return encryptionAlgorithms.find((algorithm) => algorithm.name === name) as never
}
