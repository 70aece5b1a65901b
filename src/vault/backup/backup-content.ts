/** What a backup holds, between structures and octets. It was authenticated before it is read: it is ours, or it is refused. */
import type { Certificate, CertificateVersion } from '../../domain/certificate.ts'
import { badParameter } from '../../domain/errors.ts'
import type { KeyFacts, ObjectVersion, SecretFacts } from '../../domain/kept-object.ts'
import { Secret } from '../../domain/secret.ts'

/** Key Vault's limit. */
const versionsMax = 500

export interface CertificateBackup
  extends Pick<Certificate, 'name' | 'policy' | 'policyCreated' | 'policyUpdated'> {
  /** Oldest first; the last one is current. */
  readonly versions: readonly {
    readonly version: CertificateVersion
    /** PKCS#8. */
    readonly privateKey: Uint8Array
    /** What the managed secret answers. */
    readonly secretValue: Uint8Array
  }[]
}

export interface ObjectBackup<Facts> {
  readonly name: string
  readonly settings?: string
  /** Oldest first; the last one is current. */
  readonly versions: readonly {
    readonly version: ObjectVersion<Facts>
    /** PKCS#8, the octets of a symmetric key, or the value of a secret. */
    readonly content: Uint8Array
  }[]
}

export type KeyBackup = ObjectBackup<KeyFacts>
export type SecretBackup = ObjectBackup<SecretFacts>

/** @throws VaultError `BadParameter` when there are more versions than a backup may have. */
export function checkVersionCount(count: number): void {
  if (count > versionsMax)
    throw badParameter(
      `It has more than ${versionsMax} versions, which is the most that a backup holds; back up the data folder instead.`,
    )
}

export function encodeBackup(backup: CertificateBackup | ObjectBackup<unknown>): Secret<Uint8Array> {
  return new Secret(Buffer.from(JSON.stringify(backup, withOctets)))
}

export function decodeBackup<Backup>(content: Secret<Uint8Array>): Backup {
  const octets = content.reveal()
  const backup = JSON.parse(Buffer.from(octets).toString('utf8'), withoutOctets) as Backup
  octets.fill(0)
  return backup
}

/** Octets are told from texts by a member that nothing else has. */
const octetsMember = '$octets'

function withOctets(this: unknown, name: string, value: unknown): unknown {
  // A Buffer has been turned into something else already when it comes here as `value`.
  const original = (this as Record<string, unknown>)[name]
  return original instanceof Uint8Array ? { [octetsMember]: Buffer.from(original).toString('base64') } : value
}

function withoutOctets(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(octetsMember in value)) return value
  return new Uint8Array(Buffer.from(String(value[octetsMember]), 'base64'))
}
