/** `cloudflare`: the DNS of Cloudflare, by its API v4. Every value is a record of its own there. */
import { badParameter } from '../../../domain/errors.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from '../../../network/http-client.ts'
import { readHttpsUrl, readSecretName, readText, rejectUnknownMembers } from '../../settings-members.ts'
import {
  type Cloud,
  cloudRefusal,
  type JsonObject,
  jsonOf,
  kindOfStatus,
  objectsIn,
  type RefusalKind,
  textIn,
  unusable,
} from '../clouds/cloud-answer.ts'
import { tokenOf } from '../clouds/cloud-secret.ts'
import { onlyZone } from '../clouds/zones.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools, TxtRecord } from '../dns-provider.ts'
import { ask } from '../http-api.ts'

interface Settings {
  /** Name of the secret that holds an API token. */
  readonly secret: string
  readonly zoneId?: string
  readonly endpoint: string
}

interface Api {
  readonly cloud: Cloud
  readonly settings: Settings
  /** @throws IssuerFailure unless the answer is one of success, or has the code that is expected. */
  call(request: Call, expected?: readonly number[]): Promise<JsonObject>
}

type Call = Pick<HttpRequest, 'method' | 'body'> & { readonly path: string }

const usualEndpoint = 'https://api.cloudflare.com/client/v4'
/** The least that every plan has. */
const ttlSeconds = 60
const zonesPerPage = 50
const recordsPerPage = 100
const pagesMax = 50
const limits = { octetsMax: 1024 * 1024, secondsMax: 10 }

/** "The record already exists", "An identical record already exists". */
const existsAlready = [81_057, 81_058]
/** "Record does not exist". */
const isGone = [81_044]

export const cloudflare: DnsProviderKind = {
  name: 'cloudflare',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    return {
      async add(record) {
        const api = await openApi(tools, settings)
        const zone = await zoneOf(api, record)
        if ((await recordsOf(api, zone, record)).length > 0) return undefined
        const { name, value } = record
        const body = JSON.stringify({ type: 'TXT', name, content: `"${value}"`, ttl: ttlSeconds })
        await api.call({ method: 'POST', path: `/zones/${zone}/dns_records`, body }, existsAlready)
        return undefined
      },
      async remove(record) {
        const api = await openApi(tools, settings)
        const zone = await zoneOf(api, record)
        for (const id of await recordsOf(api, zone, record))
          await api.call({ method: 'DELETE', path: `/zones/${zone}/dns_records/${id}` }, isGone)
      },
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['secret', 'zoneId', 'endpoint'])
  return {
    secret: readSecretName(settings, 'secret'),
    ...(settings.zoneId !== undefined && { zoneId: readZoneId(settings) }),
    endpoint: settings.endpoint === undefined ? usualEndpoint : readHttpsUrl(settings, 'endpoint'),
  }
}

function readZoneId(settings: DnsProviderSettings): string {
  const id = readText(settings, 'zoneId')
  if (isId(id)) return id
  throw badParameter('zoneId: send the 32 hexadecimal digits that the overview of the zone shows.')
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{32}$/.test(text)
}

async function openApi(tools: DnsProviderTools, settings: Settings): Promise<Api> {
  const { secret, endpoint } = settings
  const token = tokenOf(await tools.secret(secret), secret)
  const http: HttpClient = tools.openHttp(limits)
  const cloud: Cloud = {
    who: 'Cloudflare',
    credentials: `the secret ${secret}`,
    rights: 'Its API token has to be a valid one with the permissions Zone: Read and DNS: Edit for the zone.',
  }
  return {
    cloud,
    settings,
    async call({ method, path, body }, expected = []) {
      const headers = {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      }
      const answer = await ask(http, {
        method,
        url: `${endpoint}${path}`,
        headers,
        ...(body !== undefined && { body }),
      })
      return readEnvelope(cloud, answer, expected)
    },
  }
}

/** Every answer is `{success, errors, result, result_info}`. */
function readEnvelope(cloud: Cloud, answer: HttpAnswer, expected: readonly number[]): JsonObject {
  const envelope = jsonOf(answer)
  if (answer.status >= 200 && answer.status < 300 && envelope?.success === true) return envelope
  const codes = (objectsIn(envelope, 'errors') ?? []).map(({ code }) => code)
  const code = codes.find((value) => typeof value === 'number')
  if (envelope && code !== undefined && expected.includes(code)) return envelope
  if (answer.status < 300) throw unusable(cloud, 'it does not say that it succeeded')
  throw cloudRefusal(cloud, answer, kindOf(answer.status, code), code?.toString())
}

/** Invalid request headers, and an invalid `Authorization` among them. */
const ofCredentials = [6003, 6111]
/** Said of tokens that are not good, and of good ones that are not for this. */
const ofRights = [9109, 10_000]

function kindOf(status: number, code: number | undefined): RefusalKind {
  if (code !== undefined && ofCredentials.includes(code)) return 'credentials'
  if (code !== undefined && ofRights.includes(code)) return 'rights'
  return kindOfStatus(status)
}

async function zoneOf({ call, cloud, settings }: Api, { zone }: TxtRecord): Promise<string> {
  if (settings.zoneId !== undefined) return settings.zoneId
  const query = new URLSearchParams({ name: zone, per_page: String(zonesPerPage) })
  const found = objectsIn(await call({ method: 'GET', path: `/zones?${query}` }), 'result')
  if (!found) throw unusable(cloud, 'its list of zones is none')
  // Zones that are not active belong to somebody who has not shown that the domain is theirs; internal ones nobody outside sees.
  const active = found.filter(
    (item) =>
      textIn(item, 'name') === zone &&
      textIn(item, 'status') === 'active' &&
      textIn(item, 'type') !== 'internal',
  )
  const id = textIn(onlyZone(active, zone, cloud, 'zoneId'), 'id')
  if (isId(id)) return id
  throw unusable(cloud, 'a zone has no id')
}

/** The ids of the records that hold the very value. */
async function recordsOf(api: Api, zone: string, { name, value }: TxtRecord): Promise<readonly string[]> {
  const ids: string[] = []
  for (let page = 1; ; page++) {
    const records = await recordsOfPage(api, zone, name, page)
    for (const record of records) {
      const isRecord = textIn(record, 'name') === name && textIn(record, 'type') === 'TXT'
      if (!isRecord || ![value, `"${value}"`].includes(textIn(record, 'content') ?? '')) continue
      const id = textIn(record, 'id')
      if (!isId(id)) throw unusable(api.cloud, 'a record has no id')
      ids.push(id)
    }
    if (records.length < recordsPerPage) return ids
    if (page === pagesMax) throw unusable(api.cloud, `its list of TXT records of ${name} has no end`)
  }
}

async function recordsOfPage({ call, cloud }: Api, zone: string, name: string, page: number) {
  const query = new URLSearchParams({
    type: 'TXT',
    'name.exact': name,
    page: String(page),
    per_page: String(recordsPerPage),
  })
  const records = objectsIn(
    await call({ method: 'GET', path: `/zones/${zone}/dns_records?${query}` }),
    'result',
  )
  if (records) return records
  throw unusable(cloud, 'its list of records is none')
}
