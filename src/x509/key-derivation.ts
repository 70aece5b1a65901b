/** Keys from passwords by PBKDF1, PBKDF2 (RFC 8018 5) and scrypt (RFC 7914), as their AlgorithmIdentifiers ask for them. */
import { pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { badParameter } from '../domain/errors.ts'
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithm-identifier.ts'
import { type DerReader, malformed, readSmallInteger, tag } from './der.ts'
import { type DerivationBudget, inTurn } from './derivation-budget.ts'
import { findHash, type HashName } from './hashes.ts'
import { hashSteps, runGently } from './slow-hash.ts'

export const derivationOid = {
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
} as const

/** A derivation that is read and paid for. */
export interface KeyDerivation {
  /** Octets, where the parameters say how many. */
  readonly keyLength: number | undefined
  derive(password: Uint8Array, length: number): Promise<Uint8Array>
}

/** @throws VaultError `BadParameter` for other derivations, and for more work than `budget` has left. */
export function readKeyDerivation(algorithm: AlgorithmIdentifier, budget: DerivationBudget): KeyDerivation {
  if (algorithm.oid === derivationOid.pbkdf2) return readPbkdf2(algorithm.parameters, budget)
  if (algorithm.oid === derivationOid.scrypt) return readScrypt(algorithm.parameters, budget)
  throw badParameter(
    `The content derives its key with ${algorithm.oid}, which is not supported; export it again with PBKDF2.`,
  )
}

/** An iteration count, at least 1, paid from the budget. */
export function readIterations(members: DerReader, budget: DerivationBudget): number {
  const iterations = readSmallInteger(members.read(tag.integer))
  if (iterations === 0) throw malformed('an iteration count of 0')
  budget.spend(iterations)
  return iterations
}

/** RFC 8018 5.1: password and salt, hashed again and again. One digest long. */
export function pbkdf1(
  hash: 'md5' | 'sha1',
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
): Promise<Uint8Array> {
  return runGently(hashSteps(hash, Buffer.concat([password, salt]), iterations), iterations)
}

const pbkdf2InPool = promisify(pbkdf2)
const scryptInPool = promisify<
  Uint8Array,
  Uint8Array,
  number,
  { N: number; r: number; p: number; maxmem: number },
  Buffer
>(scrypt)

/** PBKDF2-params (RFC 8018 A.2). */
function readPbkdf2(parameters: DerReader, budget: DerivationBudget): KeyDerivation {
  const members = parameters.enter(tag.sequence)
  parameters.end()
  const salt = members.read(tag.octetString).contents
  const iterations = readIterations(members, budget)
  const keyLength = readKeyLength(members)
  const hash = members.atEnd ? 'sha1' : readHmac(readAlgorithmIdentifier(members))
  members.end()
  return {
    keyLength,
    derive: (password, length) =>
      inTurn(iterations, () => pbkdf2InPool(password, salt, iterations, length, hash)),
  }
}

/** HMAC with one of the known hashes (RFC 8018 B.1). */
export function readHmac({ oid, parameters }: AlgorithmIdentifier): HashName {
  parameters.readOptional(tag.null)
  parameters.end()
  const hash = findHash('hmac', oid)
  if (!hash)
    throw badParameter(
      `The content uses the function ${oid}, which is not supported; export it again with HMAC-SHA256.`,
    )
  return hash
}

const scryptMemoryMax = 64 * 1024 * 1024

/** Scrypt-params (RFC 7914 7.1). One mix of a block of 128·r octets costs about as much as r iterations. */
function readScrypt(parameters: DerReader, budget: DerivationBudget): KeyDerivation {
  const members = parameters.enter(tag.sequence)
  parameters.end()
  const salt = members.read(tag.octetString).contents
  const [N, r, p] = [0, 1, 2].map(() => readSmallInteger(members.read(tag.integer))) as [
    number,
    number,
    number,
  ]
  const keyLength = readKeyLength(members)
  members.end()
  if (N < 2 || (N & (N - 1)) !== 0 || r < 1 || p < 1) throw malformed('parameters of scrypt')
  if (128 * r * (N + p) > scryptMemoryMax)
    throw badParameter(
      'The content asks for more memory in its key derivation than is allowed; export it again.',
    )
  const work = N * r * p
  budget.spend(work)
  const options = { N, r, p, maxmem: 2 * scryptMemoryMax }
  return {
    keyLength,
    derive: (password, length) => inTurn(work, () => scryptInPool(password, salt, length, options)),
  }
}

function readKeyLength(members: DerReader): number | undefined {
  const element = members.readOptional(tag.integer)
  return element && readSmallInteger(element)
}
