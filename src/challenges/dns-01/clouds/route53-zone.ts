/** A hosted zone of Route 53: finding it, the TXT records of a name in it, and whether a change of them is on all servers. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { unusable } from './cloud-answer.ts'
import type { RecordSet, RecordSetStore } from './record-set.ts'
import { type Route53Api, rootOf } from './route53-api.ts'
import { child, children, escapeXml, textOf, type XmlElement } from './xml.ts'
import { onlyZone } from './zones.ts'

const namespace = 'https://route53.amazonaws.com/doc/2013-04-01/'
/** More hosted zones of one name than anybody has. */
const zonesMax = 100
const setsMax = 100

/** @returns the id alone, of `Z…` or `/hostedzone/Z…`. */
export function hostedZoneId(text: string): string | undefined {
  return /^(?:\/hostedzone\/)?([0-9A-Z]{1,32})$/.exec(text)?.[1]
}

/** The public hosted zone of this name. @throws IssuerFailure `user-action` if there is none, or more than one. */
export async function findHostedZone(api: Route53Api, zone: string): Promise<string> {
  const query = new URLSearchParams({ dnsname: `${zone}.`, maxitems: String(zonesMax) })
  const root = rootOf(await api.get(`/hostedzonesbyname?${query}`))
  // From this name on in the order of names: others follow.
  const found = children(child(root, 'HostedZones'), 'HostedZone').filter(
    (item) =>
      textOf(item, 'Name')?.toLowerCase() === `${zone}.` &&
      textOf(child(item, 'Config'), 'PrivateZone') !== 'true',
  )
  const id = hostedZoneId(textOf(onlyZone(found, zone, api.cloud, 'zoneId'), 'Id') ?? '')
  if (id !== undefined) return id
  throw unusable(api.cloud, 'a hosted zone has no id')
}

/** A batch deletes exactly what was read and creates what shall be, or does nothing. */
export function recordSetStore(api: Route53Api, zone: string, name: string): RecordSetStore<RecordSet> {
  return {
    name,
    spellings: (value) => [`"${value}"`],
    async read() {
      const query = new URLSearchParams({ name: `${name}.`, type: 'TXT', maxitems: String(setsMax) })
      const root = rootOf(await api.get(`/hostedzone/${zone}/rrset?${query}`))
      const sets = children(child(root, 'ResourceRecordSets'), 'ResourceRecordSet').filter(
        (item) => textOf(item, 'Name')?.toLowerCase() === `${name}.` && textOf(item, 'Type') === 'TXT',
      )
      return sets[0] && readRecordSet(api, name, sets[0])
    },
    async replace(before, after) {
      const changes = [before && change('DELETE', name, before), after && change('CREATE', name, after)]
      const batch = `<ChangeBatch><Changes>${changes.join('')}</Changes></ChangeBatch>`
      const answer = await api.post(
        `/hostedzone/${zone}/rrset/`,
        `<?xml version="1.0" encoding="UTF-8"?><ChangeResourceRecordSetsRequest xmlns="${namespace}">${batch}</ChangeResourceRecordSetsRequest>`,
      )
      if (answer.state === 'refused') {
        if (answer.code === 'InvalidChangeBatch') return { state: 'conflict', refusal: answer.failure }
        throw answer.failure
      }
      const id = changeId(textOf(child(answer.root, 'ChangeInfo'), 'Id'))
      return { state: 'replaced', ...(id !== undefined && { change: id }) }
    },
  }
}

/** Whether all servers of Route 53 have it. */
export async function isInSync(api: Route53Api, change: string): Promise<boolean> {
  const id = changeId(change)
  if (id === undefined) return true
  const answer = await api.get(`/change/${id}`)
  // It is forgotten after a time; what is older than that has long arrived.
  if (answer.state === 'refused' && answer.code === 'NoSuchChange') return true
  return textOf(child(rootOf(answer), 'ChangeInfo'), 'Status') === 'INSYNC'
}

/** @returns the id alone, of `C…` or `/change/C…`. */
function changeId(text: string | undefined): string | undefined {
  return /^(?:\/change\/)?([0-9A-Z]{1,64})$/.exec(text ?? '')?.[1]
}

function readRecordSet({ cloud }: Route53Api, name: string, item: XmlElement): RecordSet {
  const ttl = Number(textOf(item, 'TTL'))
  const values = children(child(item, 'ResourceRecords'), 'ResourceRecord').map((record) =>
    textOf(record, 'Value'),
  )
  if (textOf(item, 'SetIdentifier') !== undefined || child(item, 'AliasTarget'))
    throw new IssuerFailure(
      'user-action',
      `The TXT records of ${name} are routed by a policy of Route 53; make them simple ones, or take them away.`,
    )
  if (Number.isSafeInteger(ttl) && values.every((value) => value !== undefined) && values.length > 0)
    return { ttl, values }
  throw unusable(cloud, `the TXT records of ${name} are incomplete`)
}

function change(action: 'DELETE' | 'CREATE', name: string, { ttl, values }: RecordSet): string {
  const records = values
    .map((value) => `<ResourceRecord><Value>${escapeXml(value)}</Value></ResourceRecord>`)
    .join('')
  const set = `<Name>${escapeXml(name)}.</Name><Type>TXT</Type><TTL>${ttl}</TTL><ResourceRecords>${records}</ResourceRecords>`
  return `<Change><Action>${action}</Action><ResourceRecordSet>${set}</ResourceRecordSet></Change>`
}
