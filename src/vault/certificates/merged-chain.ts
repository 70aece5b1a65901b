/** What a merge's `x5c` holds: certificates, whichever way each entry was packed. */
import { badParameter, VaultError } from '../../domain/errors.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import { leafFor } from '../../x509/chain.ts'
import type { Der } from '../../x509/der.ts'
import { parsePem } from '../../x509/pem.ts'
import { isPkcs7, readPkcs7Certificates } from '../../x509/pkcs7.ts'
import { decodeBase64 } from './base64-text.ts'
import { certificateLabels } from './imported-content.ts'

/** No chain needs as many. */
const certificatesMax = 100
const pkcs7Labels = new Set(['PKCS7', 'CMS'])

/**
 * The certificates in the order in which they came; one of them is for the key.
 * @throws VaultError `BadParameter` in Key Vault's words, with the reason behind them.
 */
export function readMergedChain(entries: readonly string[], publicKey: Der): CertificateFacts[] {
  if (entries.length > certificatesMax) throw unusable(`at most ${certificatesMax} certificates are taken`)
  const certificates = entries.flatMap((entry, index) => readEntry(entry, `x5c.${index}`))
  if (certificates.length > certificatesMax)
    throw unusable(`at most ${certificatesMax} certificates are taken`)
  if (!leafFor(publicKey, certificates))
    throw unusable(
      'none of the certificates has the public key of the pending request. Send the one that was made from its csr',
    )
  return certificates
}

function readEntry(entry: string, member: string): CertificateFacts[] {
  try {
    return derOf(entry).map(parseCertificate)
  } catch (error) {
    if (!(error instanceof VaultError) || error.code !== 'BadParameter') throw error
    throw unusable(`${member} cannot be read. ${error.message}`)
  }
}

function derOf(entry: string): Der[] {
  if (entry.includes('-----BEGIN ')) return fromPem(entry)
  const bytes = required(decodeBase64(entry))
  if (bytes[0] === 0x30) return fromDer(bytes)
  const text = bytes.toString('latin1')
  if (text.includes('-----BEGIN ')) return fromPem(text)
  // Some clients send the body of a PEM block for its DER, and so encode twice.
  return fromDer(required(decodeBase64(text)))
}

function fromPem(text: string): Der[] {
  const found = parsePem(text).flatMap(({ label, der }) => {
    if (certificateLabels.has(label)) return [der]
    return pkcs7Labels.has(label) ? readPkcs7Certificates(der) : []
  })
  if (found.length === 0) throw badParameter('The PEM text holds no certificate (BEGIN CERTIFICATE).')
  return found
}

function fromDer(bytes: Der): Der[] {
  return isPkcs7(bytes) ? readPkcs7Certificates(bytes) : [bytes]
}

function required(bytes: Der | undefined): Buffer {
  if (bytes) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  throw badParameter('It is not base64 of a certificate, of PEM text or of a PKCS#7.')
}

function unusable(reason: string): VaultError {
  return badParameter(`Unable to parse X5c certificate chain and locate leaf certificate: ${reason}.`)
}
