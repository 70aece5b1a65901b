/**
 * What the CAs above a certificate allow it: names, depth, purposes (RFC 5280 4.2.1.9, 4.2.1.10, 4.2.1.12). Judged over the
 * whole path before anything is signed, so that nothing is signed that verifiers would refuse.
 */
import { badParameter } from '../../domain/errors.ts'
import type { CertificateFacts } from '../../x509/certificate.ts'
import { certificateNames } from '../../x509/certificate-names.ts'
import { isSelfIssued } from '../../x509/chain.ts'
import { nameConstraints } from '../../x509/name-constraints.ts'
import { keyPurpose } from '../../x509/object-identifiers.ts'
import { isSamePublicKey } from '../../x509/public-key.ts'
import { violatedConstraint } from '../../x509/violated-constraint.ts'

/**
 * @param path from the issuer upwards to the root.
 * @throws VaultError `BadParameter` that names the rule.
 */
export function checkPathRules(certificate: CertificateFacts, path: readonly CertificateFacts[]): void {
  if (path.some(({ spki }) => isSamePublicKey(spki, certificate.spki)))
    throw refusal('ca-key-reused', 'the key is that of a CA above it; make a new key')
  for (const [index, authority] of path.entries()) {
    checkNames(certificate, authority)
    checkPurposes(certificate, authority)
    if (certificate.basicConstraints?.ca) checkDepth(certificate, path, index)
  }
}

function checkNames(certificate: CertificateFacts, authority: CertificateFacts): void {
  const constraints = nameConstraints(authority)
  const violation = constraints && violatedConstraint(certificateNames(certificate), constraints)
  if (violation)
    throw refusal('name-constraints', `${violation.message.replace(/\.$/, '')} (RFC 5280 4.2.1.10)`)
}

/** RFC 5280 leaves it open; OpenSSL, Windows and Mozilla take the purposes of a CA for those of all below it. */
function checkPurposes({ ekus = [], basicConstraints }: CertificateFacts, authority: CertificateFacts): void {
  const allowed = authority.ekus
  if (!allowed || allowed.includes(keyPurpose.any)) return
  const foreign = ekus.find((purpose) => !allowed.includes(purpose))
  if (foreign !== undefined)
    throw refusal('eku-nested', `the purpose ${foreign} is not among those of the CA above it`)
  if (ekus.length === 0 && !basicConstraints?.ca)
    throw refusal('eku-nested', 'the CA above it is bound to purposes, so it needs one of them')
}

/** How many CAs stand below `path[index]`, the new one and what it allows below itself included. */
function checkDepth(certificate: CertificateFacts, path: readonly CertificateFacts[], index: number): void {
  const allowed = path[index]!.basicConstraints?.pathLength
  if (allowed === undefined) return
  const between = path.slice(0, index).filter((authority) => !isSelfIssued(authority)).length
  const below = certificate.basicConstraints?.pathLength ?? 0
  if (between + 1 + below > allowed)
    throw refusal(
      'path-length',
      `a CA above it allows ${allowed} CAs below itself, and there would be ${between + 1 + below} (RFC 5280 4.2.1.9)`,
    )
}

function refusal(rule: string, what: string) {
  return badParameter(`The certificate is not signed: ${rule}: ${what}.`)
}
