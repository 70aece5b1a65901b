/**
 * AES-256-GCM envelopes: how private keys, PFX values and credentials lie in storage.
 *
 * An envelope is bound to what it belongs to (purpose, vault, name, version) by additional authenticated data: moved to
 * another row, or opened for another purpose, it fails. Layout: format (1), data key number (1), nonce (12),
 * ciphertext, tag (16). Nonces are random; one data key must not seal more than 2^32 values (NIST SP 800-38D 8.3).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { VaultError } from '../../domain/errors.ts'
import type { Random } from '../../domain/time.ts'
import type { Binding } from '../key-protection.ts'

const format = 1
const nonceLength = 12
const tagLength = 16
const headerLength = 2 + nonceLength

/** A symmetric key that seals values, with the number by which its envelopes name it. */
export interface DataKey {
  readonly number: number
  /** 32 octets. */
  readonly key: Uint8Array
}

/** What the value is: a private key never opens as a secret value, nor the reverse. */
export type Purpose = 'private key' | 'secret key' | 'value' | 'data key'

export function sealEnvelope(
  dataKey: DataKey,
  purpose: Purpose,
  binding: Binding,
  value: Uint8Array,
  random: Random,
): Uint8Array {
  const nonce = random(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', dataKey.key, nonce, { authTagLength: tagLength })
  cipher.setAAD(boundTo(purpose, binding))
  const ciphertext = cipher.update(value)
  cipher.final()
  const envelope = new Uint8Array(headerLength + ciphertext.length + tagLength)
  envelope[0] = format
  envelope[1] = dataKey.number
  envelope.set(nonce, 2)
  envelope.set(ciphertext, headerLength)
  envelope.set(cipher.getAuthTag(), headerLength + ciphertext.length)
  return envelope
}

/** @throws VaultError `InternalError` when the envelope was altered or belongs elsewhere; it says nothing of the value. */
export function openEnvelope(
  keys: ReadonlyMap<number, DataKey>,
  purpose: Purpose,
  binding: Binding,
  envelope: Uint8Array,
): Uint8Array {
  const dataKey = envelope[0] === format ? keys.get(envelope[1] ?? -1) : undefined
  if (!dataKey || envelope.length < headerLength + tagLength)
    throw new VaultError('InternalError', 'A stored value cannot be opened.', {
      detail: 'unknown envelope format or data key',
    })
  const tagStart = envelope.length - tagLength
  const decipher = createDecipheriv('aes-256-gcm', dataKey.key, envelope.subarray(2, headerLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(boundTo(purpose, binding))
  decipher.setAuthTag(envelope.subarray(tagStart))
  try {
    const value = decipher.update(envelope.subarray(headerLength, tagStart))
    decipher.final()
    return value
  } catch (cause) {
    throw new VaultError('InternalError', 'A stored value cannot be opened.', {
      detail: `the ${purpose} of ${binding.vault}/${binding.name}/${binding.version} was altered or sealed under another key`,
      cause,
    })
  }
}

/** Unambiguous: none of the parts can contain a NUL. Names are compared without regard to case everywhere. */
function boundTo(purpose: Purpose, binding: Binding): Buffer {
  return Buffer.from(
    `${purpose}\0${binding.vault.toLowerCase()}\0${binding.name.toLowerCase()}\0${binding.version}`,
  )
}
