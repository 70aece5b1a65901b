/** Certificate revocation lists (RFC 5280 5.1), read to facts. `crl-writer.ts` writes them. */
import type { DistinguishedName } from '../domain/subject.ts'
import type { UnixSeconds } from '../domain/time.ts'
import {
  type Circumstances,
  checkListExtensions,
  crlNumber,
  deltaBase,
  readEntryExtensions,
} from './crl-extensions.ts'
import {
  contextTag,
  type Der,
  type DerReader,
  inside,
  malformed,
  openDer,
  readBitString,
  readIntegerBytes,
  readSmallInteger,
  tag,
} from './der.ts'
import {
  freshestCrl,
  type IssuingDistributionPoint,
  issuingDistributionPoint,
} from './distribution-points.ts'
import { type Extension, extensionValue, listExtensions, readAuthorityKeyIdentifier } from './extensions.ts'
import { readName } from './name.ts'
import { extensionOid } from './object-identifiers.ts'
import type { Signed } from './signature-algorithm.ts'
import { readTime } from './time.ts'

/** One entry of a list. */
export interface RevokedCertificate extends Circumstances {
  /** Unsigned big-endian octets; in a list that was read, INTEGER contents as they stand. */
  readonly serialNumber: Uint8Array
  readonly revokedAt: UnixSeconds
}

/** Views of `der` wherever bytes are concerned. */
export interface CrlFacts extends Signed {
  readonly der: Der
  readonly issuer: DistinguishedName
  readonly issuerDer: Der
  readonly thisUpdate: UnixSeconds
  /** When the next list is there at the latest. Undefined in lists that do not keep to RFC 5280 5.1.2.5. */
  readonly nextUpdate: UnixSeconds | undefined
  /** `keyIdentifier` of the key that signed. */
  readonly authorityKeyIdentifier: Uint8Array | undefined
  readonly number: bigint | undefined
  /** In a delta, the number of the complete list that it goes on from; undefined in a complete list. */
  readonly deltaBase: bigint | undefined
  /** URIs of the delta to this list. */
  readonly freshestCrl: readonly string[]
  /** Which certificates the list is about; undefined when about all of the issuer's. */
  readonly distributionPoint: IssuingDistributionPoint | undefined
  readonly revoked: readonly RevokedCertificate[]
}

/**
 * Reads one list, strictly: DER only, nothing behind it. The signature is not verified here (`verifySigned`).
 * @throws VaultError `BadParameter` also for lists that must not be used by those who do not understand all of them:
 * indirect ones, those for some reasons only, those with unknown critical extensions.
 */
export function parseCrl(der: Der): CrlFacts {
  const list = openDer(der)
  const tbs = list.read(tag.sequence)
  const signatureAlgorithm = list.read(tag.sequence).encoded
  const signature = readBitString(list.read(tag.bitString))
  list.end()

  const members = inside(tbs)
  const version = readVersion(members)
  if (Buffer.compare(members.read(tag.sequence).encoded, signatureAlgorithm) !== 0)
    throw malformed('a revocation list names two signature algorithms')
  const issuer = members.read(tag.sequence)
  const thisUpdate = readTime(members.read())
  const nextUpdate = isTime(members.peek()) ? readTime(members.read()) : undefined
  const revoked = members.peek() === tag.sequence ? readRevoked(members.enter(tag.sequence), version) : []
  const extensions = version === 2 && !members.atEnd ? readCrlExtensions(members) : []
  members.end()
  const facts = {
    ...understand(extensions),
    der,
    issuer: readName(inside(issuer)),
    issuerDer: issuer.encoded,
    thisUpdate,
    nextUpdate,
    revoked,
    toBeSigned: tbs.encoded,
    signatureAlgorithm,
    signature,
  }
  checkDelta(facts)
  return facts
}

/** OPTIONAL and not tagged: only version 2 is written out. */
function readVersion(members: DerReader): 1 | 2 {
  const version = members.readOptional(tag.integer)
  if (!version) return 1
  if (readSmallInteger(version) !== 1) throw malformed('a revocation list is of neither version 1 nor 2')
  return 2
}

function isTime(identifier: number | undefined): boolean {
  return identifier === tag.utcTime || identifier === tag.generalizedTime
}

/** An empty list of entries has to be left out (RFC 5280 5.1.2.6). */
function readRevoked(entries: DerReader, version: 1 | 2): RevokedCertificate[] {
  if (entries.atEnd) throw malformed('a revocation list has an empty list of entries')
  const revoked: RevokedCertificate[] = []
  while (!entries.atEnd) {
    const entry = entries.enter(tag.sequence)
    const serialNumber = readIntegerBytes(entry.read(tag.integer))
    const revokedAt = readTime(entry.read())
    const circumstances =
      version === 2 && !entry.atEnd ? readEntryExtensions(entry.enter(tag.sequence)) : unspecified
    entry.end()
    revoked.push({ serialNumber, revokedAt, ...circumstances })
  }
  return revoked
}

const unspecified: Circumstances = { reason: 'unspecified' }

function readCrlExtensions(members: DerReader): Extension[] {
  const outer = members.enter(contextTag(0, 'constructed'))
  const list = outer.enter(tag.sequence)
  outer.end()
  if (list.atEnd) throw malformed('a list of extensions is empty')
  return listExtensions(list)
}

function understand(extensions: readonly Extension[]) {
  checkListExtensions(extensions)
  const holder = { extensions }
  const authority = extensionValue(holder, extensionOid.authorityKeyIdentifier)
  return {
    authorityKeyIdentifier: authority && readAuthorityKeyIdentifier(openDer(authority)),
    number: crlNumber(holder),
    deltaBase: deltaBase(holder),
    freshestCrl: freshestCrl(holder),
    distributionPoint: issuingDistributionPoint(holder),
  }
}

function checkDelta({
  deltaBase,
  number,
  revoked,
}: Pick<CrlFacts, 'deltaBase' | 'number' | 'revoked'>): void {
  if (deltaBase === undefined) {
    if (revoked.some(({ reason }) => reason === 'removeFromCRL'))
      throw malformed('a complete revocation list takes an entry back')
  } else if (number === undefined || number < deltaBase)
    throw malformed('a delta revocation list is not numbered after its base')
}
