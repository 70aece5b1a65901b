/** An authority as it is shown: what stands in its certificate, and what hangs on it. */
import type { Authority } from '../../domain/authority.ts'
import { printDistinguishedName } from '../../domain/subject.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { formatPem } from '../../x509/pem.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { parseRequest } from '../../x509/request.ts'

export interface AuthorityView {
  readonly authority: Authority
  readonly subject: string
  readonly key: { readonly keyType: 'RSA' | 'EC'; readonly size: number; readonly curve?: string }
  /** Absent while the authority waits for it. */
  readonly certificate?: AuthorityCertificate
  /** Certificates of its own that are valid and not revoked, and when the last of them ends. */
  readonly outstanding: { readonly count: number; readonly lastEnds?: UnixSeconds }
}

export interface AuthorityCertificate {
  readonly issuer: string
  readonly serialNumber: Uint8Array
  readonly notBefore: UnixSeconds
  readonly notAfter: UnixSeconds
  readonly pathLength?: number
  /** The certificate and its chain up to the root, PEM. */
  readonly pem: string
  /** Those of the same key that other authorities made, PEM; empty where there are none. */
  readonly crossPem: string
}

export async function viewOf(reader: Reader, authority: Authority, now: UnixSeconds): Promise<AuthorityView> {
  const { certificate, request } = authority
  const { subject } = certificate ? parseCertificate(certificate) : parseRequest(request!)
  return {
    authority,
    subject: printDistinguishedName(subject),
    key: keyOf(authority),
    ...(certificate && { certificate: certificateOf(certificate, authority) }),
    outstanding: await reader.authorities.outstanding(authority, now),
  }
}

function keyOf({ publicKey }: Authority): AuthorityView['key'] {
  const key = describePublicKey(publicKey)
  const { kty: keyType, size } = key
  return key.kty === 'EC' ? { keyType, size, curve: key.curve } : { keyType, size }
}

function certificateOf(der: Der, { chain, crossCertificates }: Authority): AuthorityCertificate {
  const { issuer, serialNumber, notBefore, notAfter, basicConstraints } = parseCertificate(der)
  const pathLength = basicConstraints?.pathLength
  return {
    issuer: printDistinguishedName(issuer),
    serialNumber,
    notBefore,
    notAfter,
    ...(pathLength !== undefined && { pathLength }),
    pem: pemOf([der, ...chain]),
    crossPem: pemOf(crossCertificates),
  }
}

function pemOf(certificates: readonly Der[]): string {
  return certificates.map((der) => formatPem('CERTIFICATE', der)).join('')
}
