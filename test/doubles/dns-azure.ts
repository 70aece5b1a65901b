/** Azure DNS behind Azure Resource Manager, with the token service of Entra ID: record sets have ETags, lists have pages. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TestContext } from 'node:test'
import { type MoodyServer, moodyServer, type Reply } from './moody-server.ts'

interface RecordSet {
  readonly etag: string
  readonly properties: {
    readonly TTL: number
    readonly TXTRecords: readonly { readonly value: readonly string[] }[]
    readonly metadata?: Readonly<Record<string, string>>
  }
}

export interface Azure {
  readonly server: MoodyServer
  readonly zones: { group: string; name: string; zoneType?: string }[]
  /** By group, zone and relative name, with slashes between. */
  readonly sets: Map<string, RecordSet>
  plant(path: string, properties: RecordSet['properties']): void
  readonly tokens: Set<string>
  /** What came to the token service. */
  readonly forms: URLSearchParams[]
  fault: 'throttled' | 'denied' | 'stubborn' | 'elsewhere' | undefined
}

export interface AzureClient {
  readonly tenant: string
  readonly client: string
  readonly secret: string
}

const json = (status: number, value: unknown, headers = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})
const refused = (status: number, code: string, message = code, headers = {}) =>
  json(status, { error: { code, message } }, headers)

export async function azureDouble(
  t: TestContext,
  subscription: string,
  { tenant, client, secret }: AzureClient,
): Promise<Azure> {
  let etags = 0
  const nextEtag = () => `etag-${++etags}`
  const giveToken = (form: URLSearchParams): Reply => {
    azure.forms.push(form)
    const isKnown = form.get('grant_type') === 'client_credentials' && form.get('client_id') === client
    const isProved = form.get('client_secret') === secret || form.get('client_assertion') === secret
    if (!isKnown || !isProved || !form.get('scope')?.endsWith('/.default'))
      return json(401, {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret provided: ${form.get('client_secret')}`,
      })
    const token = randomBytes(16).toString('base64url')
    azure.tokens.add(token)
    return json(200, { token_type: 'Bearer', expires_in: 3599, access_token: token })
  }
  const reply = ({ method, url = '', headers }: IncomingMessage, body: string): Reply => {
    const { pathname, searchParams: query } = new URL(url, azure.server.url)
    if (pathname === `/${tenant}/oauth2/v2.0/token`) return giveToken(new URLSearchParams(body))
    const token = headers.authorization?.replace('Bearer ', '') ?? ''
    if (!azure.tokens.has(token)) return refused(401, 'InvalidAuthenticationToken', `not ${token}`)
    if (azure.fault === 'throttled')
      return refused(429, 'TooManyRequests', 'slow down', { 'retry-after': '17' })
    if (azure.fault === 'denied') return refused(403, 'AuthorizationFailed')
    if (query.get('api-version') !== '2018-05-01') return refused(400, 'InvalidApiVersionParameter')
    const base = `/subscriptions/${subscription}`
    if (pathname.toLowerCase() === `${base}/providers/microsoft.network/dnszones`) return listZones(query)
    const [, group, zone, relative] =
      /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/([^/]+)\/providers\/Microsoft\.Network\/dnsZones\/([^/]+)\/TXT\/([^/]+)$/.exec(
        decodeURIComponent(pathname),
      ) ?? []
    if (!azure.zones.some((known) => known.group === group && known.name === zone))
      return refused(404, 'ParentResourceNotFound')
    const path = `${group}/${zone}/${relative}`
    const known = azure.sets.get(path)
    if (method === 'GET')
      return known
        ? json(200, known)
        : json(404, { code: 'NotFound', message: 'The resource record does not exist' })
    if (azure.fault === 'stubborn') return refused(412, 'PreconditionFailed')
    if (headers['if-none-match'] === '*' && known) return refused(412, 'PreconditionFailed')
    if (headers['if-match'] !== undefined && headers['if-match'] !== known?.etag)
      return known ? refused(412, 'PreconditionFailed') : json(404, { code: 'NotFound' })
    if (headers['if-none-match'] === undefined && headers['if-match'] === undefined)
      throw new Error('written without a condition')
    if (method === 'DELETE') {
      azure.sets.delete(path)
      return { status: 200 }
    }
    const { properties } = JSON.parse(body) as RecordSet
    if (properties.TXTRecords.length === 0) return refused(400, 'BadRequest')
    const set = { etag: nextEtag(), properties }
    azure.sets.set(path, set)
    return json(known ? 200 : 201, set)
  }
  /** Two zones in a page. */
  const listZones = (query: URLSearchParams): Reply => {
    const from = Number(query.get('$skipToken') ?? 0)
    const value = azure.zones.slice(from, from + 2).map(({ group, name, zoneType }) => ({
      id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/dnszones/${name}`,
      name,
      properties: { zoneType },
    }))
    const origin = azure.fault === 'elsewhere' ? 'https://elsewhere.example' : azure.server.url
    const nextLink = `${origin}/subscriptions/${subscription}/providers/Microsoft.Network/dnszones?api-version=2018-05-01&$skipToken=${from + 2}`
    return json(200, { value, ...(from + 2 < azure.zones.length && { nextLink }) })
  }
  const server = await moodyServer(t, reply)
  const azure: Azure = {
    server,
    zones: [
      { group: 'first', name: 'example.com' },
      { group: 'hidden', name: 'example.org', zoneType: 'Private' },
      { group: 'dns', name: 'example.org' },
    ],
    sets: new Map(),
    plant: (path, properties) => void azure.sets.set(path, { etag: nextEtag(), properties }),
    tokens: new Set(),
    forms: [],
    fault: undefined,
  }
  return azure
}
