/**
 * ECDSA (FIPS 186-5 6.4) over digests that were made elsewhere, as `r || s` (RFC 7518 3.4). OpenSSL, as Node offers it,
 * insists on hashing by itself. What matters for security stays with it all the same: the nonce, its inverse, and
 * every multiplication of a point.
 *
 * **Signing.** With a digest z and a key d, a signature is s = (z + r d) / k. OpenSSL signs a fixed text, whose digest is
 * h, with the key c d, where c = h / z: s' = (h + r c d) / k. Then s = s' / c, and r is the same. Since k is OpenSSL's
 * own for each signature, the result has the very distribution of a direct one. The product c d is computed from a d to
 * which a random multiple of the order was added, so that its timing tells nothing of d.
 *
 * **Verifying.** r is to be the x coordinate of (z/s) G + (r/s) Q, which is (r/s) (Q + (z/r) G): one multiplication of the
 * base point, one addition, and one Diffie-Hellman, which gives x. All numbers are public.
 */
import { createECDH, createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { CurveName } from '../../domain/certificate-policy.ts'
import { badParameter } from '../../domain/errors.ts'
import type { EcSignature } from '../../domain/key-algorithms.ts'
import { curves, type SignatureHash } from '../../domain/key-spec.ts'
import type { Random } from '../../domain/time.ts'
import {
  addPoints,
  curveNumbers,
  inverse,
  numberOf,
  octetsOf,
  type Point,
  residue,
} from './curve-arithmetic.ts'

const fixedText = new Uint8Array()
const blindingLength = 16
const inversesOfFixedDigest = new Map<CurveName, bigint>()

/** @throws VaultError `BadParameter` for a digest of zeros, over which anybody can make a signature. */
export function signWithEc(
  key: KeyObject,
  { curve, hash }: EcSignature,
  digest: Uint8Array,
  random: Random,
): Uint8Array {
  const { n } = curveNumbers[curve]
  const { coordinateLength, opensslName } = curves[curve]
  const z = residue(numberOf(digest), n)
  if (z === 0n) throw badParameter('A digest of zeros cannot be signed: everybody can make such a signature.')
  const inverseOfC = residue(z * inverseOfFixedDigest(curve, hash), n)
  const c = inverse(inverseOfC, n)
  const d = key.export({ format: 'raw-private' })
  const blinded = numberOf(d) + numberOf(random(blindingLength)) * n
  d.fill(0)
  const scaled = octetsOf((blinded * c) % n, coordinateLength)
  const scaledKey = createPrivateKey({
    key: scaled,
    format: 'raw-private',
    asymmetricKeyType: 'ec',
    namedCurve: opensslName,
  })
  scaled.fill(0)
  const signature = sign(hash, fixedText, { key: scaledKey, dsaEncoding: 'ieee-p1363' })
  const s = residue(numberOf(signature.subarray(coordinateLength)) * inverseOfC, n)
  return Buffer.concat([signature.subarray(0, coordinateLength), octetsOf(s, coordinateLength)])
}

/** 1 / h; a constant of each curve. */
function inverseOfFixedDigest(curve: CurveName, hash: SignatureHash): bigint {
  let found = inversesOfFixedDigest.get(curve)
  if (found === undefined) {
    found = inverse(numberOf(createHash(hash).update(fixedText).digest()), curveNumbers[curve].n)
    inversesOfFixedDigest.set(curve, found)
  }
  return found
}

/** @param publicKey a point of the curve. */
export function verifyWithEc(
  publicKey: Point,
  { curve }: EcSignature,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const numbers = curveNumbers[curve]
  const { n } = numbers
  const { coordinateLength, opensslName } = curves[curve]
  if (signature.length !== 2 * coordinateLength) return false
  const r = numberOf(signature.subarray(0, coordinateLength))
  const s = numberOf(signature.subarray(coordinateLength))
  if (r === 0n || r >= n || s === 0n || s >= n) return false
  const z = residue(numberOf(digest), n)
  if (z === 0n) return false
  const ecdh = createECDH(opensslName)
  ecdh.setPrivateKey(octetsOf(residue(z * inverse(r, n), n), coordinateLength))
  const sum = addPoints(publicKey, readPoint(ecdh.getPublicKey()), numbers)
  if (!sum) return false
  ecdh.setPrivateKey(octetsOf(residue(r * inverse(s, n), n), coordinateLength))
  return residue(numberOf(ecdh.computeSecret(writePoint(sum, coordinateLength))), n) === r
}

/** Uncompressed (SEC 1 2.3.3). */
function readPoint(octets: Uint8Array): Point {
  const middle = (octets.length + 1) / 2
  return { x: numberOf(octets.subarray(1, middle)), y: numberOf(octets.subarray(middle)) }
}

function writePoint({ x, y }: Point, coordinateLength: number): Uint8Array {
  return Buffer.concat([Uint8Array.of(4), octetsOf(x, coordinateLength), octetsOf(y, coordinateLength)])
}
