/** X.509 certificates (RFC 5280 4.1): reading them to facts, and building what an issuer signs. */
import { createHash } from 'node:crypto'
import type { DistinguishedName } from '../domain/subject.ts'
import type { UnixSeconds } from '../domain/time.ts'
import {
  bitString,
  contextTag,
  type Der,
  type DerReader,
  explicit,
  inside,
  integer,
  malformed,
  openDer,
  readBitString,
  readIntegerBytes,
  readSmallInteger,
  sequence,
  tag,
} from './der.ts'
import { type ExtensionFacts, noExtensions, readExtensions } from './extensions.ts'
import { readName } from './name.ts'
import type { Signed } from './signature-algorithm.ts'
import { encodeTime, readTime } from './time.ts'
import { verifyCertificate } from './verified-certificates.ts'

/** Views of `der` wherever bytes are concerned. */
export interface CertificateFacts extends ExtensionFacts, Signed {
  readonly der: Der
  readonly version: 1 | 2 | 3
  /** INTEGER contents as they stand. */
  readonly serialNumber: Uint8Array
  /** Positive and at most 20 octets, as RFC 5280 4.1.2.2 wants; some old certificates have others. */
  readonly serialNumberConforms: boolean
  readonly issuer: DistinguishedName
  readonly issuerDer: Der
  readonly subject: DistinguishedName
  readonly subjectDer: Der
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  /** DER SubjectPublicKeyInfo; `describePublicKey` reads it. */
  readonly spki: Der
}

/** Reads one certificate, strictly: DER only, nothing behind it. The signature is not verified here. */
export function parseCertificate(der: Der): CertificateFacts {
  const certificate = openDer(der)
  const tbs = certificate.read(tag.sequence)
  const signatureAlgorithm = certificate.read(tag.sequence).encoded
  const signature = readBitString(certificate.read(tag.bitString))
  certificate.end()

  const members = inside(tbs)
  const version = readVersion(members)
  const serialNumber = readIntegerBytes(members.read(tag.integer))
  const innerAlgorithm = members.read(tag.sequence).encoded
  if (Buffer.compare(innerAlgorithm, signatureAlgorithm) !== 0)
    throw malformed('a certificate names two signature algorithms')
  const issuer = members.read(tag.sequence)
  const validity = members.enter(tag.sequence)
  const notBefore = readTime(validity.read())
  const notAfter = readTime(validity.read())
  validity.end()
  const subject = members.read(tag.sequence)
  const spki = members.read(tag.sequence).encoded
  const extensions = readTail(members, version)
  return {
    ...extensions,
    der,
    version,
    serialNumber,
    serialNumberConforms:
      serialNumber.length <= 20 && serialNumber[0]! < 0x80 && serialNumber.some((octet) => octet > 0),
    issuer: readName(inside(issuer)),
    issuerDer: issuer.encoded,
    subject: readName(inside(subject)),
    subjectDer: subject.encoded,
    notBefore,
    notAfter,
    spki,
    toBeSigned: tbs.encoded,
    signatureAlgorithm,
    signature,
  }
}

export interface CertificateContent {
  /** Unsigned big-endian octets. */
  readonly serialNumber: Uint8Array
  /** DER AlgorithmIdentifier of the signature to come. */
  readonly signatureAlgorithm: Der
  /** Copied from the issuer's certificate, not encoded again: verifiers compare the bytes. */
  readonly issuer: Der
  readonly subject: Der
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  readonly spki: Der
  readonly extensions: readonly Der[]
}

/** TBSCertificate, version 3: what the issuer signs. */
export function buildTbsCertificate(content: CertificateContent): Der {
  const parts = [
    version3,
    integer(content.serialNumber),
    content.signatureAlgorithm,
    content.issuer,
    sequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.spki,
  ]
  if (content.extensions.length > 0) parts.push(explicit(3, sequence(...content.extensions)))
  return sequence(...parts)
}

/** The certificate, request or revocation list itself, once its contents are signed. */
export function assembleSigned(toBeSigned: Der, signatureAlgorithm: Der, signature: Uint8Array): Der {
  return sequence(toBeSigned, signatureAlgorithm, bitString(signature))
}

/** Key Vault's `x5t` is the SHA-1 one. */
export function thumbprint(der: Der, hash: 'sha1' | 'sha256'): Uint8Array {
  return createHash(hash).update(der).digest()
}

/** Whether the holder of the issuer's key signed the certificate. Says nothing about names, dates or rights. */
export function verifySignature(certificate: CertificateFacts, issuerSpki: Der): boolean {
  return verifyCertificate(certificate, issuerSpki)
}

const version3 = explicit(0, integer(2))

function readVersion(members: DerReader): 1 | 2 | 3 {
  if (members.peek() !== contextTag(0, 'constructed')) return 1
  const explicitVersion = members.enter(contextTag(0, 'constructed'))
  const number = readSmallInteger(explicitVersion.read(tag.integer))
  explicitVersion.end()
  if (number > 2) throw malformed(`certificates of version ${number + 1} are not known`)
  return (number + 1) as 1 | 2 | 3
}

/** Unique identifiers came with version 2 and were never used; extensions came with version 3 (RFC 5280 4.1.2.8-9). */
function readTail(members: DerReader, version: 1 | 2 | 3): ExtensionFacts {
  if (version >= 2) {
    members.readOptional(contextTag(1, 'primitive'))
    members.readOptional(contextTag(2, 'primitive'))
  }
  let extensions = noExtensions
  if (version === 3 && !members.atEnd) {
    const list = members.enter(contextTag(3, 'constructed'))
    extensions = readExtensions(list.enter(tag.sequence))
    list.end()
  }
  members.end()
  return extensions
}
