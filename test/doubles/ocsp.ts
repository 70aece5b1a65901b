/** Asking an OCSP responder about certificates of the private CA, with nothing between. */
import assert from 'node:assert/strict'
import type { Revocation } from '../../src/domain/authority.ts'
import type { OcspAnswer, OcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import { type CertificateFacts, parseCertificate } from '../../src/x509/certificate.ts'
import {
  type CertificateIdHash,
  encodeCertificateId,
  issuerHashes,
} from '../../src/x509/ocsp-certificate-id.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { ocspRequest, type ResponseFacts, readOcspResponse, type SingleFacts } from '../x509/ocsp-client.ts'
import type { TestVault } from './vault.ts'

export const failureStatus = { malformedRequest: 1, internalError: 2, tryLater: 3, unauthorized: 6 } as const

export interface Said {
  readonly answer: OcspAnswer
  /** Number of the response status. */
  readonly status: number
  readonly facts: ResponseFacts | undefined
  /** Of the only question; undefined where there is no answer. */
  readonly single: SingleFacts | undefined
}

export const placeOf = (name: string) => ({ vault: 'default', name })

/** CertID of a certificate, or of a serial number, of this CA. */
export function idOf(
  ca: CertificateFacts,
  of: CertificateFacts | Uint8Array,
  hash: CertificateIdHash = 'sha1',
) {
  return encodeCertificateId(hash, issuerHashes(ca), of instanceof Uint8Array ? of : of.serialNumber)
}

export async function ask(
  responder: OcspResponder,
  name: string,
  ids: readonly Uint8Array[],
  wishes: Parameters<typeof ocspRequest>[1] = {},
): Promise<Said> {
  return read(await responder.answer(placeOf(name), ocspRequest(ids, wishes)))
}

export function read(answer: OcspAnswer): Said {
  const { status, facts } = readOcspResponse(answer.der)
  return { answer, status, facts, single: facts?.responses[0] }
}

/** Who signed, by what is in the answer or by the CA. Fails when nobody of them did. */
export function signerOf({ facts }: Said, ca: CertificateFacts): 'delegate' | 'authority' {
  const [delegate] = facts!.certificates.map(parseCertificate)
  assert.equal(verifySigned(facts!, (delegate ?? ca).spki), true)
  if (!delegate) return 'authority'
  assert.equal(verifySigned(delegate, ca.spki), true)
  return 'delegate'
}

/** Puts a revocation on record, or with `undefined` lifts a hold, as another process would. */
export function setRevocation(
  { parts, clock }: TestVault,
  name: string,
  { serialNumber }: CertificateFacts,
  revocation: Revocation | undefined,
): Promise<void> {
  return parts.storage.transact((writer) =>
    writer.authorities.setRevocation(placeOf(name), serialNumber, revocation, clock.now()),
  )
}
