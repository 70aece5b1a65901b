/** The extensions Key Vault puts into what it makes itself, in its order. */
import type { KeyUsageWord } from '../domain/certificate-policy.ts'
import { hasNames, type SubjectAlternativeNames } from '../domain/subject.ts'
import type { Der } from './der.ts'
import {
  authorityKeyIdentifierExtension,
  type BasicConstraints,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
  subjectAltNameExtension,
  subjectKeyIdentifierExtension,
} from './extensions.ts'
import { subjectKeyIdentifier } from './public-key.ts'

/** What a policy says about extensions. */
export interface ProfileContent {
  readonly keyUsage: readonly KeyUsageWord[]
  readonly ekus: readonly string[]
  readonly sans: SubjectAlternativeNames
  /** An empty subject makes the alternative names critical (RFC 5280 4.2.1.6). */
  readonly subjectIsEmpty: boolean
  readonly spki: Der
}

/**
 * Those of a certificate. It is never a CA's, whatever its key usage: Key Vault has no way to make a CA certificate.
 * @param issuerSpki the key that signs: its own, if nothing else is said.
 */
export function certificateExtensions(content: ProfileContent, issuerSpki = content.spki): Der[] {
  return [
    ...keyUsage(content),
    notCa,
    ...purposes(content),
    ...alternativeNames(content),
    authorityKeyIdentifierExtension(subjectKeyIdentifier(issuerSpki)),
    subjectKeyIdentifierExtension(subjectKeyIdentifier(content.spki)),
  ]
}

/** The wishes in a request. */
export function requestExtensions(
  content: Omit<ProfileContent, 'spki'> & { readonly basicConstraints?: BasicConstraints },
): Der[] {
  const { basicConstraints } = content
  const constraints = basicConstraints?.ca ? basicConstraintsExtension(basicConstraints, true) : notCa
  return [...keyUsage(content), ...purposes(content), ...alternativeNames(content), constraints]
}

const notCa = basicConstraintsExtension({ ca: false }, false)

function keyUsage({ keyUsage }: Pick<ProfileContent, 'keyUsage'>): Der[] {
  return keyUsage.length > 0 ? [keyUsageExtension(keyUsage)] : []
}

function purposes({ ekus }: Pick<ProfileContent, 'ekus'>): Der[] {
  return ekus.length > 0 ? [extendedKeyUsageExtension(ekus)] : []
}

function alternativeNames({ sans, subjectIsEmpty }: Pick<ProfileContent, 'sans' | 'subjectIsEmpty'>): Der[] {
  return hasNames(sans) ? [subjectAltNameExtension(sans, subjectIsEmpty)] : []
}
