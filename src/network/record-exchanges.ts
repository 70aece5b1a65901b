/**
 * Records what went to and fro, as it is needed when a CA and its customer do not agree on what was said. Secrets are
 * replaced wherever they stand; where it lands is up to whoever records.
 */
import type { Secret } from '../domain/secret.ts'
import type { HttpAnswer, HttpClient, HttpRequest } from './http-client.ts'

export interface RecordedExchange {
  /** On whose behalf: `vault/issuer`. */
  readonly of: string
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: object
    readonly body: string
  }
  /** Absent: there was none, and `failure` says why. */
  readonly answer?: { readonly status: number; readonly headers: object; readonly body: string }
  readonly failure?: string
}

export type ExchangeRecorder = (exchange: RecordedExchange) => void

export interface Recording {
  readonly of: string
  readonly secrets: readonly Secret<string>[]
  /** In lower case: what these headers hold is never recorded. */
  readonly secretHeaders: readonly string[]
  readonly record: ExchangeRecorder
}

const bodyLengthMax = 65_536
const secretText = '[secret]'
/** Never for anybody else's eyes, whatever the CA. */
const alwaysSecret = ['authorization', 'cookie', 'set-cookie']

export function recordExchanges(http: HttpClient, recording: Recording): HttpClient {
  const { of, record } = recording
  const clean = cleaner(recording)
  return {
    async send(request) {
      const sent = requestOf(request, clean)
      try {
        const answer = await http.send(request)
        record({ of, request: sent, answer: answerOf(answer, clean) })
        return answer
      } catch (error) {
        record({ of, request: sent, failure: clean.text(String((error as Error).message)) })
        throw error
      }
    },
  }
}

interface Cleaner {
  text(text: string): string
  headers(headers: Readonly<Record<string, string>>): Record<string, string>
}

function cleaner({ secrets, secretHeaders }: Recording): Cleaner {
  const spellings = secrets.flatMap((secret) => {
    const plain = secret.reveal()
    return [plain, JSON.stringify(plain).slice(1, -1), encodeURIComponent(plain)]
  })
  const text = (found: string) =>
    spellings.reduce((clean, secret) => (secret === '' ? clean : clean.replaceAll(secret, secretText)), found)
  const hidden = new Set([...alwaysSecret, ...secretHeaders])
  return {
    text,
    headers: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [
          name,
          hidden.has(name.toLowerCase()) ? secretText : text(value),
        ]),
      ),
  }
}

function requestOf({ method, url, headers = {}, body = '' }: HttpRequest, clean: Cleaner) {
  return { method, url: clean.text(url), headers: clean.headers(headers), body: bodyOf(body, clean) }
}

function answerOf({ status, headers, body }: HttpAnswer, clean: Cleaner) {
  return { status, headers: clean.headers(headers), body: bodyOf(body, clean) }
}

function bodyOf(body: string | Uint8Array, clean: Cleaner): string {
  const text = clean.text(typeof body === 'string' ? body : Buffer.from(body).toString())
  return text.length > bodyLengthMax ? `${text.slice(0, bodyLengthMax)}…` : text
}
