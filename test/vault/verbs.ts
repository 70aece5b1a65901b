/** Every verb of the vault once, so that none is forgotten where all are held to something. */
import { encryptionAlgorithms, signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { Caller, Vault } from '../../src/vault/vault.ts'
import { policyOf } from '../doubles/vault.ts'

export const page = { limit: 25 }
export const pending = { includePending: true }
const version = '0123456789abcdef0123456789abcdef'
const noBackup = new Uint8Array(100)
const digest = new Uint8Array(32).fill(7)
const signing = { algorithm: signatureAlgorithms.find(({ name }) => name === 'ES256')!, digest }
const oaep = encryptionAlgorithms.find(({ name }) => name === 'RSA-OAEP')!
type Verb = Exclude<keyof Vault, 'recordRefusal'>

/** Every verb on the certificate `web`, with the action that it needs and what it is called in the audit. */
export const verbs: Record<
  Verb,
  [
    operation: string,
    action: string,
    object: string | undefined,
    run: (vault: Vault, caller: Caller) => Promise<unknown>,
  ]
> = {
  createCertificate: [
    'CertificateCreate',
    'certificates/create/action',
    'certificates/web',
    (v, c) => v.createCertificate(c, 'web', { policy: policyOf('Self') }),
  ],
  importCertificate: [
    'CertificateImport',
    'certificates/import/action',
    'certificates/web',
    (v, c) => v.importCertificate(c, 'web', { value: new Secret('MIIK') }),
  ],
  readCertificate: [
    'CertificateGet',
    'certificates/read',
    'certificates/web',
    (v, c) => v.readCertificate(c, 'web'),
  ],
  readCertificateVersion: [
    'CertificateGet',
    'certificates/read',
    `certificates/web/${version}`,
    (v, c) => v.readCertificateVersion(c, 'web', version),
  ],
  listCertificates: [
    'CertificateList',
    'certificates/read',
    undefined,
    (v, c) => v.listCertificates(c, page, pending),
  ],
  listCertificateVersions: [
    'CertificateListVersions',
    'certificates/read',
    'certificates/web',
    (v, c) => v.listCertificateVersions(c, 'web', page),
  ],
  updateCertificate: [
    'CertificateUpdate',
    'certificates/update/action',
    'certificates/web',
    (v, c) => v.updateCertificate(c, 'web', { enabled: false }),
  ],
  updateCertificateVersion: [
    'CertificateUpdate',
    'certificates/update/action',
    `certificates/web/${version}`,
    (v, c) => v.updateCertificateVersion(c, 'web', version, {}),
  ],
  readPolicy: [
    'CertificatePolicyGet',
    'certificates/read',
    'certificates/web',
    (v, c) => v.readPolicy(c, 'web'),
  ],
  updatePolicy: [
    'CertificatePolicyUpdate',
    'certificates/update/action',
    'certificates/web',
    (v, c) => v.updatePolicy(c, 'web', { enabled: false }),
  ],
  readOperation: [
    'CertificatePendingGet',
    'certificates/read',
    'certificates/web',
    (v, c) => v.readOperation(c, 'web'),
  ],
  cancelOperation: [
    'CertificatePendingUpdate',
    'certificates/update/action',
    'certificates/web',
    (v, c) => v.cancelOperation(c, 'web', true),
  ],
  deleteOperation: [
    'CertificatePendingDelete',
    'certificates/update/action',
    'certificates/web',
    (v, c) => v.deleteOperation(c, 'web'),
  ],
  mergeCertificate: [
    'CertificatePendingMerge',
    'certificates/create/action',
    'certificates/web',
    (v, c) => v.mergeCertificate(c, 'web', { chain: ['MIIK'] }),
  ],
  readIssuer: [
    'CertificateIssuerGet',
    'certificatecas/read',
    'certificates/issuers/web',
    (v, c) => v.readIssuer(c, 'web'),
  ],
  listIssuers: ['CertificateIssuersList', 'certificatecas/read', undefined, (v, c) => v.listIssuers(c, page)],
  setIssuer: [
    'CertificateIssuerSet',
    'certificatecas/write',
    'certificates/issuers/web',
    (v, c) => v.setIssuer(c, 'web', { provider: 'Test' }),
  ],
  updateIssuer: [
    'CertificateIssuerUpdate',
    'certificatecas/write',
    'certificates/issuers/web',
    (v, c) => v.updateIssuer(c, 'web', { enabled: false }),
  ],
  deleteIssuer: [
    'CertificateIssuerDelete',
    'certificatecas/delete',
    'certificates/issuers/web',
    (v, c) => v.deleteIssuer(c, 'web'),
  ],
  verifyIssuer: [
    'CertificateIssuerVerify',
    'certificatecas/write',
    'certificates/issuers/web',
    (v, c) => v.verifyIssuer(c, 'web'),
  ],
  readIssuerAccount: [
    'CertificateIssuerAccountGet',
    'certificatecas/read',
    'certificates/issuers/web',
    (v, c) => v.readIssuerAccount(c, 'web'),
  ],
  changeIssuerAccount: [
    'CertificateIssuerAccountUpdate',
    'certificatecas/write',
    'certificates/issuers/web',
    (v, c) => v.changeIssuerAccount(c, 'web', { act: 'open' }),
  ],
  readContacts: [
    'CertificateContactsGet',
    'certificatecontacts/write',
    'certificates/contacts',
    (v, c) => v.readContacts(c),
  ],
  setContacts: [
    'CertificateContactsSet',
    'certificatecontacts/write',
    'certificates/contacts',
    (v, c) => v.setContacts(c, [{ email: 'ada@example.com' }]),
  ],
  deleteContacts: [
    'CertificateContactsDelete',
    'certificatecontacts/write',
    'certificates/contacts',
    (v, c) => v.deleteContacts(c),
  ],
  deleteCertificate: [
    'CertificateDelete',
    'certificates/delete',
    'certificates/web',
    (v, c) => v.deleteCertificate(c, 'web'),
  ],
  readDeletedCertificate: [
    'CertificateGetDeleted',
    'certificates/read',
    'certificates/web',
    (v, c) => v.readDeletedCertificate(c, 'web'),
  ],
  listDeletedCertificates: [
    'CertificateListDeleted',
    'certificates/read',
    undefined,
    (v, c) => v.listDeletedCertificates(c, page, pending),
  ],
  recoverCertificate: [
    'CertificateRecover',
    'certificates/recover/action',
    'certificates/web',
    (v, c) => v.recoverCertificate(c, 'web'),
  ],
  purgeCertificate: [
    'CertificatePurge',
    'certificates/purge/action',
    'certificates/web',
    (v, c) => v.purgeCertificate(c, 'web'),
  ],
  setSecret: [
    'SecretSet',
    'secrets/setSecret/action',
    'secrets/web',
    (v, c) => v.setSecret(c, 'web', { value: new Secret('hush') }),
  ],
  updateSecret: [
    'SecretUpdate',
    'secrets/update/action',
    `secrets/web/${version}`,
    (v, c) => v.updateSecret(c, 'web', version, { enabled: false }),
  ],
  deleteSecret: ['SecretDelete', 'secrets/delete', 'secrets/web', (v, c) => v.deleteSecret(c, 'web')],
  readDeletedSecret: [
    'SecretGetDeleted',
    'secrets/readMetadata/action',
    'secrets/web',
    (v, c) => v.readDeletedSecret(c, 'web'),
  ],
  listDeletedSecrets: [
    'SecretListDeleted',
    'secrets/readMetadata/action',
    undefined,
    (v, c) => v.listDeletedSecrets(c, page),
  ],
  recoverSecret: [
    'SecretRecover',
    'secrets/recover/action',
    'secrets/web',
    (v, c) => v.recoverSecret(c, 'web'),
  ],
  purgeSecret: ['SecretPurge', 'secrets/purge/action', 'secrets/web', (v, c) => v.purgeSecret(c, 'web')],
  readSecret: ['SecretGet', 'secrets/getSecret/action', 'secrets/web', (v, c) => v.readSecret(c, 'web', {})],
  listSecrets: ['SecretList', 'secrets/readMetadata/action', undefined, (v, c) => v.listSecrets(c, page)],
  listSecretVersions: [
    'SecretListVersions',
    'secrets/readMetadata/action',
    'secrets/web',
    (v, c) => v.listSecretVersions(c, 'web', page),
  ],
  sign: ['KeySign', 'keys/sign/action', 'keys/web', (v, c) => v.sign(c, { name: 'web' }, signing)],
  verifySignature: [
    'KeyVerify',
    'keys/verify/action',
    'keys/web',
    (v, c) => v.verifySignature(c, { name: 'web' }, { ...signing, signature: new Uint8Array(64) }),
  ],
  encrypt: [
    'KeyEncrypt',
    'keys/encrypt/action',
    'keys/web',
    (v, c) => v.encrypt(c, { name: 'web' }, oaep, { value: new Secret(digest) }),
  ],
  decrypt: [
    'KeyDecrypt',
    'keys/decrypt/action',
    'keys/web',
    (v, c) => v.decrypt(c, { name: 'web' }, oaep, { value: digest }),
  ],
  wrapKey: [
    'KeyWrap',
    'keys/wrap/action',
    'keys/web',
    (v, c) => v.wrapKey(c, { name: 'web' }, oaep, { value: new Secret(digest) }),
  ],
  unwrapKey: [
    'KeyUnwrap',
    'keys/unwrap/action',
    'keys/web',
    (v, c) => v.unwrapKey(c, { name: 'web' }, oaep, { value: digest }),
  ],
  createKey: [
    'KeyCreate',
    'keys/create/action',
    'keys/web',
    (v, c) => v.createKey(c, 'web', { keyType: 'EC' }),
  ],
  importKey: [
    'KeyImport',
    'keys/import/action',
    'keys/web',
    (v, c) => v.importKey(c, 'web', { keyType: 'oct', key: new Secret({ kty: 'oct', k: 'AAAA' }) }),
  ],
  updateKey: [
    'KeyUpdate',
    'keys/update/action',
    `keys/web/${version}`,
    (v, c) => v.updateKey(c, 'web', version, { enabled: false }),
  ],
  deleteKey: ['KeyDelete', 'keys/delete', 'keys/web', (v, c) => v.deleteKey(c, 'web')],
  readDeletedKey: ['KeyGetDeleted', 'keys/read', 'keys/web', (v, c) => v.readDeletedKey(c, 'web')],
  listDeletedKeys: ['KeyListDeleted', 'keys/read', undefined, (v, c) => v.listDeletedKeys(c, page)],
  recoverKey: ['KeyRecover', 'keys/recover/action', 'keys/web', (v, c) => v.recoverKey(c, 'web')],
  purgeKey: ['KeyPurge', 'keys/purge/action', 'keys/web', (v, c) => v.purgeKey(c, 'web')],
  rotateKey: ['KeyRotate', 'keys/rotate/action', 'keys/web', (v, c) => v.rotateKey(c, 'web')],
  readRotationPolicy: [
    'KeyRotationPolicyGet',
    'keyrotationpolicies/read',
    'keys/web',
    (v, c) => v.readRotationPolicy(c, 'web'),
  ],
  setRotationPolicy: [
    'KeyRotationPolicySet',
    'keyrotationpolicies/write',
    'keys/web',
    (v, c) => v.setRotationPolicy(c, 'web', {}),
  ],
  releaseKey: ['KeyRelease', 'keys/release/action', 'keys/web', (v, c) => v.releaseKey(c, { name: 'web' })],
  readKeyAttestation: [
    'KeyGetAttestation',
    'keys/read',
    'keys/web',
    (v, c) => v.readKeyAttestation(c, { name: 'web' }),
  ],
  secureWrapKey: [
    'KeySecureWrap',
    'keys/wrap/action',
    'keys/web',
    (v, c) => v.secureWrapKey(c, { name: 'web' }),
  ],
  secureUnwrapKey: [
    'KeySecureUnwrap',
    'keys/unwrap/action',
    'keys/web',
    (v, c) => v.secureUnwrapKey(c, { name: 'web' }),
  ],
  readRandomBytes: ['RandomBytesGet', 'keys/read', undefined, (v, c) => v.readRandomBytes(c, 16)],
  readKey: ['KeyGet', 'keys/read', 'keys/web', (v, c) => v.readKey(c, 'web')],
  listKeys: ['KeyList', 'keys/read', undefined, (v, c) => v.listKeys(c, page)],
  listKeyVersions: ['KeyListVersions', 'keys/read', 'keys/web', (v, c) => v.listKeyVersions(c, 'web', page)],

  createAuthority: [
    'AuthorityCreate',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.createAuthority(c, 'root', { kind: 'root', subject: 'CN=Root' }),
  ],
  updateAuthority: [
    'AuthorityUpdate',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.updateAuthority(c, 'root', { retired: true }),
  ],
  crossCertifyAuthority: [
    'AuthorityCrossCertify',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.crossCertifyAuthority(c, 'root', 'other'),
  ],
  installAuthority: [
    'AuthorityInstall',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.installAuthority(c, 'root', ['MIIK']),
  ],
  readAuthority: [
    'AuthorityGet',
    'certificatecas/read',
    'certificates/authorities/root',
    (v, c) => v.readAuthority(c, 'root'),
  ],
  readAuthorityRequest: [
    'AuthorityRequestGet',
    'certificatecas/read',
    'certificates/authorities/root',
    (v, c) => v.readAuthorityRequest(c, 'root'),
  ],
  listAuthorities: ['AuthorityList', 'certificatecas/read', undefined, (v, c) => v.listAuthorities(c, page)],
  importAuthority: [
    'AuthorityImport',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.importAuthority(c, 'root', { value: new Secret('MIIK') }),
  ],
  revokeCertificate: [
    'CertificateRevoke',
    'certificates/delete',
    'certificates/web',
    (v, c) => v.revokeCertificate(c, 'web', undefined, { reason: 'superseded' }),
  ],
  releaseCertificate: [
    'CertificateRevocationRelease',
    'certificates/delete',
    `certificates/web/${version}`,
    (v, c) => v.releaseCertificate(c, 'web', version),
  ],
  readRevocation: [
    'CertificateRevocationGet',
    'certificates/read',
    'certificates/web',
    (v, c) => v.readRevocation(c, 'web', undefined),
  ],
  revokeIssued: [
    'AuthorityCertificateRevoke',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.revokeIssued(c, 'root', '1f', { reason: 'superseded' }),
  ],
  releaseIssued: [
    'AuthorityCertificateRelease',
    'certificatecas/write',
    'certificates/authorities/root',
    (v, c) => v.releaseIssued(c, 'root', '1f'),
  ],
  readIssued: [
    'AuthorityCertificateGet',
    'certificatecas/read',
    'certificates/authorities/root',
    (v, c) => v.readIssued(c, 'root', '1f'),
  ],
  listIssued: [
    'AuthorityCertificateList',
    'certificatecas/read',
    'certificates/authorities/root',
    (v, c) => v.listIssued(c, 'root', page),
  ],
  signRequest: [
    'CertificateIssuerSign',
    'certificates/create/action',
    'certificates/issuers/web',
    (v, c) => v.signRequest(c, 'web', { csr: 'MIIK' }),
  ],

  backUpCertificate: [
    'CertificateBackup',
    'certificates/backup/action',
    'certificates/web',
    (v, c) => v.backUpCertificate(c, 'web'),
  ],
  restoreCertificate: [
    'CertificateRestore',
    'certificates/restore/action',
    undefined,
    (v, c) => v.restoreCertificate(c, noBackup),
  ],
  backUpKey: ['KeyBackup', 'keys/backup/action', 'keys/web', (v, c) => v.backUpKey(c, 'web')],
  restoreKey: ['KeyRestore', 'keys/restore/action', undefined, (v, c) => v.restoreKey(c, noBackup)],
  backUpSecret: ['SecretBackup', 'secrets/backup/action', 'secrets/web', (v, c) => v.backUpSecret(c, 'web')],
  restoreSecret: [
    'SecretRestore',
    'secrets/restore/action',
    undefined,
    (v, c) => v.restoreSecret(c, noBackup),
  ],
}
