/** Access tokens for applications: their claims, and their form (RFC 7519 as JWS Compact Serialization, RFC 7515 7.1). */
import type { Random, UnixSeconds } from '../../domain/time.ts'
import { seconds } from '../../domain/time.ts'
import type { Application } from '../../storage/storage.ts'
import type { TokenSigningKey } from './token-signing-key.ts'

/** How the application proved who it is. */
export type Proof = 'clientSecret' | 'managedIdentity'

export interface TokenContent {
  readonly application: Application
  readonly proof: Proof
  readonly issuer: string
  readonly tenantId: string
  readonly audience: string
  /** What the client understands, e.g. `cp1`: later challenges with claims. */
  readonly clientCapabilities: readonly string[]
  /** By the wall clock. */
  readonly now: UnixSeconds
}

export interface AccessToken {
  readonly token: string
  /** The `uti` claim: names the token in the audit without being it. */
  readonly id: string
  readonly notBefore: UnixSeconds
  readonly expires: UnixSeconds
}

/** As Azure gives them: an hour at least, spread so that clients do not all come back at once. */
const lifeSecondsMin = 3600
const lifeSecondsSpread = 1800

export async function createAccessToken(
  content: TokenContent,
  key: TokenSigningKey,
  random: Random,
): Promise<AccessToken> {
  const id = Buffer.from(random(16)).toString('base64url')
  const expires = seconds(content.now + lifeSeconds(random))
  const header = { typ: 'JWT', alg: 'RS256', kid: key.jwk.kid }
  const input = `${encode(header)}.${encode(claims(content, id, expires))}`
  const signature = Buffer.from(await key.sign(Buffer.from(input))).toString('base64url')
  return { token: `${input}.${signature}`, id, notBefore: content.now, expires }
}

function lifeSeconds(random: Random): number {
  const [high, low] = random(2)
  return lifeSecondsMin + (((high! << 8) | low!) % (lifeSecondsSpread + 1))
}

/** Both spellings of the application id and its proof are given, of versions 1 and 2: readers look for one or the other. */
function claims(content: TokenContent, id: string, expires: UnixSeconds): Record<string, unknown> {
  const { application, proof, issuer, tenantId, audience, clientCapabilities, now } = content
  const proofLevel = proof === 'clientSecret' ? '1' : '2'
  return {
    aud: audience,
    iss: issuer,
    iat: now,
    nbf: now,
    exp: expires,
    tid: tenantId,
    oid: application.objectId,
    sub: application.objectId,
    appid: application.applicationId,
    azp: application.applicationId,
    appidacr: proofLevel,
    azpacr: proofLevel,
    idtyp: 'app',
    app_displayname: application.name,
    uti: id,
    ver: '2.0',
    ...(clientCapabilities.includes('cp1') && { xms_cc: ['cp1'] }),
    ...(proof === 'managedIdentity' && { xms_mirid: managedIdentityId(application) }),
  }
}

/** In the form of Azure's resource ids, without the subscription that there is none of. */
export function managedIdentityId({ name }: Application): string {
  return `/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
