/** `route53`: Amazon Route 53, by its API of 2013-04-01. */
import { badParameter } from '../../../domain/errors.ts'
import {
  readChoice,
  readHttpsUrl,
  readOptionalText,
  readSecretName,
  readText,
  rejectUnknownMembers,
} from '../../settings-members.ts'
import { awsCredentials } from '../clouds/aws-credentials.ts'
import { type AwsRole, assumeRole } from '../clouds/aws-sts.ts'
import type { Cloud } from '../clouds/cloud-answer.ts'
import { addValue, removeValue } from '../clouds/record-set.ts'
import { type Route53Api, route53Api } from '../clouds/route53-api.ts'
import { findHostedZone, hostedZoneId, isInSync, recordSetStore } from '../clouds/route53-zone.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools } from '../dns-provider.ts'

interface Settings {
  /** Name of the secret that holds an access key; absent: who the machine is. */
  readonly secret?: string
  /** To be assumed by who the secret or the machine is. */
  readonly role?: AwsRole
  readonly zoneId?: string
  readonly endpoint: string
  readonly region: string
}

/** Each has an API and accounts of its own. */
const partitions = {
  aws: { endpoint: 'https://route53.amazonaws.com', region: 'us-east-1' },
  'aws-cn': { endpoint: 'https://route53.amazonaws.com.cn', region: 'cn-northwest-1' },
  'aws-us-gov': { endpoint: 'https://route53.us-gov.amazonaws.com', region: 'us-gov-west-1' },
} as const

export const route53: DnsProviderKind = {
  name: 'route53',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    const connected = async (zone: string) => {
      const api = await openApi(tools, settings)
      return { api, id: settings.zoneId ?? (await findHostedZone(api, zone)) }
    }
    return {
      async add({ zone, name, value }) {
        const { api, id } = await connected(zone)
        return addValue(recordSetStore(api, id, name), value)
      },
      async remove({ zone, name, value }) {
        const { api, id } = await connected(zone)
        await removeValue(recordSetStore(api, id, name), value)
      },
      async isEverywhere(change) {
        return isInSync(await openApi(tools, settings), change)
      },
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['secret', 'role', 'externalId', 'zoneId', 'partition', 'endpoint'])
  const secret = settings.secret === undefined ? undefined : readSecretName(settings, 'secret')
  const partition =
    settings.partition === undefined
      ? 'aws'
      : readChoice(settings, 'partition', Object.keys(partitions) as (keyof typeof partitions)[])
  if (settings.endpoint !== undefined && secret === undefined)
    throw badParameter('endpoint: send a secret too; what the machine is allowed is used at AWS alone.')
  return {
    ...partitions[partition],
    ...(secret !== undefined && { secret }),
    ...readRole(settings),
    ...(settings.zoneId !== undefined && { zoneId: readZoneId(settings) }),
    ...(settings.endpoint !== undefined && { endpoint: readHttpsUrl(settings, 'endpoint') }),
  }
}

function readZoneId(settings: DnsProviderSettings): string {
  const id = hostedZoneId(readText(settings, 'zoneId'))
  if (id !== undefined) return id
  throw badParameter('zoneId: send the id of the hosted zone, such as Z0123456789ABCDEFGHIJ.')
}

function readRole(settings: DnsProviderSettings): { readonly role?: AwsRole } {
  const externalId = readOptionalText(settings, 'externalId')
  if (settings.role === undefined) {
    if (externalId === undefined) return {}
    throw badParameter('externalId: send the role too that asks for it.')
  }
  const arn = readText(settings, 'role')
  if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(arn))
    throw badParameter('role: send the ARN of a role, such as arn:aws:iam::123456789012:role/dns.')
  return { role: { arn, ...(externalId !== undefined && { externalId }) } }
}

async function openApi(tools: DnsProviderTools, settings: Settings): Promise<Route53Api> {
  const { secret, role, endpoint, region } = settings
  const us = await awsCredentials(tools, secret, region)
  const cloud: Cloud = {
    who: 'Route 53',
    credentials: role?.arn ?? (secret === undefined ? 'the role of the machine' : `the secret ${secret}`),
    rights:
      'Its policy has to allow route53:ListHostedZonesByName, and for the zone route53:ListResourceRecordSets, route53:ChangeResourceRecordSets and route53:GetChange.',
  }
  return route53Api({
    cloud,
    tools,
    endpoint,
    region,
    credentials: role ? await assumeRole(tools, us, role, region) : us,
  })
}
