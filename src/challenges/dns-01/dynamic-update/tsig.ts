/** Signatures of DNS messages by a shared key (TSIG, RFC 8945). */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../../domain/secret.ts'
import type { UnixSeconds } from '../../../domain/time.ts'
import { type TsigRecord, type UpdateAnswer, withAdditional } from './message.ts'
import { recordClasses, recordTypes, uint16, uint32, uint48, writeName } from './wire.ts'

/** By the names that settings and key files use (RFC 8945 6). */
export const tsigAlgorithms = {
  'hmac-sha1': 'sha1',
  'hmac-sha224': 'sha224',
  'hmac-sha256': 'sha256',
  'hmac-sha384': 'sha384',
  'hmac-sha512': 'sha512',
} as const

export type TsigAlgorithm = keyof typeof tsigAlgorithms

export interface TsigKey {
  readonly name: string
  readonly algorithm: TsigAlgorithm
  readonly secret: Secret<Uint8Array>
}

/** Error codes of the signature record (RFC 8945 3). */
export const tsigErrors = { badSignature: 16, badKey: 17, badTime: 18, badTruncation: 22 } as const

/** How far the clocks may be apart (RFC 8945 10). */
const fudgeSeconds = 300

export interface SignedMessage {
  readonly message: Uint8Array
  /** The answer is signed over it. */
  readonly mac: Uint8Array
}

/** @param message without a signature. */
export function signMessage(message: Uint8Array, key: TsigKey, now: UnixSeconds): SignedMessage {
  const originalId = Buffer.from(message).readUInt16BE(0)
  const terms: SignatureTerms = {
    keyName: key.name,
    algorithm: key.algorithm,
    signed: now,
    fudgeSeconds,
    error: 0,
    other: Buffer.alloc(0),
  }
  const mac = macOf(key, [message, variablesOf(terms)])
  const data = Buffer.concat([
    writeName(terms.algorithm),
    uint48(terms.signed),
    uint16(fudgeSeconds),
    uint16(mac.length),
    mac,
    uint16(originalId),
    uint16(terms.error),
    uint16(terms.other.length),
  ])
  const record = Buffer.concat([
    writeName(terms.keyName),
    uint16(recordTypes.tsig),
    uint16(recordClasses.any),
    uint32(0),
    uint16(data.length),
    data,
  ])
  return { message: Buffer.concat([withAdditional(message, 1, originalId), record]), mac }
}

/**
 * Whether an answer was signed with the key, over the request that it answers. When is another question: `isTimely`.
 * Truncated signatures are none (RFC 8945 5.2.2.1 leaves that to us).
 */
export function isSigned({ signature }: UpdateAnswer, key: TsigKey, requestMac: Uint8Array): boolean {
  if (!signature) return false
  const { record, before } = signature
  if (record.algorithm !== key.algorithm || record.keyName !== key.name.toLowerCase()) return false
  const mac = macOf(key, [
    uint16(requestMac.length),
    requestMac,
    withAdditional(before, -1, record.originalId),
    variablesOf(record),
  ])
  return record.mac.length === mac.length && timingSafeEqual(record.mac, mac)
}

/** Whether an answer was signed not long ago by our clock (RFC 8945 5.2.3). */
export function isTimely({ signed, fudgeSeconds }: TsigRecord, now: UnixSeconds): boolean {
  return Math.abs(now - signed) <= fudgeSeconds
}

type SignatureTerms = Pick<
  TsigRecord,
  'keyName' | 'algorithm' | 'signed' | 'fudgeSeconds' | 'error' | 'other'
>

/** RFC 8945 4.3.3. */
function variablesOf({ keyName, algorithm, signed, fudgeSeconds, error, other }: SignatureTerms): Buffer {
  return Buffer.concat([
    writeName(keyName),
    uint16(recordClasses.any),
    uint32(0),
    writeName(algorithm),
    uint48(signed),
    uint16(fudgeSeconds),
    uint16(error),
    uint16(other.length),
    other,
  ])
}

function macOf({ algorithm, secret }: TsigKey, parts: readonly Uint8Array[]): Buffer {
  const hmac = createHmac(tsigAlgorithms[algorithm], secret.reveal())
  for (const part of parts) hmac.update(part)
  return hmac.digest()
}
