/** How OCSP names a certificate (CertID, RFC 6960 4.1.1): by hashes of its issuer's name and key, and by its serial number. */
import { createHash } from 'node:crypto'
import { readAlgorithmIdentifier } from './algorithm-identifier.ts'
import {
  type Der,
  type DerReader,
  derNull,
  inside,
  integer,
  malformed,
  objectIdentifier,
  octetString,
  readIntegerBytes,
  sequence,
  tag,
} from './der.ts'
import { digestOid } from './object-identifiers.ts'
import { publicKeyHash } from './public-key.ts'

/** The hashes that clients use: SHA-1 most of them (it guards nothing here), SHA-256 those of RFC 9919. */
export type CertificateIdHash = 'sha1' | 'sha256'

/** Views of the request wherever bytes are concerned. */
export interface CertificateId {
  /** As the client wrote it: an answer repeats it, since clients compare. */
  readonly encoded: Der
  /** Undefined for hashes that are not known here: nothing is known of such a certificate. */
  readonly hash: CertificateIdHash | undefined
  readonly issuerNameHash: Uint8Array
  readonly issuerKeyHash: Uint8Array
  /** INTEGER contents as they stand. */
  readonly serialNumber: Uint8Array
}

/** The hashes by which clients may name one issuer. Made once for each issuer. */
export type IssuerHashes = Readonly<
  Record<CertificateIdHash, { readonly name: Uint8Array; readonly key: Uint8Array }>
>

/** @param issuer name and key as they stand in the issuer's certificate. */
export function issuerHashes(issuer: { readonly subjectDer: Der; readonly spki: Der }): IssuerHashes {
  const hashesBy = (hash: CertificateIdHash) => ({
    name: createHash(hash).update(issuer.subjectDer).digest(),
    key: publicKeyHash(issuer.spki, hash),
  })
  return { sha1: hashesBy('sha1'), sha256: hashesBy('sha256') }
}

/** Whether the certificate asked for is one of this issuer's, if it exists. */
export function isIssuedBy(id: CertificateId, issuer: IssuerHashes): boolean {
  if (!id.hash) return false
  const { name, key } = issuer[id.hash]
  return Buffer.compare(id.issuerNameHash, name) === 0 && Buffer.compare(id.issuerKeyHash, key) === 0
}

/** CertID as clients write it, for answers that are made before anybody asks. */
export function encodeCertificateId(
  hash: CertificateIdHash,
  issuer: IssuerHashes,
  serialNumber: Uint8Array,
): Der {
  const { name, key } = issuer[hash]
  const algorithm = sequence(objectIdentifier(digestOid[hash]), derNull)
  return sequence(algorithm, octetString(name), octetString(key), integer(serialNumber))
}

export function readCertificateId(members: DerReader): CertificateId {
  const element = members.read(tag.sequence)
  const id = inside(element)
  const hash = readHash(id)
  const issuerNameHash = id.read(tag.octetString).contents
  const issuerKeyHash = id.read(tag.octetString).contents
  const serialNumber = readIntegerBytes(id.read(tag.integer))
  id.end()
  return { encoded: element.encoded, hash, issuerNameHash, issuerKeyHash, serialNumber }
}

/** Parameters are NULL or absent for the hashes known here (RFC 5754 2); those of others are not judged. */
function readHash(id: DerReader): CertificateIdHash | undefined {
  const { oid, parameters } = readAlgorithmIdentifier(id)
  const hash = oid === digestOid.sha1 ? 'sha1' : oid === digestOid.sha256 ? 'sha256' : undefined
  if (!hash) return undefined
  const nothing = parameters.readOptional(tag.null)
  parameters.end()
  if (nothing && nothing.contents.length > 0) throw malformed('a NULL holds something')
  return hash
}
