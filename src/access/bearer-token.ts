/**
 * Who bears this token? Access tokens of the token service are verified here and nowhere else (RFC 7519, RFC 8725):
 * signed with RS256 under a key of ours that the token names by its id; keys and key addresses that a token brings along
 * are never looked at.
 *
 * Verified tokens are remembered until they expire, so that a caller's next request costs a digest and a look-up. They
 * are remembered under their SHA-256, which takes about a microsecond: the memory of the process then holds no token
 * that anybody could use.
 */
import { hash } from 'node:crypto'
import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import { VaultError } from '../domain/errors.ts'
import { isGuid } from '../domain/guid.ts'
import { type Clock, seconds, type UnixSeconds } from '../domain/time.ts'
import type { PublicJwk } from './json-web-key.ts'
import type { Principal } from './principal.ts'

/** Clocks of the machines of one installation differ by no more; a restored snapshot may for a while. */
const skewSecondsMax = 300

/** Our own tokens have less than 2,000 characters. */
const tokenLengthMax = 8192

/** JWS Compact Serialization, RFC 7515 7.1: no blanks, no padding, no empty part. */
const compactForm = /^[\w-]+\.[\w-]+\.[\w-]+$/

export interface TokenVerifier {
  /** @throws VaultError `Unauthorized`, in Key Vault's words where they are known. */
  verify(token: string): Promise<Principal>
}

export interface TokenVerifierOptions {
  /** The keys of the token service. */
  readonly keys: readonly PublicJwk[]
  readonly issuer: string
  readonly tenantId: string
  readonly isAudience: (audience: string) => boolean
  readonly wallClock: Clock
  /** How many verified tokens are remembered. */
  readonly cacheEntriesMax: number
}

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { wallClock } = options
  const keySet = createLocalJWKSet({ keys: options.keys.map((key) => ({ ...key })) })
  const verified = new Verified(options.cacheEntriesMax)

  async function verifyAnew(token: string, digest: string): Promise<Principal> {
    const payload = await verifiedPayload(token, keySet, options)
    const principal = principalOf(payload, options)
    verified.add(digest, principal, seconds(payload.exp!))
    return principal
  }

  return {
    verify(token) {
      const refusal = unreadable(token)
      if (refusal) return Promise.reject(refusal)
      const digest = hash('sha256', token, 'base64')
      const known = verified.find(digest, wallClock.now())
      return known ? Promise.resolve(known) : verifyAnew(token, digest)
    },
  }
}

/** Tokens that need no cryptography to be refused. */
function unreadable(token: string): VaultError | undefined {
  if (token === '') return unauthorized('AKV10000: Request is missing a Bearer or PoP token.')
  if (token.length > tokenLengthMax) return unauthorized('The token is too long to be one of this service.')
  return undefined
}

async function verifiedPayload(
  token: string,
  keySet: ReturnType<typeof createLocalJWKSet>,
  { issuer, wallClock }: TokenVerifierOptions,
): Promise<JWTPayload> {
  if (!compactForm.test(token)) throw notOurs()
  try {
    const { payload } = await jwtVerify(
      token,
      (header, jws) => {
        // Without an id any key of the right type would be tried.
        if (header?.kid === undefined) throw new errors.JWKSNoMatchingKey()
        return keySet(header, jws)
      },
      {
        algorithms: ['RS256'],
        issuer,
        requiredClaims: ['aud', 'nbf', 'exp'],
        clockTolerance: skewSecondsMax,
        currentDate: new Date(wallClock.now() * 1000),
      },
    )
    return payload
  } catch (error) {
    throw refusalOf(error, issuer)
  }
}

/** Reads the claims of a token whose signature, issuer and times are right. */
function principalOf(payload: JWTPayload, { tenantId, isAudience }: TokenVerifierOptions): Principal {
  const { aud, tid, oid, appid, idtyp, xms_mirid: managedIdentity, app_displayname: name } = payload
  if (typeof aud !== 'string' || !isAudience(aud))
    throw unauthorized(
      `AKV10022: Invalid audience. Expected the resource that the WWW-Authenticate header names, found: ${String(aud)}.`,
    )
  if (tid !== tenantId)
    throw unauthorized("The token is of another tenant; get one from this service's own token endpoint.")
  if (typeof oid !== 'string' || !isGuid(oid))
    throw unauthorized("The token names no principal: it has no 'oid' claim.")
  // A token that acts for a person would need the person's own rights; the token service gives out none.
  if (idtyp !== 'app') throw unauthorized('The token is not one of an application.')
  return {
    objectId: oid,
    kind: managedIdentity === undefined ? 'application' : 'managedIdentity',
    ...(typeof appid === 'string' && { applicationId: appid }),
    ...(typeof name === 'string' && { name }),
  }
}

/** Says what to do, and nothing of the token except claims that a good signature covers. */
function refusalOf(error: unknown, issuer: string): VaultError {
  if (error instanceof errors.JWTExpired) return unauthorized('The token has expired; get a new one.', error)
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss')
      return unauthorized(
        `AKV10032: Invalid issuer. Expected ${issuer}, found ${String(error.payload.iss)}.`,
        error,
      )
    if (error.claim === 'nbf' && error.reason === 'check_failed')
      return unauthorized('The token is not yet valid; check the clocks of both machines.', error)
    return unauthorized(`The token is not acceptable: its '${error.claim}' claim is missing or wrong.`, error)
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed)
    return unauthorized(
      'AKV10046: Unable to resolve the key used for signature validation; get a new token.',
      error,
    )
  if (error instanceof errors.JOSEError) return notOurs(error)
  throw error
}

function notOurs(cause?: unknown): VaultError {
  return unauthorized('The token is not a JSON Web Token signed with RS256.', cause)
}

function unauthorized(message: string, cause?: unknown): VaultError {
  return new VaultError('Unauthorized', message, cause === undefined ? {} : { cause })
}

/** Principals of verified tokens by the digest of the token, until it expires. Oldest first. */
class Verified {
  readonly #entriesMax: number
  readonly #entries = new Map<string, { readonly principal: Principal; readonly expires: UnixSeconds }>()

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  find(digest: string, now: UnixSeconds): Principal | undefined {
    const entry = this.#entries.get(digest)
    if (entry === undefined || now < entry.expires) return entry?.principal
    this.#entries.delete(digest)
    return undefined
  }

  add(digest: string, principal: Principal, expires: UnixSeconds): void {
    this.#entries.set(digest, { principal, expires })
    if (this.#entries.size > this.#entriesMax) this.#entries.delete(this.#entries.keys().next().value!)
  }
}
