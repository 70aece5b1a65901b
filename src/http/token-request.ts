/**
 * What clients send to the token endpoint: forms (RFC 6749 4.4.2, appendix B) of version 2 with `scope`, and of version 1
 * with `resource`.
 */
import { Secret } from '../domain/secret.ts'
import type { SecretGrant } from '../vault/identity/issue-token.ts'
import { tokenRefusals } from '../vault/identity/token-refusal.ts'

export interface TokenRequest extends Omit<SecretGrant, 'origin'> {
  /** Asked with `resource`: the answer is in the form of version 1 then. */
  readonly version1: boolean
}

export type Fields = ReadonlyMap<string, string>

/** Scopes that clients add out of habit; they mean nothing for applications. */
const signInScopes = new Set(['openid', 'profile', 'email', 'offline_access'])
const wholeResource = '/.default'

/** Reads a form or a query. Fields without a value count as absent. @throws TokenRefusal when a field comes twice. */
export function readFields(encoded: string): Fields {
  const fields = new Map<string, string>()
  const seen = new Set<string>()
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (seen.has(name))
      throw tokenRefusals.unreadableRequest(
        `The parameter ${/^[\w-]{1,40}$/.test(name) ? `'${name}' ` : ''}is duplicated.`,
      )
    seen.add(name)
    if (value !== '') fields.set(name, value)
  }
  return fields
}

/** @param authorization the header, for clients that send their secret there. @throws TokenRefusal. */
export function readTokenRequest(form: Fields, authorization: string | undefined): TokenRequest {
  const grantType = required(form, 'grant_type')
  if (grantType !== 'client_credentials') throw tokenRefusals.unsupportedGrant(grantType)
  const resource = form.get('resource')
  return {
    ...readClient(form, authorization),
    audience: resource ?? audienceOf(required(form, 'scope')),
    clientCapabilities: readClientCapabilities(form.get('claims')),
    version1: resource !== undefined,
  }
}

/** Client id and secret, from the form or from the header, not from both (RFC 6749 2.3). */
function readClient(
  form: Fields,
  authorization: string | undefined,
): Pick<SecretGrant, 'applicationId' | 'clientSecret'> {
  const basic = authorization === undefined ? undefined : readBasic(authorization)
  if (basic) {
    if (form.has('client_secret'))
      throw tokenRefusals.unreadableRequest('Send the secret in the form or in the header, not in both.')
    if (form.has('client_id') && form.get('client_id') !== basic.applicationId)
      throw tokenRefusals.unreadableRequest("The 'client_id' of the form is not that of the header.")
    return basic
  }
  const applicationId = required(form, 'client_id')
  const secret = form.get('client_secret')
  if (secret === undefined) throw tokenRefusals.missingSecret()
  return { applicationId, clientSecret: new Secret(secret) }
}

/** HTTP Basic with both halves form-encoded (RFC 6749 2.3.1). Other schemes are left to whoever understands them. */
function readBasic(authorization: string) {
  const encoded = /^basic +([\w+/]+={0,2})$/i.exec(authorization)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon <= 0)
    throw tokenRefusals.unreadableRequest('The Authorization header holds no client id and secret.')
  return {
    applicationId: formDecoded(text.slice(0, colon)),
    clientSecret: new Secret(formDecoded(text.slice(colon + 1))),
  }
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw tokenRefusals.unreadableRequest('The Authorization header is not form-encoded.')
  }
}

/** Cuts one `/.default`: what is left may itself end with a slash. */
function audienceOf(scope: string): string {
  const [wanted, ...others] = scope.split(/\s+/).filter((each) => each !== '' && !signInScopes.has(each))
  if (wanted === undefined || others.length > 0 || !wanted.endsWith(wholeResource))
    throw tokenRefusals.malformedScope(scope)
  return wanted.slice(0, -wholeResource.length)
}

/** The `xms_cc` that clients ask for in the claims request parameter (OpenID Connect Core 5.5). */
function readClientCapabilities(claims: string | undefined): string[] {
  if (claims === undefined) return []
  const values = asObject(asObject(asObject(parseClaims(claims)).access_token).xms_cc).values
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
}

function parseClaims(claims: string): unknown {
  try {
    return JSON.parse(claims)
  } catch {
    throw tokenRefusals.unreadableRequest("The parameter 'claims' is not JSON.")
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function required(form: Fields, name: string): string {
  const value = form.get(name)
  if (value === undefined) throw tokenRefusals.missingParameter(name)
  return value
}
