/** OCSP requests (RFC 6960 4.1): what a client asks for, read with limits, since anybody may ask. */
import { badParameter } from '../domain/errors.ts'
import {
  contextTag,
  type DerReader,
  type Element,
  inside,
  malformed,
  openDer,
  readBitString,
  readSmallInteger,
  tag,
} from './der.ts'
import { type Extension, extensionValue, listExtensions, readOnly } from './extensions.ts'
import { readGeneralNames } from './general-names.ts'
import { ocspOid } from './object-identifiers.ts'
import { type CertificateId, readCertificateId } from './ocsp-certificate-id.ts'

/** Octets of a request: room for the largest number of questions, or for a few of them with a signature and its chain. */
export const ocspRequestOctetsMax = 32_768

/** Clients ask for one certificate, or for those of a chain. Every answer costs a look-up and room in the response. */
export const ocspQuestionsMax = 100

/** Views of the request wherever bytes are concerned. */
export interface OcspRequest {
  /** At least one, in the order of the request. */
  readonly certificates: readonly CertificateId[]
  /** To be repeated in the answer, which is then made for this request alone (RFC 9654 2.1). */
  readonly nonce: Uint8Array | undefined
}

/**
 * Reads one request, strictly. Who signed it makes no difference: a signature has to be well-formed and is not verified.
 * @throws VaultError `BadParameter`: the answer to it is `malformedRequest`.
 */
export function parseOcspRequest(octets: Uint8Array): OcspRequest {
  if (octets.length > ocspRequestOctetsMax)
    throw badParameter(`An OCSP request has at most ${ocspRequestOctetsMax} octets.`)
  const request = openDer(octets)
  const tbs = request.read(tag.sequence)
  const signature = request.readOptional(contextTag(0, 'constructed'))
  request.end()
  if (signature) checkSignatureShape(inside(signature))

  const members = inside(tbs)
  readVersion(members)
  const requestor = members.readOptional(contextTag(1, 'constructed'))
  if (requestor) checkRequestor(requestor)
  const certificates = readQuestions(members.enter(tag.sequence))
  const extensions = readOptionalExtensions(members, 2)
  members.end()
  return { certificates, nonce: readNonce(extensionValue({ extensions }, ocspOid.nonce)) }
}

/** DER leaves out version 1, the only one. Written out it is let pass: RFC 6960 4.1.1 does not say that it must not be. */
function readVersion(members: DerReader): void {
  if (members.peek() !== contextTag(0, 'constructed')) return
  const version = members.enter(contextTag(0, 'constructed'))
  if (readSmallInteger(version.read(tag.integer)) !== 0)
    throw malformed('an OCSP request is not of version 1')
  version.end()
}

/** One GeneralName. */
function checkRequestor(requestor: Element): void {
  const name = inside(requestor)
  name.read()
  name.end()
  readGeneralNames(inside(requestor))
}

function readQuestions(list: DerReader): CertificateId[] {
  if (list.atEnd) throw malformed('an OCSP request asks for nothing')
  const certificates: CertificateId[] = []
  while (!list.atEnd) {
    if (certificates.length === ocspQuestionsMax)
      throw badParameter(`An OCSP request asks for at most ${ocspQuestionsMax} certificates.`)
    const question = list.enter(tag.sequence)
    certificates.push(readCertificateId(question))
    readOptionalExtensions(question, 0)
    question.end()
  }
  return certificates
}

function readOptionalExtensions(members: DerReader, number: number): Extension[] {
  if (members.peek() !== contextTag(number, 'constructed')) return []
  const outer = members.enter(contextTag(number, 'constructed'))
  const list = outer.enter(tag.sequence)
  outer.end()
  const extensions = listExtensions(list)
  checkUnderstood(extensions)
  return extensions
}

/** RFC 6960 4.4: unknown extensions are passed over, unless their sender says that they must not be. */
function checkUnderstood(extensions: readonly Extension[]): void {
  const strange = extensions.find(({ oid, critical }) => critical && oid !== ocspOid.nonce)
  if (strange)
    throw badParameter(`The OCSP request has the critical extension ${strange.oid}, which is not understood.`)
}

/** RFC 9654 2.1: 1 to 128 octets, in an OCTET STRING of its own inside that of the extension. */
function readNonce(value: Uint8Array | undefined): Uint8Array | undefined {
  if (!value) return undefined
  const nonce = readOnly(value, tag.octetString).contents
  if (nonce.length < 1 || nonce.length > 128) throw malformed('a nonce does not have 1 to 128 octets')
  return nonce
}

/** Signature (RFC 6960 4.1.1), whose certificates are not looked into. */
function checkSignatureShape(outer: DerReader): void {
  const signature = outer.enter(tag.sequence)
  outer.end()
  signature.read(tag.sequence)
  readBitString(signature.read(tag.bitString))
  if (!signature.atEnd) {
    const certificates = signature.enter(contextTag(0, 'constructed'))
    const list = certificates.enter(tag.sequence)
    certificates.end()
    while (!list.atEnd) list.read(tag.sequence)
  }
  signature.end()
}
