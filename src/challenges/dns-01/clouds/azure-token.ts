/**
 * Who we are at Azure: an application with a client secret in the vault, or a managed identity of the machine. Where there is one, the
 * machine is told by variables (workload identity, App Service, Container Apps), or asks the metadata service of its instance.
 */

import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { HttpClient } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import type { MachineIdentity } from '../machine-identity.ts'
import { noToken, requestToken, tokenIn } from './access-token.ts'
import { tokenOf } from './cloud-secret.ts'
import { machineOf, openMetadata, tokenFile } from './metadata.ts'

export interface AzureApplication {
  /** Id or domain of the directory. */
  readonly tenant: string
  /** Application (client) id. */
  readonly client: string
  /** Name of the secret that holds a client secret. */
  readonly secret: string
}

/** A user-assigned identity is chosen by its client id. */
export interface AzureMachine {
  readonly client?: string
}

export interface AzurePlace {
  /** Where tokens are given: `https://login.microsoftonline.com`. */
  readonly authority: string
  /** For what: `https://management.azure.com`. */
  readonly audience: string
}

const metadataService = 'http://169.254.169.254/metadata/identity/oauth2/token'
const limits = { octetsMax: 65_536, secondsMax: 10 }
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const who = 'Microsoft Entra ID'

/** @throws IssuerFailure */
export async function azureToken(
  tools: DnsProviderTools,
  identity: AzureApplication | AzureMachine,
  place: AzurePlace,
): Promise<Secret<string>> {
  if ('secret' in identity) return applicationToken(tools, identity, place)
  const machine = machineOf(tools, 'Azure')
  const { client } = identity
  return (
    (await workloadToken(tools, machine, client, place)) ??
    (await hostedToken(machine, openMetadata(tools), client, place)) ??
    instanceToken(openMetadata(tools), client, place)
  )
}

async function applicationToken(
  tools: DnsProviderTools,
  { tenant, client, secret }: AzureApplication,
  { authority, audience }: AzurePlace,
): Promise<Secret<string>> {
  const form = {
    grant_type: 'client_credentials',
    client_id: client,
    client_secret: tokenOf(await tools.secret(secret), secret),
    scope: `${audience}/.default`,
  }
  const url = `${authority}/${tenant}/oauth2/v2.0/token`
  return requestToken(tools.openHttp(limits), url, form, { who, credentials: `the secret ${secret}` })
}

/** Kubernetes gives the machine a token of its own, which is exchanged (RFC 7523 2.2). */
async function workloadToken(
  tools: DnsProviderTools,
  machine: MachineIdentity,
  client: string | undefined,
  { authority, audience }: AzurePlace,
): Promise<Secret<string> | undefined> {
  const file = machine.variable('AZURE_FEDERATED_TOKEN_FILE')
  const tenant = machine.variable('AZURE_TENANT_ID')
  const application = client ?? machine.variable('AZURE_CLIENT_ID')
  if (!file || !tenant || !application) return undefined
  const form = {
    grant_type: 'client_credentials',
    client_id: application,
    client_assertion_type: assertionType,
    client_assertion: await tokenFile(machine, file),
    scope: `${audience}/.default`,
  }
  const url = `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`
  return requestToken(tools.openHttp(limits), url, form, {
    who,
    credentials: 'the workload identity of the machine',
  })
}

/** App Service, Functions and Container Apps. */
async function hostedToken(
  machine: MachineIdentity,
  http: HttpClient,
  client: string | undefined,
  { audience }: AzurePlace,
): Promise<Secret<string> | undefined> {
  const endpoint = machine.variable('IDENTITY_ENDPOINT')
  const header = machine.variable('IDENTITY_HEADER')
  if (!endpoint || !header) return undefined
  if (!URL.canParse(endpoint))
    throw new IssuerFailure(
      'user-action',
      'IDENTITY_ENDPOINT is no URL; the operator of the service has to correct it.',
    )
  const url = `${endpoint}?${query(audience, '2019-08-01', client)}`
  const answer = await ask(http, { method: 'GET', url, headers: { 'x-identity-header': header } })
  if (answer.status !== 200) throw noToken(answer, 'Azure')
  return tokenIn(answer, { who: 'Azure' })
}

async function instanceToken(
  http: HttpClient,
  client: string | undefined,
  { audience }: AzurePlace,
): Promise<Secret<string>> {
  const url = `${metadataService}?${query(audience, '2018-02-01', client)}`
  const answer = await ask(http, { method: 'GET', url, headers: { metadata: 'true' } })
  if (answer.status !== 200) throw noToken(answer, 'Azure')
  return tokenIn(answer, { who: 'Azure' })
}

function query(resource: string, version: string, client: string | undefined): URLSearchParams {
  return new URLSearchParams({
    'api-version': version,
    resource,
    ...(client !== undefined && { client_id: client }),
  })
}
