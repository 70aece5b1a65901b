/** `google-cloud-dns`: public managed zones of Google Cloud DNS, by its API v1. */
import { badParameter } from '../../../domain/errors.ts'
import { readHttpsUrl, readSecretName, readText, rejectUnknownMembers } from '../../settings-members.ts'
import type { Cloud } from '../clouds/cloud-answer.ts'
import { type GoogleApi, googleApi } from '../clouds/google-api.ts'
import { googleAccess, isProject } from '../clouds/google-token.ts'
import { findManagedZone, googleRecordSetStore, isDone, managedZone } from '../clouds/google-zone.ts'
import { addValue, removeValue } from '../clouds/record-set.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools } from '../dns-provider.ts'

interface Settings {
  /** Name of the secret that holds the key of a service account; absent: who the machine is. */
  readonly secret?: string
  /** Absent: that of the service account or of the machine. */
  readonly project?: string
  readonly managedZone?: string
  readonly endpoint: string
}

const usualEndpoint = 'https://dns.googleapis.com'

export const googleCloudDns: DnsProviderKind = {
  name: 'google-cloud-dns',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    const connected = async (zone: string) => {
      const api = await openApi(tools, settings)
      return { api, managed: settings.managedZone ?? (await findManagedZone(api, zone)) }
    }
    return {
      async add({ zone, name, value }) {
        const { api, managed } = await connected(zone)
        const change = await addValue(googleRecordSetStore(api, managed, name), value)
        return change === undefined ? undefined : `${managed}/${change}`
      },
      async remove({ zone, name, value }) {
        const { api, managed } = await connected(zone)
        await removeValue(googleRecordSetStore(api, managed, name), value)
      },
      async isEverywhere(place) {
        return isDone(await openApi(tools, settings), place)
      },
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['secret', 'project', 'managedZone', 'endpoint'])
  const secret = settings.secret === undefined ? undefined : readSecretName(settings, 'secret')
  if (settings.endpoint !== undefined && secret === undefined)
    throw badParameter('endpoint: send a secret too; tokens of the machine are for Google alone.')
  return {
    ...(secret !== undefined && { secret }),
    ...(settings.project !== undefined && { project: readProject(settings) }),
    ...(settings.managedZone !== undefined && { managedZone: readManagedZone(settings) }),
    endpoint: settings.endpoint === undefined ? usualEndpoint : readHttpsUrl(settings, 'endpoint'),
  }
}

function readProject(settings: DnsProviderSettings): string {
  const project = readText(settings, 'project')
  if (isProject(project)) return project
  throw badParameter('project: send the id of the project that the zone lies in.')
}

function readManagedZone(settings: DnsProviderSettings): string {
  const name = managedZone(readText(settings, 'managedZone'))
  if (name !== undefined) return name
  throw badParameter(
    'managedZone: send the name of the managed zone in its project, which is not its DNS name.',
  )
}

async function openApi(tools: DnsProviderTools, settings: Settings): Promise<GoogleApi> {
  const { secret, endpoint } = settings
  const { token, project } = await googleAccess(tools, secret)
  const cloud: Cloud = {
    who: 'Google Cloud DNS',
    credentials: secret === undefined ? 'the service account of the machine' : `the secret ${secret}`,
    rights:
      'It needs the role DNS Administrator for the zone, or one with dns.managedZones.list, dns.resourceRecordSets.list, .create, .update and .delete, dns.changes.create and dns.changes.get; and the Cloud DNS API has to be switched on.',
  }
  return googleApi({ cloud, tools, token, url: `${endpoint}/dns/v1/projects/${settings.project ?? project}` })
}
