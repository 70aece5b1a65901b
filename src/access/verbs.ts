/** What each verb takes: one table from its name in the audit (Key Vault's operation name) to the data action it needs. */
import type { Collection } from './principal.ts'
import type { DataAction } from './roles.ts'

interface Verb {
  readonly action: DataAction
  readonly collection: Collection
}

const on =
  (collection: Collection) =>
  (action: DataAction): Verb => ({ action, collection })
const certificates = on('certificates')
const secrets = on('secrets')
const keys = on('keys')

export const verbs = {
  CertificateCreate: certificates('certificates/create/action'),
  CertificateImport: certificates('certificates/import/action'),
  CertificateGet: certificates('certificates/read'),
  CertificateList: certificates('certificates/read'),
  CertificateListVersions: certificates('certificates/read'),
  CertificateUpdate: certificates('certificates/update/action'),
  CertificatePolicyGet: certificates('certificates/read'),
  CertificatePolicyUpdate: certificates('certificates/update/action'),
  CertificatePendingGet: certificates('certificates/read'),
  CertificatePendingUpdate: certificates('certificates/update/action'),
  CertificatePendingDelete: certificates('certificates/update/action'),
  CertificateDelete: certificates('certificates/delete'),
  CertificateGetDeleted: certificates('certificates/read'),
  CertificateListDeleted: certificates('certificates/read'),
  CertificateRecover: certificates('certificates/recover/action'),
  CertificatePurge: certificates('certificates/purge/action'),
  // The private key leaves here; the role for it is another than for the certificate.
  SecretGet: secrets('secrets/getSecret/action'),
  SecretList: secrets('secrets/readMetadata/action'),
  SecretListVersions: secrets('secrets/readMetadata/action'),
  KeyGet: keys('keys/read'),
  KeyList: keys('keys/read'),
  KeyListVersions: keys('keys/read'),
} as const satisfies Readonly<Record<string, Verb>>

export type VerbName = keyof typeof verbs
