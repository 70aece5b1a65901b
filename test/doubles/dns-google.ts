/** Google Cloud DNS, as its API v1 is documented, with the token service: assertions are verified, changes match exactly or fail. */
import { type KeyObject, randomBytes, verify } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { TestContext } from 'node:test'
import { type MoodyServer, moodyServer, type Reply } from './moody-server.ts'

interface RecordSet {
  readonly name: string
  readonly type: string
  readonly ttl: number
  readonly rrdatas: readonly string[]
  readonly routingPolicy?: object
}

export interface Google {
  readonly server: MoodyServer
  readonly zones: { name: string; dnsName: string; visibility?: string }[]
  readonly sets: RecordSet[]
  readonly tokens: Set<string>
  /** How often a change is still said to be on its way. */
  pendingAnswers: number
  fault: 'throttled' | 'denied' | 'switched off' | 'stubborn' | undefined
}

const json = (status: number, value: unknown, headers = {}): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
  body: JSON.stringify(value),
})
const refused = (status: number, reason: string, message = reason) =>
  json(status, { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } })

export async function googleDouble(
  t: TestContext,
  {
    email,
    publicKey,
    project,
    now,
  }: { email: string; publicKey: KeyObject; project: string; now: () => number },
): Promise<Google> {
  let changes = 0
  const giveToken = (form: URLSearchParams): Reply => {
    const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.')
    const decode = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString() || '{}')
    const { iss, scope, aud, iat, exp } = decode(claims)
    const good =
      form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
      decode(header).alg === 'RS256' &&
      verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url')) &&
      iss === email &&
      // Google's own library always names the usual one.
      ['https://oauth2.googleapis.com/token', `${google.server.url}/token`].includes(aud) &&
      scope === 'https://www.googleapis.com/auth/ndev.clouddns.readwrite' &&
      iat <= now() &&
      exp > now() &&
      exp - iat <= 3600
    if (!good)
      return json(400, {
        error: 'invalid_grant',
        error_description: `Invalid JWT Signature ${form.get('assertion')}`,
      })
    const token = randomBytes(16).toString('base64url')
    google.tokens.add(token)
    return json(200, { access_token: token, expires_in: 3599, token_type: 'Bearer' })
  }
  const reply = ({ method, url = '', headers }: IncomingMessage, body: string): Reply => {
    const { pathname, searchParams: query } = new URL(url, google.server.url)
    if (pathname === '/token') return giveToken(new URLSearchParams(body))
    if (!google.tokens.has(headers.authorization?.replace('Bearer ', '') ?? ''))
      return refused(401, 'authError')
    if (google.fault === 'throttled') return refused(403, 'rateLimitExceeded')
    if (google.fault === 'denied') return refused(403, 'forbidden')
    if (google.fault === 'switched off') return refused(403, 'accessNotConfigured')
    const path = pathname.replace(`/dns/v1/projects/${project}`, '')
    if (path === '/managedZones') return listZones(query)
    const [, zone, rest] = /^\/managedZones\/([a-z0-9-]+)\/(.+)$/.exec(path) ?? []
    if (!google.zones.some(({ name }) => name === zone)) return refused(404, 'notFound')
    if (rest === 'rrsets')
      return json(200, {
        rrsets: google.sets.filter(
          ({ name, type }) => name === query.get('name') && type === query.get('type'),
        ),
      })
    if (rest === 'changes' && method === 'POST') return change(JSON.parse(body))
    const [, id] = /^changes\/(\d+)$/.exec(rest ?? '') ?? []
    if (id === undefined || Number(id) > changes) return refused(404, 'notFound')
    return json(200, { kind: 'dns#change', id, status: google.pendingAnswers-- > 0 ? 'pending' : 'done' })
  }
  /** One zone in a page. */
  const listZones = (query: URLSearchParams): Reply => {
    const found = google.zones.filter(({ dnsName }) => dnsName === query.get('dnsName'))
    const from = Number(query.get('pageToken') ?? 0)
    return json(200, {
      managedZones: found.slice(from, from + 1),
      ...(from + 1 < found.length && { nextPageToken: String(from + 1) }),
    })
  }
  const change = ({
    deletions = [],
    additions = [],
  }: {
    deletions?: RecordSet[]
    additions?: RecordSet[]
  }): Reply => {
    if (google.fault === 'stubborn') return refused(412, 'conditionNotMet')
    const working = [...google.sets]
    const indexOf = ({ name, type }: RecordSet) =>
      working.findIndex((set) => set.name === name && set.type === type)
    for (const wanted of deletions) {
      const index = indexOf(wanted)
      if (index < 0) return refused(404, 'notFound')
      const known = working[index]!
      if (
        known.ttl !== Number(wanted.ttl) ||
        String([...known.rrdatas].sort()) !== String([...wanted.rrdatas].sort())
      )
        return refused(412, 'conditionNotMet', "Precondition not met for 'entity.change.deletions[0]'")
      working.splice(index, 1)
    }
    for (const set of additions) {
      if (indexOf(set) >= 0) return refused(409, 'alreadyExists')
      // Google's own library writes numbers as texts.
      working.push({ ...set, ttl: Number(set.ttl) })
    }
    google.sets.splice(0, google.sets.length, ...working)
    changes += 1
    return json(200, { kind: 'dns#change', id: String(changes), status: 'pending' })
  }
  const server = await moodyServer(t, reply)
  const google: Google = {
    server,
    zones: [
      { name: 'inside', dnsName: 'example.org.', visibility: 'private' },
      { name: 'example-org', dnsName: 'example.org.', visibility: 'public' },
    ],
    sets: [],
    tokens: new Set(),
    pendingAnswers: 0,
    fault: undefined,
  }
  return google
}
