/** What OCSP says of a certificate, by what is on record of it (RFC 6960 2.2). */
import type { IssuedCertificate } from '../../domain/authority.ts'
import type { CertificateId } from '../../x509/ocsp-certificate-id.ts'
import type { CertificateStatus } from '../../x509/ocsp-response.ts'

/** RFC 5280 4.1.2.2: no certificate has a longer one. */
const serialNumberOctetsMax = 20

/** `good` is only what was signed: a number on record without a certificate is nobody's yet. */
export function statusOf(issued: IssuedCertificate | undefined): CertificateStatus {
  const { revocation, certificate } = issued ?? {}
  if (revocation) return { status: 'revoked', revokedAt: revocation.at, reason: revocation.reason }
  return { status: certificate ? 'good' : 'unknown' }
}

/** The serial number as it is on record, without sign octet; undefined for one that no certificate can have. */
export function serialNumberOf({ serialNumber }: CertificateId): Uint8Array | undefined {
  const [first = 0x80] = serialNumber
  if (first >= 0x80) return undefined
  const octets = first === 0 ? serialNumber.subarray(1) : serialNumber
  return octets.length <= serialNumberOctetsMax ? octets : undefined
}
