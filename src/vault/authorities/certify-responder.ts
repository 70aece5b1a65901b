/**
 * Certifies whoever answers OCSP requests in the name of an authority (RFC 6960 4.2.2.2): a key of its own, under a short
 * certificate of the authority. A retired authority does so too, and for nobody else.
 */
import type { Authority } from '../../domain/authority.ts'
import type { KeySpec } from '../../domain/key-spec.ts'
import { responderOrders } from '../../domain/responder-orders.ts'
import { type DistinguishedName, emptyNames } from '../../domain/subject.ts'
import { seconds, secondsPerDay, type UnixSeconds } from '../../domain/time.ts'
import { validityFrom } from '../../domain/validity.ts'
import { issueUnder } from '../../issuers/private-ca/issue.ts'
import { type CertificateFacts, parseCertificate } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { keyPurpose } from '../../x509/object-identifiers.ts'
import { describePublicKey } from '../../x509/public-key.ts'
import { newId, type Parts } from '../parts.ts'
import { authorityRegister } from './authority-register.ts'

/** Nobody asks whether it is revoked, so it does not live long. */
const daysMax = 30
const commonName = '2.5.4.3'
/** RFC 5280 appendix A: `ub-common-name`. */
const commonNameMax = 64

/** What a responder of an authority can be. */
export interface ResponderPlan {
  readonly subject: DistinguishedName
  /** Of the kind that the authority's clients can verify; no larger than its short life needs. */
  readonly spec: KeySpec
  /** When its certificate would end, if it were made now. */
  readonly notAfter: UnixSeconds
}

/**
 * Undefined where there can be none: the authority has no certificate, it or a CA above is past its end, or one of them is
 * bound to other purposes.
 */
export function planResponder(authority: Authority, now: UnixSeconds): ResponderPlan | undefined {
  if (!authority.certificate) return undefined
  const path = [authority.certificate, ...authority.chain].map(parseCertificate)
  const notAfter = seconds(Math.min(now + daysMax * secondsPerDay, ...path.map((ca) => ca.notAfter)))
  if (notAfter <= now || !path.every(allowsResponders)) return undefined
  const isRsa = describePublicKey(authority.publicKey).kty === 'RSA'
  return {
    subject: subjectOf(authority, path[0]!),
    spec: isRsa ? { kty: 'RSA', size: 2048 } : { kty: 'EC', curve: 'P-256' },
    notAfter,
  }
}

/** @returns DER. @throws VaultError `BadParameter` when the names that a CA above allows leave no room for a responder. */
export async function certifyResponder(
  makings: Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>,
  authority: Authority,
  { subject, notAfter }: ResponderPlan,
  publicKey: Der,
): Promise<Der> {
  const [certificate] = await issueUnder(authorityRegister(makings), authority, {
    orderKey: `${responderOrders}${newId(makings.random)}`,
    wish: {
      subject,
      sans: emptyNames,
      publicKey,
      keyUsage: ['digitalSignature'],
      ekus: [keyPurpose.ocspSigning],
      basicConstraints: { ca: false },
      ocspNoCheck: true,
    },
    validity: { ...validityFrom(makings.clock.now(), 0), notAfter },
    kind: 'ocsp-responder',
  })
  return certificate!
}

function allowsResponders({ ekus }: CertificateFacts): boolean {
  return !ekus || ekus.includes(keyPurpose.any) || ekus.includes(keyPurpose.ocspSigning)
}

/** The authority's name with another common name: so it lies where name constraints on directory names leave the authority's. */
function subjectOf({ name }: Authority, { subject }: CertificateFacts): DistinguishedName {
  const above = subject.filter((level) => level.every(({ type }) => type !== commonName))
  return [...above, [{ type: commonName, value: `OCSP responder ${name}`.slice(0, commonNameMax) }]]
}
