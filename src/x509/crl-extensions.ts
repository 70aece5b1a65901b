/** Extensions of revocation lists (RFC 5280 5.2) and of their entries (5.3). Distribution points have a file of their own. */
import { badParameter } from '../domain/errors.ts'
import type { UnixSeconds } from '../domain/time.ts'
import { type Der, type DerReader, integer, malformed, readBigInteger, readIntegerBytes, tag } from './der.ts'
import {
  type Extension,
  type ExtensionFacts,
  extension,
  extensionValue,
  listExtensions,
  readOnly,
} from './extensions.ts'
import { crlExtensionOid, extensionOid } from './object-identifiers.ts'
import { encodeReason, type RevocationReason, readReason, revocationReasons } from './revocation-reason.ts'
import { encodeGeneralizedTime, readTime } from './time.ts'

/** RFC 5280 5.2.3: grows from list to list, with the deltas in one sequence, and has at most 20 octets. */
export function crlNumberExtension(number: bigint): Der {
  return extension(crlExtensionOid.crlNumber, false, encodeNumber(number))
}

/** RFC 5280 5.2.4: critical. `base` is the number of the complete list that the delta goes on from. */
export function deltaCrlIndicatorExtension(base: bigint): Der {
  return extension(crlExtensionOid.deltaCrlIndicator, true, encodeNumber(base))
}

export function crlNumber(list: Pick<ExtensionFacts, 'extensions'>): bigint | undefined {
  return readNumber(extensionValue(list, crlExtensionOid.crlNumber))
}

/** Undefined in a complete list. */
export function deltaBase(list: Pick<ExtensionFacts, 'extensions'>): bigint | undefined {
  return readNumber(extensionValue(list, crlExtensionOid.deltaCrlIndicator))
}

/** What the extensions of an entry say. */
export interface Circumstances {
  readonly reason: RevocationReason
  /** Since when the key is known or suspected to be compromised; may be long before the revocation. */
  readonly invalidityDate?: UnixSeconds
}

/** RFC 5280 5.3.1, 5.3.2: none critical. Empty when the reason is `unspecified` and no date is known. */
export function entryExtensions({ reason, invalidityDate }: Circumstances): readonly Der[] {
  const reasons = encodedReasons.get(reason)!
  if (invalidityDate === undefined) return reasons
  const date = encodeGeneralizedTime(invalidityDate)
  return [...reasons, extension(crlExtensionOid.invalidityDate, false, date)]
}

/** @throws VaultError also for an entry about another issuer's certificate (5.3.3), whose extension is critical. */
export function readEntryExtensions(list: DerReader): Circumstances {
  if (list.atEnd) throw malformed('a list of extensions is empty')
  let [reason, invalidityDate]: [RevocationReason, UnixSeconds | undefined] = ['unspecified', undefined]
  const extensions = listExtensions(list)
  checkUnderstood(extensions, understoodInEntries)
  for (const { oid, value } of extensions) {
    if (oid === crlExtensionOid.reasonCode) reason = readReason(readOnly(value, tag.enumerated))
    if (oid === crlExtensionOid.invalidityDate)
      invalidityDate = readTime(readOnly(value, tag.generalizedTime))
  }
  return invalidityDate === undefined ? { reason } : { reason, invalidityDate }
}

/** RFC 5280 5.2: no status may be taken from a list with a critical extension that is not processed. */
export function checkListExtensions(extensions: readonly Extension[]): void {
  checkUnderstood(extensions, understoodInLists)
}

function checkUnderstood(extensions: readonly Extension[], understood: ReadonlySet<string>): void {
  const strange = extensions.find(({ oid, critical }) => critical && !understood.has(oid))
  if (strange)
    throw badParameter(
      `The revocation list has the critical extension ${strange.oid}, which is not understood: it cannot be used.`,
    )
}

const understoodInLists: ReadonlySet<string> = new Set([
  crlExtensionOid.crlNumber,
  crlExtensionOid.deltaCrlIndicator,
  crlExtensionOid.issuingDistributionPoint,
  extensionOid.authorityKeyIdentifier,
  extensionOid.freshestCrl,
])

const understoodInEntries: ReadonlySet<string> = new Set([
  crlExtensionOid.reasonCode,
  crlExtensionOid.invalidityDate,
])

/** Made once: a list may have a hundred thousand entries. */
const encodedReasons = new Map<RevocationReason, readonly Der[]>(
  revocationReasons.map((reason) => {
    const value = encodeReason(reason)
    return [reason, value ? [extension(crlExtensionOid.reasonCode, false, value)] : []]
  }),
)

const numberOctetsMax = 20

function encodeNumber(number: bigint): Der {
  if (number < 0n || number >= 1n << BigInt(numberOctetsMax * 8 - 1))
    throw new RangeError('not a number that a revocation list can have')
  const digits = number.toString(16)
  return integer(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'))
}

function readNumber(value: Der | undefined): bigint | undefined {
  if (!value) return undefined
  const element = readOnly(value, tag.integer)
  const octets = readIntegerBytes(element)
  if (octets.length > numberOctetsMax || octets[0]! >= 0x80)
    throw malformed('the number of a revocation list is negative or too large')
  return readBigInteger(element)
}
