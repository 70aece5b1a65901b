/**
 * Whether a certificate is the one that was ordered. DigiCert has been seen to hand out another one of the same order, and
 * one from before a reissue.
 */
import { VaultError } from '../../domain/errors.ts'
import { seconds } from '../../domain/time.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { parsePem } from '../../x509/pem.ts'
import { isSamePublicKey } from '../../x509/public-key.ts'
import { parseRequest } from '../../x509/request.ts'
import type { CertificateOrder } from '../issuer.ts'
import { namesOf } from './wish.ts'

/** DigiCert lets certificates begin at midnight, and its clock may be another. */
const beginsBeforeSeconds = 2 * 86_400

/** The chain with the certificate in front; undefined if it is not among them. */
export function orderedChain(order: CertificateOrder, chain: readonly Der[]): readonly Der[] | undefined {
  const leaf = chain.find((der) => isOrdered(order, parseCertificate(der)))
  return leaf && [leaf, ...chain.filter((der) => der !== leaf)]
}

function isOrdered(order: CertificateOrder, certificate: CertificateFacts): boolean {
  if (!isSamePublicKey(certificate.spki, order.publicKey)) return false
  // A key that is used again is not enough: the former certificate has it too.
  if (order.replaces && Buffer.compare(certificate.der, order.replaces) === 0) return false
  if (certificate.notBefore < seconds(order.created - beginsBeforeSeconds)) return false
  const { commonName, others } = namesOf(order.policy)
  const present = new Set(certificate.sans?.dnsNames.map((name) => name.toLowerCase()))
  return [commonName, ...others].every((name) => present.has(name))
}

/** @param csr PEM, as DigiCert tells it; some answers leave the lines around it out. */
export function isOrderedKey(order: CertificateOrder, csr: string): boolean {
  const der = requestIn(csr)
  try {
    return der !== undefined && isSamePublicKey(parseRequest(der).spki, order.publicKey)
  } catch (error) {
    if (error instanceof VaultError) return false
    throw error
  }
}

function requestIn(csr: string): Der | undefined {
  try {
    return csr.includes('-----BEGIN') ? parsePem(csr)[0]?.der : Buffer.from(csr, 'base64')
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}
