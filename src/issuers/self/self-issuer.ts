/** `Self`: the certificate signs itself, as Key Vault makes it (recorded answers; RFC 5280 4.1). */
import { keySpecOf } from '../../domain/key-spec.ts'
import { emptyNames, parseDistinguishedName } from '../../domain/subject.ts'
import { validityFrom } from '../../domain/validity.ts'
import { assembleSigned, buildTbsCertificate } from '../../x509/certificate.ts'
import { encodeName } from '../../x509/name.ts'
import { selfSignedExtensions } from '../../x509/profile.ts'
import { signatureAlgorithm } from '../../x509/signature-algorithm.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../issuer.ts'

export const selfIssuer: Issuer = { order: issue, check: issue }

/** The same order gives the same certificate up to the signature: serial number and dates are on record. */
async function issue(order: CertificateOrder): Promise<OrderAnswer> {
  const { policy, publicKey: spki } = order
  const { subject, sans, keyUsage, ekus, validityMonths } = policy.x509
  const name = parseDistinguishedName(subject)
  const encodedName = encodeName(name)
  const { identifier, hash } = signatureAlgorithm(keySpecOf(policy.key))
  const tbs = buildTbsCertificate({
    serialNumber: order.serialNumber,
    signatureAlgorithm: identifier,
    issuer: encodedName,
    subject: encodedName,
    ...validityFrom(order.created, validityMonths),
    spki,
    extensions: selfSignedExtensions({
      keyUsage,
      ekus,
      sans: { ...emptyNames, ...sans },
      subjectIsEmpty: name.length === 0,
      spki,
    }),
  })
  const signature = await order.sign({ hash }, tbs)
  return { state: 'issued', chain: [assembleSigned(tbs, identifier, signature)] }
}
