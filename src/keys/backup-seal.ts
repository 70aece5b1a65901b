/**
 * The contract of sealing what is handed out for safe keeping: a backup opens wherever its key is, in another installation
 * too, and nowhere else. Implementations never log, and no error of theirs contains what is sealed.
 */
import type { Secret } from '../domain/secret.ts'

/** A backup of one kind never opens as another. */
export type BackupKind = 'certificate' | 'key' | 'secret'

export interface BackupSeal {
  seal(kind: BackupKind, content: Secret<Uint8Array>): Uint8Array
  /** @throws VaultError `MalformedBackupBlob` for what is no backup of the kind, was altered, or was sealed under another key. */
  open(kind: BackupKind, blob: Uint8Array): Secret<Uint8Array>
}
