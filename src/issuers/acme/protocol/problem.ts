/** Problem documents (RFC 7807, RFC 8555 6.7): what a CA says went wrong, in words and by class. */
import type { FailureClass } from '../../../domain/issuer-failure.ts'

export interface Problem {
  /** Behind `urn:ietf:params:acme:error:`; other types as they stand. Empty when there is none. */
  readonly type: string
  readonly detail: string
  readonly status?: number
  readonly subproblems: readonly Subproblem[]
  /** A page for people, such as new terms of service. */
  readonly instance?: string
}

export interface Subproblem {
  readonly type: string
  readonly detail: string
  /** The value of the identifier that it is about. */
  readonly identifier?: string
}

/** Where it is said: in answer to a request, or about the proof of control of a name (RFC 8555 8). */
export type ProblemPlace = 'request' | 'validation'

const urn = 'urn:ietf:params:acme:error:'
const detailLengthMax = 500
const typeLengthMax = 100
const urlLengthMax = 2000
const subproblemsMax = 10

interface Meaning {
  readonly failure: FailureClass
  /** Follows "The CA says that". */
  readonly words: string
}

/** RFC 8555 6.7; `alreadyReplaced` is RFC 9773's, `invalidProfile` the profiles draft's, `onionCAARequired` RFC 9799's. */
const meanings: Readonly<Record<string, Meaning>> = {
  accountDoesNotExist: { failure: 'auth', words: 'it does not know the account' },
  alreadyReplaced: { failure: 'permanent', words: 'the certificate has been replaced already' },
  alreadyRevoked: { failure: 'permanent', words: 'the certificate is revoked already' },
  badCSR: { failure: 'permanent', words: 'it does not accept the request for the certificate' },
  badNonce: { failure: 'transient', words: 'it does not know the nonce of the request' },
  badPublicKey: { failure: 'permanent', words: 'it does not accept the key' },
  badRevocationReason: { failure: 'permanent', words: 'it does not accept the reason for the revocation' },
  badSignatureAlgorithm: { failure: 'permanent', words: 'it does not accept the signature of the request' },
  caa: { failure: 'user-action', words: 'a CAA record forbids it to issue' },
  connection: { failure: 'user-action', words: 'it could not connect to the host' },
  dns: { failure: 'user-action', words: 'it could not look the name up in the DNS' },
  externalAccountRequired: { failure: 'auth', words: 'the account must be bound to an external account' },
  incorrectResponse: { failure: 'user-action', words: 'it did not find what the challenge asks for' },
  invalidContact: { failure: 'permanent', words: 'it does not accept a contact' },
  invalidProfile: { failure: 'permanent', words: 'it does not offer the profile' },
  malformed: { failure: 'permanent', words: 'it does not understand the request' },
  onionCAARequired: { failure: 'user-action', words: 'it needs the CAA records of the onion service' },
  orderNotReady: { failure: 'transient', words: 'the order is not ready yet' },
  rateLimited: { failure: 'throttled', words: 'too much was asked for in a time' },
  rejectedIdentifier: { failure: 'permanent', words: 'it does not issue for the name' },
  serverInternal: { failure: 'transient', words: 'it failed by itself' },
  tls: { failure: 'user-action', words: 'it could not speak TLS with the host' },
  unauthorized: { failure: 'auth', words: 'the account may not do this' },
  unsupportedContact: { failure: 'permanent', words: 'it does not accept such contacts' },
  unsupportedIdentifier: { failure: 'permanent', words: 'it does not issue for such names' },
  userActionRequired: { failure: 'user-action', words: 'somebody has to do something' },
}

/** In a validation it means something else. */
const unproven: Meaning = {
  failure: 'user-action',
  words: 'what it found does not prove control of the name',
}

/** From worst to best: that of a compound problem is the worst of its parts. */
const worst: readonly FailureClass[] = [
  'permanent',
  'user-action',
  'auth',
  'quota',
  'ambiguous',
  'throttled',
  'transient',
]

/** Reads what can be read; undefined when the value is no problem document. */
export function readProblem(value: unknown): Problem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { type, detail, title, status, subproblems, instance } = value as Record<string, unknown>
  if (typeof type !== 'string' && typeof detail !== 'string') return undefined
  return {
    type: typeOf(type),
    detail: plainText(detail ?? title, detailLengthMax),
    ...(typeof status === 'number' && Number.isInteger(status) && { status }),
    subproblems: Array.isArray(subproblems)
      ? subproblems.slice(0, subproblemsMax).flatMap(readSubproblem)
      : [],
    ...(isWebPage(instance) && { instance }),
  }
}

/** What is to be done about it; undefined when its type says nothing. */
export function problemClass(problem: Problem, place: ProblemPlace): FailureClass | undefined {
  const parts = problem.type === 'compound' ? problem.subproblems : [problem]
  const classes = parts.flatMap(({ type }) => meaningOf(type, place)?.failure ?? [])
  return worst.find((candidate) => classes.includes(candidate))
}

/** One sentence for people, or two. */
export function problemText(problem: Problem, place: ProblemPlace): string {
  const words = meaningOf(problem.type, place)?.words
  const said = words ? `The CA says that ${words}` : 'The CA refuses'
  const parts = problem.subproblems.map(({ type, detail, identifier }) => {
    const about = detail || meaningOf(type, place)?.words || type
    return identifier === undefined ? about : `for ${identifier}: ${about}`
  })
  const details = [problem.detail || (words ? '' : problem.type), ...parts].map(withoutEnd).filter(Boolean)
  const page = problem.instance === undefined ? '' : ` See ${problem.instance}`
  return `${details.length > 0 ? `${said}: ${details.join('; ')}` : said}.${page}`
}

/** Sentences of others become parts of ours. */
function withoutEnd(text: string): string {
  return text.replace(/[.\s]+$/, '')
}

/** Text of others in one line, without control characters, up to a length. */
export function plainText(value: unknown, lengthMax: number): string {
  if (typeof value !== 'string') return ''
  const line = value
    .slice(0, 2 * lengthMax)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim()
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line
}

/** Whether people may be led there. */
export function isWebPage(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > urlLengthMax || /[^\x21-\x7e]/.test(value)) return false
  return /^https?:$/.test(URL.parse(value)?.protocol ?? '')
}

function meaningOf(type: string, place: ProblemPlace): Meaning | undefined {
  if (type === 'unauthorized' && place === 'validation') return unproven
  return Object.hasOwn(meanings, type) ? meanings[type] : undefined
}

function typeOf(type: unknown): string {
  const text = plainText(type, typeLengthMax)
  return text.startsWith(urn) ? text.slice(urn.length) : text
}

function readSubproblem(value: unknown): Subproblem[] {
  const problem = readProblem(value)
  if (!problem) return []
  const { type, detail } = problem
  const identifier = plainText((value as { identifier?: { value?: unknown } }).identifier?.value, 253)
  return [{ type, detail, ...(identifier !== '' && { identifier }) }]
}
