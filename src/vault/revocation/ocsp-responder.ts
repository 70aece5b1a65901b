/**
 * Answers OCSP requests (RFC 6960; RFC 9919 for those that are kept). The status is read from the record on every request, so
 * what another process revoked counts at once; what is kept is the signature under a status that has not changed.
 */
import type { Authority } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Reader } from '../../storage/storage.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import {
  type CertificateId,
  type IssuerHashes,
  isIssuedBy,
  issuerHashes,
} from '../../x509/ocsp-certificate-id.ts'
import { type OcspRequest, parseOcspRequest } from '../../x509/ocsp-request.ts'
import {
  type CertificateStatus,
  type OcspFailure,
  ocspFailure,
  type SingleResponse,
} from '../../x509/ocsp-response.ts'
import type { Parts } from '../parts.ts'
import { createOcspDelegates, type OcspDelegates } from './ocsp-delegates.ts'
import { findSigner, NoSignature, type OcspSigner, signAnswer } from './ocsp-signer.ts'
import { serialNumberOf, statusOf } from './ocsp-status.ts'
import { Remembered } from './remembered.ts'

/** Names an authority of a vault, without regard to case. */
export type AuthorityPlace = Pick<Authority, 'vault' | 'name'>

export interface OcspAnswer {
  /** DER OCSPResponse. */
  readonly der: Uint8Array
  /** When a cache may keep it; absent: it may not. */
  readonly fresh?: OcspFreshness
}

export interface OcspFreshness {
  readonly producedAt: UnixSeconds
  readonly thisUpdate: UnixSeconds
  readonly nextUpdate: UnixSeconds
}

export interface OcspResponder {
  /** Never throws: what cannot be answered is an answer that says so (RFC 6960 2.3), and says nothing more. */
  answer(place: AuthorityPlace, request: Uint8Array): Promise<OcspAnswer>
}

export type OcspMakings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random' | 'log'> & {
  /** How many signed answers are kept. */
  readonly answersMax?: number
  /** Shared with whoever renews them by the timetable; its own if absent. */
  readonly delegates?: OcspDelegates
}

/** No answer is good for longer; half of it is left when one is made anew. */
const hoursMax = 24
const secondsPerHour = 3600
/** Some kilobytes each. */
const usualAnswersMax = 10_000
const knownMax = 1000

export function createOcspResponder({
  answersMax = usualAnswersMax,
  delegates,
  ...makings
}: OcspMakings): OcspResponder {
  const desk: Desk = {
    ...makings,
    delegates: delegates ?? createOcspDelegates(makings),
    kept: new Remembered(answersMax),
    known: new Remembered(knownMax),
  }
  return {
    async answer(place, octets) {
      try {
        const request = readRequest(octets)
        return request ? await answerRequest(desk, place, request) : failure('malformedRequest')
      } catch (error) {
        desk.log.error('an OCSP request could not be answered', { ...place, error: String(error) })
        return failure(error instanceof NoSignature ? 'tryLater' : 'internalError')
      }
    },
  }
}

interface Desk extends Omit<OcspMakings, 'answersMax'> {
  readonly delegates: OcspDelegates
  readonly kept: Remembered<KeptAnswer>
  /** Certificates of authorities and responders, by their octets. */
  readonly known: Remembered<Issuer>
}

/** An authority as clients name it. */
interface Issuer {
  readonly certificate: CertificateFacts
  readonly hashes: IssuerHashes
}

interface KeptAnswer {
  readonly der: Der
  readonly fresh: OcspFreshness
  /** It stands for this status by this signer alone. */
  readonly standsFor: string
}

/** All that an answer is made of, as it was at one moment. */
interface Findings {
  readonly authority: Authority
  readonly issuer: Issuer
  readonly signer: OcspSigner
  readonly statuses: readonly CertificateStatus[]
}

function failure(why: OcspFailure): OcspAnswer {
  return { der: ocspFailure(why) }
}

function readRequest(octets: Uint8Array): OcspRequest | undefined {
  try {
    return parseOcspRequest(octets)
  } catch (error) {
    if (error instanceof VaultError) return undefined
    throw error
  }
}

async function answerRequest(desk: Desk, place: AuthorityPlace, request: OcspRequest): Promise<OcspAnswer> {
  const now = desk.clock.now()
  const findings = await findOut(desk, place, request, now)
  if (!findings) return failure('unauthorized')
  const [status] = findings.statuses
  const [certificate] = request.certificates
  const isAlone = request.certificates.length === 1 && !request.nonce
  // What is unknown may be issued in a moment.
  if (isAlone && status!.status !== 'unknown') return answerKept(desk, findings, certificate!, status!, now)
  return { der: await produce(desk, findings, request, now) }
}

/** What there is to say, and who signs it; a responder that is missing is made first. */
async function findOut(
  desk: Desk,
  place: AuthorityPlace,
  request: OcspRequest,
  now: UnixSeconds,
): Promise<Findings | undefined> {
  const look = () => desk.storage.read((reader) => lookUp(desk, reader, place, request, now))
  const findings = await look()
  if (!findings || findings.signer.delegated) return findings
  return (await desk.delegates.ensure(findings.authority)) ? look() : findings
}

/** Undefined when this responder has nothing to say: there is no such authority (now), or every question is for another. */
async function lookUp(
  desk: Desk,
  reader: Reader,
  { vault, name }: AuthorityPlace,
  { certificates }: OcspRequest,
  now: UnixSeconds,
): Promise<Findings | undefined> {
  const authority = await reader.authorities.find(vault, name)
  if (!authority?.certificate) return undefined
  const issuer = issuerOf(desk, authority.certificate)
  const isOurs = certificates.map((id) => isIssuedBy(id, issuer.hashes))
  if (issuer.certificate.notAfter <= now || !isOurs.includes(true)) return undefined
  const statuses: CertificateStatus[] = []
  for (const [index, id] of certificates.entries()) {
    const serialNumber = isOurs[index] ? serialNumberOf(id) : undefined
    statuses.push(statusOf(serialNumber && (await reader.authorities.findIssued(authority, serialNumber))))
  }
  const parse = (der: Der) => issuerOf(desk, der).certificate
  const signer = await findSigner(reader, authority, issuer.certificate, now, parse)
  return { authority, issuer, signer, statuses }
}

function issuerOf({ known: remembered }: Desk, der: Der): Issuer {
  const key = Buffer.from(der).toString('latin1')
  const known = remembered.get(key)
  if (known) return known
  const certificate = parseCertificate(der)
  const issuer = { certificate, hashes: issuerHashes(certificate) }
  remembered.set(key, issuer)
  return issuer
}

/** The answer to the only question of a request, signed beforehand if it was asked before (RFC 9919 2.2). */
async function answerKept(
  desk: Desk,
  findings: Findings,
  { encoded }: CertificateId,
  status: CertificateStatus,
  now: UnixSeconds,
): Promise<OcspAnswer> {
  const { authority, signer } = findings
  const key = `${authority.vault}/${authority.name}/${Buffer.from(encoded).toString('latin1')}`
  const standsFor = JSON.stringify([status, Buffer.from(signer.certificate.serialNumber).toString('hex')])
  const kept = desk.kept.get(key)
  if (kept?.standsFor === standsFor && isYoung(kept.fresh, now)) return { der: kept.der, fresh: kept.fresh }
  const fresh = { producedAt: now, thisUpdate: now, nextUpdate: nextUpdateOf(findings, now) }
  const responses = [singleOf(findings, encoded, status, now)]
  const der = await signAnswer(desk.keys, signer, { producedAt: now, responses })
  desk.kept.set(key, { der, fresh, standsFor })
  return { der, fresh }
}

/** Until half of its life. A clock that was set back makes it anew as well. */
function isYoung({ thisUpdate, nextUpdate }: OcspFreshness, now: UnixSeconds): boolean {
  return now >= thisUpdate && now - thisUpdate < (nextUpdate - thisUpdate) / 2
}

function produce(
  { keys }: Desk,
  findings: Findings,
  { certificates, nonce }: OcspRequest,
  now: UnixSeconds,
): Promise<Der> {
  const responses = certificates.map(({ encoded }, index) =>
    singleOf(findings, encoded, findings.statuses[index]!, now),
  )
  return signAnswer(keys, findings.signer, { producedAt: now, responses, ...(nonce && { nonce }) })
}

/** Of what is unknown newer information may be there at any time. */
function singleOf(
  findings: Findings,
  certificate: Der,
  status: CertificateStatus,
  now: UnixSeconds,
): SingleResponse {
  const single = { ...status, certificate, thisUpdate: now }
  return status.status === 'unknown' ? single : { ...single, nextUpdate: nextUpdateOf(findings, now) }
}

/** Never later than the end of a list, of the signer's certificate, or of the authority's. */
function nextUpdateOf({ authority, issuer, signer }: Findings, now: UnixSeconds): UnixSeconds {
  const hours = Math.min(hoursMax, authority.rules.crlHours)
  const { notAfter } = signer.certificate
  return seconds(Math.min(now + hours * secondsPerHour, notAfter, issuer.certificate.notAfter))
}
