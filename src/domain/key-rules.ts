/** The rules on keys that stand for themselves: which can be made, and what they may be used for. */
import { badParameter } from './errors.ts'
import { curves, type KeyOperation, type KeySpec, keySpecOf, rsaSizes } from './key-spec.ts'

/** Sizes of an AES key in bits. */
export const secretKeySizes = [128, 192, 256] as const
export type SecretKeySize = (typeof secretKeySizes)[number]

/** A key that can be made: a pair, or a symmetric one. */
export type FreeKeySpec = KeySpec | { readonly kty: 'oct'; readonly size: SecretKeySize }

export interface KeyRequest {
  readonly keyType: 'RSA' | 'EC' | 'oct'
  /** Bits. */
  readonly keySize?: number
  readonly curve?: keyof typeof curves
  readonly publicExponent?: number
}

const keyTypes = ['RSA', 'EC', 'oct'] as const

/**
 * The type of a key as sent. Whoever asks for a hardware module must not get less without knowing.
 * @param member the JSON path, for the message. @throws VaultError `BadParameter`.
 */
export function softwareKeyType(sent: string, member: string): KeyRequest['keyType'] {
  const type = keyTypes.find((known) => known === sent)
  if (type) return type
  const software = keyTypes.find((known) => sent === `${known}-HSM`)
  if (software)
    throw badParameter(
      `${member}: keys are kept in software here, and ${sent} asks for a hardware module; send ${software}.`,
    )
  throw badParameter(`${member}: send one of ${keyTypes.join(', ')}.`)
}

/** The only public exponent that keys are made with (FIPS 186-5 A.1.1 allows no smaller). */
const publicExponent = 65_537

/** @throws VaultError `BadParameter` for sizes that are not made, and for members that the type of key does not take. */
export function freeKeySpecOf({ keyType, publicExponent: e, ...shape }: KeyRequest): FreeKeySpec {
  const { keySize, curve } = shape
  if (curve !== undefined && keyType !== 'EC')
    throw badParameter(`crv: a key of type ${keyType} has no curve; leave it out.`)
  if (e !== undefined && keyType !== 'RSA')
    throw badParameter(`public_exponent: a key of type ${keyType} has none; leave it out.`)
  if (e !== undefined && e !== publicExponent)
    throw badParameter(`public_exponent: RSA keys are made with ${publicExponent}, not ${e}; leave it out.`)
  if (keyType === 'oct') return { kty: 'oct', size: secretKeySize(keySize ?? 256) }
  const spec = keySpecOf({ keyType, ...shape })
  if (spec.kty === 'EC' && keySize !== undefined && keySize !== curves[spec.curve].size)
    throw badParameter(
      `key_size: a key on the curve ${spec.curve} has ${curves[spec.curve].size} bits, not ${keySize}; leave it out.`,
    )
  return spec
}

/** @throws VaultError `BadParameter` for RSA keys of a size that could not be made here, and so not be rotated. */
export function checkRsaSize(size: number): void {
  if (!rsaSizes.some((possible) => possible === size))
    throw badParameter(`key: an RSA key has 2048, 3072 or 4096 bits, not ${size}.`)
}

export function secretKeySize(bits: number): SecretKeySize {
  const size = secretKeySizes.find((possible) => possible === bits)
  if (size === undefined) throw badParameter(`A symmetric key has 128, 192 or 256 bits, not ${bits}.`)
  return size
}

/** In the order in which Key Vault answers them. */
const possible: Readonly<Record<FreeKeySpec['kty'], readonly KeyOperation[]>> = {
  RSA: ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey'],
  EC: ['sign', 'verify'],
  oct: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'sign', 'verify'],
}

/** What a key may do when nothing is said. One secret for both encryption and authentication has to be asked for. */
const byDefault: typeof possible = { ...possible, oct: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'] }

/** `key_ops` as sent, or those that a key of the type has by default. @throws VaultError `BadParameter`. */
export function freeKeyOperations(
  kty: FreeKeySpec['kty'],
  sent: readonly string[] | undefined,
): readonly KeyOperation[] {
  if (!sent) return byDefault[kty]
  const wanted = sent.map((word) => {
    const operation = possible[kty].find((known) => known === word)
    if (operation) return operation
    throw badParameter(
      `key_ops: '${word.slice(0, 40).replace(/[^\x20-\x7e]/g, '?')}' is nothing that a key of type ${kty} does here; use ${possible[kty].join(', ')}.`,
    )
  })
  // RFC 7517 4.3.
  if (new Set(wanted).size < wanted.length) throw badParameter('key_ops: send each operation once.')
  return wanted
}

export interface ReleaseWish {
  readonly exportable?: boolean
  readonly hasReleasePolicy?: boolean
}

/** Secure key release needs hardware that attests itself; a key that only says it could leave would promise too much. */
export function checkNotForRelease({ exportable, hasReleasePolicy }: ReleaseWish): void {
  if (hasReleasePolicy)
    throw badParameter('release_policy: keys cannot be released here; leave the policy out.')
  if (exportable)
    throw badParameter(
      'attributes.exportable: keys cannot be released here, so none is exportable; leave it out or send false.',
    )
}
