/** The client's side of OCSP for tests: asks with whatever content is wanted, and reads what a responder says. */
import type { UnixSeconds } from '../../src/domain/time.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  explicit,
  inside,
  malformed,
  octetString,
  openDer,
  readBitString,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  tag,
} from '../../src/x509/der.ts'
import {
  type Extension,
  extension,
  extensionValue,
  listExtensions,
  readOnly,
} from '../../src/x509/extensions.ts'
import { ocspOid } from '../../src/x509/object-identifiers.ts'
import { type CertificateId, readCertificateId } from '../../src/x509/ocsp-certificate-id.ts'
import type { CertificateStatus } from '../../src/x509/ocsp-response.ts'
import { readReason } from '../../src/x509/revocation-reason.ts'
import type { Signed } from '../../src/x509/signature-algorithm.ts'
import { readTime } from '../../src/x509/time.ts'

export interface RequestWishes {
  readonly version?: Der
  readonly requestor?: Der
  readonly nonce?: Uint8Array
  readonly extensions?: readonly Der[]
  readonly singleExtensions?: readonly Der[]
  readonly signature?: Der
}

/** OCSPRequest (RFC 6960 4.1.1) for certificates named by their CertIDs. */
export function ocspRequest(certificates: readonly Der[], wishes: RequestWishes = {}): Der {
  const { nonce, singleExtensions } = wishes
  const extensions = [...(wishes.extensions ?? []), ...(nonce ? [nonceExtension(octetString(nonce))] : [])]
  const tbs = [
    ...(wishes.version ? [explicit(0, wishes.version)] : []),
    ...(wishes.requestor ? [explicit(1, wishes.requestor)] : []),
    sequence(
      ...certificates.map((id) =>
        singleExtensions ? sequence(id, explicit(0, sequence(...singleExtensions))) : sequence(id),
      ),
    ),
    ...(extensions.length > 0 ? [explicit(2, sequence(...extensions))] : []),
  ]
  return wishes.signature
    ? sequence(sequence(...tbs), explicit(0, wishes.signature))
    : sequence(sequence(...tbs))
}

export function nonceExtension(value: Der): Der {
  return extension(ocspOid.nonce, false, value)
}

export interface ResponseFacts extends Signed {
  readonly responderKeyHash: Uint8Array | undefined
  readonly producedAt: UnixSeconds
  readonly responses: readonly SingleFacts[]
  readonly nonce: Uint8Array | undefined
  /** DER. */
  readonly certificates: readonly Der[]
}

export type SingleFacts = CertificateStatus & {
  readonly id: CertificateId
  readonly thisUpdate: UnixSeconds
  readonly nextUpdate: UnixSeconds | undefined
}

/** The number of the response status (RFC 6960 4.2.1), with facts where it is `successful`. */
export function readOcspResponse(der: Der): { status: number; facts: ResponseFacts | undefined } {
  const response = openDer(der)
  const status = readSmallInteger(response.read(tag.enumerated))
  if (response.atEnd) return { status, facts: undefined }
  const outer = response.enter(contextTag(0, 'constructed'))
  response.end()
  const bytes = outer.enter(tag.sequence)
  outer.end()
  if (readObjectIdentifier(bytes.read(tag.objectIdentifier)) !== ocspOid.basicResponse)
    throw malformed('an OCSP response is not a basic one')
  const basic = bytes.read(tag.octetString).contents
  bytes.end()
  return { status, facts: readBasic(openDer(basic)) }
}

function readBasic(members: DerReader): ResponseFacts {
  const data = members.read(tag.sequence)
  const signatureAlgorithm = members.read(tag.sequence).encoded
  const signature = readBitString(members.read(tag.bitString))
  const [certificates = []] = readTagged(members, 0, readCertificates)
  members.end()
  return {
    ...readData(inside(data)),
    toBeSigned: data.encoded,
    signatureAlgorithm,
    signature,
    certificates,
  }
}

function readData(data: DerReader) {
  const responder = inside(data.read())
  const responderKeyHash = responder.readOptional(tag.octetString)?.contents
  const producedAt = readTime(data.read(tag.generalizedTime))
  const list = data.enter(tag.sequence)
  const responses: SingleFacts[] = []
  while (!list.atEnd) responses.push(readSingle(list.enter(tag.sequence)))
  const nonce = extensionValue({ extensions: readExtensions(data, 1) }, ocspOid.nonce)
  data.end()
  return {
    responderKeyHash,
    producedAt,
    responses,
    nonce: nonce && readOnly(nonce, tag.octetString).contents,
  }
}

function readSingle(single: DerReader): SingleFacts {
  const id = readCertificateId(single)
  const status = readStatus(single)
  const thisUpdate = readTime(single.read(tag.generalizedTime))
  const [nextUpdate] = readTagged(single, 0, (outer) => readTime(outer.read(tag.generalizedTime)))
  readExtensions(single, 1)
  single.end()
  return { ...status, id, thisUpdate, nextUpdate }
}

function readStatus(single: DerReader): CertificateStatus {
  if (single.readOptional(contextTag(0, 'primitive'))) return { status: 'good' }
  if (single.readOptional(contextTag(2, 'primitive'))) return { status: 'unknown' }
  const members = single.enter(contextTag(1, 'constructed'))
  const revokedAt = readTime(members.read(tag.generalizedTime))
  const [reason = 'unspecified'] = readTagged(members, 0, (outer) => readReason(outer.read(tag.enumerated)))
  members.end()
  return { status: 'revoked', revokedAt, reason }
}

function readExtensions(members: DerReader, number: number): Extension[] {
  return readTagged(members, number, (outer) => listExtensions(outer.enter(tag.sequence)))[0] ?? []
}

/** What is inside an optional explicit tag. */
function readTagged<Value>(members: DerReader, number: number, read: (outer: DerReader) => Value): Value[] {
  if (members.peek() !== contextTag(number, 'constructed')) return []
  const outer = members.enter(contextTag(number, 'constructed'))
  const value = read(outer)
  outer.end()
  return [value]
}

function readCertificates(outer: DerReader): Der[] {
  const list = outer.enter(tag.sequence)
  const certificates: Der[] = []
  while (!list.atEnd) certificates.push(list.read(tag.sequence).encoded)
  return certificates
}
