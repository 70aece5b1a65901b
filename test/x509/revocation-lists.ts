/** Revocation lists for tests, signed by a test authority, with whatever content is wanted. */
import { sign } from 'node:crypto'
import { seconds } from '../../src/domain/time.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import type { RevokedCertificate } from '../../src/x509/crl.ts'
import { buildTbsCrl, type CrlContent } from '../../src/x509/crl-writer.ts'
import type { Der } from '../../src/x509/der.ts'
import { keyUsageExtension } from '../../src/x509/extensions.ts'
import { subjectKeyIdentifier } from '../../src/x509/public-key.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { issue, type Party, type Wishes } from './authority.ts'

export const algorithm = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })

/** An instant at which every certificate and list of the tests is current. */
export const now = seconds(1_800_000_000)
export const anHourAgo = seconds(now - 3600)
export const tomorrow = seconds(now + 86_400)

/** A CA that may sign lists too. */
export function listingCa(subject: string, wishes: Wishes = {}): Party {
  const extensions = [keyUsageExtension(['keyCertSign', 'cRLSign']), ...(wishes.extensions ?? [])]
  return issue(subject, { constraints: { ca: true }, ...wishes, extensions })
}

export function revocationList(ca: Party, changes: Partial<CrlContent> = {}): Der {
  const tbs = buildTbsCrl({
    signatureAlgorithm: algorithm.identifier,
    issuer: ca.certificate.subjectDer,
    authorityKeyIdentifier: subjectKeyIdentifier(ca.key.spki),
    thisUpdate: anHourAgo,
    nextUpdate: tomorrow,
    number: 1n,
    revoked: [],
    ...changes,
  })
  return assembleSigned(tbs, algorithm.identifier, sign(algorithm.hash, tbs, ca.key.privateKey))
}

export function revoked(party: Party, changes: Partial<RevokedCertificate> = {}): RevokedCertificate {
  const { serialNumber } = party.certificate
  return { serialNumber, revokedAt: anHourAgo, reason: 'unspecified', ...changes }
}
