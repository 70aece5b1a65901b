/**
 * The token service: who proves to be an application of this installation gets an access token. Tokens live by the wall
 * clock. Every issuance is on record before the token leaves, and every refusal too; neither record holds a secret.
 */
import { credentialMatches, hashCredential } from '../../access/client-credentials.ts'
import { createFailureLimit, type FailureLimit } from '../../access/failure-limit.ts'
import type { PublicJwk } from '../../access/json-web-key.ts'
import type { AuditIdentity, AuditRecord, RequestOrigin } from '../../domain/audit.ts'
import { isGuid } from '../../domain/guid.ts'
import type { Secret } from '../../domain/secret.ts'
import type { Clock } from '../../domain/time.ts'
import type { Application, Reader } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import { markRecorded } from '../perform.ts'
import { type AccessToken, createAccessToken, managedIdentityId, type Proof } from './access-token.ts'
import { TokenRefusal, tokenRefusals } from './token-refusal.ts'
import { openTokenSigningKey, type TokenSigningKey } from './token-signing-key.ts'

export interface TokenService {
  /** By which its tokens are verified. */
  readonly publicKeys: readonly PublicJwk[]
  /** Client credentials (RFC 6749 4.4). @throws TokenRefusal. */
  issueForSecret(grant: SecretGrant): Promise<IssuedToken>
  /** The managed identity whose header is presented. @throws TokenRefusal. */
  issueForManagedIdentity(grant: ManagedIdentityGrant): Promise<IssuedToken>
  /** Records a request that got no further than the door. */
  recordRefusal(refusal: TokenRefusal, origin: RequestOrigin): Promise<void>
}

export interface SecretGrant {
  readonly applicationId: string
  readonly clientSecret: Secret<string>
  readonly audience: string
  readonly clientCapabilities: readonly string[]
  readonly origin: RequestOrigin
}

export interface ManagedIdentityGrant {
  readonly identityHeader: Secret<string>
  /** Which identity is meant, where the caller says so: it must be the header's own. */
  readonly selector: {
    readonly applicationId?: string
    readonly objectId?: string
    readonly resourceId?: string
  }
  readonly audience: string
  readonly origin: RequestOrigin
}

export interface IssuedToken extends Omit<AccessToken, 'id'> {
  readonly applicationId: string
  readonly audience: string
  readonly expiresInSeconds: number
}

export interface TokenServiceOptions {
  readonly tenantId: string
  /** The `iss` of its tokens. */
  readonly issuer: string
  /** Whether tokens for this audience are given out. */
  readonly isAudience: (audience: string) => boolean
  readonly wallClock: Clock
}

/** Secrets cannot be guessed; this spares the journal those who try, without locking out anyone at another address. */
const failuresPerMinuteMax = 20

type TokenParts = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>

export async function createTokenService(
  parts: TokenParts,
  options: TokenServiceOptions,
): Promise<TokenService> {
  const signingKey = await openTokenSigningKey(parts)
  const failures = createFailureLimit({
    failuresMax: failuresPerMinuteMax,
    windowSeconds: 60,
    keysMax: 10_000,
    clock: options.wallClock,
  })
  const desk: Desk = { parts, options, signingKey, failures }
  return {
    publicKeys: [signingKey.jwk],
    issueForSecret: (grant) => issueForSecret(desk, grant),
    issueForManagedIdentity: (grant) => issueForManagedIdentity(desk, grant),
    recordRefusal: (refusal, origin) => record(parts, refused(refusal, origin, { kind: 'anonymous' })),
  }
}

interface Desk {
  readonly parts: TokenParts
  readonly options: TokenServiceOptions
  readonly signingKey: TokenSigningKey
  readonly failures: FailureLimit
}

async function issueForSecret(desk: Desk, grant: SecretGrant): Promise<IssuedToken> {
  const { applicationId, clientSecret, origin } = grant
  const claimed: AuditIdentity = { kind: 'anonymous', ...(isGuid(applicationId) && { applicationId }) }
  const attempts = `${applicationId.slice(0, 40)} ${origin.address ?? ''}`
  /** An unknown application takes as long to refuse as a wrong secret. */
  const identify = async (reader: Reader) => {
    const application = await reader.identities.findApplication(applicationId.toLowerCase())
    const matches = credentialMatches(clientSecret, application?.clientSecretHash)
    if (!application) throw tokenRefusals.unknownApplication(applicationId, desk.options.tenantId)
    if (!matches) throw tokenRefusals.wrongSecret(application.applicationId)
    return enabled(application)
  }
  return recorded(desk, origin, claimed, async () => {
    const waitSeconds = desk.failures.waitSeconds(attempts)
    if (waitSeconds > 0) throw tokenRefusals.tooManyFailures(waitSeconds)
    const application = await desk.parts.storage.read(identify).catch((error: unknown) => {
      if (error instanceof TokenRefusal) desk.failures.recordFailure(attempts)
      throw error
    })
    return issue(desk, { ...grant, application, identify, proof: 'clientSecret' })
  })
}

async function issueForManagedIdentity(desk: Desk, grant: ManagedIdentityGrant): Promise<IssuedToken> {
  const headerHash = hashCredential(grant.identityHeader)
  const identify = async (reader: Reader) => {
    const application = await reader.identities.findApplicationByHeaderHash(headerHash)
    if (!application || !credentialMatches(grant.identityHeader, application.identityHeaderHash))
      throw tokenRefusals.wrongIdentityHeader()
    if (!isSelected(application, grant.selector)) throw tokenRefusals.identityNotFound()
    return enabled(application)
  }
  return recorded(desk, grant.origin, { kind: 'anonymous' }, async () => {
    const application = await desk.parts.storage.read(identify)
    return issue(desk, { ...grant, clientCapabilities: [], application, identify, proof: 'managedIdentity' })
  })
}

function enabled(application: Application): Application {
  if (!application.enabled) throw tokenRefusals.disabledApplication(application.applicationId)
  return application
}

function isSelected(application: Application, selector: ManagedIdentityGrant['selector']): boolean {
  const pairs = [
    [selector.applicationId, application.applicationId],
    [selector.objectId, application.objectId],
    [selector.resourceId, managedIdentityId(application)],
  ] as const
  return pairs.every(([wanted, own]) => wanted === undefined || wanted.toLowerCase() === own.toLowerCase())
}

async function issue(
  { parts, options, signingKey }: Desk,
  request: {
    application: Application
    /** Looks again whether it is still who it proved to be. */
    identify: (reader: Reader) => Promise<Application>
    proof: Proof
    audience: string
    clientCapabilities: readonly string[]
    origin: RequestOrigin
  },
): Promise<IssuedToken> {
  const { application, audience, proof, origin } = request
  if (!options.isAudience(audience)) throw tokenRefusals.unknownResource(audience)
  const now = options.wallClock.now()
  const content = { ...options, ...request, now }
  const { id, ...token } = await createAccessToken(content, signingKey, parts.random)
  await parts.storage.transact(async (writer) => {
    await request.identify(writer)
    await writer.journal.append({
      at: parts.clock.now(),
      ...authentication(origin, identityOf(application, proof)),
      outcome: 'success',
      facts: { proof, audience, tokenId: id, expires: token.expires },
    })
  })
  const { applicationId } = application
  return { ...token, applicationId, audience, expiresInSeconds: token.expires - now }
}

/** Whatever the attempt ends in but success is recorded here; success is recorded with the issuance. */
async function recorded<T>(
  { parts }: Desk,
  origin: RequestOrigin,
  claimed: AuditIdentity,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt()
  } catch (error) {
    await record(
      parts,
      error instanceof TokenRefusal ? refused(error, origin, claimed) : failed(origin, claimed),
    )
    markRecorded(error)
    throw error
  }
}

type Undated = Omit<AuditRecord, 'at'>

function record({ storage, clock }: TokenParts, undated: Undated): Promise<void> {
  return storage.transact((writer) => writer.journal.append({ at: clock.now(), ...undated }))
}

function refused(refusal: TokenRefusal, origin: RequestOrigin, identity: AuditIdentity): Undated {
  const errorCode = refusal.number === undefined ? refusal.error : `AADSTS${refusal.number}`
  return { ...authentication(origin, identity), outcome: 'refused', errorCode, errorMessage: refusal.message }
}

function failed(origin: RequestOrigin, identity: AuditIdentity): Undated {
  const errorMessage = 'The service failed; see its log.'
  return { ...authentication(origin, identity), outcome: 'failed', errorCode: 'InternalError', errorMessage }
}

function authentication(origin: RequestOrigin, identity: AuditIdentity) {
  return { vault: '', operation: 'Authentication', identity, origin }
}

function identityOf(application: Application, proof: Proof): AuditIdentity {
  const { objectId, applicationId, name } = application
  return {
    kind: proof === 'managedIdentity' ? 'managedIdentity' : 'application',
    objectId,
    applicationId,
    name,
  }
}
