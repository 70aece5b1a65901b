/**
 * Private keys as JSON Web Keys (RFC 7517, RFC 7518 6), read into the form that is kept. Nothing that a member says is
 * believed without its proof: all numbers must fit together, and an RSA key must work. No error holds anything of a key.
 */
import type { CurveName } from '../domain/certificate-policy.ts'
import { badParameter } from '../domain/errors.ts'
import { curves } from '../domain/key-spec.ts'
import { Secret } from '../domain/secret.ts'
import {
  bitString,
  bufferOf,
  type Der,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from './der.ts'
import { readEcPrivateKey } from './ec-private-key.ts'
import { type CheckedKey, normalisePkcs8 } from './private-key.ts'
import { checkPublicKey, describePublicKey } from './public-key.ts'
import { readRsaPrivateKey } from './rsa-private-key.ts'

/** Members are base64url (RFC 7515 2). Which are needed, the type decides. */
export interface PrivateJwk {
  readonly kty: 'RSA' | 'EC' | 'oct'
  readonly crv?: CurveName
  readonly n?: string
  readonly e?: string
  readonly d?: string
  readonly p?: string
  readonly q?: string
  readonly dp?: string
  readonly dq?: string
  readonly qi?: string
  readonly x?: string
  readonly y?: string
  readonly k?: string
}

export type JwkContents =
  | ({ readonly kty: 'RSA' | 'EC' } & CheckedKey)
  | {
      readonly kty: 'oct'
      readonly octets: Secret<Uint8Array>
      /** Bits. */
      readonly size: number
    }

/** @throws VaultError `BadParameter` that names the member at fault, or says that the numbers do not fit together. */
export async function readPrivateJwk(jwk: Secret<PrivateJwk>): Promise<JwkContents> {
  const members = jwk.reveal()
  const { kty } = members
  if (kty === 'oct') {
    const octets = octetsOf(members, 'k')
    return { kty, octets: new Secret(octets), size: octets.length * 8 }
  }
  const { pkcs8 } = kty === 'RSA' ? readRsa(members) : readEc(members)
  try {
    const checked = await normalisePkcs8(pkcs8)
    checkPublicKey(describePublicKey(checked.spki))
    return { kty, ...checked }
  } catch (error) {
    pkcs8.fill(0)
    throw error
  }
}

/** RFC 7518 6.3.2. `d` alone would be allowed there; Key Vault's clients send all numbers, and each is a check on the others. */
function readRsa(members: PrivateJwk): { pkcs8: Der } {
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
  // RFC 8017 A.1.2; zero in front is the version: two primes.
  return readRsaPrivateKey(sequence(integer(0), ...names.map((name) => integer(octetsOf(members, name)))))
}

/** RFC 7518 6.2.2, as the ECPrivateKey of RFC 5915 3. */
function readEc(members: PrivateJwk): { pkcs8: Der } {
  const { crv } = members
  if (crv === undefined) throw badParameter('key.crv: an EC key needs its curve.')
  const { oid, coordinateLength } = curves[crv]
  const [x, y, d] = (['x', 'y', 'd'] as const).map((name) =>
    ofLength(octetsOf(members, name), coordinateLength, name, crv),
  )
  const point = Uint8Array.from([4, ...x!, ...y!])
  const parameters = explicit(0, objectIdentifier(oid))
  return readEcPrivateKey(
    sequence(integer(1), octetString(d!), parameters, explicit(1, bitString(point))),
    oid,
  )
}

/** One spelling only: no padding, no other alphabet, no stray bits. */
function octetsOf(members: PrivateJwk, name: Exclude<keyof PrivateJwk, 'kty' | 'crv'>): Uint8Array {
  const text = members[name]
  if (text === undefined)
    throw badParameter(`key.${name}: a private key of type ${members.kty} needs it, and it is missing.`)
  const octets = Buffer.from(text, 'base64url')
  if (text === '' || octets.toString('base64url') !== text)
    throw badParameter(`key.${name}: send the octets as base64url without padding (RFC 7515 2).`)
  return octets
}

/** RFC 7518 6.2.1.2 wants the full length; some programs leave zeros in front away. */
function ofLength(octets: Uint8Array, length: number, name: string, curve: CurveName): Uint8Array {
  if (octets.length > length)
    throw badParameter(`key.${name}: a number of the curve ${curve} has ${length} octets.`)
  return Buffer.concat([new Uint8Array(length - octets.length), bufferOf(octets)])
}
