/** The life of an issuer object. */
import type { Tour } from './tour.ts'

export const issuers: Tour = {
  bodies: {
    SetCertificateIssuer: () => ({
      provider: 'Test',
      settings: {},
      credentials: { account_id: 'door', pwd: 'kept to itself' },
      org_details: { id: '1', admin_details: [{ first_name: 'Ada', email: 'ada@example.com' }] },
    }),
    UpdateCertificateIssuer: () => ({ attributes: { enabled: false } }),
  },
  life: [
    ['SetCertificateIssuer', 200],
    ['GetCertificateIssuers', 200],
    ['GetCertificateIssuer', 200],
    ['UpdateCertificateIssuer', 200],
    ['DeleteCertificateIssuer', 200],
    ['GetCertificateIssuer', 404],
  ],
}
