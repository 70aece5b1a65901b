/** `Unknown`: nobody to ask. The request waits until a person merges a certificate. */
import type { Issuer, OrderAnswer } from '../issuer.ts'

const waiting: OrderAnswer = { state: 'pending', reference: 'merge' }

export const unknownIssuer: Issuer = {
  capabilities: { idempotentOrders: true, caCertificates: false },
  order: async () => waiting,
  check: async () => waiting,
  cancel: async () => ({ state: 'cancelled' }),
}
