/**
 * The Services API of CertCentral, version 2: one call after the other, each under the API key, and never more than DigiCert
 * takes. A call is a value that says what is sent and how its answer is read.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type HttpAnswer, type HttpClient, NetworkFailure } from '../../../network/http-client.ts'
import { type Members, readMembers } from './members.ts'
import { asSentence, plainText } from './plain-text.ts'
import { DigiCertRefusal, type Effect, failureClass } from './refusal.ts'
import type { RequestWindows } from './request-windows.ts'

export interface Call<Answer> {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below the base URL, with its query. */
  readonly path: string
  readonly body?: object
  readonly effect: Effect
  /** What is sent for otherwise than JSON. */
  readonly accept?: string
  read(answer: ApiAnswer): Answer
}

export interface ApiAnswer {
  readonly status: number
  /** @throws IssuerFailure when it is no JSON object. */
  json(): Members
  text(): string
  /** What is wrong with it, as an error to throw. */
  complain(what: string): Error
}

export interface Api {
  /** @throws DigiCertRefusal when DigiCert says no, IssuerFailure when it gives no answer that can be used. */
  make<Answer>(call: Call<Answer>): Promise<Answer>
}

export interface ApiSettings {
  readonly http: HttpClient
  /** Without a slash at its end. */
  readonly baseUrl: string
  readonly key: Secret<string>
  readonly windows: RequestWindows
}

/** Whether it can stand in a header at all. */
export function isApiKey(key: Secret<string>): boolean {
  return /^[\x21-\x7e]{1,1000}$/.test(key.reveal())
}

export function openApi({ http, baseUrl, key, windows }: ApiSettings): Api {
  const { host } = new URL(baseUrl)
  return {
    async make(call) {
      windows.take()
      const answer = await send(http, baseUrl, key, call)
      const { status } = answer
      if (status < 200 || status >= 300) throw refusalIn(answer, host, key, call.effect)
      return call.read(apiAnswer(answer, host, call.effect))
    },
  }
}

async function send(
  http: HttpClient,
  baseUrl: string,
  key: Secret<string>,
  { method, path, body, effect, accept = 'application/json' }: Call<unknown>,
): Promise<HttpAnswer> {
  const headers = { 'x-dc-devkey': key.reveal(), accept, 'content-type': 'application/json' }
  try {
    return await http.send({
      method,
      url: `${baseUrl}${path}`,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
  } catch (cause) {
    if (!(cause instanceof NetworkFailure)) throw cause
    const lost = effect === 'create' && cause.mayHaveArrived
    throw new IssuerFailure(lost ? 'ambiguous' : 'transient', cause.message, { cause })
  }
}

function apiAnswer({ status, headers, body }: HttpAnswer, host: string, effect: Effect): ApiAnswer {
  // An answer that makes no sense says as little as none: what was to be created may exist.
  const complain = (what: string) =>
    new IssuerFailure(
      effect === 'create' ? 'ambiguous' : 'transient',
      `${host} answered what cannot be used: ${what}.`,
    )
  const text = () => decode(body) ?? ''
  return {
    status,
    complain,
    text,
    json() {
      const value = parseJson(body)
      if (value !== undefined) return readMembers(value, complain)
      throw complain(/html/i.test(headers['content-type'] ?? '') ? 'it is a web page' : 'it is no JSON')
    },
  }
}

/** Why an answer is none of success. No answer repeats the key: what it says is for everybody to read. */
function refusalIn(
  { status, headers, body }: HttpAnswer,
  host: string,
  key: Secret<string>,
  effect: Effect,
): DigiCertRefusal {
  const errors = errorsIn(parseJson(body))
  const code = errors[0]?.code ?? ''
  const failure = failureClass({ status, code, told: errors.length > 0 }, effect)
  const messages = errors.map(({ code: word, message }) => message || word).filter((said) => said !== '')
  const said = messages.join(' ').replaceAll(key.reveal(), '[secret]')
  const seconds = /^\d{1,6}$/.exec(headers['retry-after']?.trim() ?? '')?.[0]
  return new DigiCertRefusal(
    failure,
    said === ''
      ? `${host} answered with status ${status}, and did not say why.`
      : `DigiCert says: ${asSentence(said)}`,
    { status, code, ...(seconds !== undefined && { retryAfterSeconds: Number(seconds) }) },
  )
}

const errorsMax = 5

/** Old answers have a single object in place of the list. */
function errorsIn(value: unknown): { code: string; message: string }[] {
  const { errors } = (typeof value === 'object' && value !== null ? value : {}) as { errors?: unknown }
  const list = Array.isArray(errors) ? errors.slice(0, errorsMax) : [errors]
  return list.flatMap((error: unknown) => {
    if (typeof error !== 'object' || error === null) return []
    const { code, message } = error as { code?: unknown; message?: unknown }
    return [{ code: textOf(code, 100).toLowerCase(), message: textOf(message, 300) }]
  })
}

const textOf = (value: unknown, lengthMax: number) =>
  typeof value === 'string' ? plainText(value, lengthMax) : ''

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decode(body) ?? '')
  } catch {
    return undefined
  }
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}
