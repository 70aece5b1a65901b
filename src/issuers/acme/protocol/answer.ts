/** Answers of a CA: what they say of the next steps, and what the others say of the failure. */
import { type FailureClass, IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Clock } from '../../../domain/time.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'
import { type Link, parseLinkHeader } from './link-header.ts'
import { type Members, readMembers } from './members.ts'
import { type Problem, problemClass, problemText, readProblem } from './problem.ts'
import { AcmeRefusal } from './refusal.ts'
import { parseRetryAfter } from './retry-after.ts'

/**
 * What becomes of a request whose answer is lost: one that reads, or changes what can be changed again, may be sent again;
 * one that creates may not.
 */
export type Effect = 'read' | 'change' | 'create'

export interface AcmeAnswer extends HttpAnswer {
  /** What was asked. */
  readonly url: string
  readonly effect: Effect
  readonly retryAfterSeconds?: number
  /** Where to `location` leads, if requests may go there. */
  readonly location?: string
  /** Targets of the links with this relation to which requests may go, in their order. */
  linksTo(relation: string): readonly string[]
  /** The URL, if requests may go there. */
  admit(url: string): string | undefined
}

export interface AnswerContext {
  readonly url: string
  readonly effect: Effect
  /** Where requests may go; `any` as long as the directory is not known. */
  readonly origins: ReadonlySet<string> | 'any'
  readonly clock: Clock
}

const urlLengthMax = 2000

export function acmeAnswer(answer: HttpAnswer, { url, effect, origins, clock }: AnswerContext): AcmeAnswer {
  const { headers } = answer
  const admit = (text: string) => admitted(text, url, origins)
  const links: readonly Link[] = parseLinkHeader(headers.link ?? '')
  const retryAfterSeconds = parseRetryAfter(headers['retry-after'], clock.now())
  const location = headers.location === undefined ? undefined : admit(headers.location)
  return {
    ...answer,
    url,
    effect,
    admit,
    linksTo: (relation) =>
      links
        .filter(({ relations }) => relations.includes(relation))
        .flatMap(({ target }) => admit(target) ?? []),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(location !== undefined && { location }),
  }
}

/** Requests are signed for a URL, and go nowhere but to the CA. */
function admitted(text: string, base: string, origins: ReadonlySet<string> | 'any'): string | undefined {
  if (text.length > urlLengthMax || /[^\x21-\x7e]/.test(text)) return undefined
  const url = URL.parse(text, base)
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  if (origins !== 'any' && !origins.has(url.origin)) return undefined
  // As the CA writes it: its signature check compares octets (RFC 8555 6.4).
  return URL.canParse(text) ? text : url.href
}

/** @throws IssuerFailure when it is no JSON object. */
export function readJson(answer: AcmeAnswer): Members {
  const complain = (what: string) => unusable(answer, what)
  let value: unknown
  try {
    value = parseJson(answer.body)
  } catch {
    const page = /html/i.test(answer.headers['content-type'] ?? '')
    throw complain(page ? 'it is a web page' : 'it is no JSON')
  }
  return readMembers(value, { admit: answer.admit, complain })
}

/** An answer that makes no sense says as little as none: what was to be created may exist. */
export function unusable({ url, effect }: AcmeAnswer, what: string): IssuerFailure {
  const message = `${new URL(url).host} answered what cannot be used: ${what}.`
  return new IssuerFailure(effect === 'create' ? 'ambiguous' : 'transient', message)
}

/** Why an answer is none of success. */
export function failureOf(answer: AcmeAnswer): AcmeRefusal {
  const { status, url, retryAfterSeconds, location } = answer
  const problem = problemIn(answer)
  const failure = (problem && problemClass(problem, 'request')) ?? classOfStatus(answer)
  const message = problem
    ? problemText(problem, 'request')
    : `${new URL(url).host} answered with status ${status}, and did not say why.`
  return new AcmeRefusal(failure, message, {
    problem: problem ?? unspoken,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(location !== undefined && { location }),
  })
}

const unspoken: Problem = { type: '', detail: '', subproblems: [] }

/** The request had no effect, and goes out again with another nonce (RFC 8555 6.5). */
export function isBadNonce(answer: HttpAnswer): boolean {
  return answer.status === 400 && problemIn(answer)?.type === 'badNonce'
}

function problemIn({ body, headers }: HttpAnswer) {
  if (!/json/i.test(headers['content-type'] ?? '')) return undefined
  try {
    return readProblem(parseJson(body))
  } catch {
    return undefined
  }
}

function parseJson(body: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
}

/** Of those that say nothing more: gateways, and CAs that do not keep to RFC 8555 6.7. */
function classOfStatus({ status, effect }: AcmeAnswer): FailureClass {
  if (status === 429) return 'throttled'
  if (status === 408 || status === 503) return 'transient'
  if (status >= 500) return effect === 'create' ? 'ambiguous' : 'transient'
  if (status === 401 || status === 403) return 'auth'
  // A CA does not send clients elsewhere; something before it does.
  if (status < 400) return 'user-action'
  return 'permanent'
}
