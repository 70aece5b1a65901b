/**
 * Decryption under a password by every scheme that keys and PFX files are met with: PBES2 and PBES1 (RFC 8018 6) and those
 * of PKCS#12 (RFC 7292 C). What certkeep writes stands in `pkcs12-writer.ts`.
 */
import { createDecipheriv } from 'node:crypto'
import { badParameter } from '../domain/errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { malformed, tag } from './der.ts'
import type { DerivationBudget } from './derivation-budget.ts'
import { pbkdf1, readIterations, readKeyDerivation } from './key-derivation.ts'
import type { PasswordOctets } from './password.ts'
import { derivedFor, deriveGently } from './pkcs12-kdf.ts'
import { decryptRc2Cbc } from './rc2.ts'
import { applyRc4 } from './rc4.ts'

export const pbes2 = '1.2.840.113549.1.5.13'

/** Object identifiers of ciphers in CBC mode (RFC 8018 B.2, RFC 3565). */
export const cipherOid = {
  aes128: '2.16.840.1.101.3.4.1.2',
  aes192: '2.16.840.1.101.3.4.1.22',
  aes256: '2.16.840.1.101.3.4.1.42',
  tripleDes: '1.2.840.113549.3.7',
} as const

/** What was encrypted, and what there is to decrypt it. */
export interface Encrypted {
  readonly algorithm: AlgorithmIdentifier
  readonly ciphertext: Uint8Array
  readonly password: PasswordOctets
  readonly budget: DerivationBudget
}

type Plaintext = Uint8Array | undefined

/**
 * Undefined when the padding shows that the password is wrong. One wrong password in 256 passes as right and gives noise.
 * @throws VaultError `BadParameter` for unknown schemes, for bad parameters, and for more work than the budget has left.
 */
export async function decryptWithPassword(encrypted: Encrypted): Promise<Plaintext> {
  const { oid } = encrypted.algorithm
  if (oid === pbes2) return decryptPbes2(encrypted)
  const pkcs12Cipher = pkcs12Ciphers.get(oid)
  if (pkcs12Cipher) return decryptPkcs12(encrypted, pkcs12Cipher)
  const pbes1Scheme = pbes1Schemes.get(oid)
  if (pbes1Scheme) return decryptPbes1(encrypted, pbes1Scheme)
  throw unsupported(oid)
}

function unsupported(oid: string): Error {
  return badParameter(
    `The content is encrypted with ${oid}, which is not supported; export it again with AES-256 and SHA-256.`,
  )
}

interface Cipher {
  readonly keyLength: number
  /** 0 for a stream cipher. */
  readonly ivLength: number
  readonly decrypt: (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) => Plaintext
}

function nodeCipher(name: string, keyLength: number, ivLength: number): Cipher {
  return {
    keyLength,
    ivLength,
    decrypt: (key, iv, ciphertext) => {
      try {
        const decipher = createDecipheriv(name, key, iv)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}

function rc2(effectiveBits: number): Cipher {
  const decrypt = (key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array) =>
    ciphertext.length % 8 === 0
      ? withoutPadding(decryptRc2Cbc(key, effectiveBits, iv, ciphertext), 8)
      : undefined
  return { keyLength: effectiveBits / 8, ivLength: 8, decrypt }
}

function rc4(keyLength: number): Cipher {
  return { keyLength, ivLength: 0, decrypt: (key, _iv, ciphertext) => applyRc4(key, ciphertext) }
}

/** As the last octet says, so many octets with that value (RFC 8018 6.1.1). */
function withoutPadding(plaintext: Uint8Array, blockLength: number): Plaintext {
  const count = plaintext.at(-1) ?? 0
  if (count < 1 || count > blockLength) return undefined
  const start = plaintext.length - count
  return plaintext.subarray(start).every((octet) => octet === count)
    ? plaintext.subarray(0, start)
    : undefined
}

const tripleDes = nodeCipher('des-ede3-cbc', 24, 8)

/** The third key is the first again. */
const twoKeyTripleDes: Cipher = {
  ...tripleDes,
  keyLength: 16,
  decrypt: (key, iv, ciphertext) =>
    tripleDes.decrypt(Buffer.concat([key, key.subarray(0, 8)]), iv, ciphertext),
}

/** Node no longer has DES alone; with one key three times, triple DES is DES. */
export const des: Cipher = {
  ...tripleDes,
  keyLength: 8,
  decrypt: (key, iv, ciphertext) => tripleDes.decrypt(Buffer.concat([key, key, key]), iv, ciphertext),
}

const pbes2Ciphers = new Map<string, Cipher>([
  [cipherOid.aes128, nodeCipher('aes-128-cbc', 16, 16)],
  [cipherOid.aes192, nodeCipher('aes-192-cbc', 24, 16)],
  [cipherOid.aes256, nodeCipher('aes-256-cbc', 32, 16)],
  [cipherOid.tripleDes, tripleDes],
])

/** PBES2-params (RFC 8018 A.4): a key derivation, and a cipher with its initialization vector. */
async function decryptPbes2({ algorithm, ciphertext, password, budget }: Encrypted): Promise<Plaintext> {
  const members = algorithm.parameters.enter(tag.sequence)
  algorithm.parameters.end()
  const derivation = readKeyDerivation(readAlgorithmIdentifier(members), budget)
  const encryption = readAlgorithmIdentifier(members)
  members.end()
  const cipher = pbes2Ciphers.get(encryption.oid)
  if (!cipher) throw unsupported(encryption.oid)
  const iv = encryption.parameters.read(tag.octetString).contents
  encryption.parameters.end()
  if (iv.length !== cipher.ivLength) throw malformed('an initialization vector of the wrong length')
  if ((derivation.keyLength ?? cipher.keyLength) !== cipher.keyLength)
    throw malformed('a key of the wrong length for its cipher')
  const key = await derivation.derive(password.utf8, cipher.keyLength)
  return cipher.decrypt(key, iv, ciphertext)
}

/** The schemes of RFC 7292 C, all of them with SHA-1. */
const pkcs12Ciphers = new Map<string, Cipher>([
  ['1.2.840.113549.1.12.1.1', rc4(16)],
  ['1.2.840.113549.1.12.1.2', rc4(5)],
  ['1.2.840.113549.1.12.1.3', tripleDes],
  ['1.2.840.113549.1.12.1.4', twoKeyTripleDes],
  ['1.2.840.113549.1.12.1.5', rc2(128)],
  ['1.2.840.113549.1.12.1.6', rc2(40)],
])

async function decryptPkcs12(encrypted: Encrypted, cipher: Cipher): Promise<Plaintext> {
  const { ciphertext, password, budget } = encrypted
  const { salt, iterations } = readSaltAndIterations(encrypted)
  for (const [attempt, octets] of password.pkcs12.entries()) {
    if (attempt > 0) budget.spend(iterations)
    const derivation = { hash: 'sha1', password: octets, salt, iterations } as const
    const key = await deriveGently({ ...derivation, purpose: derivedFor.key, length: cipher.keyLength })
    const iv = await deriveGently({ ...derivation, purpose: derivedFor.iv, length: cipher.ivLength })
    const plaintext = cipher.decrypt(key, iv, ciphertext)
    if (plaintext) return plaintext
  }
  return undefined
}

interface Pbes1Scheme {
  readonly hash: 'md5' | 'sha1'
  readonly cipher: Cipher
}

/** RFC 8018 A.3: of the sixteen octets that PBKDF1 gives, the first half is the key and the other the initialization vector. */
const pbes1Schemes = new Map<string, Pbes1Scheme>([
  ['1.2.840.113549.1.5.3', { hash: 'md5', cipher: des }],
  ['1.2.840.113549.1.5.6', { hash: 'md5', cipher: rc2(64) }],
  ['1.2.840.113549.1.5.10', { hash: 'sha1', cipher: des }],
  ['1.2.840.113549.1.5.11', { hash: 'sha1', cipher: rc2(64) }],
])

async function decryptPbes1(encrypted: Encrypted, { hash, cipher }: Pbes1Scheme): Promise<Plaintext> {
  const { salt, iterations } = readSaltAndIterations(encrypted)
  const octets = await pbkdf1(hash, encrypted.password.utf8, salt, iterations)
  return cipher.decrypt(octets.subarray(0, 8), octets.subarray(8, 16), encrypted.ciphertext)
}

/** PBEParameter (RFC 8018 A.3) and pkcs-12PbeParams (RFC 7292 C), which are the same. */
function readSaltAndIterations({ algorithm: { parameters }, budget }: Encrypted) {
  const members = parameters.enter(tag.sequence)
  parameters.end()
  const salt = members.read(tag.octetString).contents
  const iterations = readIterations(members, budget)
  members.end()
  return { salt, iterations }
}
