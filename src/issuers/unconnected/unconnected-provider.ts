/** CAs that an issuer object can be made for, but that cannot be asked from here yet. */
import type { Issuer, IssuerProvider, OrderAnswer } from '../issuer.ts'

export function unconnectedProvider(name: string): IssuerProvider {
  const answer = async (): Promise<OrderAnswer> => ({
    state: 'unable',
    reason: `Certificates cannot be ordered from ${name} here yet. Hand the request (csr) to the CA yourself and merge the certificate, or take another issuer.`,
  })
  const issuer: Issuer = {
    capabilities: { idempotentOrders: true, caCertificates: false },
    order: answer,
    check: answer,
    verifyAccount: async () => [
      { subject: 'network', inOrder: false, details: `${name} cannot be asked from here yet.` },
    ],
  }
  return { name, connect: () => issuer }
}
