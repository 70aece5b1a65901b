/** RSA encryption (RFC 8017 7): with the public key here and now, with the private one outside of the event loop where Node can. */
import { constants, type KeyObject, privateDecrypt, publicEncrypt, webcrypto } from 'node:crypto'
import type { RsaEncryption } from '../../domain/key-algorithms.ts'

/** @param plain of a length that the key and the padding can take. */
export function encryptWithRsa(key: KeyObject, algorithm: RsaEncryption, plain: Uint8Array): Uint8Array {
  if (algorithm.kind === 'RSAES-PKCS1-v1_5')
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plain)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  return publicEncrypt({ key, padding, oaepHash: algorithm.hash }, plain)
}

/**
 * Rejects when the ciphertext was damaged; what it rejects with must not reach a caller.
 *
 * OAEP goes through Web Crypto, whose work is done in the thread pool. PKCS#1 v1.5 has no such form and holds up everyone
 * for as long as a signature takes. Under it OpenSSL rejects implicitly: a bad padding gives octets that depend on
 * key and ciphertext alone and look like any others, so that there is nothing to learn from it (Bleichenbacher's attack).
 */
export async function decryptWithRsa(
  key: KeyObject,
  algorithm: RsaEncryption,
  ciphertext: Uint8Array,
): Promise<Uint8Array> {
  // RFC 8017 7.1.2, 7.2.2: OpenSSL would take a shorter one for a number with zeros in front.
  if (ciphertext.length !== Math.ceil(key.asymmetricKeyDetails!.modulusLength! / 8))
    throw new Error('the ciphertext is not as long as the modulus')
  if (algorithm.kind === 'RSAES-PKCS1-v1_5')
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
  const hash = algorithm.hash === 'sha1' ? 'SHA-1' : 'SHA-256'
  const usable = key.toCryptoKey({ name: 'RSA-OAEP', hash }, false, ['decrypt'])
  return new Uint8Array(await webcrypto.subtle.decrypt('RSA-OAEP', usable, Uint8Array.from(ciphertext)))
}
