/** The lives of a certificate, a key and a secret that are lost and brought back. */
import type { Tour } from './tour.ts'

const policy = {
  issuer: { name: 'Self' },
  key_props: { kty: 'EC', crv: 'P-256' },
  x509_props: { subject: 'CN=door', key_usage: ['digitalSignature'] },
}
const restore = (kind: string) => (kept: ReadonlyMap<string, string>) => ({ value: kept.get(kind) ?? 'AAAA' })
const keep =
  (kind: string) =>
  ({ value }: { value?: string }): [string, string] => [kind, value!]

export const backup: Tour = {
  bodies: {
    RestoreCertificate: restore('certificate'),
    RestoreKey: restore('key'),
    RestoreSecret: restore('secret'),
  },
  life: [
    ['CreateCertificate', 202, { policy }],
    ['BackupCertificate', 200],
    ['RestoreCertificate', 409],
    ['DeleteCertificate', 200],
    ['RestoreCertificate', 409],
    ['PurgeDeletedCertificate', 204],
    ['RestoreCertificate', 200],
    ['DeleteCertificate', 200],
    ['PurgeDeletedCertificate', 204],
    ['CreateKey', 200, { kty: 'EC' }],
    ['BackupKey', 200],
    ['DeleteKey', 200],
    ['PurgeDeletedKey', 204],
    ['RestoreKey', 200],
    ['SetSecret', 200, { value: 'hush' }],
    ['BackupSecret', 200],
    ['DeleteSecret', 200],
    ['PurgeDeletedSecret', 204],
    ['RestoreSecret', 200],
    ['RestoreSecret', 409],
  ],
  keep: {
    BackupCertificate: keep('certificate'),
    BackupKey: keep('key'),
    BackupSecret: keep('secret'),
  },
}
