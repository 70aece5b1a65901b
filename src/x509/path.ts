/** Path validation (RFC 5280 6.1) without policies, name constraints and revocation: says what is wrong, judges nothing. */
import type { UnixSeconds } from '../domain/time.ts'
import { type CertificateFacts, verifySignature } from './certificate.ts'
import { isSelfIssued, mayHaveIssued } from './chain.ts'
import { extensionOid } from './object-identifiers.ts'

export type PathRule =
  | 'not-yet-valid'
  | 'expired'
  | 'issuer-name'
  | 'signature'
  | 'not-a-ca'
  | 'path-length'
  | 'key-usage'
  | 'critical-extension'

export interface PathProblem {
  /** The place in the chain of the certificate at fault, the leaf being 0. */
  readonly index: number
  readonly rule: PathRule
  readonly message: string
}

/** Checks a chain, leaf first, at an instant. A self-issued last certificate must have signed itself. */
export function checkPath(chain: readonly CertificateFacts[], at: UnixSeconds): PathProblem[] {
  const problems: PathProblem[] = []
  chain.forEach((certificate, index) => {
    const report = (rule: PathRule, message: string) => problems.push({ index, rule, message })
    if (at < certificate.notBefore) report('not-yet-valid', 'The certificate is not valid yet.')
    if (at > certificate.notAfter) report('expired', 'The certificate has expired.')
    for (const { oid, critical } of certificate.extensions)
      if (critical && !processed.has(oid))
        report('critical-extension', `The critical extension ${oid} is not understood.`)
    if (index > 0) checkIssuer(chain, index, report)
    const issuer = chain[index + 1] ?? (isSelfIssued(certificate) ? certificate : undefined)
    if (!issuer) return
    if (!mayHaveIssued(issuer, certificate))
      report('issuer-name', 'The certificate was issued by another than the next one.')
    else if (!verifySignature(certificate, issuer.spki))
      report('signature', 'The signature does not match the issuer.')
  })
  return problems
}

/** Extensions whose meaning is respected here, or which bind only those that rely on the leaf. */
const processed = new Set<string>([
  extensionOid.basicConstraints,
  extensionOid.keyUsage,
  extensionOid.extendedKeyUsage,
  extensionOid.subjectAltName,
  extensionOid.certificatePolicies,
])

/** What RFC 5280 6.1.4 (k) to (n) demands of everyone above the leaf. */
function checkIssuer(
  chain: readonly CertificateFacts[],
  index: number,
  report: (rule: PathRule, message: string) => void,
): void {
  const { basicConstraints, keyUsage, version } = chain[index]!
  // Version 1 had no way to say so: roots from before 1996 are CAs because they are trusted.
  const isOldRoot = version === 1 && index === chain.length - 1
  if (!basicConstraints?.ca && !isOldRoot) report('not-a-ca', 'The issuing certificate is not that of a CA.')
  if (keyUsage && !keyUsage.includes('keyCertSign'))
    report('key-usage', 'The issuing certificate may not sign certificates.')
  const below = chain.slice(1, index).filter((certificate) => !isSelfIssued(certificate)).length
  if (basicConstraints?.pathLength !== undefined && below > basicConstraints.pathLength)
    report(
      'path-length',
      `The issuing certificate allows ${basicConstraints.pathLength} CAs below it, not ${below}.`,
    )
}
