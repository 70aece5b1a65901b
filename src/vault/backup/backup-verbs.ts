/** The verbs that hand objects out for safe keeping, and take them back. */
import type { Parts } from '../parts.ts'
import type { Caller, CertificateView, KeyView, SecretSummary } from '../vault.ts'
import { backUpCertificate, restoreCertificate } from './certificate-backup.ts'
import { backUpKey, restoreKey } from './key-backup.ts'
import { backUpSecret, restoreSecret } from './secret-backup.ts'

/** What leaves is sealed, and opens only where the key-encryption key of this installation is. */
export interface BackupVerbs {
  backUpCertificate(caller: Caller, name: string): Promise<Uint8Array>
  restoreCertificate(caller: Caller, blob: Uint8Array): Promise<CertificateView>
  backUpKey(caller: Caller, name: string): Promise<Uint8Array>
  restoreKey(caller: Caller, blob: Uint8Array): Promise<KeyView>
  backUpSecret(caller: Caller, name: string): Promise<Uint8Array>
  restoreSecret(caller: Caller, blob: Uint8Array): Promise<SecretSummary>
}

export function backupVerbs(parts: Parts): BackupVerbs {
  return {
    backUpCertificate: (caller, name) => backUpCertificate(parts, caller, name),
    restoreCertificate: (caller, blob) => restoreCertificate(parts, caller, blob),
    backUpKey: (caller, name) => backUpKey(parts, caller, name),
    restoreKey: (caller, blob) => restoreKey(parts, caller, blob),
    backUpSecret: (caller, name) => backUpSecret(parts, caller, name),
    restoreSecret: (caller, blob) => restoreSecret(parts, caller, blob),
  }
}
