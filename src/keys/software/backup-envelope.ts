/**
 * Backups under the key-encryption key. Each has a key of its own, derived from it with HKDF (RFC 5869), so that there is no
 * limit on their number; the key-encryption key itself encrypts nothing but data keys.
 *
 * Layout: magic, format (1), kind (1), identifier of the key-encryption key (8), salt (32), nonce (12), ciphertext, tag (16).
 * All that stands before the ciphertext is authenticated with it (AES-256-GCM).
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { VaultError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Random } from '../../domain/time.ts'
import type { BackupKind, BackupSeal } from '../backup-seal.ts'
import type { DataKey } from './envelope.ts'

const magic = Buffer.from('&CertkeepBackup.')
const format = 1
const kinds: Readonly<Record<BackupKind, number>> = { certificate: 1, key: 2, secret: 3 }
const [identifierLength, saltLength, nonceLength, tagLength] = [8, 32, 12, 16]
const identifierStart = magic.length + 2
const saltStart = identifierStart + identifierLength
const nonceStart = saltStart + saltLength
const headerLength = nonceStart + nonceLength

export class BackupEnvelopes implements BackupSeal {
  readonly #key: Uint8Array
  readonly #identifier: Buffer
  readonly #random: Random

  constructor(keyEncryptionKey: DataKey, random: Random) {
    this.#key = keyEncryptionKey.key
    this.#identifier = derive(this.#key, new Uint8Array(), 'certkeep backup key identifier', identifierLength)
    this.#random = random
  }

  seal(kind: BackupKind, content: Secret<Uint8Array>): Uint8Array {
    const salt = this.#random(saltLength)
    const nonce = this.#random(nonceLength)
    const header = Buffer.concat([magic, Uint8Array.of(format, kinds[kind]), this.#identifier, salt, nonce])
    const key = this.#keyFor(salt)
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    key.fill(0)
    cipher.setAAD(header)
    const ciphertext = cipher.update(content.reveal())
    cipher.final()
    return Buffer.concat([header, ciphertext, cipher.getAuthTag()])
  }

  open(kind: BackupKind, blob: Uint8Array): Secret<Uint8Array> {
    this.#checkHeader(kind, blob)
    const header = blob.subarray(0, headerLength)
    const tagStart = blob.length - tagLength
    const key = this.#keyFor(header.subarray(saltStart, nonceStart))
    const nonce = header.subarray(nonceStart)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    key.fill(0)
    decipher.setAAD(header)
    decipher.setAuthTag(blob.subarray(tagStart))
    const content = decipher.update(blob.subarray(headerLength, tagStart))
    try {
      decipher.final()
    } catch (cause) {
      content.fill(0)
      throw malformed('It was altered or cut short; use an intact copy.', cause)
    }
    return new Secret(content)
  }

  #checkHeader(kind: BackupKind, blob: Uint8Array): void {
    if (blob.length < headerLength + tagLength || !magic.equals(blob.subarray(0, magic.length)))
      throw malformed('It is not a backup that certkeep made.')
    if (blob[magic.length] !== format)
      throw malformed('It is of a newer format; restore it with the version of certkeep that made it.')
    const found = Object.entries(kinds).find(([, number]) => number === blob[magic.length + 1])?.[0]
    if (found !== kind)
      throw malformed(
        `It is not a backup of a ${kind}${found ? ` but of a ${found}` : ''}; restore it there.`,
      )
    if (!this.#identifier.equals(blob.subarray(identifierStart, saltStart)))
      throw malformed(
        'It was made under another key-encryption key; restore it in an installation that has that key.',
      )
  }

  #keyFor(salt: Uint8Array): Buffer {
    return derive(this.#key, salt, 'certkeep backup', 32)
  }
}

function derive(key: Uint8Array, salt: Uint8Array, purpose: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, purpose, length))
}

function malformed(reason: string, cause?: unknown): VaultError {
  return new VaultError('MalformedBackupBlob', `The backup cannot be restored. ${reason}`, { cause })
}
