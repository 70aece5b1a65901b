/** What stands in the certificate of a version, for those who cannot read it themselves. */
import type { CertificateVersion } from '../../domain/certificate.ts'
import { printDistinguishedName } from '../../domain/subject.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { CertificateDescription } from '../vault.ts'

export function describeCertificate({ certificate }: CertificateVersion): CertificateDescription {
  const { subject, issuer, sans, serialNumber } = parseCertificate(certificate)
  return {
    subject: printDistinguishedName(subject),
    issuer: printDistinguishedName(issuer),
    sans,
    serialNumber,
  }
}
