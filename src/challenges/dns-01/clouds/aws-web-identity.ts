/** A role of AWS for who shows a token of another house: service accounts of Kubernetes (IRSA). */
import { Secret } from '../../../domain/secret.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import type { MachineIdentity } from '../machine-identity.ts'
import type { AwsCredentials } from './aws-signature.ts'
import { cloudRefusal, kindOfStatus, unusable } from './cloud-answer.ts'
import { tokenFile } from './metadata.ts'
import { child, readXml, textOf } from './xml.ts'

const who = 'AWS STS'
const version = '2011-06-15'
const sessionName = 'certkeep'
const limits = { octetsMax: 65_536, secondsMax: 10 }

/** @returns undefined where no variable names a role and a token. @throws IssuerFailure */
export async function webIdentityCredentials(
  tools: DnsProviderTools,
  machine: MachineIdentity,
  usualRegion: string,
): Promise<AwsCredentials | undefined> {
  const file = machine.variable('AWS_WEB_IDENTITY_TOKEN_FILE')
  const role = machine.variable('AWS_ROLE_ARN')
  if (file === undefined || role === undefined) return undefined
  const form = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: version,
    RoleArn: role,
    RoleSessionName: machine.variable('AWS_ROLE_SESSION_NAME') ?? sessionName,
    WebIdentityToken: await tokenFile(machine, file),
  })
  const answer = await ask(tools.openHttp(limits), {
    method: 'POST',
    url: `https://${hostOf(machine.variable('AWS_REGION'), usualRegion)}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  })
  const root = readXml(new TextDecoder().decode(answer.body))
  if (answer.status !== 200) {
    const code = textOf(child(root, 'Error'), 'Code')
    // Tokens are refused with 400, roles with 403.
    const kind =
      code !== undefined && answer.status < 500 && code !== 'Throttling'
        ? 'rights'
        : kindOfStatus(answer.status)
    const cloud = { who, credentials: 'the web identity of the machine', rights: 'Let the role trust it.' }
    throw cloudRefusal(cloud, answer, kind, code)
  }
  const given = child(child(root, 'AssumeRoleWithWebIdentityResult'), 'Credentials')
  const [accessKeyId, key, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    textOf(given, name),
  )
  if (accessKeyId && key && token && [accessKeyId, key, token].every((text) => /^[\x21-\x7e]+$/.test(text)))
    return { accessKeyId, secretAccessKey: new Secret(key), sessionToken: new Secret(token) }
  throw unusable({ who }, 'there are no credentials in it')
}

function hostOf(region: string | undefined, usualRegion: string): string {
  const known = region !== undefined && /^[a-z]{2}(?:-[a-z0-9]+){2,4}$/.test(region) ? region : usualRegion
  return `sts.${known}.amazonaws.com${known.startsWith('cn-') ? '.cn' : ''}`
}
