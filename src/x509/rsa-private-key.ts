/** RSAPrivateKey (RFC 8017 A.1.2): read strictly, and held to its own numbers. */
import { badParameter } from '../domain/errors.ts'
import {
  bitString,
  type Der,
  type DerReader,
  derNull,
  type Element,
  integer,
  malformed,
  objectIdentifier,
  octetString,
  openDer,
  readBigInteger,
  readSmallInteger,
  sequence,
  tag,
} from './der.ts'
import type { KeyPair } from './key-pair.ts'
import { keyAlgorithm } from './object-identifiers.ts'

/** With more, the checks alone would cost more than any caller should be able to ask for. */
const modulusOctetsMax = 2048

const algorithm = sequence(objectIdentifier(keyAlgorithm.rsa), derNull)

/** @throws VaultError `BadParameter` when the numbers do not fit together, or when there are more than two primes. */
export function readRsaPrivateKey(pkcs1: Der): KeyPair {
  const members = openDer(pkcs1)
  const version = readSmallInteger(members.read(tag.integer))
  if (version === 1)
    throw badParameter('RSA keys with more than two primes are not supported; use another key.')
  if (version !== 0) throw malformed('an RSA key of an unknown version')
  const modulus = members.read(tag.integer)
  // One octet more for the sign.
  if (modulus.contents.length > modulusOctetsMax + 1)
    throw badParameter(
      `RSA keys of more than ${modulusOctetsMax * 8} bits are not supported; use another key.`,
    )
  const publicExponent = members.read(tag.integer)
  checkNumbers(modulus, publicExponent, members)
  members.end()
  return {
    kty: 'RSA',
    pkcs8: sequence(integer(0), algorithm, octetString(pkcs1)),
    spki: sequence(algorithm, bitString(sequence(modulus.encoded, publicExponent.encoded))),
  }
}

/**
 * The conditions of RFC 8017 3.2 by which each number follows from others. Nothing here runs in constant time: it runs once,
 * when a key comes in.
 */
function checkNumbers(modulus: Element, publicExponent: Element, members: DerReader): void {
  const [n, e] = [readNumber(modulus), readNumber(publicExponent)]
  const [d, p, q] = [readNext(members), readNext(members), readNext(members)]
  const [dP, dQ, qInv] = [readNext(members), readNext(members), readNext(members)]
  const fit =
    n === p * q &&
    p > 2n &&
    q > 2n &&
    e > 2n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    dP === d % (p - 1n) &&
    dQ === d % (q - 1n) &&
    (qInv * q) % p === 1n
  if (!fit)
    throw badParameter(
      'The numbers of the RSA private key do not fit together; export it again from where it was made.',
    )
}

function readNext(members: DerReader): bigint {
  return readNumber(members.read(tag.integer))
}

function readNumber(element: Element): bigint {
  const value = readBigInteger(element)
  if (value <= 0n) throw malformed('a number of an RSA key is not positive')
  return value
}
