/** Errors on the wire: the one table from our codes to Key Vault's status, `error.code` and `error.innererror.code`. */
import { VaultError, type VaultErrorCode } from '../domain/errors.ts'

export interface Problem {
  readonly status: number
  readonly code: string
  readonly innerCode?: string
}

/** Exhaustive: a new code does not compile until it stands here. */
export const problems: Readonly<Record<VaultErrorCode, Problem>> = {
  BadParameter: { status: 400, code: 'BadParameter' },
  MalformedBackupBlob: { status: 400, code: 'Malformed backup blob' },
  RequestNotAllowedOnNonDeletedObject: {
    status: 400,
    code: 'MethodNotAllowed',
    innerCode: 'RequestNotAllowedOnNonDeletedObject',
  },
  Unauthorized: { status: 401, code: 'Unauthorized' },
  ForbiddenByRbac: { status: 403, code: 'Forbidden', innerCode: 'ForbiddenByRbac' },
  Forbidden: { status: 403, code: 'Forbidden' },
  SecretDisabled: { status: 403, code: 'Forbidden', innerCode: 'SecretDisabled' },
  KeyDisabled: { status: 403, code: 'Forbidden', innerCode: 'KeyDisabled' },
  SecretManagedByKeyVault: { status: 403, code: 'Forbidden', innerCode: 'SecretManagedByKeyVault' },
  KeyManagedByKeyVault: { status: 403, code: 'Forbidden', innerCode: 'KeyManagedByKeyVault' },
  CertificateNotFound: { status: 404, code: 'CertificateNotFound' },
  PendingCertificateNotFound: { status: 404, code: 'PendingCertificateNotFound' },
  CertificateIssuerNotFound: { status: 404, code: 'CertificateIssuerNotFound' },
  ContactsNotFound: { status: 404, code: 'ContactsNotFound' },
  SecretNotFound: { status: 404, code: 'SecretNotFound' },
  KeyNotFound: { status: 404, code: 'KeyNotFound' },
  VaultNotFound: { status: 404, code: 'VaultNotFound' },
  NotFound: { status: 404, code: 'NotFound' },
  MethodNotAllowed: { status: 405, code: 'MethodNotAllowed' },
  ObjectIsDeletedButRecoverable: {
    status: 409,
    code: 'Conflict',
    innerCode: 'ObjectIsDeletedButRecoverable',
  },
  ObjectIsBeingDeleted: { status: 409, code: 'Conflict', innerCode: 'ObjectIsBeingDeleted' },
  Conflict: { status: 409, code: 'Conflict' },
  // Key Vault answers 409 with the code of 403 here.
  OperationInProgress: { status: 409, code: 'Forbidden' },
  RequestEntityTooLarge: { status: 413, code: 'RequestEntityTooLarge' },
  UnsupportedMediaType: { status: 415, code: 'UnsupportedMediaType' },
  Throttled: { status: 429, code: 'Throttled' },
  InternalError: { status: 500, code: 'InternalError' },
  ServiceUnavailable: { status: 503, code: 'ServiceUnavailable' },
}

/** The body of an error answer. The operator's `detail` stays here. */
export function problemBody(error: VaultError): object {
  const { code, innerCode } = problems[error.code]
  return {
    error: {
      code,
      message: error.message,
      ...(innerCode !== undefined && { innererror: { code: innerCode } }),
    },
  }
}

/** Errors of the HTTP machinery, by their status; anything that nobody meant to throw becomes a 500 that says nothing. */
export function asVaultError(error: unknown): VaultError {
  if (error instanceof VaultError) return error
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode
  const { code = '' } = error as { code?: string }
  if (status === 413)
    return new VaultError(
      'RequestEntityTooLarge',
      'The body is too large; a request has at most 1 MB, and only a restore more.',
    )
  if (status === 415)
    return new VaultError(
      'UnsupportedMediaType',
      'Send the body as JSON, with Content-Type: application/json.',
    )
  if (status === 400 || code === 'FST_ERR_BAD_URL')
    return new VaultError('BadParameter', 'The request cannot be understood; check its path and headers.')
  return new VaultError(
    'InternalError',
    'The service failed; try again, and tell its operator the x-ms-request-id.',
    {
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
      cause: error,
    },
  )
}
