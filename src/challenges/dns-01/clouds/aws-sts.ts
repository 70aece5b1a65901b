/** The token service of AWS: a role for who shows a token of another house (IRSA), or is let into the role by its policy. */
import type { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import type { MachineIdentity } from '../machine-identity.ts'
import { type AwsCredentials, signedHeaders } from './aws-signature.ts'
import { cloudRefusal, kindOfStatus, unusable } from './cloud-answer.ts'
import { tokenFile } from './metadata.ts'
import { child, readXml, textOf, type XmlElement } from './xml.ts'

const who = 'AWS STS'
const version = '2011-06-15'
const sessionName = 'certkeep'
const limits = { octetsMax: 65_536, secondsMax: 10 }

export interface AwsRole {
  readonly arn: string
  /** What the owner of the role wants to hear, if anything. */
  readonly externalId?: string
}

/** @param by who we are so far. @param region of the partition. @throws IssuerFailure */
export async function assumeRole(
  tools: DnsProviderTools,
  by: AwsCredentials,
  { arn, externalId }: AwsRole,
  region: string,
): Promise<AwsCredentials> {
  const wish = {
    RoleArn: arn,
    RoleSessionName: sessionName,
    ...(externalId !== undefined && { ExternalId: externalId }),
  }
  const request = requestFor('AssumeRole', wish, region)
  const headers = signedHeaders(request, by, { region, service: 'sts' }, tools.clock.now())
  const answer = await ask(tools.openHttp(limits), { ...request, headers })
  return readCredentials(answer, 'AssumeRole', `the role ${arn}`)
}

/** @returns undefined where no variable names a role and a token. @throws IssuerFailure */
export async function webIdentityCredentials(
  tools: DnsProviderTools,
  machine: MachineIdentity,
  usualRegion: string,
): Promise<AwsCredentials | undefined> {
  const file = machine.variable('AWS_WEB_IDENTITY_TOKEN_FILE')
  const role = machine.variable('AWS_ROLE_ARN')
  if (file === undefined || role === undefined) return undefined
  const wish = {
    RoleArn: role,
    RoleSessionName: machine.variable('AWS_ROLE_SESSION_NAME') ?? sessionName,
    WebIdentityToken: await tokenFile(machine, file),
  }
  const region = machine.variable('AWS_REGION')
  const isRegion = region !== undefined && /^[a-z]{2}(?:-[a-z0-9]+){2,4}$/.test(region)
  const request = requestFor('AssumeRoleWithWebIdentity', wish, isRegion ? region : usualRegion)
  const answer = await ask(tools.openHttp(limits), request)
  return readCredentials(answer, 'AssumeRoleWithWebIdentity', 'the role of the machine')
}

function requestFor(action: string, wish: Readonly<Record<string, string>>, region: string) {
  return {
    method: 'POST',
    url: `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: version, ...wish }).toString(),
  } as const
}

function readCredentials(answer: HttpAnswer, action: string, role: string): AwsCredentials {
  const root = readXml(new TextDecoder().decode(answer.body))
  if (answer.status !== 200) throw refusal(answer, root, role)
  const given = child(child(root, `${action}Result`), 'Credentials')
  const [id, key, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) =>
    textOf(given, name),
  )
  if (id && key && token && [id, key, token].every((text) => /^[\x21-\x7e]+$/.test(text)))
    return { accessKeyId: id, secretAccessKey: new Secret(key), sessionToken: new Secret(token) }
  throw unusable({ who }, 'there are no credentials in it')
}

function refusal(answer: HttpAnswer, root: XmlElement | undefined, role: string): IssuerFailure {
  const code = textOf(child(root, 'Error'), 'Code')
  // Tokens and keys are refused with 400 or 403, and so is who is not let into a role.
  const isSaid = code !== undefined && answer.status < 500 && code !== 'Throttling'
  const cloud = {
    who,
    credentials: 'who we are there',
    rights: `Let it assume ${role}, in the trust policy of the role too.`,
  }
  return cloudRefusal(cloud, answer, isSaid ? 'rights' : kindOfStatus(answer.status), code)
}
