/** The refusals that several verbs share, in the words of Key Vault where a real answer is on record. */
import { badParameter, VaultError } from './errors.ts'

const recoveryHint =
  'If you recently deleted this {kind} you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182'

/** A version is named as `name/versions/version`. */
export function certificateNotFound(name: string, version?: string): VaultError {
  return notFound('certificate', 'CertificateNotFound', name, version)
}

export function secretNotFound(name: string, version?: string): VaultError {
  return notFound('secret', 'SecretNotFound', name, version)
}

export function keyNotFound(name: string, version?: string): VaultError {
  return notFound('key', 'KeyNotFound', name, version)
}

export function secretIsDisabled(): VaultError {
  return new VaultError('SecretDisabled', 'Operation get is not allowed on a disabled secret.')
}

export function deletedNotFound(kind: 'Certificate' | 'Key' | 'Secret', name: string): VaultError {
  return new VaultError(`${kind}NotFound`, `Deleted ${kind} not found: ${name}`)
}

/** Recovering what is not deleted. */
export function notDeleted(kind: 'Certificate' | 'Key' | 'Secret', name: string): VaultError {
  return new VaultError('RequestNotAllowedOnNonDeletedObject', `${kind} exists already: ${name}`)
}

export function purgeIsProtected(kind: 'Certificate' | 'Key' | 'Secret', name: string): VaultError {
  return new VaultError(
    'Forbidden',
    `${kind} ${name} cannot be purged: the vault has purge protection. It will be purged at the end of its retention.`,
  )
}

export function operationNotFound(name: string): VaultError {
  return new VaultError('PendingCertificateNotFound', `Pending certificate not found: ${name}`)
}

export function issuerNotFound(name: string): VaultError {
  return new VaultError(
    'CertificateIssuerNotFound',
    `Issuer ${name} not found. Set it first, or name Self or Unknown.`,
  )
}

export function issuerIsDisabled(name: string): VaultError {
  return new VaultError('Forbidden', `Issuer ${name} is disabled. Enable it, or name another in the policy.`)
}

export function nameIsDeleted(kind: 'Certificate' | 'Key' | 'Secret', name: string): VaultError {
  return new VaultError(
    'ObjectIsDeletedButRecoverable',
    `${kind} ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the ${kind.toLowerCase()} can only be recovered or purged.`,
  )
}

export function operationInProgress(name: string): VaultError {
  return new VaultError(
    'OperationInProgress',
    `A new key vault certificate can not be created or imported while a pending key vault certificate's status is inProgress: ${name}. Wait for it, or delete the pending operation.`,
  )
}

/** The one answer to every message that cannot be decrypted or unwrapped: what is wrong with it would help an attacker. */
export function undecryptable(): VaultError {
  return badParameter('The value cannot be decrypted with this key and algorithm.')
}

function notFound(
  kind: string,
  code: 'CertificateNotFound' | 'SecretNotFound' | 'KeyNotFound',
  name: string,
  version?: string,
): VaultError {
  const id = version === undefined ? name : `${name}/versions/${version}`
  return new VaultError(
    code,
    `A ${kind} with (name/id) ${id} was not found in this key vault. ${recoveryHint.replace('{kind}', kind)}`,
  )
}
