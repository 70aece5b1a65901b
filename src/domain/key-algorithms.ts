/**
 * What keys can be used with: every algorithm of Key Vault once (RFC 7518 3.1, 4.1; RFC 3394, RFC 5649; FIPS 197), and
 * the rules on what it takes. All other code receives an entry of these tables.
 */
import type { CurveName } from './certificate-policy.ts'
import { badParameter } from './errors.ts'
import type { KeyOperation, SignatureHash } from './key-spec.ts'
import type { Secret } from './secret.ts'

export type RsaSignature =
  | { readonly name: string; readonly kind: 'RSASSA-PSS'; readonly hash: SignatureHash }
  /** Without a hash (`RSNULL`) the octets are signed as they are, which old TLS needs. */
  | { readonly name: string; readonly kind: 'RSASSA-PKCS1-v1_5'; readonly hash?: SignatureHash }

export interface EcSignature {
  readonly name: string
  readonly kind: 'ECDSA'
  readonly hash: SignatureHash
  /** The curve fixes the algorithm and the reverse (RFC 7518 3.4, RFC 8812 3.2). */
  readonly curve: CurveName
}

export interface Authentication {
  readonly name: string
  readonly kind: 'HMAC'
  readonly hash: SignatureHash
}

export type SignatureAlgorithm = RsaSignature | EcSignature | Authentication

export type RsaEncryption =
  | { readonly name: string; readonly kind: 'RSAES-OAEP'; readonly hash: 'sha1' | 'sha256' }
  | { readonly name: string; readonly kind: 'RSAES-PKCS1-v1_5' }

export type AesEncryption =
  | { readonly name: string; readonly kind: 'AES-GCM'; readonly bits: number }
  | { readonly name: string; readonly kind: 'AES-CBC'; readonly bits: number; readonly padded: boolean }
  /** The PKCS#11 mechanisms take keys of any size. */
  | { readonly name: string; readonly kind: 'AES-KW'; readonly bits?: number; readonly padded: boolean }

export type EncryptionAlgorithm = RsaEncryption | AesEncryption
export type KeyAlgorithm = SignatureAlgorithm | EncryptionAlgorithm

/** What is encrypted or wrapped. */
export interface PlainMessage {
  readonly value: Secret<Uint8Array>
  readonly iv?: Uint8Array
  /** Additional authenticated data: not encrypted, but needed again to decrypt. */
  readonly aad?: Uint8Array
}

export interface EncryptedMessage {
  readonly value: Uint8Array
  readonly iv?: Uint8Array
  readonly tag?: Uint8Array
  readonly aad?: Uint8Array
}

export const signatureAlgorithms: readonly SignatureAlgorithm[] = [
  { name: 'PS256', kind: 'RSASSA-PSS', hash: 'sha256' },
  { name: 'PS384', kind: 'RSASSA-PSS', hash: 'sha384' },
  { name: 'PS512', kind: 'RSASSA-PSS', hash: 'sha512' },
  { name: 'RS256', kind: 'RSASSA-PKCS1-v1_5', hash: 'sha256' },
  { name: 'RS384', kind: 'RSASSA-PKCS1-v1_5', hash: 'sha384' },
  { name: 'RS512', kind: 'RSASSA-PKCS1-v1_5', hash: 'sha512' },
  { name: 'RSNULL', kind: 'RSASSA-PKCS1-v1_5' },
  { name: 'ES256', kind: 'ECDSA', hash: 'sha256', curve: 'P-256' },
  { name: 'ES384', kind: 'ECDSA', hash: 'sha384', curve: 'P-384' },
  { name: 'ES512', kind: 'ECDSA', hash: 'sha512', curve: 'P-521' },
  { name: 'ES256K', kind: 'ECDSA', hash: 'sha256', curve: 'P-256K' },
  { name: 'HS256', kind: 'HMAC', hash: 'sha256' },
  { name: 'HS384', kind: 'HMAC', hash: 'sha384' },
  { name: 'HS512', kind: 'HMAC', hash: 'sha512' },
]

export const encryptionAlgorithms: readonly EncryptionAlgorithm[] = [
  { name: 'RSA-OAEP', kind: 'RSAES-OAEP', hash: 'sha1' },
  { name: 'RSA-OAEP-256', kind: 'RSAES-OAEP', hash: 'sha256' },
  { name: 'RSA1_5', kind: 'RSAES-PKCS1-v1_5' },
  ...[128, 192, 256].flatMap((bits): EncryptionAlgorithm[] => [
    { name: `A${bits}GCM`, kind: 'AES-GCM', bits },
    { name: `A${bits}CBC`, kind: 'AES-CBC', bits, padded: false },
    { name: `A${bits}CBCPAD`, kind: 'AES-CBC', bits, padded: true },
    { name: `A${bits}KW`, kind: 'AES-KW', bits, padded: false },
  ]),
  { name: 'CKM_AES_KEY_WRAP', kind: 'AES-KW', padded: false },
  { name: 'CKM_AES_KEY_WRAP_PAD', kind: 'AES-KW', padded: true },
]

interface Kind {
  readonly kty: 'RSA' | 'EC' | 'oct'
  readonly operations: readonly KeyOperation[]
}

const signing: readonly KeyOperation[] = ['sign', 'verify']
const encrypting: readonly KeyOperation[] = ['encrypt', 'decrypt']
const wrapping: readonly KeyOperation[] = ['wrapKey', 'unwrapKey']

const kinds: Readonly<Record<KeyAlgorithm['kind'], Kind>> = {
  'RSASSA-PSS': { kty: 'RSA', operations: signing },
  'RSASSA-PKCS1-v1_5': { kty: 'RSA', operations: signing },
  ECDSA: { kty: 'EC', operations: signing },
  HMAC: { kty: 'oct', operations: signing },
  'RSAES-OAEP': { kty: 'RSA', operations: [...encrypting, ...wrapping] },
  'RSAES-PKCS1-v1_5': { kty: 'RSA', operations: [...encrypting, ...wrapping] },
  'AES-GCM': { kty: 'oct', operations: encrypting },
  'AES-CBC': { kty: 'oct', operations: encrypting },
  'AES-KW': { kty: 'oct', operations: wrapping },
}

/** Octets of a digest. */
export const digestLengths: Readonly<Record<SignatureHash, number>> = { sha256: 32, sha384: 48, sha512: 64 }

/** Octets. */
export const aesBlockLength = 16
export const gcmNonceLength = 12
export const gcmTagLength = 16

/** The key that an algorithm is to be used with. */
export interface AlgorithmKey {
  readonly kty: 'RSA' | 'EC' | 'oct'
  readonly crv?: CurveName
  /** Bits: of the modulus, the curve or the secret. */
  readonly keySize: number
}

export function isRsaEncryption(algorithm: EncryptionAlgorithm): algorithm is RsaEncryption {
  return kinds[algorithm.kind].kty === 'RSA'
}

/** @throws VaultError `BadParameter` unless the algorithm does this with a key of that type, curve and size. */
export function checkAlgorithm(algorithm: KeyAlgorithm, operation: KeyOperation, key: AlgorithmKey): void {
  const { operations } = kinds[algorithm.kind]
  const fitting = () =>
    [...signatureAlgorithms, ...encryptionAlgorithms]
      .filter((other) => kinds[other.kind].operations.includes(operation) && misfit(other, key) === undefined)
      .map(({ name }) => name)
  if (!operations.includes(operation))
    throw badParameter(`alg: ${algorithm.name} is not for the operation ${operation}. ${choiceOf(fitting())}`)
  const reason = misfit(algorithm, key)
  if (reason)
    throw badParameter(
      `alg: ${algorithm.name} ${reason}; this key is ${describe(key)}. ${choiceOf(fitting())}`,
    )
}

function choiceOf(names: readonly string[]): string {
  return names.length > 0
    ? `Use one of ${names.join(', ')}.`
    : 'No algorithm does this with the key: use another key.'
}

function describe({ kty, crv, keySize }: AlgorithmKey): string {
  return kty === 'EC' ? `an EC key on ${crv}` : `of type ${kty} with ${keySize} bits`
}

/** What is wrong with the key for this algorithm, if anything. */
function misfit(algorithm: KeyAlgorithm, key: AlgorithmKey): string | undefined {
  const { kty } = kinds[algorithm.kind]
  if (kty !== key.kty) return `needs a key of type ${kty}`
  if (algorithm.kind === 'ECDSA' && algorithm.curve !== key.crv)
    return `needs a key on the curve ${algorithm.curve}`
  // RFC 7518 3.2: a shorter key would weaken the hash.
  if (algorithm.kind === 'HMAC' && key.keySize < digestLengths[algorithm.hash] * 8)
    return `needs a key of ${digestLengths[algorithm.hash] * 8} bits or more`
  if ('bits' in algorithm && algorithm.bits !== undefined && algorithm.bits !== key.keySize)
    return `needs a key of ${algorithm.bits} bits`
  return undefined
}

/** @param digest length in octets of what is signed. @throws VaultError `BadParameter`. */
export function checkDigest(algorithm: SignatureAlgorithm, digest: number, key: AlgorithmKey): void {
  // An HMAC is made over the octets as they come (RFC 7518 3.2).
  if (algorithm.kind === 'HMAC') return
  if (algorithm.hash === undefined) {
    const lengthMax = modulusLength(key) - 11
    if (digest === 0 || digest > lengthMax)
      throw badParameter(`${algorithm.name} with this key signs 1 to ${lengthMax} octets, not ${digest}.`)
    return
  }
  const length = digestLengths[algorithm.hash]
  if (digest !== length)
    throw badParameter(
      `${algorithm.name} signs a digest of ${length} octets (${algorithm.hash.toUpperCase()}), not ${digest}. Hash the data first, and send the digest.`,
    )
}

/** Whether the algorithm can take a message like this. @throws VaultError `BadParameter`. */
export function checkPlain(algorithm: EncryptionAlgorithm, message: PlainMessage, key: AlgorithmKey): void {
  checkParameters(algorithm, message)
  if (algorithm.kind === 'AES-GCM' && message.iv)
    throw badParameter(
      `iv: ${algorithm.name} makes one for each message; leave it out and keep the answer's.`,
    )
  const { length } = message.value.reveal()
  if (isRsaEncryption(algorithm)) {
    const lengthMax = rsaPlainLengthMax(algorithm, key)
    if (length > lengthMax)
      throw badParameter(
        `value: ${algorithm.name} with this key takes at most ${lengthMax} octets, not ${length}.`,
      )
  }
  if (algorithm.kind === 'AES-CBC' && !algorithm.padded && (length === 0 || length % aesBlockLength !== 0))
    throw badParameter(
      `value: ${algorithm.name} does not pad: send a multiple of ${aesBlockLength} octets, not ${length}, or use ${algorithm.name}PAD.`,
    )
  // RFC 3394 2: two blocks of 64 bits or more.
  if (algorithm.kind === 'AES-KW' && !algorithm.padded && (length < 16 || length % 8 !== 0))
    throw badParameter(
      `value: ${algorithm.name} wraps keys of 16 octets or more, in multiples of 8, not ${length}.`,
    )
  if (algorithm.kind === 'AES-KW' && length === 0) throw badParameter('value: there is nothing to wrap.')
}

/** Checks what stands beside the ciphertext, and nothing of the ciphertext itself. @throws VaultError `BadParameter`. */
export function checkEncrypted(algorithm: EncryptionAlgorithm, message: EncryptedMessage): void {
  checkParameters(algorithm, message)
  if (algorithm.kind !== 'AES-GCM') return
  checkLength('iv', algorithm, message.iv, gcmNonceLength)
  checkLength('tag', algorithm, message.tag, gcmTagLength)
}

/** A member that would be ignored is refused: whoever sends it believes that it does something. */
function checkParameters(algorithm: EncryptionAlgorithm, message: Omit<EncryptedMessage, 'value'>): void {
  const taken =
    algorithm.kind === 'AES-GCM' ? ['iv', 'aad', 'tag'] : algorithm.kind === 'AES-CBC' ? ['iv'] : []
  for (const member of ['iv', 'aad', 'tag'] as const)
    if (message[member] && !taken.includes(member))
      throw badParameter(`${member}: ${algorithm.name} takes none; leave it out.`)
  if (algorithm.kind === 'AES-CBC') checkLength('iv', algorithm, message.iv, aesBlockLength)
}

function checkLength(
  member: string,
  algorithm: EncryptionAlgorithm,
  octets: Uint8Array | undefined,
  length: number,
): void {
  if (octets?.length === length) return
  const sent = octets ? `not ${octets.length}` : 'but none was sent'
  throw badParameter(`${member}: ${algorithm.name} needs ${length} octets, ${sent}.`)
}

/** RFC 8017 7.1.1, 7.2.1. */
function rsaPlainLengthMax(algorithm: RsaEncryption, key: AlgorithmKey): number {
  if (algorithm.kind === 'RSAES-PKCS1-v1_5') return modulusLength(key) - 11
  return modulusLength(key) - 2 * (algorithm.hash === 'sha1' ? 20 : 32) - 2
}

function modulusLength({ keySize }: AlgorithmKey): number {
  return Math.ceil(keySize / 8)
}
