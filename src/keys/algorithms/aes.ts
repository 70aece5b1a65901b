/** AES in the modes of Key Vault: GCM (NIST SP 800-38D), CBC (SP 800-38A) and key wrapping (RFC 3394, RFC 5649). */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import {
  type AesEncryption,
  type EncryptedMessage,
  gcmNonceLength,
  gcmTagLength,
} from '../../domain/key-algorithms.ts'
import type { Random } from '../../domain/time.ts'

/** The initial values are constants of the standards (RFC 3394 2.2.3.1, RFC 5649 3). */
const wrapIv = Buffer.from('a6a6a6a6a6a6a6a6', 'hex')
const paddedWrapIv = Buffer.from('a65959a6', 'hex')

/** @param message of lengths that the algorithm can take; `iv` for CBC only. */
export function encryptWithAes(
  key: KeyObject,
  algorithm: AesEncryption,
  message: { readonly value: Uint8Array; readonly iv?: Uint8Array; readonly aad?: Uint8Array },
  random: Random,
): EncryptedMessage {
  const { value, aad } = message
  if (algorithm.kind === 'AES-GCM') {
    const iv = random(gcmNonceLength)
    const cipher = createCipheriv(gcmName(key), key, iv, { authTagLength: gcmTagLength })
    if (aad) cipher.setAAD(aad)
    const encrypted = Buffer.concat([cipher.update(value), cipher.final()])
    return { value: encrypted, iv, tag: cipher.getAuthTag(), ...(aad && { aad }) }
  }
  const { name, iv } = modeOf(key, algorithm, message.iv)
  const cipher = createCipheriv(name, key, iv)
  if (algorithm.kind === 'AES-CBC') cipher.setAutoPadding(algorithm.padded)
  const encrypted = Buffer.concat([cipher.update(value), cipher.final()])
  return algorithm.kind === 'AES-CBC' ? { value: encrypted, iv } : { value: encrypted }
}

/** Throws when the message was altered or is not of this key; what it throws must not reach a caller. */
export function decryptWithAes(
  key: KeyObject,
  algorithm: AesEncryption,
  message: EncryptedMessage,
): Uint8Array {
  if (algorithm.kind === 'AES-GCM') {
    const decipher = createDecipheriv(gcmName(key), key, message.iv!, { authTagLength: gcmTagLength })
    if (message.aad) decipher.setAAD(message.aad)
    decipher.setAuthTag(message.tag!)
    return joined(decipher.update(message.value), decipher.final())
  }
  // OpenSSL finds nothing wrong with nothing.
  if (algorithm.kind === 'AES-KW' && message.value.length === 0) throw new Error('nothing to unwrap')
  const { name, iv } = modeOf(key, algorithm, message.iv)
  const decipher = createDecipheriv(name, key, iv)
  if (algorithm.kind === 'AES-CBC') decipher.setAutoPadding(algorithm.padded)
  return joined(decipher.update(message.value), decipher.final())
}

function modeOf(
  key: KeyObject,
  algorithm: Exclude<AesEncryption, { kind: 'AES-GCM' }>,
  iv: Uint8Array | undefined,
): { name: string; iv: Uint8Array } {
  const bits = key.symmetricKeySize! * 8
  if (algorithm.kind === 'AES-CBC') return { name: `aes-${bits}-cbc`, iv: iv! }
  return algorithm.padded
    ? { name: `id-aes${bits}-wrap-pad`, iv: paddedWrapIv }
    : { name: `id-aes${bits}-wrap`, iv: wrapIv }
}

function gcmName(key: KeyObject): 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm' {
  return `aes-${(key.symmetricKeySize! * 8) as 128 | 192 | 256}-gcm`
}

/** The parts are wiped: they are plaintext. */
function joined(...parts: Buffer[]): Uint8Array {
  const whole = Buffer.concat(parts)
  for (const part of parts) part.fill(0)
  return whole
}
