/** `azure-dns`: public zones of Azure DNS, by its REST API of 2018-05-01. */
import { badParameter } from '../../../domain/errors.ts'
import {
  readChoice,
  readHttpsUrl,
  readSecretName,
  readText,
  rejectUnknownMembers,
} from '../../settings-members.ts'
import { azureApi } from '../clouds/azure-api.ts'
import { type AzureApplication, type AzureMachine, azureToken } from '../clouds/azure-token.ts'
import { azureRecordSetStore, findAzureZone, zonePath } from '../clouds/azure-zone.ts'
import { addValue, removeValue } from '../clouds/record-set.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools } from '../dns-provider.ts'

interface Settings {
  readonly subscription: string
  readonly resourceGroup?: string
  /** Absent members: the machine. */
  readonly identity: AzureApplication | AzureMachine
  readonly authority: string
  readonly endpoint: string
}

const clouds = {
  public: {
    authority: 'https://login.microsoftonline.com',
    endpoint: 'https://management.azure.com',
  },
  'us-government': {
    authority: 'https://login.microsoftonline.us',
    endpoint: 'https://management.usgovcloudapi.net',
  },
  china: {
    authority: 'https://login.partner.microsoftonline.cn',
    endpoint: 'https://management.chinacloudapi.cn',
  },
} as const

const known = [
  'subscription',
  'resourceGroup',
  'tenant',
  'client',
  'secret',
  'cloud',
  'authority',
  'endpoint',
]

export const azureDns: DnsProviderKind = {
  name: 'azure-dns',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    return {
      async add({ zone, name, value }) {
        await addValue(await storeOf(tools, settings, zone, name), value)
        return undefined
      },
      async remove({ zone, name, value }) {
        await removeValue(await storeOf(tools, settings, zone, name), value)
      },
    }
  },
}

async function storeOf(tools: DnsProviderTools, settings: Settings, zone: string, name: string) {
  const { subscription, resourceGroup, identity, authority, endpoint } = settings
  const token = await azureToken(tools, identity, { authority, audience: endpoint })
  const cloud = {
    who: 'Azure DNS',
    credentials: 'secret' in identity ? `the secret ${identity.secret}` : 'the identity of the machine',
    rights:
      'It needs the role DNS Zone Contributor for the zone, or one with Microsoft.Network/dnsZones/read and Microsoft.Network/dnsZones/TXT/read, /write and /delete.',
  }
  const api = azureApi({ cloud, tools, endpoint, token })
  const path =
    resourceGroup === undefined
      ? await findAzureZone(api, subscription, zone)
      : zonePath(subscription, resourceGroup, zone)
  return azureRecordSetStore(api, path, zone, name)
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, known)
  const cloud =
    settings.cloud === undefined
      ? 'public'
      : readChoice(settings, 'cloud', Object.keys(clouds) as (keyof typeof clouds)[])
  for (const name of ['endpoint', 'authority'])
    if (settings[name] !== undefined && settings.secret === undefined)
      throw badParameter(
        `${name}: send a secret too; tokens of the machine are for the clouds of Microsoft alone.`,
      )
  return {
    subscription: readGuid(settings, 'subscription'),
    ...(settings.resourceGroup !== undefined && { resourceGroup: readResourceGroup(settings) }),
    identity: readIdentity(settings),
    authority:
      settings.authority === undefined ? clouds[cloud].authority : readHttpsUrl(settings, 'authority'),
    endpoint: settings.endpoint === undefined ? clouds[cloud].endpoint : readHttpsUrl(settings, 'endpoint'),
  }
}

function readIdentity(settings: DnsProviderSettings): AzureApplication | AzureMachine {
  if (settings.secret !== undefined)
    return {
      tenant: readTenant(settings),
      client: readGuid(settings, 'client'),
      secret: readSecretName(settings, 'secret'),
    }
  if (settings.tenant !== undefined)
    throw badParameter(
      'tenant: send client and secret too, or none of tenant and secret for the identity of the machine.',
    )
  return settings.client === undefined ? {} : { client: readGuid(settings, 'client') }
}

function readTenant(settings: DnsProviderSettings): string {
  const tenant = readText(settings, 'tenant')
  if (/^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(tenant)) return tenant
  throw badParameter('tenant: send the id of the directory, or a domain of it.')
}

function readGuid(settings: DnsProviderSettings, name: string): string {
  const text = readText(settings, name).toLowerCase()
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return text
  throw badParameter(`${name}: send an id such as 00000000-0000-0000-0000-000000000000.`)
}

function readResourceGroup(settings: DnsProviderSettings): string {
  const name = readText(settings, 'resourceGroup')
  if (/^[\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-]$/u.test(name)) return name
  throw badParameter('resourceGroup: send the name of the resource group that the zone lies in.')
}
