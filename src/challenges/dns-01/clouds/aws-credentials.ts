/**
 * Who we are at AWS: an access key in a secret of the vault, or what AWS lets the machine be. A container is told by variables where
 * its credentials are (service accounts of Kubernetes, EKS Pod Identity, ECS), an instance asks the metadata service (IMDSv2). They
 * end by themselves within hours.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import type { MachineIdentity } from '../machine-identity.ts'
import type { AwsCredentials } from './aws-signature.ts'
import { webIdentityCredentials } from './aws-sts.ts'
import { type JsonObject, jsonOf, textIn } from './cloud-answer.ts'
import { jsonOfSecret, notSuch } from './cloud-secret.ts'
import { machineOf, nobody, openMetadata, tokenFile } from './metadata.ts'

const metadataService = 'http://169.254.169.254'
const containerService = 'http://169.254.170.2'
/** Where a variable may send us: to this machine, and to addresses that only AWS gives. */
const containerHosts = ['localhost', '127.0.0.1', '[::1]', '169.254.170.2', '169.254.170.23']
const sessionSeconds = 60

/** @param secret name of the secret; absent: the machine. @param region of the partition. @throws IssuerFailure */
export async function awsCredentials(
  tools: DnsProviderTools,
  secret: string | undefined,
  region: string,
): Promise<AwsCredentials> {
  if (secret !== undefined) return storedCredentials(await tools.secret(secret), secret)
  const machine = machineOf(tools, 'AWS')
  const http = openMetadata(tools)
  return (
    (await webIdentityCredentials(tools, machine, region)) ??
    (await containerCredentials(machine, http)) ??
    instanceCredentials(http)
  )
}

function storedCredentials(secret: Secret<string>, name: string): AwsCredentials {
  const what = 'JSON such as {"accessKeyId": "AKIA…", "secretAccessKey": "…"}'
  const stored = jsonOfSecret(secret, name, what)
  const credentials = credentialsFrom(stored, 'accessKeyId', 'secretAccessKey', 'sessionToken')
  if (credentials) return credentials
  throw notSuch(name, what)
}

async function containerCredentials(
  machine: MachineIdentity,
  http: HttpClient,
): Promise<AwsCredentials | undefined> {
  const url = containerUrl(machine)
  if (url === undefined) return undefined
  const file = machine.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')
  const authorization = file
    ? await tokenFile(machine, file)
    : machine.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN')
  const answer = await ask(http, { method: 'GET', url, ...(authorization && { headers: { authorization } }) })
  return temporaryCredentials(answer)
}

/** @throws IssuerFailure `user-action` when the variable leads elsewhere. */
function containerUrl(machine: MachineIdentity): string | undefined {
  const relative = machine.variable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI')
  if (relative?.startsWith('/')) return `${containerService}${relative}`
  const full = machine.variable('AWS_CONTAINER_CREDENTIALS_FULL_URI')
  if (!full) return undefined
  const url = URL.parse(full)
  if (url && (url.protocol === 'https:' || containerHosts.includes(url.hostname))) return full
  throw new IssuerFailure(
    'user-action',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI must lead to this machine or to an address of AWS; the operator of the service has to correct it.',
  )
}

/** IMDSv2: a session first, so that nobody can be led to ask by a mere GET. */
async function instanceCredentials(http: HttpClient): Promise<AwsCredentials> {
  const send = async (
    method: HttpRequest['method'],
    path: string,
    headers: Readonly<Record<string, string>>,
  ) => {
    const answer = await ask(http, { method, url: `${metadataService}/latest/${path}`, headers })
    if (answer.status === 200) return answer
    throw nobody('AWS', `${answer.status}; is an instance role attached?`)
  }
  const session = wordOf(
    await send('PUT', 'api/token', { 'x-aws-ec2-metadata-token-ttl-seconds': String(sessionSeconds) }),
  )
  const headers = { 'x-aws-ec2-metadata-token': session }
  const role = wordOf(await send('GET', 'meta-data/iam/security-credentials/', headers))
  return temporaryCredentials(
    await send('GET', `meta-data/iam/security-credentials/${encodeURIComponent(role)}`, headers),
  )
}

function temporaryCredentials(answer: HttpAnswer): AwsCredentials {
  const credentials =
    answer.status === 200
      ? credentialsFrom(jsonOf(answer), 'AccessKeyId', 'SecretAccessKey', 'Token')
      : undefined
  if (credentials?.sessionToken) return credentials
  throw nobody('AWS', `${answer.status}`)
}

function wordOf({ body }: HttpAnswer): string {
  const text = new TextDecoder().decode(body).trim()
  if (/^[\x21-\x7e]{1,2048}$/.test(text)) return text
  throw nobody('AWS', 'no words')
}

/** Texts that may stand in headers; undefined when one is none. */
function credentialsFrom(
  object: JsonObject | undefined,
  ...[id, key, token]: readonly [string, string, string]
): AwsCredentials | undefined {
  const accessKeyId = textIn(object, id)
  const secretAccessKey = textIn(object, key)
  const sessionToken = textIn(object, token)
  if (!accessKeyId || !/^\w{16,128}$/.test(accessKeyId) || !secretAccessKey) return undefined
  if (sessionToken && !/^[\x21-\x7e]{1,8192}$/.test(sessionToken)) return undefined
  return {
    accessKeyId,
    secretAccessKey: new Secret(secretAccessKey),
    ...(sessionToken && { sessionToken: new Secret(sessionToken) }),
  }
}
