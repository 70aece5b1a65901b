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
  CertificateRevoke: certificates('certificates/delete'),
  CertificateRevocationRelease: certificates('certificates/delete'),
  CertificateRevocationGet: certificates('certificates/read'),
  CertificatePendingMerge: certificates('certificates/create/action'),
  CertificateBackup: certificates('certificates/backup/action'),
  CertificateRestore: certificates('certificates/restore/action'),
  CertificateContactsGet: certificates('certificatecontacts/write'),
  CertificateContactsSet: certificates('certificatecontacts/write'),
  CertificateContactsDelete: certificates('certificatecontacts/write'),
  CertificateIssuerGet: certificates('certificatecas/read'),
  CertificateIssuersList: certificates('certificatecas/read'),
  CertificateIssuerSet: certificates('certificatecas/write'),
  CertificateIssuerUpdate: certificates('certificatecas/write'),
  CertificateIssuerDelete: certificates('certificatecas/delete'),
  // It sends something to the CA in the name of the account, though it changes nothing there.
  CertificateIssuerVerify: certificates('certificatecas/write'),
  CertificateIssuerAccountGet: certificates('certificatecas/read'),
  CertificateIssuerAccountUpdate: certificates('certificatecas/write'),
  CertificateIssuerSign: certificates('certificates/create/action'),
  AuthorityCreate: certificates('certificatecas/write'),
  AuthorityImport: certificates('certificatecas/write'),
  AuthorityInstall: certificates('certificatecas/write'),
  AuthorityUpdate: certificates('certificatecas/write'),
  AuthorityCrossCertify: certificates('certificatecas/write'),
  AuthorityCertificateRevoke: certificates('certificatecas/write'),
  AuthorityCertificateRelease: certificates('certificatecas/write'),
  AuthorityCertificateGet: certificates('certificatecas/read'),
  AuthorityCertificateList: certificates('certificatecas/read'),
  AuthorityGet: certificates('certificatecas/read'),
  AuthorityList: certificates('certificatecas/read'),
  AuthorityRequestGet: certificates('certificatecas/read'),

  // The private key of a certificate leaves with `SecretGet`; the role for it is another than for the certificate.
  SecretGet: secrets('secrets/getSecret/action'),
  SecretSet: secrets('secrets/setSecret/action'),
  SecretUpdate: secrets('secrets/update/action'),
  SecretList: secrets('secrets/readMetadata/action'),
  SecretListVersions: secrets('secrets/readMetadata/action'),
  SecretDelete: secrets('secrets/delete'),
  SecretGetDeleted: secrets('secrets/readMetadata/action'),
  SecretListDeleted: secrets('secrets/readMetadata/action'),
  SecretRecover: secrets('secrets/recover/action'),
  SecretPurge: secrets('secrets/purge/action'),
  SecretBackup: secrets('secrets/backup/action'),
  SecretRestore: secrets('secrets/restore/action'),

  KeyGet: keys('keys/read'),
  KeyCreate: keys('keys/create/action'),
  KeyImport: keys('keys/import/action'),
  KeyUpdate: keys('keys/update/action'),
  KeyList: keys('keys/read'),
  KeyListVersions: keys('keys/read'),
  KeyDelete: keys('keys/delete'),
  KeyGetDeleted: keys('keys/read'),
  KeyListDeleted: keys('keys/read'),
  KeyRecover: keys('keys/recover/action'),
  KeyPurge: keys('keys/purge/action'),
  KeyBackup: keys('keys/backup/action'),
  KeyRestore: keys('keys/restore/action'),
  KeyRotate: keys('keys/rotate/action'),
  KeyRotationPolicyGet: keys('keyrotationpolicies/read'),
  KeyRotationPolicySet: keys('keyrotationpolicies/write'),
  KeySign: keys('keys/sign/action'),
  KeyVerify: keys('keys/verify/action'),
  KeyEncrypt: keys('keys/encrypt/action'),
  KeyDecrypt: keys('keys/decrypt/action'),
  KeyWrap: keys('keys/wrap/action'),
  KeyUnwrap: keys('keys/unwrap/action'),
  KeyRelease: keys('keys/release/action'),
  KeySecureWrap: keys('keys/wrap/action'),
  KeySecureUnwrap: keys('keys/unwrap/action'),
  KeyGetAttestation: keys('keys/read'),
  // Managed HSM has an action of its own for it; Key Vault's list of actions has none.
  RandomBytesGet: keys('keys/read'),
} as const satisfies Readonly<Record<string, Verb>>

export type VerbName = keyof typeof verbs
