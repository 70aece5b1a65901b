/** The life of a certificate. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tour } from './tour.ts'

const policy = {
  issuer: { name: 'Self' },
  key_props: { kty: 'EC', crv: 'P-256' },
  x509_props: { subject: 'CN=door', key_usage: ['digitalSignature'] },
}
const vectors = join(import.meta.dirname, '..', '..', 'vectors', 'x509')

export const certificates: Tour = {
  bodies: {
    CreateCertificate: () => ({ policy }),
    ImportCertificate: () => ({ value: readFileSync(join(vectors, 'import.pem'), 'utf8') }),
    UpdateCertificate: () => ({ tags: { a: 'b' } }),
    UpdateCertificatePolicy: () => ({ x509_props: { validity_months: 6 } }),
    UpdateCertificateOperation: () => ({ cancellation_requested: true }),
  },
  life: [
    ['CreateCertificate', 202],
    ['GetCertificateOperation', 200],
    ['DeleteCertificateOperation', 200],
    ['GetCertificates', 200],
    ['GetCertificateVersions', 200],
    ['GetCertificate', 200],
    ['UpdateCertificate', 200],
    ['GetCertificatePolicy', 200],
    ['UpdateCertificatePolicy', 200],
    ['ImportCertificate', 200],
    ['DeleteCertificate', 200],
    ['GetDeletedCertificates', 200],
    ['GetDeletedCertificate', 200],
    ['RecoverDeletedCertificate', 200],
    ['DeleteCertificate', 200],
    ['PurgeDeletedCertificate', 204],
  ],
}
