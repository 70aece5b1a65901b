/** A managed zone of Google Cloud DNS: finding it, the TXT records of a name in it, and whether a change of them is on all servers. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { type JsonObject, objectIn, objectsIn, textIn, textsIn, unusable } from './cloud-answer.ts'
import { type GoogleApi, jsonIn } from './google-api.ts'
import type { RecordSet, RecordSetStore } from './record-set.ts'
import { onlyZone } from './zones.ts'

const pagesMax = 100

/** @returns the name, if it is one of a managed zone. */
export function managedZone(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text) ? text : undefined
}

/** The public zone of this DNS name. @throws IssuerFailure `user-action` if there is none, or more than one. */
export async function findManagedZone(api: GoogleApi, zone: string): Promise<string> {
  const found: JsonObject[] = []
  let page: string | undefined
  for (let pages = 0; pages === 0 || page !== undefined; pages++) {
    if (pages === pagesMax) throw unusable(api.cloud, 'its list of zones has no end')
    const query = new URLSearchParams({ dnsName: `${zone}.`, ...(page !== undefined && { pageToken: page }) })
    const json = jsonIn(await api.get(`/managedZones?${query}`))
    const zones = objectsIn(json, 'managedZones')
    if (!zones) throw unusable(api.cloud, 'its list of zones is none')
    found.push(...zones.filter((item) => isPublic(item, zone)))
    page = textIn(json, 'nextPageToken')
  }
  const name = managedZone(textIn(onlyZone(found, zone, api.cloud, 'managedZone'), 'name'))
  if (name !== undefined) return name
  throw unusable(api.cloud, 'a managed zone has no name')
}

function isPublic(item: JsonObject, zone: string): boolean {
  return (
    textIn(item, 'dnsName')?.toLowerCase() === `${zone}.` &&
    (textIn(item, 'visibility') ?? 'public') === 'public'
  )
}

/** A change deletes exactly what was read and adds what shall be, or does nothing. */
export function googleRecordSetStore(api: GoogleApi, zone: string, name: string): RecordSetStore<RecordSet> {
  return {
    name,
    spellings: (value) => [`"${value}"`, value],
    async read() {
      const query = new URLSearchParams({ name: `${name}.`, type: 'TXT' })
      const sets = objectsIn(jsonIn(await api.get(`/managedZones/${zone}/rrsets?${query}`)), 'rrsets')
      if (!sets) throw unusable(api.cloud, 'its list of records is none')
      const set = sets.find(
        (item) => textIn(item, 'name')?.toLowerCase() === `${name}.` && textIn(item, 'type') === 'TXT',
      )
      return set && readRecordSet(api, name, set)
    },
    async replace(before, after) {
      const write = ({ ttl, values }: RecordSet) => ({ name: `${name}.`, type: 'TXT', ttl, rrdatas: values })
      const answer = await api.post(`/managedZones/${zone}/changes`, {
        ...(before && { deletions: [write(before)] }),
        ...(after && { additions: [write(after)] }),
      })
      if (answer.state === 'done') {
        const change = textIn(answer.json, 'id')
        return { state: 'replaced', ...(change !== undefined && { change }) }
      }
      // Something else is deleted, something is there already, or nothing is any more.
      if ([404, 409, 412].includes(answer.status)) return { state: 'conflict', refusal: answer.failure }
      throw answer.failure
    },
  }
}

/** Whether all servers of Google have it. @param place zone and change, with a slash between. */
export async function isDone(api: GoogleApi, place: string): Promise<boolean> {
  const [, zone, change] = /^([a-z0-9-]+)\/([\w-]{1,64})$/.exec(place) ?? []
  if (zone === undefined) return true
  const answer = await api.get(`/managedZones/${zone}/changes/${change}`)
  // With the zone its changes are gone.
  if (answer.state === 'refused' && answer.status === 404) return true
  return textIn(jsonIn(answer), 'status') === 'done'
}

function readRecordSet({ cloud }: GoogleApi, name: string, set: JsonObject): RecordSet {
  if (objectIn(set, 'routingPolicy'))
    throw new IssuerFailure(
      'user-action',
      `The TXT records of ${name} have a routing policy; make them simple ones, or take them away.`,
    )
  const { ttl } = set
  const values = textsIn(set, 'rrdatas')
  if (typeof ttl === 'number' && values && values.length > 0) return { ttl, values }
  throw unusable(cloud, `the TXT records of ${name} are incomplete`)
}
