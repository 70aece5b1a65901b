/** Certificate extensions (RFC 5280 4.2): those that certkeep writes and understands. Others are listed by identifier. */
import type { KeyUsageWord } from '../domain/certificate-policy.ts'
import { keyUsageBit, keyUsageWords } from '../domain/key-spec.ts'
import type { SubjectAlternativeNames } from '../domain/subject.ts'
import {
  boolean,
  contextTag,
  type Der,
  DerReader,
  derNull,
  type Element,
  encode,
  integer,
  malformed,
  namedBits,
  objectIdentifier,
  octetString,
  openDer,
  readBoolean,
  readNamedBits,
  readObjectIdentifier,
  readSmallInteger,
  sequence,
  tag,
} from './der.ts'
import { encodeGeneralNames, readGeneralNames } from './general-names.ts'
import { extensionOid } from './object-identifiers.ts'

/** `cA` and `pathLenConstraint` (RFC 5280 4.2.1.9). */
export interface BasicConstraints {
  readonly ca: boolean
  readonly pathLength?: number
}

/** What the extensions of a certificate or of a request say. A member is undefined when its extension is absent. */
export interface ExtensionFacts {
  /** In the order of the bits (RFC 5280 4.2.1.3). */
  readonly keyUsage: readonly KeyUsageWord[] | undefined
  /** Dotted object identifiers (RFC 5280 4.2.1.12). */
  readonly ekus: readonly string[] | undefined
  readonly basicConstraints: BasicConstraints | undefined
  readonly sans: SubjectAlternativeNames | undefined
  readonly subjectKeyIdentifier: Uint8Array | undefined
  /** `keyIdentifier` only (RFC 5280 4.2.1.1); undefined also when the extension names issuer and serial instead. */
  readonly authorityKeyIdentifier: Uint8Array | undefined
  /** Everything present, in its order: what is not a member above is read from here when it is needed. */
  readonly extensions: readonly Extension[]
}

export interface Extension {
  readonly oid: string
  readonly critical: boolean
  /** What `extnValue` holds: DER when the issuer did as it should. */
  readonly value: Der
}

// ---------------------------------------------------------------------------------------------------- writing

/** `Extension` (RFC 5280 4.1): `critical` is left out when false, as DER wants of defaults. */
export function extension(oid: string, critical: boolean, value: Der): Der {
  return critical
    ? sequence(objectIdentifier(oid), boolean(true), octetString(value))
    : sequence(objectIdentifier(oid), octetString(value))
}

/** RFC 5280 4.2.1.3: critical. */
export function keyUsageExtension(words: readonly KeyUsageWord[]): Der {
  return extension(extensionOid.keyUsage, true, namedBits(words.map(keyUsageBit)))
}

/** RFC 5280 4.2.1.9: critical in CA certificates. */
export function basicConstraintsExtension(constraints: BasicConstraints, critical: boolean): Der {
  const parts = constraints.ca ? [boolean(true)] : []
  if (constraints.pathLength !== undefined) parts.push(integer(constraints.pathLength))
  return extension(extensionOid.basicConstraints, critical, sequence(...parts))
}

/** RFC 5280 4.2.1.12. */
export function extendedKeyUsageExtension(purposes: readonly string[]): Der {
  return extension(extensionOid.extendedKeyUsage, false, sequence(...purposes.map(objectIdentifier)))
}

/** RFC 5280 4.2.1.6: critical when the subject is empty. */
export function subjectAltNameExtension(names: SubjectAlternativeNames, critical: boolean): Der {
  return extension(extensionOid.subjectAltName, critical, encodeGeneralNames(names))
}

/** RFC 5280 4.2.1.2. */
export function subjectKeyIdentifierExtension(identifier: Uint8Array): Der {
  return extension(extensionOid.subjectKeyIdentifier, false, octetString(identifier))
}

/** RFC 5280 4.2.1.1: by key identifier; naming issuer and serial breaks renewed issuers. */
export function authorityKeyIdentifierExtension(identifier: Uint8Array): Der {
  const keyIdentifier = encode(contextTag(0, 'primitive'), identifier)
  return extension(extensionOid.authorityKeyIdentifier, false, sequence(keyIdentifier))
}

/** RFC 6960 4.2.2.2.1, in the certificate of an OCSP responder: nobody needs to ask whether this certificate itself is revoked. */
export const ocspNoCheckExtension: Der = extension(extensionOid.ocspNoCheck, false, derNull)

/** RFC 9608 2, in a certificate that ends before its revocation could be heard of: nobody needs to look for it. */
export const noRevocationExtension: Der = extension(extensionOid.noRevocationAvailable, false, derNull)

// ---------------------------------------------------------------------------------------------------- reading

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

export const noExtensions: ExtensionFacts = {
  keyUsage: undefined,
  ekus: undefined,
  basicConstraints: undefined,
  sans: undefined,
  subjectKeyIdentifier: undefined,
  authorityKeyIdentifier: undefined,
  extensions: [],
}

/** The facts in an opened `Extensions`. */
export function readExtensions(list: DerReader): ExtensionFacts {
  const extensions = listExtensions(list)
  const facts: Mutable<ExtensionFacts> = { ...noExtensions, extensions }
  for (const { oid, value } of extensions) readKnown(facts, oid, value)
  return facts
}

/** An opened `Extensions` one by one. One extension twice is refused (RFC 5280 4.2). */
export function listExtensions(list: DerReader): Extension[] {
  const extensions = new Map<string, Extension>()
  while (!list.atEnd) {
    const item = list.enter(tag.sequence)
    const oid = readObjectIdentifier(item.read(tag.objectIdentifier))
    const criticality = item.readOptional(tag.boolean)
    const critical = criticality !== undefined && readBoolean(criticality)
    const value = item.read(tag.octetString).contents
    item.end()
    if (extensions.has(oid)) throw malformed(`the extension ${oid} occurs twice`)
    extensions.set(oid, { oid, critical, value })
  }
  return [...extensions.values()]
}

/** What an extension holds; undefined when it is absent. */
export function extensionValue(
  { extensions }: Pick<ExtensionFacts, 'extensions'>,
  oid: string,
): Der | undefined {
  return extensions.find((present) => present.oid === oid)?.value
}

/** Whether it says that nobody needs to ask for its own revocation (RFC 6960 4.2.2.2.1). */
export function hasOcspNoCheck(certificate: Pick<ExtensionFacts, 'extensions'>): boolean {
  const value = extensionValue(certificate, extensionOid.ocspNoCheck)
  if (!value) return false
  if (readOnly(value, tag.null).contents.length > 0) throw malformed('a NULL holds something')
  return true
}

function readKnown(facts: Mutable<ExtensionFacts>, oid: string, value: Der): void {
  switch (oid) {
    case extensionOid.keyUsage:
      facts.keyUsage = readKeyUsage(value)
      break
    case extensionOid.extendedKeyUsage:
      facts.ekus = readPurposes(openDer(value))
      break
    case extensionOid.basicConstraints:
      facts.basicConstraints = readBasicConstraints(openDer(value))
      break
    case extensionOid.subjectAltName:
      facts.sans = readGeneralNames(openDer(value))
      break
    case extensionOid.subjectKeyIdentifier:
      facts.subjectKeyIdentifier = readOnly(value, tag.octetString).contents
      break
    case extensionOid.authorityKeyIdentifier:
      facts.authorityKeyIdentifier = readAuthorityKeyIdentifier(openDer(value))
  }
}

/** Bits beyond the nine of RFC 5280 have no meaning and are passed over. */
function readKeyUsage(value: Der): KeyUsageWord[] {
  const bits = readNamedBits(readOnly(value, tag.bitString))
  return bits.flatMap((bit) => keyUsageWords[bit] ?? [])
}

function readPurposes(list: DerReader): string[] {
  const purposes: string[] = []
  while (!list.atEnd) purposes.push(readObjectIdentifier(list.read(tag.objectIdentifier)))
  return purposes
}

function readBasicConstraints(constraints: DerReader): BasicConstraints {
  const authority = constraints.readOptional(tag.boolean)
  const length = constraints.readOptional(tag.integer)
  constraints.end()
  const ca = authority !== undefined && readBoolean(authority)
  return length ? { ca, pathLength: readSmallInteger(length) } : { ca }
}

/** `keyIdentifier` of an opened AuthorityKeyIdentifier, if it is there. */
export function readAuthorityKeyIdentifier(members: DerReader): Uint8Array | undefined {
  const keyIdentifier = members.readOptional(contextTag(0, 'primitive'))
  members.readOptional(contextTag(1, 'constructed'))
  members.readOptional(contextTag(2, 'primitive'))
  members.end()
  return keyIdentifier?.contents
}

/** The single element that an extension holds. */
export function readOnly(value: Der, expected: number): Element {
  const reader = new DerReader(value)
  const element = reader.read(expected)
  reader.end()
  return element
}
