/**
 * What clouds answer: JSON within bounds, and refusals by what is to be done about them. Their own words are left out, since nobody
 * knows what they repeat; their codes are told.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { HttpAnswer } from '../../../network/http-client.ts'

/** Whom we ask, as sentences name it. */
export interface Cloud {
  /** Begins them: `Cloudflare`. */
  readonly who: string
  /** What holds the credentials: `the secret dns-token`. */
  readonly credentials: string
  /** A sentence on what they have to be allowed. */
  readonly rights: string
}

/**
 * - `credentials`: they are not taken at all.
 * - `rights`: they are, and do not suffice.
 * - `throttled`: too much was asked for.
 * - `passing`: it may work later.
 * - `refused`: none of these.
 */
export type RefusalKind = 'credentials' | 'rights' | 'throttled' | 'passing' | 'refused'

/** What the status says where the cloud's code says no more. */
export function kindOfStatus(status: number): RefusalKind {
  if (status === 401) return 'credentials'
  if (status === 403) return 'rights'
  if (status === 429) return 'throttled'
  return status === 408 || status >= 500 ? 'passing' : 'refused'
}

/** @param code the cloud's own; told if it has the form of one. */
export function cloudRefusal(
  { who, credentials, rights }: Cloud,
  { status, headers }: HttpAnswer,
  kind: RefusalKind,
  code: string | undefined,
): IssuerFailure {
  const said = code !== undefined && codeForm.test(code) ? `${status} ${code}` : String(status)
  switch (kind) {
    case 'credentials':
      return new IssuerFailure(
        'user-action',
        `${who} does not take the credentials (${said}); see ${credentials}.`,
      )
    case 'rights':
      return new IssuerFailure('user-action', `${who} does not let ${credentials} do it (${said}). ${rights}`)
    case 'throttled':
      return new IssuerFailure('transient', `${who} is asked too often (${said}).`, retryAfter(headers))
    case 'passing':
      return new IssuerFailure('transient', `${who} cannot do it now (${said}).`, retryAfter(headers))
    case 'refused':
      return new IssuerFailure(
        'user-action',
        `${who} refused what it was asked for (${said}); see whether the settings of settings.challenges are right.`,
      )
  }
}

/** Codes of clouds are words and numbers; `AADSTS7000215` is one, and `Zone.NotFound`. */
const codeForm = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/

const retryAfterMax = 3600

function retryAfter(headers: HttpAnswer['headers']): { readonly retryAfterSeconds?: number } {
  const text = headers['retry-after'] ?? ''
  return /^\d{1,6}$/.test(text) ? { retryAfterSeconds: Math.min(Number(text), retryAfterMax) } : {}
}

/** An answer that makes no sense may make some later. */
export function unusable({ who }: Pick<Cloud, 'who'>, what: string): IssuerFailure {
  return new IssuerFailure('transient', `${who} gave an answer that cannot be used: ${what}.`)
}

export type JsonObject = Readonly<Record<string, unknown>>

/** @returns undefined when it is no JSON object. */
export function jsonOf({ body }: HttpAnswer): JsonObject | undefined {
  return parseObject(new TextDecoder().decode(body))
}

export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The text of a member; undefined when it is none. */
export function textIn(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The object of a member; undefined when it is none. */
export function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name]
  return isObject(value) ? value : undefined
}

/** The objects of a list; none where the member is absent, undefined when it is no such list. */
export function objectsIn(object: JsonObject | undefined, name: string): readonly JsonObject[] | undefined {
  const value = object?.[name] ?? []
  return Array.isArray(value) && value.every(isObject) ? value : undefined
}

/** The texts of a list; undefined when it is no such list. */
export function textsIn(object: JsonObject | undefined, name: string): readonly string[] | undefined {
  const value = object?.[name]
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
