/** Speaking to Route 53: signed requests, answers in XML, and its refusals by what is to be done about them. */
import type { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import { ask } from '../http-api.ts'
import { type AwsCredentials, signedHeaders } from './aws-signature.ts'
import { type Cloud, cloudRefusal, kindOfStatus, type RefusalKind, unusable } from './cloud-answer.ts'
import { child, readXml, textOf, type XmlElement } from './xml.ts'

export interface Route53Api {
  readonly cloud: Cloud
  get(path: string): Promise<Route53Answer>
  post(path: string, body: string): Promise<Route53Answer>
}

export type Route53Answer =
  | { readonly state: 'done'; readonly root: XmlElement }
  | { readonly state: 'refused'; readonly code: string; readonly failure: IssuerFailure }

export interface Route53Makings {
  readonly cloud: Cloud
  readonly tools: DnsProviderTools
  readonly endpoint: string
  readonly region: string
  readonly credentials: AwsCredentials
}

const version = '2013-04-01'
const limits = { octetsMax: 1024 * 1024, secondsMax: 10 }

export function route53Api({ cloud, tools, endpoint, region, credentials }: Route53Makings): Route53Api {
  const http = tools.openHttp(limits)
  const scope = { region, service: 'route53' }
  const send = async (method: 'GET' | 'POST', path: string, body?: string) => {
    const url = `${endpoint}/${version}${path}`
    const request = {
      method,
      url,
      ...(body !== undefined && { body, headers: { 'content-type': 'text/xml' } }),
    }
    const headers = signedHeaders(request, credentials, scope, tools.clock.now())
    return readAnswer(cloud, await ask(http, { ...request, headers }))
  }
  return {
    cloud,
    get: (path) => send('GET', path),
    post: (path, body) => send('POST', path, body),
  }
}

/** For what has no refusal to be understood. */
export function rootOf(answer: Route53Answer): XmlElement {
  if (answer.state === 'done') return answer.root
  throw answer.failure
}

function readAnswer(cloud: Cloud, answer: HttpAnswer): Route53Answer {
  const root = readXml(new TextDecoder().decode(answer.body))
  if (answer.status === 200) {
    if (root) return { state: 'done', root }
    throw unusable(cloud, 'it is no XML')
  }
  // `ErrorResponse` holds an `Error`; some errors stand by themselves under their name.
  const code =
    root && (textOf(child(root, 'Error'), 'Code') ?? (root.name === 'ErrorResponse' ? undefined : root.name))
  const kind = kinds.get(code ?? '') ?? kindOfStatus(answer.status)
  return { state: 'refused', code: code ?? '', failure: cloudRefusal(cloud, answer, kind, code) }
}

const kinds: ReadonlyMap<string, RefusalKind> = new Map([
  ['AccessDenied', 'rights'],
  ['AccessDeniedException', 'rights'],
  ['ExpiredToken', 'credentials'],
  ['ExpiredTokenException', 'credentials'],
  ['IncompleteSignature', 'credentials'],
  ['InvalidClientTokenId', 'credentials'],
  ['InvalidSignatureException', 'credentials'],
  ['MissingAuthenticationToken', 'credentials'],
  ['OptInRequired', 'credentials'],
  ['PriorRequestNotComplete', 'passing'],
  // The clocks differ.
  ['RequestExpired', 'passing'],
  ['ServiceUnavailable', 'passing'],
  ['SignatureDoesNotMatch', 'credentials'],
  ['Throttling', 'throttled'],
  ['ThrottlingException', 'throttled'],
  ['UnrecognizedClientException', 'credentials'],
])
