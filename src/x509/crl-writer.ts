/** Certificate revocation lists, version 2 (RFC 5280 5.1): complete ones, deltas, and one of several by place. */
import type { UnixSeconds } from '../domain/time.ts'
import type { RevokedCertificate } from './crl.ts'
import { crlNumberExtension, deltaCrlIndicatorExtension, entryExtensions } from './crl-extensions.ts'
import { type Der, encode, explicit, integer, sequence, tag } from './der.ts'
import {
  freshestCrlExtension,
  type IssuingDistributionPoint,
  issuingDistributionPointExtension,
} from './distribution-points.ts'
import { authorityKeyIdentifierExtension } from './extensions.ts'
import { encodeTime } from './time.ts'

export interface CrlContent {
  /** DER AlgorithmIdentifier of the signature to come. */
  readonly signatureAlgorithm: Der
  /** The subject of the issuer's certificate, copied: verifiers compare the bytes. */
  readonly issuer: Der
  /** The subject key identifier of the issuer's certificate. */
  readonly authorityKeyIdentifier: Uint8Array
  readonly thisUpdate: UnixSeconds
  readonly nextUpdate: UnixSeconds
  /** Greater than that of every list before, deltas among them. */
  readonly number: bigint
  /** Makes the list a delta to the complete list of this number. */
  readonly deltaBase?: bigint
  /** URIs of the deltas to this list; not in a delta itself (RFC 5280 5.2.6). */
  readonly freshestCrl?: readonly string[]
  readonly distributionPoint?: IssuingDistributionPoint
  /** Each serial number once. */
  readonly revoked: Iterable<RevokedCertificate> | CrlEntries
}

/**
 * TBSCertList: to be signed by the issuer's key, then completed with `assembleSigned`. Entries take some microseconds each,
 * during which nothing else runs; whoever has many of them collects them in slices, as `CrlEntries`.
 * @throws RangeError for content that no list may have: it is the caller's mistake, not that of whoever revoked.
 */
export function buildTbsCrl(content: CrlContent): Der {
  const { deltaBase, number, freshestCrl } = content
  if (content.nextUpdate <= content.thisUpdate)
    throw new RangeError('a revocation list that is never current')
  if (deltaBase !== undefined && deltaBase > number)
    throw new RangeError('a delta that comes before its base')
  if (deltaBase !== undefined && freshestCrl) throw new RangeError('a delta that has a delta')
  return sequence(
    version2,
    content.signatureAlgorithm,
    content.issuer,
    encodeTime(content.thisUpdate),
    encodeTime(content.nextUpdate),
    ...encodeRevoked(content),
    explicit(0, sequence(...extensions(content))),
  )
}

const version2 = integer(1)

function extensions({ deltaBase, freshestCrl, distributionPoint, ...content }: CrlContent): Der[] {
  return [
    authorityKeyIdentifierExtension(content.authorityKeyIdentifier),
    crlNumberExtension(content.number),
    ...(deltaBase === undefined ? [] : [deltaCrlIndicatorExtension(deltaBase)]),
    ...(distributionPoint ? [issuingDistributionPointExtension(distributionPoint)] : []),
    ...(freshestCrl ? [freshestCrlExtension(freshestCrl)] : []),
  ]
}

/** Absent when nothing is revoked (RFC 5280 5.1.2.6). */
function encodeRevoked({ revoked, deltaBase }: CrlContent): Der[] {
  const entries = revoked instanceof CrlEntries ? revoked : new CrlEntries(revoked)
  if (entries.takesBack && deltaBase === undefined)
    throw new RangeError('only a delta can take an entry back')
  return entries.count > 0 ? [encode(tag.sequence, entries.octets)] : []
}

function encodeEntry(certificate: RevokedCertificate): Der {
  const serialNumber = integer(certificate.serialNumber)
  const revokedAt = encodeTime(certificate.revokedAt)
  const extensions = entryExtensions(certificate)
  return extensions.length > 0
    ? sequence(serialNumber, revokedAt, sequence(...extensions))
    : sequence(serialNumber, revokedAt)
}

/**
 * Encoded entries, in one piece of memory that doubles: an array of a hundred thousand small ones would weigh several times
 * as much.
 */
export class CrlEntries {
  #room = new Uint8Array(4096)
  #length = 0
  #count = 0
  #takesBack = false

  constructor(revoked: Iterable<RevokedCertificate> = []) {
    this.add(revoked)
  }

  /** Walked through once, so that it may come straight from a store. */
  add(revoked: Iterable<RevokedCertificate>): void {
    for (const certificate of revoked) {
      this.#append(encodeEntry(certificate))
      this.#count++
      if (certificate.reason === 'removeFromCRL') this.#takesBack = true
    }
  }

  get count(): number {
    return this.#count
  }

  /** Whether one of them says that a certificate is revoked no more. */
  get takesBack(): boolean {
    return this.#takesBack
  }

  /** A view of what was collected so far. */
  get octets(): Uint8Array {
    return this.#room.subarray(0, this.#length)
  }

  #append(octets: Uint8Array): void {
    const length = this.#length + octets.length
    if (length > this.#room.length) {
      const room = new Uint8Array(Math.max(length, 2 * this.#room.length))
      room.set(this.octets)
      this.#room = room
    }
    this.#room.set(octets, this.#length)
    this.#length = length
  }
}
