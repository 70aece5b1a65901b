/** The certificate that an order asks for, for issuers that sign here: what the policy says, under the recorded serial number. */
import { emptyNames, parseDistinguishedName } from '../domain/subject.ts'
import { validityFrom } from '../domain/validity.ts'
import { buildTbsCertificate } from '../x509/certificate.ts'
import type { Der } from '../x509/der.ts'
import { encodeName } from '../x509/name.ts'
import { certificateExtensions } from '../x509/profile.ts'
import type { CertificateOrder } from './issuer.ts'

export interface Signatory {
  /** DER Name; undefined where the certificate names itself. */
  readonly name?: Der
  readonly publicKey: Der
  /** DER AlgorithmIdentifier of the signature to come. */
  readonly signatureAlgorithm: Der
}

/** TBSCertificate: the same for every attempt of one order, since serial number and dates are on record. */
export function certificateOf(order: CertificateOrder, signatory: Signatory): Der {
  const { policy, publicKey: spki } = order
  const { subject, sans, keyUsage, ekus, validityMonths } = policy.x509
  const name = parseDistinguishedName(subject)
  const encodedName = encodeName(name)
  const content = {
    keyUsage,
    ekus,
    sans: { ...emptyNames, ...sans },
    subjectIsEmpty: name.length === 0,
    spki,
  }
  return buildTbsCertificate({
    serialNumber: order.serialNumber,
    signatureAlgorithm: signatory.signatureAlgorithm,
    issuer: signatory.name ?? encodedName,
    subject: encodedName,
    ...validityFrom(order.created, validityMonths),
    spki,
    extensions: certificateExtensions(content, signatory.publicKey),
  })
}
