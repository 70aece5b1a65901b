/** The MAC of a PFX: HMAC under a key from the derivation of PKCS#12 (RFC 7292 4), or PBMAC1 (RFC 9579). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { badParameter } from '../domain/errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { type DerReader, malformed, tag } from './der.ts'
import type { DerivationBudget } from './derivation-budget.ts'
import { findHash, type HashName, hashes } from './hashes.ts'
import { derivationOid, readHmac, readIterations, readKeyDerivation } from './key-derivation.ts'
import type { PasswordOctets } from './password.ts'
import { derivedFor, deriveGently } from './pkcs12-kdf.ts'

const pbmac1 = '1.2.840.113549.1.5.14'

/** Shorter keys could be guessed instead of the password (RFC 9579 5, CVE-2026-34181); nobody has a use for longer ones. */
const pbmac1KeyLength = { min: 20, max: 64 } as const

interface MacData {
  readonly algorithm: AlgorithmIdentifier
  readonly digest: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
}

/**
 * The password as the MAC confirms it: where several spellings were tried, the one that is right. Undefined when the password
 * is wrong or `content` was changed, which nobody can tell apart.
 */
export async function verifyPfxMac(
  macData: DerReader,
  content: Uint8Array,
  password: PasswordOctets,
  budget: DerivationBudget,
): Promise<PasswordOctets | undefined> {
  const digestInfo = macData.enter(tag.sequence)
  const algorithm = readAlgorithmIdentifier(digestInfo)
  const digest = digestInfo.read(tag.octetString).contents
  digestInfo.end()
  const salt = macData.read(tag.octetString).contents
  if (algorithm.oid === pbmac1) {
    // Salt and iterations stand here for form's sake (RFC 9579 4).
    macData.readOptional(tag.integer)
    macData.end()
    return (await verifyPbmac1(algorithm, digest, content, password, budget)) ? password : undefined
  }
  const iterations = macData.atEnd ? 1 : readIterations(macData, budget)
  macData.end()
  return verifyHmac({ algorithm, digest, salt, iterations }, content, password, budget)
}

async function verifyHmac(
  { algorithm: { oid, parameters }, digest, salt, iterations }: MacData,
  content: Uint8Array,
  password: PasswordOctets,
  budget: DerivationBudget,
): Promise<PasswordOctets | undefined> {
  parameters.readOptional(tag.null)
  parameters.end()
  const hash = findHash('digest', oid)
  if (!hash)
    throw badParameter(`The PFX has a MAC with ${oid}, which is not supported; export it again with SHA-256.`)
  for (const [attempt, octets] of password.pkcs12.entries()) {
    if (attempt > 0) budget.spend(iterations)
    const { length } = hashes[hash]
    const derivation = { hash, password: octets, salt, iterations, length, purpose: derivedFor.mac } as const
    if (isMac(hash, await deriveGently(derivation), content, digest))
      return { utf8: password.utf8, pkcs12: [octets] }
  }
  return undefined
}

/** PBMAC1-params (RFC 8018 A.5). */
async function verifyPbmac1(
  { parameters }: AlgorithmIdentifier,
  digest: Uint8Array,
  content: Uint8Array,
  password: PasswordOctets,
  budget: DerivationBudget,
): Promise<boolean> {
  const members = parameters.enter(tag.sequence)
  parameters.end()
  const derivationAlgorithm = readAlgorithmIdentifier(members)
  if (derivationAlgorithm.oid !== derivationOid.pbkdf2) throw malformed('PBMAC1 without PBKDF2')
  const { keyLength, derive } = readKeyDerivation(derivationAlgorithm, budget)
  const hash = readHmac(readAlgorithmIdentifier(members))
  members.end()
  if (keyLength === undefined || keyLength < pbmac1KeyLength.min || keyLength > pbmac1KeyLength.max)
    throw badParameter(
      `The PFX has a MAC whose key has not between ${pbmac1KeyLength.min} and ${pbmac1KeyLength.max} octets; it proves nothing. Export it again.`,
    )
  return isMac(hash, await derive(password.utf8, keyLength), content, digest)
}

function isMac(hash: HashName, key: Uint8Array, content: Uint8Array, expected: Uint8Array): boolean {
  const mac = createHmac(hash, key).update(content).digest()
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}
