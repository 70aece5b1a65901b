import assert from 'node:assert/strict'
import { checkPrimeSync, generateKeyPairSync, generatePrimeSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { checkRsaKey } from '../../src/x509/weak-rsa-key.ts'

const f4 = Uint8Array.of(1, 0, 1)

function octets(number: bigint): Uint8Array {
  const hex = number.toString(16)
  return Uint8Array.from(Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'))
}

function check(modulus: bigint, exponent: Uint8Array = f4): void {
  checkRsaKey({ size: modulus.toString(2).length, modulus: octets(modulus), exponent })
}

function modulusOf(size: number): bigint {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: size })
  return BigInt(`0x${Buffer.from(publicKey.export({ format: 'jwk' }).n ?? '', 'base64url').toString('hex')}`)
}

function primeFrom(start: bigint, step = 2n): bigint {
  let candidate = start
  while (!checkPrimeSync(candidate, { checks: 8 })) candidate += step
  return candidate
}

/** A prime of the form that Infineon's library made: k·M + (65537^a mod M), with M the product of the primes to 167. */
function infineonPrime(exponent: bigint): bigint {
  let product = 1n
  for (let candidate = 2n; candidate <= 167n; candidate++) if (checkPrimeSync(candidate)) product *= candidate
  let power = 1n
  for (let round = 0n; round < exponent; round++) power = (power * 65_537n) % product
  const k = (15n << 1020n) / product + generatePrimeSync(64, { bigint: true })
  return primeFrom(k * product + power, product)
}

describe('an RSA key', () => {
  test('made by Node is accepted', () => {
    for (const size of [2048, 3072, 4096]) check(modulusOf(size))
  })

  test('is refused for its size', () => {
    const prime = generatePrimeSync(1020, { bigint: true })
    assert.throws(() => check(modulusOf(1024)), { code: 'BadParameter', message: /1024 bits/ })
    assert.throws(() => check((1n << 2048n) + 1n), { code: 'BadParameter', message: /2049 bits/ })
    assert.throws(() => check((1n << 16_400n) + 1n), { code: 'BadParameter', message: /bits/ })
    assert.throws(() => check(prime * prime), { code: 'BadParameter', message: /bits/ })
  })

  test('is refused for its exponent', () => {
    const modulus = modulusOf(2048)
    for (const exponent of [Uint8Array.of(1), Uint8Array.of(2), Uint8Array.of(1, 0, 0)])
      assert.throws(() => check(modulus, exponent), { code: 'BadParameter', message: /exponent/ })
    check(modulus, Uint8Array.of(3))
  })

  test('is refused for a small factor', () => {
    const base = 1n << 2047n
    for (const factor of [2n, 3n, 743n, 751n]) {
      const multiple = base + (factor - (base % factor))
      assert.throws(() => check(multiple), { code: 'BadParameter', message: /small factor/ })
    }
  })

  test('is refused when its primes lie close together', () => {
    const p = generatePrimeSync(1024, { bigint: true })
    const near = primeFrom(p + 2n)
    assert.throws(() => check(p * near), { code: 'BadParameter', message: /close together/ })
    // A distance that takes several of Fermat's rounds: (q - p)² / 8√n rounds, here some ten.
    const further = primeFrom(p + (9n << 512n))
    assert.throws(() => check(p * further), { code: 'BadParameter', message: /close together/ })
    assert.throws(() => check(p * p), { code: 'BadParameter', message: /close together/ })
  })

  test('is refused when it bears the ROCA fingerprint', () => {
    const modulus = infineonPrime(123n) * infineonPrime(45_678n)
    assert.throws(() => check(modulus), { code: 'BadParameter', message: /ROCA/ })
  })
})
