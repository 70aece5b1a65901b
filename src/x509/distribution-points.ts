/**
 * Where revocation lists are found (RFC 5280 4.2.1.13, 4.2.1.15, 5.2.5): in certificates the places of the list that will
 * name them, in a list the place that it was made for. Places are URIs.
 */
import { badParameter } from '../domain/errors.ts'
import {
  boolean,
  contextTag,
  type Der,
  type DerReader,
  encode,
  explicit,
  malformed,
  openDer,
  readBoolean,
  sequence,
  tag,
} from './der.ts'
import { type ExtensionFacts, extension, extensionValue } from './extensions.ts'
import { encodeUri, readGeneralNames } from './general-names.ts'
import { crlExtensionOid, extensionOid } from './object-identifiers.ts'

/** Which of an issuer's certificates one of its lists is about. */
export interface IssuingDistributionPoint {
  /** The places by which certificates point to this list; empty when it is not one of several. */
  readonly uris: readonly string[]
  /** Undefined when the list is about certificates of every kind. */
  readonly only?: OnlyKind
}

export type OnlyKind = 'userCertificates' | 'caCertificates' | 'attributeCertificates'

/** RFC 5280 4.2.1.13: one point, whose URIs are places of the same list. */
export function crlDistributionPointsExtension(uris: readonly string[]): Der {
  return extension(extensionOid.crlDistributionPoints, false, onePoint(uris))
}

/** RFC 5280 4.2.1.15 in certificates, 5.2.6 in lists: where the delta is. */
export function freshestCrlExtension(uris: readonly string[]): Der {
  return extension(extensionOid.freshestCrl, false, onePoint(uris))
}

/** RFC 5280 5.2.5: critical, for whoever does not understand it would take the list for the whole. */
export function issuingDistributionPointExtension({ uris, only }: IssuingDistributionPoint): Der {
  const parts: Der[] = []
  if (uris.length > 0) parts.push(pointName(uris))
  if (only) parts.push(encode(onlyTags[only], boolean(true).subarray(2)))
  if (parts.length === 0) throw new RangeError('an issuing distribution point that says nothing')
  return extension(crlExtensionOid.issuingDistributionPoint, true, sequence(...parts))
}

/**
 * Where a certificate says that its issuer's list is, in its order; empty when it does not say. Points to lists of another
 * issuer, or for some reasons only, are passed over.
 */
export function crlDistributionPoints(certificate: Pick<ExtensionFacts, 'extensions'>): string[] {
  return readPoints(extensionValue(certificate, extensionOid.crlDistributionPoints))
}

/** Where a certificate or a list says that the delta is. */
export function freshestCrl(holder: Pick<ExtensionFacts, 'extensions'>): string[] {
  return readPoints(extensionValue(holder, extensionOid.freshestCrl))
}

/**
 * Undefined when the list is about all certificates of its issuer.
 * @throws VaultError for lists about other issuers' certificates or about some reasons, and for places that are not URIs.
 */
export function issuingDistributionPoint(
  list: Pick<ExtensionFacts, 'extensions'>,
): IssuingDistributionPoint | undefined {
  const value = extensionValue(list, crlExtensionOid.issuingDistributionPoint)
  if (!value) return undefined
  const members = openDer(value)
  if (members.atEnd) throw malformed('an issuing distribution point says nothing')
  const uris = members.peek() === pointNameTag ? readPointName(members.enter(pointNameTag)) : []
  const only = onlyKinds.filter((kind) => readFlag(members, onlyTags[kind]))
  const [reasons, indirect] = [members.readOptional(someReasonsTag), readFlag(members, indirectTag)]
  if (readFlag(members, onlyTags.attributeCertificates)) only.push('attributeCertificates')
  members.end()
  if (reasons) throw badParameter('Revocation lists for some reasons only are not supported.')
  if (indirect) throw badParameter('Indirect revocation lists are not supported.')
  if (only.length > 1) throw malformed('a revocation list is only about two kinds of certificates')
  return only[0] ? { uris, only: only[0] } : { uris }
}

const pointNameTag = contextTag(0, 'constructed')
const fullNameTag = contextTag(0, 'constructed')
const relativeNameTag = contextTag(1, 'constructed')
const reasonsTag = contextTag(1, 'primitive')
const crlIssuerTag = contextTag(2, 'constructed')
const someReasonsTag = contextTag(3, 'primitive')
const indirectTag = contextTag(4, 'primitive')
const onlyTags = {
  userCertificates: contextTag(1, 'primitive'),
  caCertificates: contextTag(2, 'primitive'),
  attributeCertificates: contextTag(5, 'primitive'),
} as const
/** Those that stand before the reasons. */
const onlyKinds: readonly OnlyKind[] = ['userCertificates', 'caCertificates']

function onePoint(uris: readonly string[]): Der {
  if (uris.length === 0) throw new RangeError('a distribution point without a place')
  return sequence(sequence(pointName(uris)))
}

/** DistributionPointName is a CHOICE, so its tag is explicit. */
function pointName(uris: readonly string[]): Der {
  return explicit(0, encode(fullNameTag, ...uris.map(encodeUri)))
}

function readPoints(value: Der | undefined): string[] {
  if (!value) return []
  const points = openDer(value)
  if (points.atEnd) throw malformed('a list of distribution points is empty')
  const uris: string[] = []
  while (!points.atEnd) uris.push(...readPoint(points.enter(tag.sequence)))
  return uris
}

function readPoint(point: DerReader): readonly string[] {
  const name = point.peek() === pointNameTag ? point.enter(pointNameTag) : undefined
  const reasons = point.readOptional(reasonsTag)
  const issuer = point.readOptional(crlIssuerTag)
  point.end()
  if (!name || name.peek() === relativeNameTag) return []
  const uris = readFullName(name)
  return reasons || issuer ? [] : uris
}

function readPointName(name: DerReader): readonly string[] {
  const uris = name.peek() === fullNameTag ? readFullName(name) : []
  if (uris.length === 0) throw badParameter('Revocation lists are supported at places that are URIs only.')
  return uris
}

function readFullName(name: DerReader): readonly string[] {
  const { uris } = readGeneralNames(name.enter(fullNameTag))
  name.end()
  return uris
}

/** BOOLEAN DEFAULT FALSE, implicitly tagged. FALSE is let pass, which DER would leave out: some issuers write it. */
function readFlag(members: DerReader, expected: number): boolean {
  const flag = members.readOptional(expected)
  return flag !== undefined && readBoolean(flag)
}
