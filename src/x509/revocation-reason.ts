/** Why a certificate was revoked: CRLReason (RFC 5280 5.3.1), which revocation lists and OCSP share. */
import { revocationReasons as revocationReasonNumbers } from '../domain/authority.ts'
import { type Der, type Element, encode, malformed, readSmallInteger, tag } from './der.ts'

const numbers = { ...revocationReasonNumbers, removeFromCRL: 8 } as const

/** `removeFromCRL` says, in a delta list only, that a certificate on hold is good again or has expired. */
export type RevocationReason = keyof typeof numbers

export const revocationReasons = Object.keys(numbers) as RevocationReason[]

/** ENUMERATED; undefined for `unspecified`, which is said by saying nothing. */
export function encodeReason(reason: RevocationReason): Der | undefined {
  return encodedReasons.get(reason)
}

const encodedReasons = new Map<RevocationReason, Der>(
  revocationReasons
    .filter((reason) => reason !== 'unspecified')
    .map((reason) => [reason, encode(tag.enumerated, Uint8Array.of(numbers[reason]))]),
)

/** A reason that has no meaning is refused: 7 was never given one. */
export function readReason(element: Element): RevocationReason {
  const number = readSmallInteger(element)
  const reason = revocationReasons.find((known) => numbers[known] === number)
  if (element.tag !== tag.enumerated || !reason) throw malformed('a reason for revocation is not known')
  return reason
}
