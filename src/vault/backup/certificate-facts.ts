/** What is public of a certificate in a backup: octets as base64, since JSON has none. */
import type { Certificate, CertificateVersion } from '../../domain/certificate.ts'

export interface CertificateFacts
  extends Pick<Certificate, 'name' | 'policy' | 'policyCreated' | 'policyUpdated'> {
  /** Oldest first; the last one is current. */
  readonly versions: readonly VersionFacts[]
}

interface VersionFacts
  extends Omit<CertificateVersion, 'thumbprint' | 'certificate' | 'chain' | 'publicKey'> {
  readonly thumbprint: string
  readonly certificate: string
  readonly chain: readonly string[]
  readonly publicKey: string
}

export function writeVersionFacts(version: CertificateVersion): VersionFacts {
  const { thumbprint, certificate, chain, publicKey } = version
  return {
    ...version,
    thumbprint: base64(thumbprint),
    certificate: base64(certificate),
    chain: chain.map(base64),
    publicKey: base64(publicKey),
  }
}

export function readVersionFacts(facts: VersionFacts): CertificateVersion {
  const { thumbprint, certificate, chain, publicKey } = facts
  return {
    ...facts,
    thumbprint: octets(thumbprint),
    certificate: octets(certificate),
    chain: chain.map(octets),
    publicKey: octets(publicKey),
  }
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64')
}

function octets(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'))
}
