/** Why there is no answer, in a sentence for people, and whether the request may have arrived. */
import { errors } from 'undici'
import { NetworkFailure } from './http-client.ts'

/** How far an exchange came. */
export interface Course {
  readonly url: URL
  readonly limits: { readonly octetsMax: number; readonly secondsMax: number }
  /** Whether the connection stood, so that the request may have been sent. */
  started: boolean
}

/** The answer has more octets than it may have. */
export class TooLarge extends Error {}

/** The deadline of the exchange has passed. */
export class TooLate extends Error {}

/** The answer is damaged; the message says how, and follows "the answer cannot be read:". */
export class Unreadable extends Error {}

/** @param error what undici, Node or this room threw. */
export function failureFor(error: unknown, { url, limits, started }: Course): NetworkFailure {
  const { hostname, port } = url
  const host = port === '' ? hostname : `${hostname}:${port}`
  const fail = (message: string, mayHaveArrived = started) =>
    new NetworkFailure(message, { mayHaveArrived, cause: error })
  if (error instanceof TooLarge)
    return fail(`The answer of ${host} has more than ${limits.octetsMax} octets.`)
  if (error instanceof TooLate) return fail(`${host} gave no answer within ${limits.secondsMax} seconds.`)
  if (error instanceof Unreadable) return fail(`The answer of ${host} cannot be read: ${error.message}.`)
  if (error instanceof errors.HTTPParserError) return fail(`What ${host} answers is not HTTP.`)
  const code = codeOf(error)
  const said = sentences.find(({ codes }) => codes.test(code))
  if (said) return fail(said.sentence(host, hostname), started && !said.neverArrived)
  const refusal = proxyRefusal(error)
  if (refusal !== undefined)
    return fail(`The proxy does not connect to ${host}: it answered ${refusal}.`, false)
  return fail(
    started
      ? `The connection to ${host} broke off before the answer was complete.`
      : `No connection to ${host} could be made${code && ` (${code})`}.`,
  )
}

interface Sentence {
  readonly codes: RegExp
  readonly sentence: (host: string, hostname: string) => string
  /** The request is lost even where the connection seemed to stand. */
  readonly neverArrived?: true
}

/** The first that fits is taken. Codes are those of Node, OpenSSL and undici. */
const sentences: readonly Sentence[] = [
  { codes: /^ENOTFOUND$/, sentence: (_, name) => `The name ${name} is not found in the DNS.` },
  { codes: /^EAI_/, sentence: (_, name) => `The DNS gave no answer about ${name}.` },
  { codes: /^ECONNREFUSED$/, sentence: (host) => `${host} refuses connections.` },
  {
    codes: /^E(?:NET|HOST)(?:UNREACH|DOWN)$|^EADDRNOTAVAIL$/,
    sentence: (host) => `No way leads to ${host}.`,
  },
  {
    codes: /^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/,
    sentence: (host) => `${host} does not take connections: it gave no answer in time.`,
  },
  {
    codes: /^CERT_HAS_EXPIRED$/,
    sentence: (host) => `The certificate of ${host}, or one above it, has expired.`,
  },
  { codes: /^CERT_NOT_YET_VALID$/, sentence: (host) => `The certificate of ${host} is not valid yet.` },
  {
    codes: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    sentence: (host) => `The certificate of ${host} is for another name.`,
  },
  {
    codes:
      /SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|^CERT_(?:UNTRUSTED|CHAIN_TOO_LONG|REVOKED|REJECTED|SIGNATURE)|^INVALID_(?:CA|PURPOSE)|_LENGTH_EXCEEDED$/,
    sentence: (host) => `The certificate of ${host} is not trusted: no trusted root stands above it.`,
  },
  {
    // Up to TLS 1.2. In 1.3 the server says so behind the handshake, and undici sees a connection that broke off.
    codes:
      /^ERR_SSL_\w*ALERT_(?:CERTIFICATE|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|NO_CERTIFICATE)/,
    sentence: (host) => `${host} does not take the client certificate.`,
  },
  {
    codes: /^(?:ERR_SSL_|ERR_TLS_|EPROTO)/,
    sentence: (host) => `A TLS connection with ${host} cannot be made.`,
  },
  {
    codes: /^UND_ERR_PRX_/,
    sentence: (host) => `The proxy on the way to ${host} broke off, or is not to be trusted.`,
    neverArrived: true,
  },
  {
    codes: /^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED)$/,
    sentence: (host) => `The request for ${host} cannot be sent in this form.`,
  },
]

/** The code that says most. Where several addresses were tried, that of the first. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

/** undici tells of a refused tunnel in words alone. */
function proxyRefusal(error: unknown): string | undefined {
  return error instanceof Error ? /Proxy response \((\d{3})\)/.exec(error.message)?.[1] : undefined
}
