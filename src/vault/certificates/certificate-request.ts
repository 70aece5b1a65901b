/** The PKCS#10 request that a policy asks for (RFC 2986), signed by the certificate's own key. */
import type { CertificatePolicy } from '../../domain/certificate-policy.ts'
import { keySpecOf } from '../../domain/key-spec.ts'
import { emptyNames, parseDistinguishedName } from '../../domain/subject.ts'
import type { SigningScheme } from '../../keys/key-protection.ts'
import { assembleSigned } from '../../x509/certificate.ts'
import type { Der } from '../../x509/der.ts'
import { encodeName } from '../../x509/name.ts'
import { requestExtensions } from '../../x509/profile.ts'
import { buildRequestInfo } from '../../x509/request.ts'
import { signatureAlgorithm } from '../../x509/signature-algorithm.ts'

export async function buildRequest(
  policy: CertificatePolicy,
  spki: Der,
  sign: (scheme: SigningScheme, data: Uint8Array) => Promise<Uint8Array>,
): Promise<Der> {
  const { subject, sans, keyUsage, ekus, basicConstraints } = policy.x509
  const name = parseDistinguishedName(subject)
  const names = { ...emptyNames, ...sans }
  const extensions = requestExtensions({
    keyUsage,
    ekus,
    sans: names,
    subjectIsEmpty: name.length === 0,
    basicConstraints,
  })
  const info = buildRequestInfo({ subject: encodeName(name), spki, extensions })
  const { identifier, hash } = signatureAlgorithm(keySpecOf(policy.key))
  return assembleSigned(info, identifier, await sign({ hash }, info))
}
