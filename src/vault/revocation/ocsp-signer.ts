/**
 * Who signs the OCSP answers of an authority (RFC 6960 4.2.2.2): the responder that it certified, or the authority itself
 * where there is none.
 */
import type { Authority } from '../../domain/authority.ts'
import type { StoredKey } from '../../domain/certificate.ts'
import type { UnixSeconds } from '../../domain/time.ts'
import type { Binding, KeyProtection } from '../../keys/key-protection.ts'
import type { Reader } from '../../storage/storage.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { assembleOcspResponse, buildResponseData, type ResponseContent } from '../../x509/ocsp-response.ts'
import { describePublicKey, subjectKeyIdentifier } from '../../x509/public-key.ts'
import { signatureAlgorithm, verifySigned } from '../../x509/signature-algorithm.ts'
import { authorityBinding, responderBinding } from '../authorities/authority-key.ts'

export interface OcspSigner {
  readonly certificate: CertificateFacts
  readonly key: StoredKey
  readonly binding: Binding
  /**
   * Its certificate goes with every answer: clients find it nowhere else. The authority's own never does: they have it, and
   * some would take it for a responder's.
   */
  readonly delegated: boolean
}

/** The key did not sign, or not well. */
export class NoSignature extends Error {}

/** @param issuer the authority's own certificate. @param parse may remember what it parsed. */
export async function findSigner(
  reader: Reader,
  authority: Authority,
  issuer: CertificateFacts,
  now: UnixSeconds,
  parse: (der: Der) => CertificateFacts,
): Promise<OcspSigner> {
  const delegate = await findDelegate(reader, authority, now, parse)
  if (delegate) return delegate
  const key = await reader.authorities.findKey(authority.vault, authority.name)
  if (!key) throw new Error('an authority has no key')
  return { certificate: issuer, key, binding: authorityBinding(authority), delegated: false }
}

/** The responder whose certificate is valid. One that was revoked is none. */
export async function findDelegate(
  reader: Reader,
  authority: Authority,
  now: UnixSeconds,
  parse: (der: Der) => CertificateFacts = parseCertificate,
): Promise<OcspSigner | undefined> {
  const found = await reader.authorities.findResponder(authority)
  if (!found || found.responder.notAfter <= now) return undefined
  const certificate = parse(found.responder.certificate)
  const issued = await reader.authorities.findIssued(authority, certificate.serialNumber)
  if (!issued || issued.revocation || certificate.notBefore > now) return undefined
  return { certificate, key: found.key, binding: responderBinding(authority), delegated: true }
}

/** The whole OCSPResponse. @throws NoSignature. */
export async function signAnswer(
  keys: KeyProtection,
  { certificate, key, binding, delegated }: OcspSigner,
  content: Omit<ResponseContent, 'responderKeyHash'>,
): Promise<Der> {
  const { spki } = certificate
  const { identifier, hash } = signatureAlgorithm(describePublicKey(spki))
  const responseData = buildResponseData({ ...content, responderKeyHash: subjectKeyIdentifier(spki) })
  const signature = await keys.sign(key, binding, { hash }, responseData).catch((cause) => {
    throw new NoSignature('the key of an OCSP responder does not sign', { cause })
  })
  // A signature that a fault spoiled could tell the key (Boneh, DeMillo, Lipton): it goes nowhere.
  if (!verifySigned({ toBeSigned: responseData, signatureAlgorithm: identifier, signature }, spki))
    throw new NoSignature('a signature of an OCSP responder does not verify')
  const certificates = delegated ? [certificate.der] : []
  return assembleOcspResponse({ responseData, signatureAlgorithm: identifier, signature, certificates })
}
