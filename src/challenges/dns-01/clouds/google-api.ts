/** Speaking to Google Cloud DNS, and its refusals by what is to be done about them. */
import type { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import { bearer } from './access-token.ts'
import {
  type Cloud,
  cloudRefusal,
  type JsonObject,
  jsonOf,
  kindOfStatus,
  objectIn,
  objectsIn,
  type RefusalKind,
  textIn,
  unusable,
} from './cloud-answer.ts'

export interface GoogleApi {
  readonly cloud: Cloud
  get(path: string): Promise<GoogleAnswer>
  post(path: string, body: object): Promise<GoogleAnswer>
}

export type GoogleAnswer =
  | { readonly state: 'done'; readonly json: JsonObject }
  | { readonly state: 'refused'; readonly status: number; readonly failure: IssuerFailure }

const limits = { octetsMax: 4 * 1024 * 1024, secondsMax: 10 }

/** @param url of the project. */
export function googleApi({
  cloud,
  tools,
  token,
  url,
}: {
  readonly cloud: Cloud
  readonly tools: DnsProviderTools
  readonly token: Secret<string>
  readonly url: string
}): GoogleApi {
  const http = tools.openHttp(limits)
  const headers = { accept: 'application/json', ...bearer(token) }
  return {
    cloud,
    async get(path) {
      return readAnswer(cloud, await ask(http, { method: 'GET', url: `${url}${path}`, headers }))
    },
    async post(path, body) {
      const request = {
        method: 'POST',
        url: `${url}${path}`,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      } as const
      return readAnswer(cloud, await ask(http, request))
    },
  }
}

/** For what has no refusal to be understood. */
export function jsonIn(answer: GoogleAnswer): JsonObject {
  if (answer.state === 'done') return answer.json
  throw answer.failure
}

function readAnswer(cloud: Cloud, answer: HttpAnswer): GoogleAnswer {
  const { status } = answer
  const json = jsonOf(answer)
  if (status === 200) {
    if (json) return { state: 'done', json }
    throw unusable(cloud, 'it is no JSON')
  }
  const [first] = objectsIn(objectIn(json, 'error'), 'errors') ?? []
  const reason = textIn(first, 'reason')
  const kind = kinds.get(reason ?? '') ?? kindOfStatus(status)
  return { state: 'refused', status, failure: cloudRefusal(cloud, answer, kind, reason) }
}

/** What comes with the status 403 beside a lack of rights. */
const kinds: ReadonlyMap<string, RefusalKind> = new Map([
  ['accessNotConfigured', 'rights'],
  ['authError', 'credentials'],
  ['backendError', 'passing'],
  ['quotaExceeded', 'throttled'],
  ['rateLimitExceeded', 'throttled'],
  ['userRateLimitExceeded', 'throttled'],
])
