/** Who we are at Google Cloud: a service account whose key lies in the vault, or the one that the machine runs as. */
import { createPrivateKey, sign } from 'node:crypto'
import { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import { noToken, requestToken, tokenIn } from './access-token.ts'
import { type JsonObject, textIn } from './cloud-answer.ts'
import { jsonOfSecret, notSuch } from './cloud-secret.ts'
import { machineOf, nobody, openMetadata } from './metadata.ts'

export interface GoogleAccess {
  readonly token: Secret<string>
  /** Of the account or of the machine. */
  readonly project: string
}

interface ServiceAccount {
  readonly email: string
  readonly keyId: string | undefined
  readonly privateKey: Secret<string>
  readonly tokenUrl: string
  readonly project: string
}

const metadataService = 'http://169.254.169.254/computeMetadata/v1'
const scope = 'https://www.googleapis.com/auth/ndev.clouddns.readwrite'
const grantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const limits = { octetsMax: 65_536, secondsMax: 10 }
/** Long enough for one request of a token. */
const assertionSeconds = 300
const keyFile = 'the key of a service account in JSON, as Google Cloud gives it'

/** @param secret name of the secret; absent: the machine. @throws IssuerFailure */
export async function googleAccess(
  tools: DnsProviderTools,
  secret: string | undefined,
): Promise<GoogleAccess> {
  if (secret === undefined) return machineAccess(tools)
  const account = readServiceAccount(jsonOfSecret(await tools.secret(secret), secret, keyFile))
  if (!account) throw notSuch(secret, keyFile)
  const assertion = signAssertion(account, tools.clock.now())
  if (assertion === undefined) throw notSuch(secret, keyFile)
  const form = { grant_type: grantType, assertion }
  const cloud = { who: 'Google', credentials: `the secret ${secret}` }
  return {
    token: await requestToken(tools.openHttp(limits), account.tokenUrl, form, cloud),
    project: account.project,
  }
}

function readServiceAccount(json: JsonObject): ServiceAccount | undefined {
  const email = textIn(json, 'client_email')
  const privateKey = textIn(json, 'private_key')
  const tokenUrl = textIn(json, 'token_uri')
  const project = textIn(json, 'project_id')
  if (textIn(json, 'type') !== 'service_account' || !email || !privateKey || !tokenUrl || !isProject(project))
    return undefined
  if (URL.parse(tokenUrl)?.protocol !== 'https:') return undefined
  return {
    email,
    keyId: textIn(json, 'private_key_id'),
    privateKey: new Secret(privateKey),
    tokenUrl,
    project,
  }
}

/** RFC 7523 3, RS256. @returns undefined when the key is none. */
function signAssertion(
  { email, keyId, privateKey, tokenUrl }: ServiceAccount,
  now: number,
): string | undefined {
  const header = { alg: 'RS256', typ: 'JWT', ...(keyId !== undefined && { kid: keyId }) }
  const claims = { iss: email, scope, aud: tokenUrl, iat: now, exp: now + assertionSeconds }
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  try {
    const key = createPrivateKey(privateKey.reveal())
    if (key.asymmetricKeyType !== 'rsa') return undefined
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
  } catch {
    // The cause is left out: it may quote the key.
    return undefined
  }
}

async function machineAccess(tools: DnsProviderTools): Promise<GoogleAccess> {
  machineOf(tools, 'Google Cloud')
  const http = openMetadata(tools)
  const get = async (path: string): Promise<HttpAnswer> => {
    const headers = { 'metadata-flavor': 'Google' }
    const answer = await ask(http, { method: 'GET', url: `${metadataService}/${path}`, headers })
    if (answer.status !== 200) throw noToken(answer, 'Google Cloud')
    // Others answer there as well, on other clouds.
    if (answer.headers['metadata-flavor'] !== 'Google')
      throw nobody('Google Cloud', 'the machine runs elsewhere')
    return answer
  }
  const project = new TextDecoder().decode((await get('project/project-id')).body).trim()
  if (!isProject(project)) throw nobody('Google Cloud', 'no project')
  return { token: tokenIn(await get('instance/service-accounts/default/token'), { who: 'Google' }), project }
}

/** Also those of a domain: `example.org:project`. */
export function isProject(text: string | undefined): text is string {
  return text !== undefined && /^(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,61}[a-z0-9]$/.test(text)
}
