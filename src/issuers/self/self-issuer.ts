/** `Self`: the certificate signs itself, as Key Vault makes it (recorded answers; RFC 5280 4.1). */
import { keySpecOf } from '../../domain/key-spec.ts'
import { assembleSigned } from '../../x509/certificate.ts'
import { signatureAlgorithm } from '../../x509/signature-algorithm.ts'
import { certificateOf } from '../certificate-of-order.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../issuer.ts'

export const selfIssuer: Issuer = {
  capabilities: { idempotentOrders: true, caCertificates: false },
  order: issue,
  check: issue,
}

async function issue(order: CertificateOrder): Promise<OrderAnswer> {
  const { publicKey } = order
  const { identifier, hash } = signatureAlgorithm(keySpecOf(order.policy.key))
  const tbs = certificateOf(order, { publicKey, signatureAlgorithm: identifier })
  const signature = await order.sign({ hash }, tbs)
  return { state: 'issued', chain: [assembleSigned(tbs, identifier, signature)] }
}
