/**
 * Private keys, from any form that programs keep them in to the one that certkeep keeps: PKCS#8 (RFC 5208), RSA or EC,
 * unencrypted, checked. No error of this file holds anything of a key or a password.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { badParameter } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { derFromBer } from './ber.ts'
import {
  bufferOf,
  contextTag,
  type Der,
  MalformedEncoding,
  malformed,
  openDer,
  readSmallInteger,
  tag,
} from './der.ts'
import { DerivationBudget } from './derivation-budget.ts'
import { readEcPrivateKey, readNamedCurve } from './ec-private-key.ts'
import { decryptPem, isEncryptedPem } from './encrypted-pem.ts'
import type { KeyPair } from './key-pair.ts'
import { keyAlgorithm } from './object-identifiers.ts'
import { type PasswordOctets, passwordOctets } from './password.ts'
import { decryptWithPassword } from './password-based-encryption.ts'
import type { PemBlock } from './pem.ts'
import { readRsaPrivateKey } from './rsa-private-key.ts'

/** A private key that was read and found to work, with its public half. */
export interface CheckedKey {
  readonly pkcs8: Secret<Uint8Array>
  /** SubjectPublicKeyInfo. */
  readonly spki: Der
}

/**
 * The key of a PEM block that holds PKCS#8 (also encrypted), PKCS#1 or SEC 1 (also encrypted by RFC 1421).
 * @throws VaultError `BadParameter` that says what is wrong: a password that is missing or wrong, a key that is damaged or
 * of a kind that no certificate of Key Vault has.
 */
export async function readPrivateKey(block: PemBlock, password?: Secret<string>): Promise<CheckedKey> {
  try {
    const octets = password && password.reveal() !== '' ? passwordOctets(password.reveal()) : undefined
    return await checked(await readBlock(block, octets))
  } catch (error) {
    if (!(error instanceof MalformedEncoding)) throw error
    throw badParameter('The private key cannot be read: it is damaged. Export it again, as PKCS#8.', {
      detail: error.message,
    })
  }
}

/**
 * PrivateKeyInfo as others write it, normalised: without attributes, named curve, with the public key.
 * @throws VaultError `BadParameter` when its parts do not fit together, or when it is neither RSA nor EC.
 */
export async function normalisePkcs8(pkcs8: Der): Promise<CheckedKey> {
  return checked(readPkcs8(pkcs8))
}

/** EncryptedPrivateKeyInfo (RFC 5208 6), decrypted. Undefined when the password is wrong. */
export async function decryptPkcs8(
  encrypted: Der,
  password: PasswordOctets,
  budget: DerivationBudget,
): Promise<Der | undefined> {
  const members = openDer(encrypted)
  const algorithm = readAlgorithmIdentifier(members)
  const ciphertext = members.read(tag.octetString).contents
  members.end()
  const plaintext = await decryptWithPassword({ algorithm, ciphertext, password, budget })
  if (!plaintext) return undefined
  try {
    return derFromBer(plaintext)
  } catch {
    // Noise, from a wrong password that the padding let pass.
    return undefined
  } finally {
    plaintext.fill(0)
  }
}

async function readBlock(block: PemBlock, password: PasswordOctets | undefined): Promise<KeyPair> {
  switch (block.label) {
    case 'PRIVATE KEY':
      return readPkcs8(block.der)
    case 'ENCRYPTED PRIVATE KEY':
      return readPkcs8(
        (await decryptPkcs8(block.der, required(password), new DerivationBudget())) ?? refuseWrongPassword(),
      )
    case 'RSA PRIVATE KEY':
      return readRsaPrivateKey(openTraditional(block, password))
    case 'EC PRIVATE KEY':
      return readEcPrivateKey(openTraditional(block, password))
    default:
      throw badParameter(
        `A private key of the form '${block.label}' is not supported; convert it to PKCS#8 (BEGIN PRIVATE KEY) with an RSA or EC key.`,
      )
  }
}

function openTraditional(block: PemBlock, password: PasswordOctets | undefined): Der {
  if (!isEncryptedPem(block)) return block.der
  const plaintext = decryptPem(block, required(password).utf8)
  // Noise, from a wrong password that the padding let pass, hardly starts as a SEQUENCE does.
  return plaintext?.[0] === tag.sequence ? plaintext : refuseWrongPassword()
}

function required(password: PasswordOctets | undefined): PasswordOctets {
  if (!password) throw badParameter('The private key is encrypted; send its password in pwd.')
  return password
}

function refuseWrongPassword(): never {
  throw badParameter('The private key is encrypted, and the password (pwd) does not open it.')
}

/** PrivateKeyInfo (RFC 5208 5), also as OneAsymmetricKey (RFC 5958 2). Attributes and a second public key are left behind. */
export function readPkcs8(pkcs8: Der): KeyPair {
  const members = openDer(pkcs8)
  if (readSmallInteger(members.read(tag.integer)) > 1) throw malformed('a PKCS#8 key of an unknown version')
  const { oid, parameters } = readAlgorithmIdentifier(members)
  const privateKey = members.read(tag.octetString).contents
  members.readOptional(contextTag(0, 'constructed'))
  members.readOptional(contextTag(1, 'primitive'))
  members.end()
  if (oid === keyAlgorithm.rsa) {
    parameters.readOptional(tag.null)
    parameters.end()
    return readRsaPrivateKey(privateKey)
  }
  if (oid === keyAlgorithm.ec) {
    const curve = readNamedCurve(parameters)
    parameters.end()
    return readEcPrivateKey(privateKey, curve)
  }
  throw badParameter(
    `Certificates need an RSA or EC key; a private key with the algorithm ${oid} is not supported.`,
  )
}

const signInPool = promisify<string, Uint8Array, KeyObject, Buffer>(sign)
const verifyInPool = promisify<string, Uint8Array, KeyObject, Uint8Array, boolean>(verify)

/** That its numbers fit does not make an RSA key work: only primes do, and a signature shows it. */
async function checked({ kty, pkcs8, spki }: KeyPair): Promise<CheckedKey> {
  if (kty === 'RSA' && !(await signsFor(spki, pkcs8)))
    throw badParameter('The RSA private key makes signatures that do not hold; use another key.')
  return { pkcs8: new Secret(pkcs8), spki }
}

async function signsFor(spki: Der, pkcs8: Der): Promise<boolean> {
  try {
    const publicKey = createPublicKey({ key: bufferOf(spki), format: 'der', type: 'spki' })
    const privateKey = createPrivateKey({ key: bufferOf(pkcs8), format: 'der', type: 'pkcs8' })
    return await verifyInPool('sha256', spki, publicKey, await signInPool('sha256', spki, privateKey))
  } catch {
    return false
  }
}
