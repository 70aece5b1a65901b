/** The extensions Key Vault puts into what it makes itself, in its order. */
import type { KeyUsageWord } from '../domain/certificate-policy.ts'
import { hasNames, type SubjectAlternativeNames } from '../domain/subject.ts'
import type { Der } from './der.ts'
import {
  authorityKeyIdentifierExtension,
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

/** A self-signed certificate is never a CA's, whatever its key usage: Key Vault has no way to make a CA certificate. */
export function selfSignedExtensions(content: ProfileContent): Der[] {
  const identifier = subjectKeyIdentifier(content.spki)
  return [
    ...keyUsage(content),
    notCa,
    ...purposes(content),
    ...alternativeNames(content),
    authorityKeyIdentifierExtension(identifier),
    subjectKeyIdentifierExtension(identifier),
  ]
}

/** The wishes in a request. */
export function requestExtensions(content: Omit<ProfileContent, 'spki'>): Der[] {
  return [...keyUsage(content), ...purposes(content), ...alternativeNames(content), notCa]
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
