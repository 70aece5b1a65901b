/** Signature algorithms: the bytes certkeep writes, and what it takes to verify those that others write. */
import { constants, type KeyObject, type VerifyKeyObjectInput, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { type KeySpec, type SignatureHash, signatureHash } from '../domain/key-spec.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  derNull,
  objectIdentifier,
  openDer,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  tag,
} from './der.ts'
import { digestOid, mgf1, signatureOid } from './object-identifiers.ts'
import { publicKeyObject } from './public-key-object.ts'

export interface SignatureAlgorithm {
  /** DER AlgorithmIdentifier, as it stands in certificates and requests. */
  readonly identifier: Der
  readonly hash: SignatureHash
}

const rsaOids = {
  sha256: signatureOid.sha256WithRsa,
  sha384: signatureOid.sha384WithRsa,
  sha512: signatureOid.sha512WithRsa,
}

const ecdsaOids = {
  sha256: signatureOid.ecdsaWithSha256,
  sha384: signatureOid.ecdsaWithSha384,
  sha512: signatureOid.ecdsaWithSha512,
}

/**
 * The algorithm a key signs certificates with: RSA with NULL parameters (RFC 4055 5), ECDSA without any and with the
 * hash of its curve (RFC 5758 3.2).
 */
export function signatureAlgorithm(spec: KeySpec | { readonly kty: 'RSA' }): SignatureAlgorithm {
  const hash = signatureHash(spec)
  const identifier =
    spec.kty === 'RSA'
      ? sequence(objectIdentifier(rsaOids[hash]), derNull)
      : sequence(objectIdentifier(ecdsaOids[hash]))
  return { identifier, hash }
}

/** A structure of the form SIGNED (RFC 5280 4.1): certificate, request, revocation list. */
export interface Signed {
  /** The bytes that were signed. */
  readonly toBeSigned: Der
  /** DER AlgorithmIdentifier. */
  readonly signatureAlgorithm: Der
  readonly signature: Uint8Array
}

interface Verification {
  /** Node's `asymmetricKeyType`s that may sign so. */
  readonly keyTypes: readonly string[]
  /** Null where the algorithm hashes by itself. */
  readonly hash: string | null
}

const pkcs1 = (hash: string): Verification => ({ keyTypes: ['rsa'], hash })
const ecdsa = (hash: string): Verification => ({ keyTypes: ['ec'], hash })

const verifications = new Map<string, Verification>([
  [signatureOid.sha1WithRsa, pkcs1('sha1')],
  [signatureOid.sha256WithRsa, pkcs1('sha256')],
  [signatureOid.sha384WithRsa, pkcs1('sha384')],
  [signatureOid.sha512WithRsa, pkcs1('sha512')],
  [signatureOid.ecdsaWithSha1, ecdsa('sha1')],
  [signatureOid.ecdsaWithSha256, ecdsa('sha256')],
  [signatureOid.ecdsaWithSha384, ecdsa('sha384')],
  [signatureOid.ecdsaWithSha512, ecdsa('sha512')],
  [signatureOid.ed25519, { keyTypes: ['ed25519'], hash: null }],
  [signatureOid.ed448, { keyTypes: ['ed448'], hash: null }],
])

/** True when the holder of the key signed; false for wrong signatures and for algorithms that are not known. */
export function verifySigned(signed: Signed, signerPublicKey: Der): boolean {
  try {
    const means = meansFor(signed, signerPublicKey)
    return means !== undefined && verify(means.hash, signed.toBeSigned, means.key, signed.signature)
  } catch {
    return false
  }
}

/** The same in the thread pool, for where many are asked for at once: each takes as long as three signatures. */
export async function verifySignedInPool(signed: Signed, signerPublicKey: Der): Promise<boolean> {
  try {
    const means = meansFor(signed, signerPublicKey)
    return (
      means !== undefined && (await verifyInPool(means.hash, signed.toBeSigned, means.key, signed.signature))
    )
  } catch {
    return false
  }
}

/** What `verify` of Node is given beside the data and the signature. */
interface Means {
  readonly hash: string | null
  readonly key: KeyObject | VerifyKeyObjectInput
}

const verifyInPool: (
  hash: string | null,
  data: Uint8Array,
  key: Means['key'],
  signature: Uint8Array,
) => Promise<boolean> = promisify(verify)

/** Undefined where the key cannot have signed so. @throws Error for what cannot be read. */
function meansFor(signed: Signed, signerPublicKey: Der): Means | undefined {
  const parameters = openDer(signed.signatureAlgorithm)
  const oid = readObjectIdentifier(parameters.read(tag.objectIdentifier))
  const key = publicKeyObject(signerPublicKey)
  if (oid === signatureOid.rsaPss) return meansForPss(key, parameters.enter(tag.sequence))
  const verification = verifications.get(oid)
  if (!verification?.keyTypes.includes(key.asymmetricKeyType ?? '')) return undefined
  return { hash: verification.hash, key }
}

/** RSASSA-PSS-params (RFC 4055 3.1): accepted when the mask uses the same hash, as all issuers write it. */
function meansForPss(key: KeyObject, parameters: DerReader): Means | undefined {
  const hashOid = readHash(parameters, 0)
  const maskHashOid = readMaskHash(parameters)
  const saltLength = readExplicitInteger(parameters, 2) ?? 20
  const trailer = readExplicitInteger(parameters, 3) ?? 1
  parameters.end()
  const hash = Object.entries(digestOid).find(([, oid]) => oid === hashOid)?.[0]
  if (!hash || maskHashOid !== hashOid || trailer !== 1) return undefined
  if (key.asymmetricKeyType !== 'rsa' && key.asymmetricKeyType !== 'rsa-pss') return undefined
  return { hash, key: { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } }
}

function readHash(parameters: DerReader, number: number): string {
  if (parameters.peek() !== contextTag(number, 'constructed')) return digestOid.sha1
  const algorithm = parameters.enter(contextTag(number, 'constructed')).enter(tag.sequence)
  return readObjectIdentifier(algorithm.read(tag.objectIdentifier))
}

function readMaskHash(parameters: DerReader): string | undefined {
  if (parameters.peek() !== contextTag(1, 'constructed')) return digestOid.sha1
  const mask = parameters.enter(contextTag(1, 'constructed')).enter(tag.sequence)
  if (readObjectIdentifier(mask.read(tag.objectIdentifier)) !== mgf1) return undefined
  return readObjectIdentifier(mask.enter(tag.sequence).read(tag.objectIdentifier))
}

function readExplicitInteger(parameters: DerReader, number: number): number | undefined {
  if (parameters.peek() !== contextTag(number, 'constructed')) return undefined
  return readSmallInteger(parameters.enter(contextTag(number, 'constructed')).read(tag.integer))
}
