/** RSA keys that can be broken, by the checks of TLS Baseline Requirements 6.1.1.3 and 6.1.6. */
import { badParameter } from '../domain/errors.ts'
import { bufferOf } from './der.ts'

export interface RsaNumbers {
  /** Bits of the modulus. */
  readonly size: number
  readonly modulus: Uint8Array
  readonly exponent: Uint8Array
}

const sizeMin = 2048
/** Verifying with more bits costs more than any caller should be able to ask for. */
const sizeMax = 16_384
const fermatRounds = 100

/** Cheap checks first; all together take about a millisecond for 4096 bits. */
export function checkRsaKey(key: RsaNumbers): void {
  if (key.size < sizeMin || key.size % 8 !== 0 || key.size > sizeMax)
    throw refused(`has ${key.size} bits; 2048 at least and a multiple of 8 are needed`)
  const exponent = unsigned(key.exponent)
  if (exponent < 3n || exponent % 2n === 0n) throw refused('has a public exponent that is even or below 3')
  const modulus = unsigned(key.modulus)
  const factor = smallPrimes.find((prime) => modulus % BigInt(prime) === 0n)
  if (factor !== undefined) throw refused(`has the small factor ${factor}`)
  if (hasRocaFingerprint(modulus))
    throw refused('was made by a generator with the ROCA flaw (CVE-2017-15361)')
  if (hasCloseFactors(modulus)) throw refused('has two prime factors that lie close together')
}

function refused(reason: string): Error {
  return badParameter(`The RSA key ${reason}.`)
}

function unsigned(bytes: Uint8Array): bigint {
  return BigInt(`0x${bufferOf(bytes).toString('hex')}`)
}

/** Below 752, the bound of BR 6.1.6. */
const smallPrimes = primesBelow(752)

function primesBelow(limit: number): number[] {
  const primes: number[] = []
  for (let candidate = 2; candidate < limit; candidate++)
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate)
  return primes
}

/**
 * The primes of Infineon's library were k·M + (65537^a mod M), M a product of the first primes: so modulo each of those
 * the modulus is a power of 65537 (Nemec et al., CCS 2017). The primes up to 167 are those of the authors' detector.
 */
const rocaResidues = smallPrimes
  .filter((prime) => prime > 2 && prime <= 167)
  .map((prime) => {
    const residues = new Set<number>()
    for (let power = 1; !residues.has(power); power = (power * 65_537) % prime) residues.add(power)
    return { prime: BigInt(prime), residues }
  })

function hasRocaFingerprint(modulus: bigint): boolean {
  return rocaResidues.every(({ prime, residues }) => residues.has(Number(modulus % prime)))
}

/** Fermat's factorisation: p and q are found at once when their mean lies near the square root (CVE-2022-26320). */
function hasCloseFactors(modulus: bigint): boolean {
  let mean = squareRoot(modulus)
  if (mean * mean < modulus) mean++
  let difference = mean * mean - modulus
  for (let round = 0; round < fermatRounds; round++) {
    if (isSquare(difference)) return true
    difference += 2n * mean + 1n
    mean++
  }
  return false
}

function isSquare(value: bigint): boolean {
  // Three of four numbers end in bits that no square ends in.
  if (!squaresModulo64.has(Number(value & 63n))) return false
  const root = squareRoot(value)
  return root * root === value
}

const squaresModulo64 = new Set(Array.from({ length: 64 }, (_, root) => (root * root) % 64))

/** Newton's method from above: the largest integer whose square is not greater. */
function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let root = 1n << BigInt((value.toString(16).length * 4 + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}
