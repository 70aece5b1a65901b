/** What anybody can do with the public half of a key, wherever its private half is kept: verify, and encrypt for its holder. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import type { PublicJwk } from '../domain/kept-object.ts'
import type { EcSignature, RsaEncryption, RsaSignature } from '../domain/key-algorithms.ts'
import type { Secret } from '../domain/secret.ts'
import { numberOf } from './algorithms/curve-arithmetic.ts'
import { verifyWithEc } from './algorithms/ecdsa.ts'
import { encryptWithRsa } from './algorithms/rsa-encryption.ts'
import { verifyWithRsa } from './algorithms/rsa-signature.ts'

/** Whether the holder of the key signed the digest. ECDSA signatures are `r || s`. */
export function verifyDigest(
  jwk: PublicJwk,
  algorithm: RsaSignature | EcSignature,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (algorithm.kind !== 'ECDSA') return verifyWithRsa(rsaKeyOf(jwk), algorithm, digest, signature)
  if (jwk.kty !== 'EC') throw new Error(`${algorithm.name} with a key of type ${jwk.kty}`)
  const point = { x: coordinate(jwk.x), y: coordinate(jwk.y) }
  return verifyWithEc(point, algorithm, digest, signature)
}

/** Encrypts a message, or wraps a key, for whoever has the private half. */
export function encryptFor(jwk: PublicJwk, algorithm: RsaEncryption, plain: Secret<Uint8Array>): Uint8Array {
  return encryptWithRsa(rsaKeyOf(jwk), algorithm, plain.reveal())
}

function rsaKeyOf(jwk: PublicJwk): KeyObject {
  if (jwk.kty !== 'RSA') throw new Error(`an RSA algorithm with a key of type ${jwk.kty}`)
  return createPublicKey({ key: { kty: 'RSA', n: jwk.n, e: jwk.e }, format: 'jwk' })
}

function coordinate(text: string): bigint {
  return numberOf(Buffer.from(text, 'base64url'))
}
