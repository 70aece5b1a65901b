/** The life of a certificate. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRequest } from '../../../src/x509/request.ts'
import { ca, issue } from '../../x509/authority.ts'
import type { Tour } from './tour.ts'

const policy = {
  issuer: { name: 'Self' },
  key_props: { kty: 'EC', crv: 'P-256' },
  x509_props: { subject: 'CN=door', key_usage: ['digitalSignature'] },
}
const vectors = join(import.meta.dirname, '..', '..', 'vectors', 'x509')

/** Some CA's certificate for a request. */
function signed(csr: string): string {
  const root = issue('CN=Some CA', ca)
  const { spki } = parseRequest(Buffer.from(csr, 'base64'))
  const { certificate } = issue('CN=door', { issuer: root, key: { ...root.key, spki } })
  return Buffer.from(certificate.der).toString('base64')
}

/** One that no operation made. */
const request = readFileSync(join(vectors, '..', 'keyvault', 'request-plain.pem'), 'utf8').replace(
  /-----[A-Z ]+-----|\s/g,
  '',
)

export const certificates: Tour = {
  bodies: {
    CreateCertificate: () => ({ policy }),
    ImportCertificate: () => ({ value: readFileSync(join(vectors, 'import.pem'), 'utf8') }),
    UpdateCertificate: () => ({ tags: { a: 'b' } }),
    UpdateCertificatePolicy: () => ({ x509_props: { validity_months: 6 } }),
    UpdateCertificateOperation: () => ({ cancellation_requested: true }),
    MergeCertificate: (kept) => ({ x5c: [signed(kept.get('csr') ?? request)] }),
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
