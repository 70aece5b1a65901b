/** A public zone of Azure DNS: finding it, and the TXT records of a name in it. */

import type { AzureApi } from './azure-api.ts'
import { type JsonObject, jsonOf, objectIn, objectsIn, textIn, textsIn, unusable } from './cloud-answer.ts'
import type { RecordSet, RecordSetStore } from './record-set.ts'
import { onlyZone } from './zones.ts'

/** What Azure tells a set by, and what else it holds. */
interface AzureRecordSet extends RecordSet {
  readonly etag: string
  readonly metadata?: JsonObject
}

const pagesMax = 100

/** Of the zone as a resource. */
export function zonePath(subscription: string, resourceGroup: string, zone: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${encodeURIComponent(resourceGroup)}/providers/Microsoft.Network/dnsZones/${encodeURIComponent(zone)}`
}

/** Looks through the public zones of a subscription. @throws IssuerFailure `user-action` if there is none, or more than one. */
export async function findAzureZone(api: AzureApi, subscription: string, zone: string): Promise<string> {
  const found: string[] = []
  let path: string | undefined = `/subscriptions/${subscription}/providers/Microsoft.Network/dnszones`
  for (let page = 1; path !== undefined; page++) {
    if (page > pagesMax) throw unusable(api.cloud, 'its list of zones has no end')
    const answer = await api.send('GET', path)
    if (answer.status !== 200) throw api.refusal(answer)
    const list = jsonOf(answer)
    const zones = objectsIn(list, 'value')
    if (!list || !zones) throw unusable(api.cloud, 'its list of zones is none')
    for (const item of zones) {
      const group = resourceGroupOf(item, zone)
      if (group !== undefined) found.push(group)
    }
    const next = textIn(list, 'nextLink')
    path = next === undefined ? undefined : api.pathOf(next)
    if (next !== undefined && path === undefined)
      throw unusable(api.cloud, 'its list of zones goes on elsewhere')
  }
  return zonePath(subscription, onlyZone(found, zone, api.cloud, 'resourceGroup'), zone)
}

function resourceGroupOf(item: JsonObject, zone: string): string | undefined {
  if (textIn(item, 'name')?.toLowerCase() !== zone) return undefined
  if (textIn(objectIn(item, 'properties'), 'zoneType') === 'Private') return undefined
  return /\/resourceGroups\/([^/]+)\//i.exec(textIn(item, 'id') ?? '')?.[1]
}

/** A set is written only if its ETag is still the one that was read. @param zoneAt path of the zone. */
export function azureRecordSetStore(
  api: AzureApi,
  zoneAt: string,
  zone: string,
  name: string,
): RecordSetStore<AzureRecordSet> {
  const relative = name === zone ? '@' : name.slice(0, -(zone.length + 1))
  const path = `${zoneAt}/TXT/${encodeURIComponent(relative)}`
  return {
    name,
    spellings: (value) => [JSON.stringify([value])],
    async read() {
      const answer = await api.send('GET', path)
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw api.refusal(answer)
      const set = readRecordSet(jsonOf(answer))
      if (set) return set
      throw unusable(api.cloud, `the TXT records of ${name} are incomplete`)
    },
    async replace(before, after) {
      if (!before && !after) return { state: 'replaced' }
      const condition = before ? { 'if-match': before.etag } : { 'if-none-match': '*' }
      const answer = after
        ? await api.send('PUT', path, { condition, body: write(after, before) })
        : await api.send('DELETE', path, { condition })
      if (answer.status >= 200 && answer.status < 300) return { state: 'replaced' }
      if (answer.status === 412 || (answer.status === 404 && before))
        return { state: 'conflict', refusal: api.refusal(answer) }
      throw api.refusal(answer)
    },
  }
}

/** A value is a list of strings of up to 255 characters; written as JSON it can be compared. */
function readRecordSet(json: JsonObject | undefined): AzureRecordSet | undefined {
  const properties = objectIn(json, 'properties')
  const etag = textIn(json, 'etag')
  const ttl = properties?.TTL
  const values = objectsIn(properties, 'TXTRecords')?.map((record) => textsIn(record, 'value'))
  const metadata = objectIn(properties, 'metadata')
  if (etag === undefined || typeof ttl !== 'number' || !values?.every((value) => value !== undefined))
    return undefined
  return { etag, ttl, values: values.map((value) => JSON.stringify(value)), ...(metadata && { metadata }) }
}

function write({ ttl, values }: RecordSet, before: AzureRecordSet | undefined): object {
  const records = values.map((value) => ({ value: JSON.parse(value) as readonly string[] }))
  return {
    properties: { TTL: ttl, TXTRecords: records, ...(before?.metadata && { metadata: before.metadata }) },
  }
}
