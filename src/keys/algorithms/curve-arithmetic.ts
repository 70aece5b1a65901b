/**
 * The numbers behind the curves (FIPS 186-4 D.1.2, SEC 2 2.4.1) and the little arithmetic that OpenSSL does not give out.
 * It takes a time that depends on its numbers: only public or blinded ones may come here.
 */
import type { CurveName } from '../../domain/certificate-policy.ts'

export interface CurveNumbers {
  /** The prime of the field. */
  readonly p: bigint
  /** Coefficient of x in the equation of the curve. */
  readonly a: bigint
  /** The order of the base point, a prime. */
  readonly n: bigint
}

/** Affine; there is none for the point at infinity. */
export interface Point {
  readonly x: bigint
  readonly y: bigint
}

const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const p384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n
const p521 = 2n ** 521n - 1n

export const curveNumbers: Readonly<Record<CurveName, CurveNumbers>> = {
  'P-256': {
    p: p256,
    a: p256 - 3n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'P-384': {
    p: p384,
    a: p384 - 3n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  'P-521': {
    p: p521,
    a: p521 - 3n,
    n: 0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
  'P-256K': {
    p: 2n ** 256n - 2n ** 32n - 977n,
    a: 0n,
    n: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
  },
}

/** The sum of two points, or undefined where it is the point at infinity. */
export function addPoints(left: Point, right: Point, { p, a }: CurveNumbers): Point | undefined {
  const same = left.x === right.x
  if (same && (left.y !== right.y || left.y === 0n)) return undefined
  const slope = same
    ? (3n * left.x * left.x + a) * inverse(2n * left.y, p)
    : (right.y - left.y) * inverse(right.x - left.x, p)
  const x = residue(slope * slope - left.x - right.x, p)
  return { x, y: residue(slope * (left.x - x) - left.y, p) }
}

/** The inverse modulo a prime, by the extended Euclidean algorithm; of no multiple of the prime. */
export function inverse(value: bigint, prime: bigint): bigint {
  let [rest, next] = [prime, residue(value, prime)]
  let [factor, nextFactor] = [0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return residue(factor, prime)
}

/** Between 0 and the modulus, also for negative values. */
export function residue(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}

export function numberOf(octets: Uint8Array): bigint {
  return octets.length === 0 ? 0n : BigInt(`0x${Buffer.from(octets).toString('hex')}`)
}

/** Big-endian, of a fixed length. */
export function octetsOf(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex')
}
