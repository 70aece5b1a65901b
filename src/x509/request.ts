/** Certification requests (PKCS#10, RFC 2986), with the extensions they ask for (RFC 2985 5.4.2). */
import type { DistinguishedName } from '../domain/subject.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  encode,
  inside,
  integer,
  malformed,
  objectIdentifier,
  openDer,
  readBitString,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  setOf,
  tag,
} from './der.ts'
import { type ExtensionFacts, noExtensions, readExtensions } from './extensions.ts'
import { readName } from './name.ts'
import { requestAttribute } from './object-identifiers.ts'
import { type Signed, verifySignedInPool } from './signature-algorithm.ts'

export interface RequestContent {
  readonly subject: Der
  readonly spki: Der
  readonly extensions: readonly Der[]
}

/** CertificationRequestInfo: to be signed by the key in it, then completed with `assembleSigned`. */
export function buildRequestInfo(content: RequestContent): Der {
  return sequence(
    version1,
    content.subject,
    content.spki,
    encode(attributesTag, ...attributes(content.extensions)),
  )
}

/** Views of `der` wherever bytes are concerned. The extensions are those asked for. */
export interface RequestFacts extends ExtensionFacts, Signed {
  readonly der: Der
  readonly subject: DistinguishedName
  readonly subjectDer: Der
  /** DER SubjectPublicKeyInfo; `describePublicKey` reads it. */
  readonly spki: Der
}

/** Reads one request, strictly. Attributes other than the wish for extensions are passed over. */
export function parseRequest(der: Der): RequestFacts {
  const request = openDer(der)
  const info = request.read(tag.sequence)
  const signatureAlgorithm = request.read(tag.sequence).encoded
  const signature = readBitString(request.read(tag.bitString))
  request.end()

  const members = inside(info)
  if (readSmallInteger(members.read(tag.integer)) !== 0) throw malformed('a request is not of version 1')
  const subject = members.read(tag.sequence)
  const spki = members.read(tag.sequence).encoded
  const extensions = readAttributes(members)
  members.end()
  return {
    ...extensions,
    der,
    subject: readName(inside(subject)),
    subjectDer: subject.encoded,
    spki,
    toBeSigned: info.encoded,
    signatureAlgorithm,
    signature,
  }
}

/** The request was signed with the private half of the key it names (RFC 2986 3). */
export function provesPossession(request: RequestFacts): Promise<boolean> {
  return verifySignedInPool(request, request.spki)
}

const version1 = integer(0)
const attributesTag = contextTag(0, 'constructed')

function attributes(extensions: readonly Der[]): Der[] {
  if (extensions.length === 0) return []
  return [sequence(objectIdentifier(requestAttribute.extensionRequest), setOf(sequence(...extensions)))]
}

/** `attributes` is mandatory, though empty; OpenSSL once left it out, so that passes too. */
function readAttributes(members: DerReader): ExtensionFacts {
  if (members.atEnd) return noExtensions
  const list = members.enter(attributesTag)
  let extensions: ExtensionFacts | undefined
  while (!list.atEnd) {
    const attribute = list.enter(tag.sequence)
    const type = readObjectIdentifier(attribute.read(tag.objectIdentifier))
    const values = attribute.enter(tag.set)
    attribute.end()
    if (type !== requestAttribute.extensionRequest) continue
    if (extensions) throw malformed('a request asks for extensions twice')
    extensions = readExtensions(values.enter(tag.sequence))
    values.end()
  }
  return extensions ?? noExtensions
}
