/** The key derivation of PKCS#12 (RFC 7292 B.2), for the MAC of every PFX before RFC 9579 and for old encryptions. */
import { type HashName, hashes } from './hashes.ts'
import { hashSteps, runAtOnce, runGently, type Steps } from './slow-hash.ts'

/** What the octets are for, as RFC 7292 B.3 numbers it. */
export const derivedFor = { key: 1, iv: 2, mac: 3 } as const

export interface Pkcs12Derivation {
  readonly hash: HashName
  /** As RFC 7292 B.1 wants it: `password.ts`. */
  readonly password: Uint8Array
  readonly salt: Uint8Array
  /** At least 1. */
  readonly iterations: number
  readonly purpose: (typeof derivedFor)[keyof typeof derivedFor]
  /** Octets wanted. */
  readonly length: number
}

/** For few iterations. */
export function deriveAtOnce(derivation: Pkcs12Derivation): Uint8Array {
  return runAtOnce(derive(derivation))
}

export function deriveGently(derivation: Pkcs12Derivation): Promise<Uint8Array> {
  return runGently(derive(derivation), derivation.iterations)
}

/** The names in the comments are those of RFC 7292 B.2. */
function* derive({ hash, password, salt, iterations, purpose, length }: Pkcs12Derivation): Steps {
  const { length: hashLength, blockLength } = hashes[hash]
  // D, then I = S || P.
  const diversifier = Buffer.alloc(blockLength, purpose)
  const input = Buffer.concat([repeated(salt, blockLength), repeated(password, blockLength)])
  const output = new Uint8Array(length)
  for (let offset = 0; offset < length; offset += hashLength) {
    // A_i, of which B is a repetition.
    const block = yield* hashSteps(hash, Buffer.concat([diversifier, input]), iterations)
    output.set(block.subarray(0, length - offset), offset)
    if (offset + hashLength < length) addToBlocks(input, repeated(block, blockLength))
  }
  return output
}

/** Repeated to fill whole blocks; nothing stays nothing. */
function repeated(octets: Uint8Array, blockLength: number): Uint8Array {
  const result = new Uint8Array(Math.ceil(octets.length / blockLength) * blockLength)
  for (let index = 0; index < result.length; index++) result[index] = octets[index % octets.length]!
  return result
}

/** I_j = (I_j + B + 1) mod 2^v, for each block of `input`. */
function addToBlocks(input: Uint8Array, addend: Uint8Array): void {
  for (let start = 0; start < input.length; start += addend.length) {
    let carry = 1
    for (let index = addend.length - 1; index >= 0; index--) {
      carry += input[start + index]! + addend[index]!
      input[start + index] = carry
      carry >>= 8
    }
  }
}
