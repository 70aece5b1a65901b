/** What somebody wants to have certified, and the certificate that says so (RFC 5280 4.1, 4.2). */
import type { AuthorityUrls } from '../../domain/authority-urls.ts'
import type { KeyUsageWord } from '../../domain/certificate-policy.ts'
import { type DistinguishedName, hasNames, type SubjectAlternativeNames } from '../../domain/subject.ts'
import type { Validity } from '../../domain/validity.ts'
import { authorityInformationExtension } from '../../x509/authority-information.ts'
import { buildTbsCertificate, type CertificateFacts } from '../../x509/certificate.ts'
import { certificatePoliciesExtension } from '../../x509/certificate-policies.ts'
import type { Der } from '../../x509/der.ts'
import { crlDistributionPointsExtension, freshestCrlExtension } from '../../x509/distribution-points.ts'
import {
  authorityKeyIdentifierExtension,
  type BasicConstraints,
  basicConstraintsExtension,
  extendedKeyUsageExtension,
  keyUsageExtension,
  noRevocationExtension,
  ocspNoCheckExtension,
  subjectAltNameExtension,
  subjectKeyIdentifierExtension,
} from '../../x509/extensions.ts'
import { encodeName } from '../../x509/name.ts'
import { type NameConstraints, nameConstraintsExtension } from '../../x509/name-constraints.ts'
import { subjectKeyIdentifier } from '../../x509/public-key.ts'

export interface Wish {
  readonly subject: DistinguishedName
  readonly sans: SubjectAlternativeNames
  /** DER SubjectPublicKeyInfo. */
  readonly publicKey: Der
  readonly keyUsage: readonly KeyUsageWord[]
  readonly ekus: readonly string[]
  readonly basicConstraints: BasicConstraints
  readonly nameConstraints?: NameConstraints
  /** Certificate policies, dotted identifiers (RFC 5280 4.2.1.4). */
  readonly policies?: readonly string[]
  /** It says that nothing tells of its revocation (RFC 9608), so it names neither lists nor OCSP. */
  readonly noRevocation?: boolean
  /** Of an OCSP responder: nobody asks whether its own certificate is revoked (RFC 6960 4.2.2.2.1), so it says nowhere to ask. */
  readonly ocspNoCheck?: true
  /** Another certificate of the same key: name and key identifier are copied from it, for verifiers compare the bytes. */
  readonly repeats?: Pick<CertificateFacts, 'subjectDer' | 'subjectKeyIdentifier'>
}

/** What the CA adds to a wish. */
export interface Grant extends Validity {
  readonly serialNumber: Uint8Array
  /** DER AlgorithmIdentifier of the signature to come. */
  readonly signatureAlgorithm: Der
  /** Absent where the certificate signs itself. */
  readonly issuer?: CertificateFacts
  /** Where the issuer publishes; absent where it does not. */
  readonly urls?: AuthorityUrls
}

/** TBSCertificate. The same wish and grant give the same octets. */
export function certificateFor(wish: Wish, grant: Grant): Der {
  const subject = wish.repeats?.subjectDer ?? encodeName(wish.subject)
  return buildTbsCertificate({
    serialNumber: grant.serialNumber,
    signatureAlgorithm: grant.signatureAlgorithm,
    issuer: grant.issuer?.subjectDer ?? subject,
    subject,
    notBefore: grant.notBefore,
    notAfter: grant.notAfter,
    spki: wish.publicKey,
    extensions: [...ownExtensions(wish), ...issuerExtensions(grant, wish)],
  })
}

/** Whatever is empty is absent. A key usage binds the key, so readers must heed it. */
function ownExtensions(wish: Wish): Der[] {
  const { keyUsage, ekus, sans, nameConstraints, policies = [], publicKey, repeats } = wish
  return [
    basicConstraintsExtension(wish.basicConstraints, true),
    ...(keyUsage.length > 0 ? [keyUsageExtension(keyUsage)] : []),
    ...(ekus.length > 0 ? [extendedKeyUsageExtension(ekus)] : []),
    ...(hasNames(sans) ? [subjectAltNameExtension(sans, wish.subject.length === 0)] : []),
    ...(nameConstraints ? [nameConstraintsExtension(nameConstraints)] : []),
    ...(policies.length > 0 ? [certificatePoliciesExtension(policies.map((oid) => ({ oid })))] : []),
    ...(wish.noRevocation ? [noRevocationExtension] : []),
    ...(wish.ocspNoCheck ? [ocspNoCheckExtension] : []),
    subjectKeyIdentifierExtension(repeats?.subjectKeyIdentifier ?? subjectKeyIdentifier(publicKey)),
  ]
}

function issuerExtensions({ issuer, urls }: Grant, { ocspNoCheck, noRevocation }: Wish): Der[] {
  if (!issuer) return []
  const extensions = [authorityKeyIdentifierExtension(keyIdentifierOf(issuer))]
  if (!urls || ocspNoCheck) return extensions
  if (!noRevocation) extensions.push(crlDistributionPointsExtension([urls.list]))
  if (!noRevocation && urls.deltaList !== undefined) extensions.push(freshestCrlExtension([urls.deltaList]))
  const ocsp = noRevocation ? [] : [urls.ocsp]
  extensions.push(authorityInformationExtension({ caIssuers: [urls.certificate], ocsp }))
  return extensions
}

/** Verifiers compare it with the one in the issuer's certificate, however that was made. */
function keyIdentifierOf({ subjectKeyIdentifier: present, spki }: CertificateFacts): Uint8Array {
  return present ?? subjectKeyIdentifier(spki)
}
