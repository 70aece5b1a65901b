/** OCSP responses (RFC 6960 4.2): what the responder signs, what goes out, and how it says that it cannot answer. */
import type { UnixSeconds } from '../domain/time.ts'
import {
  bitString,
  contextTag,
  type Der,
  encode,
  explicit,
  objectIdentifier,
  octetString,
  sequence,
  tag,
} from './der.ts'
import { extension } from './extensions.ts'
import { ocspOid } from './object-identifiers.ts'
import { encodeReason, type RevocationReason } from './revocation-reason.ts'
import { encodeGeneralizedTime } from './time.ts'

/** What is known of one certificate. `good` is said of those alone that were issued and are not revoked. */
export type CertificateStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly revokedAt: UnixSeconds; readonly reason: RevocationReason }
  /** Of another issuer, or never issued. */
  | { readonly status: 'unknown' }

export type SingleResponse = CertificateStatus & {
  /** DER CertID, as the client wrote it or as `encodeCertificateId` writes it. */
  readonly certificate: Der
  /** From when the status is known to be right. */
  readonly thisUpdate: UnixSeconds
  /** When newer information is there at the latest; without it newer information is always there. */
  readonly nextUpdate?: UnixSeconds
}

export interface ResponseContent {
  /** SHA-1 of the responder's key: `subjectKeyIdentifier` of it. */
  readonly responderKeyHash: Uint8Array
  readonly producedAt: UnixSeconds
  readonly responses: readonly SingleResponse[]
  /** Of the request that is answered; absent in answers that are made beforehand (RFC 5019, RFC 9919). */
  readonly nonce?: Uint8Array
}

/** ResponseData: to be signed by the responder's key, then completed with `assembleOcspResponse`. */
export function buildResponseData(content: ResponseContent): Der {
  const parts = [
    explicit(responderByKey, octetString(content.responderKeyHash)),
    encodeGeneralizedTime(content.producedAt),
    sequence(...content.responses.map(encodeSingle)),
  ]
  if (content.nonce) {
    const nonce = extension(ocspOid.nonce, false, octetString(content.nonce))
    parts.push(explicit(1, sequence(nonce)))
  }
  return sequence(...parts)
}

export interface SignedResponse {
  readonly responseData: Der
  /** DER AlgorithmIdentifier. */
  readonly signatureAlgorithm: Der
  readonly signature: Uint8Array
  /** The responder's certificate where the issuer's own key did not sign: clients find it nowhere else. */
  readonly certificates?: readonly Der[]
}

/** The whole OCSPResponse around a signed BasicOCSPResponse. */
export function assembleOcspResponse({ certificates = [], ...signed }: SignedResponse): Der {
  const parts = [signed.responseData, signed.signatureAlgorithm, bitString(signed.signature)]
  if (certificates.length > 0) parts.push(explicit(0, sequence(...certificates)))
  const basic = sequence(objectIdentifier(ocspOid.basicResponse), octetString(sequence(...parts)))
  return sequence(encode(tag.enumerated, Uint8Array.of(successful)), explicit(0, basic))
}

const successful = 0

const failures = {
  malformedRequest: 1,
  internalError: 2,
  tryLater: 3,
  sigRequired: 5,
  unauthorized: 6,
} as const

/** Why there is no answer. `unauthorized` says also that this responder knows nothing of such certificates (RFC 5019 2.2.3). */
export type OcspFailure = keyof typeof failures

/** An OCSPResponse without content, which nobody signs. */
export function ocspFailure(failure: OcspFailure): Der {
  return sequence(encode(tag.enumerated, Uint8Array.of(failures[failure])))
}

const responderByKey = 2

function encodeSingle(single: SingleResponse): Der {
  const { certificate, thisUpdate, nextUpdate } = single
  const parts = [certificate, encodeStatus(single), encodeGeneralizedTime(thisUpdate)]
  if (nextUpdate !== undefined) {
    if (nextUpdate < thisUpdate) throw new RangeError('an OCSP response that is never current')
    parts.push(explicit(0, encodeGeneralizedTime(nextUpdate)))
  }
  return sequence(...parts)
}

function encodeStatus(status: CertificateStatus): Der {
  if (status.status === 'good') return encode(contextTag(0, 'primitive'))
  if (status.status === 'unknown') return encode(contextTag(2, 'primitive'))
  const reason = encodeReason(status.reason)
  const parts = [encodeGeneralizedTime(status.revokedAt), ...(reason ? [explicit(0, reason)] : [])]
  return encode(contextTag(1, 'constructed'), ...parts)
}
