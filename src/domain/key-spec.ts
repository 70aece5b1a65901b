/** What is known about each type of key, in two tables: everything else asks here. */
import type { CurveName, KeyProperties, KeyUsageWord } from './certificate-policy.ts'
import { badParameter } from './errors.ts'

export type RsaSize = 2048 | 3072 | 4096

/** A key that certkeep makes. */
export type KeySpec =
  | { readonly kty: 'RSA'; readonly size: RsaSize }
  | { readonly kty: 'EC'; readonly curve: CurveName }

/** JWK key operations (RFC 7517 4.3) that Key Vault knows for asymmetric keys. */
export type KeyOperation = 'encrypt' | 'decrypt' | 'sign' | 'verify' | 'wrapKey' | 'unwrapKey'

export type SignatureHash = 'sha256' | 'sha384' | 'sha512'

export interface Curve {
  readonly oid: string
  /** The name Node and OpenSSL know it by. */
  readonly opensslName: string
  /** Key Vault's `key_size`. */
  readonly size: number
  /** Octets of one coordinate, and of the private scalar. */
  readonly coordinateLength: number
  /** The hash an issuer with such a key signs with (TLS Baseline Requirements 7.1.3.2.2). */
  readonly hash: SignatureHash
}

export const curves: Readonly<Record<CurveName, Curve>> = {
  'P-256': {
    oid: '1.2.840.10045.3.1.7',
    opensslName: 'prime256v1',
    size: 256,
    coordinateLength: 32,
    hash: 'sha256',
  },
  'P-384': { oid: '1.3.132.0.34', opensslName: 'secp384r1', size: 384, coordinateLength: 48, hash: 'sha384' },
  'P-521': { oid: '1.3.132.0.35', opensslName: 'secp521r1', size: 521, coordinateLength: 66, hash: 'sha512' },
  'P-256K': {
    oid: '1.3.132.0.10',
    opensslName: 'secp256k1',
    size: 256,
    coordinateLength: 32,
    hash: 'sha256',
  },
}

export const rsaSizes: readonly RsaSize[] = [2048, 3072, 4096]

/** In the order in which Key Vault lists them. */
const operations: Readonly<Record<'RSA' | 'EC', readonly KeyOperation[]>> = {
  RSA: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
  EC: ['sign', 'verify'],
}

interface KeyUsageMeaning {
  /** RFC 5280 4.2.1.3. */
  readonly bit: number
  readonly operations: readonly KeyOperation[]
}

const keyUsages: Readonly<Record<KeyUsageWord, KeyUsageMeaning>> = {
  digitalSignature: { bit: 0, operations: ['sign', 'verify'] },
  nonRepudiation: { bit: 1, operations: ['sign', 'verify'] },
  keyEncipherment: { bit: 2, operations: ['wrapKey', 'unwrapKey'] },
  dataEncipherment: { bit: 3, operations: ['encrypt', 'decrypt'] },
  keyAgreement: { bit: 4, operations: [] },
  keyCertSign: { bit: 5, operations: ['sign', 'verify'] },
  cRLSign: { bit: 6, operations: ['sign', 'verify'] },
  encipherOnly: { bit: 7, operations: ['encrypt'] },
  decipherOnly: { bit: 8, operations: ['decrypt'] },
}

/** Key Vault's words in the order of their bits. */
export const keyUsageWords = Object.keys(keyUsages) as readonly KeyUsageWord[]

export function keyUsageBit(word: KeyUsageWord): number {
  return keyUsages[word].bit
}

/** The key that a policy asks for, whoever keeps it: `RSA-HSM` and `RSA` are the same kind of key. */
export function keySpecOf(key: Pick<KeyProperties, 'keyType' | 'keySize' | 'curve'>): KeySpec {
  if (key.keyType === 'RSA' || key.keyType === 'RSA-HSM') {
    const wanted = key.keySize ?? 2048
    const size = rsaSizes.find((candidate) => candidate === wanted)
    if (size === undefined) throw badParameter(`An RSA key has 2048, 3072 or 4096 bits, not ${wanted}.`)
    return { kty: 'RSA', size }
  }
  if (key.keyType === 'EC' || key.keyType === 'EC-HSM') return { kty: 'EC', curve: key.curve ?? 'P-256' }
  throw badParameter(`A certificate cannot have a key of type '${key.keyType}'.`)
}

/** Key Vault's `key_size`. */
export function keySize(spec: KeySpec): number {
  return spec.kty === 'RSA' ? spec.size : curves[spec.curve].size
}

export function signatureHash(spec: KeySpec | { readonly kty: 'RSA' }): SignatureHash {
  return spec.kty === 'RSA' ? 'sha256' : curves[spec.curve].hash
}

/** Refuses key usages that a type of key cannot serve: nothing is encrypted with an EC key (RFC 5480 3). */
export function checkKeyUsage(kty: 'RSA' | 'EC', words: readonly KeyUsageWord[]): void {
  if (kty === 'RSA') return
  const refused = words.find((word) => word === 'keyEncipherment' || word === 'dataEncipherment')
  if (refused)
    throw badParameter(
      `The key usage '${refused}' needs key operations that an EC key does not support; leave it out.`,
    )
}

/**
 * The operations of the managed key of a certificate, in Key Vault's order. A certificate without key usage restricts
 * nothing (RFC 5280 4.2.1.3), so its key may do all that its type can.
 */
export function keyOperations(kty: 'RSA' | 'EC', words: readonly KeyUsageWord[]): readonly KeyOperation[] {
  if (words.length === 0) return operations[kty]
  return operations[kty].filter((operation) =>
    words.some((word) => keyUsages[word].operations.includes(operation)),
  )
}
