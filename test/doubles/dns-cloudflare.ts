/** The DNS of Cloudflare, as its API v4 is documented: one zone whose records it truly keeps, in pages. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TestContext } from 'node:test'
import { type MoodyServer, moodyServer, type Reply } from './moody-server.ts'

interface DnsRecord {
  readonly id: string
  readonly type: string
  readonly name: string
  readonly content: string
}

export interface Cloudflare {
  readonly server: MoodyServer
  readonly endpoint: string
  readonly zones: { id: string; name: string; status: string; type?: string }[]
  readonly records: DnsRecord[]
  plant(name: string, content: string): void
  fault: 'throttled' | 'no rights' | 'slow reading' | undefined
}

const identifier = () => randomBytes(16).toString('hex')
const envelope = (status: number, result: unknown, more: object = {}): Reply => ({
  status,
  body: JSON.stringify({ success: true, errors: [], messages: [], result, ...more }),
})
const refused = (status: number, code: number, message: string, headers = {}): Reply => ({
  status,
  headers,
  body: JSON.stringify({ success: false, errors: [{ code, message }], messages: [], result: null }),
})

export async function cloudflareDouble(t: TestContext, token: string, zone: string): Promise<Cloudflare> {
  const reply = (request: IncomingMessage, body: string): Reply => {
    const { authorization = '' } = request.headers
    // Worse than the real one: it repeats what it was sent.
    if (authorization !== `Bearer ${token}`)
      return refused(403, 9109, `Invalid access token ${authorization}`)
    if (cloudflare.fault === 'throttled')
      return refused(429, 971, 'Please wait and consider throttling your request speed', {
        'retry-after': '11',
      })
    const { pathname, searchParams: query } = new URL(request.url!, cloudflare.server.url)
    const path = pathname.replace('/client/v4', '')
    if (request.method === 'GET' && path === '/zones')
      return envelope(
        200,
        cloudflare.zones.filter(({ name }) => name === query.get('name')),
      )
    if (cloudflare.fault === 'no rights') return refused(403, 10_000, 'Authentication error')
    const [, zoneId, record] = /^\/zones\/([0-9a-f]{32})\/dns_records(?:\/([0-9a-f]{32}))?$/.exec(path) ?? []
    if (!cloudflare.zones.some(({ id }) => id === zoneId)) return refused(404, 7003, 'Could not route')
    if (request.method === 'GET') return list(query)
    if (request.method === 'POST') return create(JSON.parse(body))
    return remove(record!)
  }
  const list = (query: URLSearchParams): Reply => {
    if (cloudflare.fault === 'slow reading') return envelope(200, [])
    const found = cloudflare.records.filter(
      ({ type, name }) => type === query.get('type') && name === query.get('name.exact'),
    )
    const size = Number(query.get('per_page') ?? 100)
    if (!(size >= 5 && size <= 100)) return refused(400, 1004, 'per_page out of range')
    const page = Number(query.get('page') ?? 1)
    const shown = found.slice((page - 1) * size, page * size)
    return envelope(200, shown, {
      result_info: { page, per_page: size, count: shown.length, total_count: found.length },
    })
  }
  const create = ({ type, name, content, ttl }: DnsRecord & { ttl: number }): Reply => {
    if (!/^".*"$/.test(content) || ttl < 60) return refused(400, 9000, 'DNS record validation failed')
    const same = (record: DnsRecord) => record.name === name && record.content === content
    if (cloudflare.records.some(same)) return refused(400, 81_058, 'An identical record already exists.')
    const record = { id: identifier(), type, name, content }
    cloudflare.records.push(record)
    return envelope(200, record)
  }
  const remove = (id: string): Reply => {
    const index = cloudflare.records.findIndex((record) => record.id === id)
    if (index < 0) return refused(404, 81_044, 'Record does not exist.')
    cloudflare.records.splice(index, 1)
    return envelope(200, { id })
  }
  const server = await moodyServer(t, reply)
  const cloudflare: Cloudflare = {
    server,
    endpoint: `${server.url}/client/v4`,
    zones: [{ id: identifier(), name: zone, status: 'active' }],
    records: [],
    plant: (name, content) => void cloudflare.records.push({ id: identifier(), type: 'TXT', name, content }),
    fault: undefined,
  }
  return cloudflare
}
