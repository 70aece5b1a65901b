/**
 * RSA signatures over digests that were made elsewhere (RFC 8017 8.1, 8.2). OpenSSL, as Node offers it, insists on hashing
 * by itself; so the encodings are written here, and of OpenSSL only the bare RSA operation is used.
 */
import {
  constants,
  createHash,
  decapsulate,
  type KeyObject,
  publicEncrypt,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { RsaSignature } from '../../domain/key-algorithms.ts'
import type { SignatureHash } from '../../domain/key-spec.ts'
import type { Random } from '../../domain/time.ts'

/**
 * RSASVE recovery (NIST SP 800-56B 7.2.1.3) is RSADP and nothing else, which is RSASP1 as well (RFC 8017 5.2.1). With a
 * callback it runs in the thread pool. OpenSSL blinds it and checks the result of the CRT.
 */
const privateOperation: (key: KeyObject, octets: Uint8Array) => Promise<Uint8Array> = promisify(decapsulate)

/** DER of DigestInfo up to the digest (RFC 8017 9.2, note 1). */
const digestInfos: Readonly<Record<SignatureHash, Buffer>> = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
}

export async function signWithRsa(
  key: KeyObject,
  algorithm: RsaSignature,
  digest: Uint8Array,
  random: Random,
): Promise<Uint8Array> {
  const bits = modulusBits(key)
  if (algorithm.kind === 'RSASSA-PKCS1-v1_5')
    return privateOperation(key, encodePkcs1(algorithm.hash, digest, bits))
  return privateOperation(key, encodePss(algorithm.hash, digest, bits, random(digest.length)))
}

export function verifyWithRsa(
  key: KeyObject,
  algorithm: RsaSignature,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = modulusBits(key)
  if (signature.length !== Math.ceil(bits / 8)) return false
  let encoded: Uint8Array
  try {
    encoded = publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, signature)
  } catch {
    // The number is not below the modulus.
    return false
  }
  if (algorithm.kind === 'RSASSA-PSS') return isPssOf(encoded, algorithm.hash, digest, bits)
  return timingSafeEqual(encoded, encodePkcs1(algorithm.hash, digest, bits))
}

/** EMSA-PKCS1-v1_5 (RFC 8017 9.2). Verification makes it again and compares: no reader of it could be lenient. */
function encodePkcs1(hash: SignatureHash | undefined, digest: Uint8Array, bits: number): Uint8Array {
  const content = hash ? Buffer.concat([digestInfos[hash], digest]) : digest
  const encoded = new Uint8Array(Math.ceil(bits / 8)).fill(0xff)
  const start = encoded.length - content.length
  if (start < 11) throw new Error('the RSA key is too short for this digest')
  encoded.set([0, 1])
  encoded[start - 1] = 0
  encoded.set(content, start)
  return encoded
}

/** EMSA-PSS-ENCODE with a salt as long as the digest (RFC 8017 9.1.1, RFC 7518 3.5), led by a zero where it is shorter than the modulus. */
function encodePss(hash: SignatureHash, digest: Uint8Array, bits: number, salt: Uint8Array): Uint8Array {
  const length = Math.ceil((bits - 1) / 8)
  const maskedLength = length - digest.length - 1
  if (maskedLength < salt.length + 1) throw new Error('the RSA key is too short for this digest')
  const hashed = saltedHash(hash, digest, salt)
  const block = new Uint8Array(maskedLength)
  block[maskedLength - salt.length - 1] = 1
  block.set(salt, maskedLength - salt.length)
  mask(block, hash, hashed)
  block[0]! &= topMask(bits)
  const encoded = new Uint8Array(Math.ceil(bits / 8))
  encoded.set(block, encoded.length - length)
  encoded.set(hashed, encoded.length - hashed.length - 1)
  encoded[encoded.length - 1] = 0xbc
  return encoded
}

/** EMSA-PSS-VERIFY (RFC 8017 9.1.2). */
function isPssOf(octets: Uint8Array, hash: SignatureHash, digest: Uint8Array, bits: number): boolean {
  const length = Math.ceil((bits - 1) / 8)
  const lead = octets.subarray(0, octets.length - length)
  const encoded = octets.subarray(lead.length)
  const maskedLength = length - digest.length - 1
  const saltStart = maskedLength - digest.length
  if (saltStart < 1 || lead.some((octet) => octet !== 0) || encoded[length - 1] !== 0xbc) return false
  if ((encoded[0]! & ~topMask(bits)) !== 0) return false
  const hashed = encoded.subarray(maskedLength, length - 1)
  const block = Uint8Array.from(encoded.subarray(0, maskedLength))
  mask(block, hash, hashed)
  block[0]! &= topMask(bits)
  if (block.subarray(0, saltStart - 1).some((octet) => octet !== 0) || block[saltStart - 1] !== 1)
    return false
  return timingSafeEqual(hashed, saltedHash(hash, digest, block.subarray(saltStart)))
}

function saltedHash(hash: SignatureHash, digest: Uint8Array, salt: Uint8Array): Uint8Array {
  return createHash(hash).update(new Uint8Array(8)).update(digest).update(salt).digest()
}

/** XORs MGF1 (RFC 8017 B.2.1) of the seed into the block. */
function mask(block: Uint8Array, hash: SignatureHash, seed: Uint8Array): void {
  const counter = Buffer.alloc(4)
  for (let start = 0, count = 0; start < block.length; count++) {
    counter.writeUInt32BE(count)
    const octets = createHash(hash).update(seed).update(counter).digest()
    for (const octet of octets.subarray(0, block.length - start)) block[start++]! ^= octet
  }
}

/** The bits of the first octet that may be set: the encoding has one bit less than the modulus. */
function topMask(bits: number): number {
  return 0xff >> (Math.ceil((bits - 1) / 8) * 8 - (bits - 1))
}

function modulusBits(key: KeyObject): number {
  return key.asymmetricKeyDetails!.modulusLength!
}
