/** Keys that are encrypted in the manner of RFC 1421 4.6: the cipher stands in headers of the PEM block, as OpenSSL wrote it. */
import { createDecipheriv, createHash } from 'node:crypto'
import { badParameter } from '../domain/errors.ts'
import type { PemBlock } from './pem.ts'

interface PemCipher {
  readonly name: string
  readonly keyLength: number
  readonly ivLength: number
  /** Node no longer has DES alone; triple DES with one key three times is the same. */
  readonly keyRepeats?: number
}

const ciphers = new Map<string, PemCipher>([
  ['AES-128-CBC', { name: 'aes-128-cbc', keyLength: 16, ivLength: 16 }],
  ['AES-192-CBC', { name: 'aes-192-cbc', keyLength: 24, ivLength: 16 }],
  ['AES-256-CBC', { name: 'aes-256-cbc', keyLength: 32, ivLength: 16 }],
  ['DES-EDE3-CBC', { name: 'des-ede3-cbc', keyLength: 24, ivLength: 8 }],
  ['DES-CBC', { name: 'des-ede3-cbc', keyLength: 8, ivLength: 8, keyRepeats: 3 }],
])

export function isEncryptedPem(block: PemBlock): boolean {
  return /^4, *ENCRYPTED$/.test(block.headers?.get('Proc-Type') ?? '')
}

/** Undefined when the padding shows that the password is wrong. */
export function decryptPem(block: PemBlock, password: Uint8Array): Uint8Array | undefined {
  const [, name = '', hex = ''] =
    /^([A-Z0-9-]+), *([0-9A-Fa-f]+)$/.exec(block.headers?.get('DEK-Info') ?? '') ?? []
  const cipher = ciphers.get(name)
  const iv = Buffer.from(hex, 'hex')
  if (!cipher || iv.length !== cipher.ivLength || hex.length !== 2 * iv.length)
    throw badParameter(
      `The private key is encrypted in a way that is not supported; convert it to PKCS#8 (openssl pkcs8 -topk8).`,
    )
  const key = deriveKey(password, iv.subarray(0, 8), cipher.keyLength)
  const whole = Buffer.concat(Array.from({ length: cipher.keyRepeats ?? 1 }, () => key))
  try {
    const decipher = createDecipheriv(cipher.name, whole, iv)
    return Buffer.concat([decipher.update(block.der), decipher.final()])
  } catch {
    return undefined
  }
}

/** OpenSSL's EVP_BytesToKey with MD5 and one iteration: PBKDF1, continued until there is enough. */
function deriveKey(password: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  let octets = Buffer.alloc(0)
  let last = octets
  while (octets.length < length) {
    last = createHash('md5').update(last).update(password).update(salt).digest()
    octets = Buffer.concat([octets, last])
  }
  return octets.subarray(0, length)
}
