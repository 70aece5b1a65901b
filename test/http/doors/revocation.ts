/** A certificate of an authority of the vault is put on hold, released and revoked: as a version, and by its serial number. */
import type { Tour } from './tour.ts'

const serial = (kept: ReadonlyMap<string, string>) => ({ serial_number: kept.get('serial') ?? '1F' })

export const revocation: Tour = {
  bodies: {
    RevokeCertificate: () => ({ reason: 'certificateHold' }),
    RevokeIssuedCertificate: (kept) => ({ ...serial(kept), reason: 'superseded' }),
    ReleaseIssuedCertificate: serial,
  },
  keep: {
    CreateAuthority: ({ id }) => ['authority', id!.split('/').at(-1)!],
    GetCertificateRevocation: ({ serialnumber }) => ['serial', serialnumber!],
  },
  life: [
    ['CreateAuthority', 200, { subject: 'CN=Revoking Root' }],
    [
      'SetCertificateIssuer',
      200,
      (kept) => ({ provider: 'PrivateCA', settings: { authority: kept.get('authority') } }),
    ],
    [
      'CreateCertificate',
      202,
      (kept) => ({
        policy: {
          issuer: { name: kept.get('authority') },
          key_props: { kty: 'EC' },
          x509_props: { subject: 'CN=door', sans: { dns_names: ['door.example.org'] } },
        },
      }),
    ],
    ['GetCertificateRevocation', 200],
    ['RevokeCertificate', 200],
    ['ReleaseCertificate', 200],
    ['RevokeCertificate', 200],
    ['GetIssuedCertificates', 200],
    ['ReleaseIssuedCertificate', 200],
    ['RevokeIssuedCertificate', 200],
    ['RevokeCertificate', 200],
    ['GetIssuedCertificate', 200],
    ['ReleaseIssuedCertificate', 409],
    ['ReleaseCertificate', 409],
    ['DeleteCertificateIssuer', 200],
    ['DeleteCertificate', 200],
    ['RevokeCertificate', 404],
  ],
}
