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
    UpdateIssuerAccount: () => ({ act: 'startAnew' }),
  },
  life: [
    ['SetCertificateIssuer', 200],
    ['GetCertificateIssuers', 200],
    ['GetCertificateIssuer', 200],
    ['VerifyCertificateIssuer', 200],
    ['GetIssuerAccount', 404],
    ['UpdateCertificateIssuer', 200],
    [
      'SetCertificateIssuer',
      200,
      () => ({
        provider: 'ACME',
        settings: { directory: 'https://localhost:1/directory', termsOfServiceAgreed: true },
      }),
    ],
    ['GetIssuerAccount', 200],
    ['UpdateIssuerAccount', 200],
    ['DeleteCertificateIssuer', 200],
    ['GetCertificateIssuer', 404],
  ],
}
