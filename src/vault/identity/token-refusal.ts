/**
 * Why the token service gives no token: OAuth's error code (RFC 6749 5.2) with the number and words by which Microsoft's
 * token service says the same, where that is known. People and clients search for these numbers.
 */
import { isGuid } from '../../domain/guid.ts'

export type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'invalid_resource'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'

export class TokenRefusal extends Error {
  override name = 'TokenRefusal'
  readonly error: TokenError
  readonly status: number
  /** The number behind `AADSTS`; managed-identity endpoints have none. */
  readonly number: number | undefined
  readonly retryAfterSeconds: number | undefined

  /** @param message may be shown to any caller; holds no secret. */
  constructor(
    error: TokenError,
    status: number,
    message: string,
    options: { number?: number; retryAfterSeconds?: number } = {},
  ) {
    super(options.number === undefined ? message : `AADSTS${options.number}: ${message}`)
    this.error = error
    this.status = status
    this.number = options.number
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** Every refusal of the token service. */
export const tokenRefusals = {
  unknownTenant: (tenant: string) =>
    refusal(
      'invalid_request',
      400,
      90002,
      `Tenant '${shown(tenant)}' not found. Use the tenant id of this installation, or 'adfs'.`,
    ),
  unreadableRequest: (reason: string) =>
    refusal('invalid_request', 400, 9000411, `The request is not properly formatted. ${reason}`),
  missingParameter: (name: string) =>
    refusal(
      'invalid_request',
      400,
      900144,
      `The request body must contain the following parameter: '${name}'.`,
    ),
  unsupportedGrant: (grantType: string) =>
    refusal(
      'unsupported_grant_type',
      400,
      70003,
      `The app requested an unsupported grant type '${shown(grantType)}'. Use 'client_credentials'.`,
    ),
  missingSecret: () =>
    refusal(
      'invalid_request',
      400,
      7000216,
      "'client_secret' is required for the 'client_credentials' grant type; this service takes no 'client_assertion'.",
    ),
  malformedScope: (scope: string) =>
    refusal(
      'invalid_scope',
      400,
      70011,
      `The provided value for the input parameter 'scope' is not valid: '${shown(scope)}'. Client credential flows must have one scope: the resource with '/.default' behind it.`,
    ),
  unknownResource: (resource: string) =>
    refusal(
      'invalid_resource',
      400,
      500011,
      `The resource principal named ${shown(resource)} was not found in the tenant. Use the resource that the vault names in its WWW-Authenticate header.`,
    ),
  /** Repeats an identifier only if it can be one: those who mix up the fields send their secret here. */
  unknownApplication: (applicationId: string, tenantId: string) =>
    refusal(
      'unauthorized_client',
      400,
      700016,
      isGuid(applicationId)
        ? `Application with identifier '${applicationId}' was not found in the directory '${tenantId}'.`
        : `The 'client_id' is not a GUID and names no application of the directory '${tenantId}'.`,
    ),
  disabledApplication: (applicationId: string) =>
    refusal('unauthorized_client', 400, 7000112, `Application '${applicationId}' is disabled.`),
  wrongSecret: (applicationId: string) =>
    refusal(
      'invalid_client',
      401,
      7000215,
      `Invalid client secret provided for app '${applicationId}'. Ensure that the whole secret is sent.`,
    ),
  tooManyFailures: (retryAfterSeconds: number) =>
    new TokenRefusal(
      'temporarily_unavailable',
      429,
      `Too many wrong secrets were sent from this address. Try again in ${retryAfterSeconds} seconds.`,
      { number: 90055, retryAfterSeconds },
    ),
  /** Azure's words for a selector that names no identity of the caller. */
  identityNotFound: () => new TokenRefusal('invalid_request', 400, 'Identity not found'),
  wrongIdentityHeader: () =>
    new TokenRefusal(
      'invalid_client',
      401,
      'The X-IDENTITY-HEADER is missing or wrong; send the value of the environment variable IDENTITY_HEADER.',
    ),
  notFromThisMachine: () =>
    new TokenRefusal(
      'invalid_request',
      403,
      'Tokens of managed identities are given to programs on this machine only, without a proxy between.',
    ),
}

function refusal(error: TokenError, status: number, number: number, message: string): TokenRefusal {
  return new TokenRefusal(error, status, message, { number })
}

/** What a caller sent, fit to be printed. */
function shown(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, '?')
  return printable.length > 140 ? `${printable.slice(0, 140)}…` : printable
}
