/**
 * PKCS#7 as CAs hand out chains (`.p7b`): SignedData that signs nothing and carries certificates, the "certs-only" form
 * (RFC 5652 5.1, RFC 8551 3.8). What has contents or signers is something else and refused: nobody would verify it.
 */
import { badParameter } from '../domain/errors.ts'
import { derFromBer } from './ber.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  inside,
  MalformedEncoding,
  malformed,
  openDer,
  readObjectIdentifier,
  readSmallInteger,
  tag,
} from './der.ts'
import { contentType } from './pkcs12-identifiers.ts'

const sizeMax = 1024 * 1024

/** Whether it begins as a ContentInfo does: with an object identifier, where a certificate has its contents. */
export function isPkcs7(encoded: Uint8Array): boolean {
  const length = encoded[1] ?? 0
  const start = length > 0x80 ? 2 + (length & 0x7f) : 2
  return encoded[0] === tag.sequence && encoded[start] === tag.objectIdentifier
}

/**
 * The certificates in the order of the file, which means nothing: it is a set. CRLs are passed over. BER is accepted.
 * @throws VaultError `BadParameter` that says what is wrong.
 */
export function readPkcs7Certificates(encoded: Uint8Array): Der[] {
  if (encoded.length > sizeMax) throw unreadable(`it is larger than ${sizeMax} octets`)
  try {
    return readSignedData(openDer(derFromBer(encoded)))
  } catch (error) {
    if (!(error instanceof MalformedEncoding)) throw error
    throw unreadable('it is damaged, or no PKCS#7 at all. Export it again', error.message)
  }
}

function readSignedData(info: DerReader): Der[] {
  if (readObjectIdentifier(info.read(tag.objectIdentifier)) !== contentType.signedData)
    throw unreadable('it carries no certificates. Export the certificate chain')
  const content = info.enter(contextTag(0, 'constructed'))
  info.end()
  const members = content.enter(tag.sequence)
  content.end()
  readSmallInteger(members.read(tag.integer))
  members.read(tag.set)
  readNoContent(members.enter(tag.sequence))
  const certificates = members.readOptional(contextTag(0, 'constructed'))
  members.readOptional(contextTag(1, 'constructed'))
  const signers = members.enter(tag.set)
  members.end()
  if (!signers.atEnd) throw unreadable('it is a signed message. Export the certificate chain alone')
  const found = certificates ? readCertificates(inside(certificates)) : []
  if (found.length === 0) throw unreadable('it carries no certificates. Export the certificate chain')
  return found
}

function readNoContent(encapsulated: DerReader): void {
  if (readObjectIdentifier(encapsulated.read(tag.objectIdentifier)) !== contentType.data)
    throw malformed('a PKCS#7 whose content is of an unknown type')
  if (!encapsulated.atEnd) throw unreadable('it is a message. Export the certificate chain alone')
}

/** CertificateSet: attribute certificates and other kinds have tags of their own. */
function readCertificates(set: DerReader): Der[] {
  const certificates: Der[] = []
  while (!set.atEnd) certificates.push(set.read(tag.sequence).encoded)
  return certificates
}

function unreadable(reason: string, detail?: string): Error {
  return badParameter(`The PKCS#7 cannot be read: ${reason}.`, detail === undefined ? {} : { detail })
}
