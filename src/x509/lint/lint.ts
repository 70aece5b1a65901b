/**
 * Judging a certificate before it exists. What is to be signed is put into a certificate with an empty signature, read back as
 * strictly as a foreign one, and held to the rules; so what is judged is what would be signed.
 */
import { badParameter } from '../../domain/errors.ts'
import { assembleSigned, type CertificateFacts, parseCertificate } from '../certificate.ts'
import { type Der, MalformedEncoding } from '../der.ts'
import { authorityRules } from './authority-rules.ts'
import { extensionRules } from './extension-rules.ts'
import { identityRules } from './identity-rules.ts'
import { keyRules } from './key-rules.ts'
import { nameRules } from './name-rules.ts'
import type { Finding, LintContext, Rule } from './rule.ts'
import { usageRules } from './usage-rules.ts'

export type { CertificateKind, Finding, LintContext } from './rule.ts'

export const rules: readonly Rule[] = [
  ...identityRules,
  ...nameRules,
  ...keyRules,
  ...usageRules,
  ...extensionRules,
  ...authorityRules,
]

export function lintCertificate(certificate: CertificateFacts, context: LintContext): Finding[] {
  return rules
    .filter(({ applies }) => applies.includes(context.kind))
    .flatMap((rule) =>
      rule.check(certificate, context).map(({ observed, severity = rule.severity }) => ({
        id: rule.id,
        severity,
        path: rule.path,
        observed,
        expected: rule.expected,
        source: rule.source,
      })),
    )
}

/**
 * @param toBeSigned DER TBSCertificate.
 * @param signatureAlgorithm DER AlgorithmIdentifier of the signature to come.
 * @returns what is worth telling: warnings and notices.
 * @throws VaultError `BadParameter` that names every rule whose breach is an error; nothing may be signed then.
 */
export function checkBeforeSigning(
  toBeSigned: Der,
  signatureAlgorithm: Der,
  context: LintContext,
): Finding[] {
  const findings = lintCertificate(read(toBeSigned, signatureAlgorithm), context)
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0)
    throw badParameter(`The certificate is not signed: ${errors.map(describeFinding).join(' ')}`)
  return findings
}

/** A sentence for people. */
export function describeFinding({ id, observed, expected, source }: Finding): string {
  return `${id}: ${observed}; ${expected} (${source}).`
}

/** @throws VaultError `BadParameter` (rules `der-strict`, `ext-duplicate`, `sig-match`: the strict reader holds them). */
function read(toBeSigned: Der, signatureAlgorithm: Der): CertificateFacts {
  try {
    return parseCertificate(assembleSigned(toBeSigned, signatureAlgorithm, new Uint8Array(1)))
  } catch (cause) {
    if (!(cause instanceof MalformedEncoding)) throw cause
    throw badParameter(`The certificate is not signed: der-strict: ${cause.message} (X.690, RFC 5280 4.1)`, {
      cause,
    })
  }
}
