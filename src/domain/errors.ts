/**
 * The one error that the rooms of certkeep throw on purpose. `code` is a closed union: a new code does not compile
 * until `http/problem.ts` gives it a status, and a test holds `docs/errors.md` against this list.
 */

/** What went wrong, as Key Vault's clients know it: `error.code` and, behind the dot, `error.innererror.code`. */
export type VaultErrorCode =
  | 'BadParameter'
  | 'MalformedBackupBlob'
  | 'RequestNotAllowedOnNonDeletedObject'
  | 'Unauthorized'
  | 'ForbiddenByRbac'
  | 'Forbidden'
  | 'SecretDisabled'
  | 'KeyDisabled'
  | 'SecretManagedByKeyVault'
  | 'KeyManagedByKeyVault'
  | 'CertificateNotFound'
  | 'PendingCertificateNotFound'
  | 'CertificateIssuerNotFound'
  | 'ContactsNotFound'
  | 'SecretNotFound'
  | 'KeyNotFound'
  | 'VaultNotFound'
  | 'NotFound'
  | 'MethodNotAllowed'
  | 'ObjectIsDeletedButRecoverable'
  | 'ObjectIsBeingDeleted'
  | 'Conflict'
  | 'OperationInProgress'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'Throttled'
  | 'InternalError'
  | 'ServiceUnavailable'

/** Thrown for everything a caller or an operator has to hear about. */
export class VaultError extends Error {
  readonly code: VaultErrorCode
  /** For the operator only: never sent to a caller. Holds no secret either. */
  readonly detail: string | undefined

  /** @param message may be shown to any caller: says what is wrong and what to do. */
  constructor(code: VaultErrorCode, message: string, options: { detail?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'VaultError'
    this.code = code
    this.detail = options.detail
  }
}

/** A request value that cannot be accepted (400). `property` is the JSON path as the caller wrote it. */
export function badParameter(
  message: string,
  options: { detail?: string; cause?: unknown } = {},
): VaultError {
  return new VaultError('BadParameter', message, options)
}
