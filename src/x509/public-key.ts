/** Public keys as they stand in certificates: SubjectPublicKeyInfo (RFC 5280 4.1.2.7) read into facts and JWK members. */
import { createHash, ECDH } from 'node:crypto'
import type { CurveName } from '../domain/certificate-policy.ts'
import { badParameter } from '../domain/errors.ts'
import { curves } from '../domain/key-spec.ts'
import {
  bufferOf,
  type Der,
  type DerReader,
  openDer,
  readBitString,
  readIntegerBytes,
  readObjectIdentifier,
  tag,
} from './der.ts'
import { keyAlgorithm } from './object-identifiers.ts'
import { publicKeyObject } from './public-key-object.ts'
import { checkRsaKey } from './weak-rsa-key.ts'

/** `modulus` and `exponent` are unsigned, without leading zeros. */
export interface RsaPublicKey {
  readonly kty: 'RSA'
  /** Bits of the modulus. */
  readonly size: number
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
  /** RFC 7518 6.3.1. */
  readonly jwk: { readonly kty: 'RSA'; readonly n: string; readonly e: string }
  /** As given. */
  readonly spki: Der
}

export interface EcPublicKey {
  readonly kty: 'EC'
  readonly curve: CurveName
  /** Bits of the curve, Key Vault's `key_size`. */
  readonly size: number
  /** RFC 7518 6.2.1. */
  readonly jwk: { readonly kty: 'EC'; readonly crv: CurveName; readonly x: string; readonly y: string }
  readonly spki: Der
}

export type PublicKeyFacts = RsaPublicKey | EcPublicKey

/** Reads an RSA or EC key; others are refused, for Key Vault has no certificates with them. */
export function describePublicKey(spki: Der): PublicKeyFacts {
  const { algorithm, key } = openPublicKey(spki)
  const oid = readObjectIdentifier(algorithm.read(tag.objectIdentifier))
  if (oid === keyAlgorithm.rsa) return describeRsa(spki, algorithm, key)
  if (oid === keyAlgorithm.ec) return describeEc(spki, algorithm, key)
  throw badParameter(`Certificates need an RSA or EC key; a key with the algorithm ${oid} is not supported.`)
}

/** Refuses keys that are known to be breakable, and points that are not on their curve. */
export function checkPublicKey(facts: PublicKeyFacts): void {
  if (facts.kty === 'RSA') checkRsaKey(facts)
  else {
    try {
      publicKeyObject(facts.spki)
    } catch (cause) {
      throw badParameter(`The EC public key is not a point on ${facts.curve}.`, { cause })
    }
  }
}

/** RFC 5280 4.2.1.2, method 1. */
export function subjectKeyIdentifier(spki: Der): Uint8Array {
  return publicKeyHash(spki, 'sha1')
}

/** The hash of a key without tag, length and unused bits, by which also OCSP names it (RFC 6960 4.1.1). */
export function publicKeyHash(spki: Der, hash: 'sha1' | 'sha256'): Uint8Array {
  return createHash(hash).update(openPublicKey(spki).key).digest()
}

/** The same key, even where one side spells it otherwise (compressed point, missing NULL). */
export function isSamePublicKey(left: Der, right: Der): boolean {
  if (Buffer.compare(left, right) === 0) return true
  try {
    return hasSameNumbers(describePublicKey(left), describePublicKey(right))
  } catch {
    return isSameToOpenSsl(left, right)
  }
}

function hasSameNumbers(left: PublicKeyFacts, right: PublicKeyFacts): boolean {
  if (left.kty === 'EC' && right.kty === 'EC')
    return left.curve === right.curve && left.jwk.x === right.jwk.x && left.jwk.y === right.jwk.y
  if (left.kty === 'RSA' && right.kty === 'RSA')
    return (
      Buffer.compare(left.modulus, right.modulus) === 0 && Buffer.compare(left.exponent, right.exponent) === 0
    )
  return false
}

/** For keys of kinds that are not read here. Takes many times as long. */
function isSameToOpenSsl(left: Der, right: Der): boolean {
  try {
    const [one, other] = [publicKeyObject(left), publicKeyObject(right)]
    // Comparing keys of two types leaves an error behind in OpenSSL, which Node then reports of the next key that is read.
    return one.asymmetricKeyType === other.asymmetricKeyType && one.equals(other)
  } catch {
    return false
  }
}

function openPublicKey(spki: Der): { algorithm: DerReader; key: Uint8Array } {
  const members = openDer(spki)
  const algorithm = members.enter(tag.sequence)
  const key = readBitString(members.read(tag.bitString))
  members.end()
  return { algorithm, key }
}

/** RSAPublicKey (RFC 8017 A.1.1); the NULL parameters of RFC 3279 2.3.1 may be missing in old keys. */
function describeRsa(spki: Der, algorithm: DerReader, key: Uint8Array): RsaPublicKey {
  algorithm.readOptional(tag.null)
  algorithm.end()
  const members = openDer(key)
  const modulus = readPositive(members)
  const exponent = readPositive(members)
  members.end()
  const size = modulus.length * 8 - Math.clz32(modulus[0]!) + 24
  return {
    kty: 'RSA',
    size,
    modulus,
    exponent,
    jwk: {
      kty: 'RSA',
      n: bufferOf(modulus).toString('base64url'),
      e: bufferOf(exponent).toString('base64url'),
    },
    spki,
  }
}

/** ECPoint on a named curve (RFC 5480 2.1.1, 2.2): explicit parameters are refused (CVE-2020-0601). */
function describeEc(spki: Der, algorithm: DerReader, key: Uint8Array): EcPublicKey {
  if (algorithm.peek() !== tag.objectIdentifier)
    throw badParameter('EC keys must name their curve; explicit curve parameters are not accepted.')
  const oid = readObjectIdentifier(algorithm.read(tag.objectIdentifier))
  algorithm.end()
  const curve = curveByOid.get(oid)
  if (!curve) throw badParameter(`The curve ${oid} is not supported; use P-256, P-384, P-521 or P-256K.`)
  const { coordinateLength, size } = curves[curve]
  const point = uncompressed(key, curve)
  const x = bufferOf(point.subarray(1, 1 + coordinateLength)).toString('base64url')
  const y = bufferOf(point.subarray(1 + coordinateLength)).toString('base64url')
  return { kty: 'EC', curve, size, jwk: { kty: 'EC', crv: curve, x, y }, spki }
}

const curveByOid = new Map(Object.entries(curves).map(([name, curve]) => [curve.oid, name as CurveName]))

function uncompressed(point: Uint8Array, curve: CurveName): Uint8Array {
  const { coordinateLength, opensslName } = curves[curve]
  if (point[0] === 4 && point.length === 1 + 2 * coordinateLength) return point
  if ((point[0] === 2 || point[0] === 3) && point.length === 1 + coordinateLength) {
    try {
      return ECDH.convertKey(point, opensslName, undefined, undefined, 'uncompressed') as Buffer
    } catch (cause) {
      throw badParameter(`The EC public key is not a point on ${curve}.`, { cause })
    }
  }
  throw badParameter(`The EC public key is not a point on ${curve}.`)
}

function readPositive(members: DerReader): Uint8Array {
  const bytes = readIntegerBytes(members.read(tag.integer))
  if (bytes[0]! >= 0x80 || (bytes.length === 1 && bytes[0] === 0))
    throw badParameter('The RSA public key has a modulus or exponent that is not positive.')
  return bytes[0] === 0 ? bytes.subarray(1) : bytes
}
