/** ECPrivateKey (RFC 5915): the public key is computed from the private one, never believed. */
import { createECDH, ECDH } from 'node:crypto'
import { badParameter } from '../domain/errors.ts'
import { type Curve, curves } from '../domain/key-spec.ts'
import {
  bitString,
  contextTag,
  type Der,
  type DerReader,
  explicit,
  integer,
  malformed,
  objectIdentifier,
  octetString,
  openDer,
  readBitString,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  tag,
} from './der.ts'
import type { KeyPair } from './key-pair.ts'
import { keyAlgorithm } from './object-identifiers.ts'

/**
 * @param curveOid the curve that stands around the key in PKCS#8, if it does.
 * @throws VaultError `BadParameter` for other curves than Key Vault's, curves that are not named, and public keys of another key.
 */
export function readEcPrivateKey(sec1: Der, curveOid?: string): KeyPair {
  const members = openDer(sec1)
  if (readSmallInteger(members.read(tag.integer)) !== 1) throw malformed('an EC key of an unknown version')
  const scalar = members.read(tag.octetString).contents
  const curve = findCurve(curveOid, readCurve(members))
  const statedPoint = readPoint(members)
  members.end()
  const privateKey = padded(scalar, curve)
  const point = publicPoint(privateKey, curve)
  if (statedPoint && !isSamePoint(statedPoint, point, curve))
    throw badParameter(
      'The EC private key holds the public key of another key; export it again from where it was made.',
    )
  return encodeEcKeyPair(curve, privateKey, point)
}

/**
 * @param privateKey as long as the curve's coordinates.
 * @param point uncompressed.
 */
export function encodeEcKeyPair(curve: Curve, privateKey: Uint8Array, point: Uint8Array): KeyPair {
  const algorithm = sequence(objectIdentifier(keyAlgorithm.ec), objectIdentifier(curve.oid))
  const ecPrivateKey = sequence(integer(1), octetString(privateKey), explicit(1, bitString(point)))
  return {
    kty: 'EC',
    pkcs8: sequence(integer(0), algorithm, octetString(ecPrivateKey)),
    spki: sequence(algorithm, bitString(point)),
  }
}

/** ECParameters (RFC 5480 2.1.1): the name of a curve. Explicit parameters are refused (CVE-2020-0601). */
export function readNamedCurve(members: DerReader): string {
  if (members.peek() !== tag.objectIdentifier)
    throw badParameter('EC keys must name their curve; explicit curve parameters are not accepted.')
  return readObjectIdentifier(members.read(tag.objectIdentifier))
}

function readCurve(members: DerReader): string | undefined {
  if (members.peek() !== contextTag(0, 'constructed')) return undefined
  const parameters = members.enter(contextTag(0, 'constructed'))
  const oid = readNamedCurve(parameters)
  parameters.end()
  return oid
}

function readPoint(members: DerReader): Uint8Array | undefined {
  if (members.peek() !== contextTag(1, 'constructed')) return undefined
  const publicKey = members.enter(contextTag(1, 'constructed'))
  const point = readBitString(publicKey.read(tag.bitString))
  publicKey.end()
  return point
}

function findCurve(outer: string | undefined, inner: string | undefined): Curve {
  const oid = outer ?? inner
  if (oid === undefined)
    throw badParameter(
      'The EC private key does not name its curve; convert it to PKCS#8 (openssl pkcs8 -topk8).',
    )
  if (inner !== undefined && inner !== oid) throw malformed('an EC key names two curves')
  const curve = Object.values(curves).find((candidate) => candidate.oid === oid)
  if (!curve) throw badParameter(`The curve ${oid} is not supported; use P-256, P-384, P-521 or P-256K.`)
  return curve
}

/** As long as the curve asks for (RFC 5915 3); old programs left leading zeros away, or added some. */
function padded(scalar: Uint8Array, { coordinateLength }: Curve): Uint8Array {
  const excess = Math.max(0, scalar.length - coordinateLength)
  if (scalar.subarray(0, excess).some((octet) => octet !== 0)) throw notOnCurve()
  const octets = new Uint8Array(coordinateLength)
  octets.set(scalar.subarray(excess), coordinateLength - (scalar.length - excess))
  return octets
}

function publicPoint(privateKey: Uint8Array, { opensslName }: Curve): Uint8Array {
  const pair = createECDH(opensslName)
  try {
    pair.setPrivateKey(privateKey)
    return pair.getPublicKey()
  } catch {
    // The cause is left out: nothing of it is worth the risk that it speaks of the key.
    throw notOnCurve()
  }
}

function notOnCurve(): Error {
  return badParameter('The EC private key is not a number that its curve allows; use another key.')
}

function isSamePoint(stated: Uint8Array, computed: Uint8Array, { opensslName }: Curve): boolean {
  if (Buffer.compare(stated, computed) === 0) return true
  try {
    const point = ECDH.convertKey(stated, opensslName, undefined, undefined, 'uncompressed') as Buffer
    return point.compare(computed) === 0
  } catch {
    return false
  }
}
