/** Speaking to Azure Resource Manager, and its refusals by what is to be done about them. */
import type { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer, HttpRequest } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import { bearer } from './access-token.ts'
import {
  type Cloud,
  cloudRefusal,
  jsonOf,
  kindOfStatus,
  objectIn,
  type RefusalKind,
  textIn,
} from './cloud-answer.ts'

export interface AzureApi {
  readonly cloud: Cloud
  /** @param path with what precedes `api-version` in the query, or a `nextLink` of an answer. */
  send(method: 'GET' | 'PUT' | 'DELETE', path: string, wish?: AzureWish): Promise<HttpAnswer>
  /** The path of a link to the next page; undefined when it leads to another place, which is not asked. */
  pathOf(link: string): string | undefined
  refusal(answer: HttpAnswer): IssuerFailure
}

export interface AzureWish {
  readonly body?: object
  /** `If-Match`, or `If-None-Match`. */
  readonly condition?: Readonly<Record<string, string>>
}

const version = 'api-version=2018-05-01'
const limits = { octetsMax: 4 * 1024 * 1024, secondsMax: 10 }

export function azureApi({
  cloud,
  tools,
  endpoint,
  token,
}: {
  readonly cloud: Cloud
  readonly tools: DnsProviderTools
  readonly endpoint: string
  readonly token: Secret<string>
}): AzureApi {
  const http = tools.openHttp(limits)
  return {
    cloud,
    send(method, path, { body, condition } = {}) {
      const request: HttpRequest = {
        method,
        url: `${endpoint}${path}${path.includes('?') ? '' : `?${version}`}`,
        headers: {
          accept: 'application/json',
          ...bearer(token),
          ...condition,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      }
      return ask(http, request)
    },
    pathOf: (link) =>
      link.startsWith(`${endpoint}/`) && link.includes('?') ? link.slice(endpoint.length) : undefined,
    refusal(answer) {
      const { status } = answer
      const json = jsonOf(answer)
      const code = textIn(objectIn(json, 'error') ?? json, 'code')
      return cloudRefusal(cloud, answer, kinds.get(code ?? '') ?? kindOfStatus(status), code)
    },
  }
}

const kinds: ReadonlyMap<string, RefusalKind> = new Map([
  ['AuthorizationFailed', 'rights'],
  ['Conflict', 'passing'],
  ['LinkedAuthorizationFailed', 'rights'],
])
