/**
 * One ACME CA, as one account meets it: requests are signed and sent, and what comes back is judged before anybody reads it.
 * Nothing is kept but the directory, for an hour, and nonces, for minutes; so that everything can go on in another process.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Clock, UnixSeconds } from '../../../domain/time.ts'
import {
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  NetworkFailure,
} from '../../../network/http-client.ts'
import { type AcmeAnswer, acmeAnswer, type Effect, failureOf, isBadNonce, readJson } from './answer.ts'
import { type Directory, originsOf, readDirectory } from './directory.ts'
import { type Signer, signRequest } from './jws.ts'
import { isNonce, noncePool } from './nonces.ts'

export interface AcmeServer {
  /** @throws IssuerFailure `user-action` when there is no directory under the URL. */
  directory(): Promise<Directory>
  /** Asks without a signature. */
  get(url: string): Promise<AcmeAnswer>
  /** Reads under a signature (POST-as-GET, RFC 8555 6.3). */
  read(signer: Signer, url: string, accept?: string): Promise<AcmeAnswer>
  /** @param effect what a lost answer means; `create` for what must not be done twice. */
  post(signer: Signer, url: string, payload: object, effect: Exclude<Effect, 'read'>): Promise<AcmeAnswer>
}

export interface AcmeServerSettings {
  /** Bounds what an answer may hold. */
  readonly http: HttpClient
  /** Of the directory. */
  readonly url: string
  readonly clock: Clock
}

const directorySeconds = 3600
/** A CA may reject as many nonces in a row; more than that is no chance any more. */
const resendsMax = 5

export function openAcmeServer({ http, url, clock }: AcmeServerSettings): AcmeServer {
  const nonces = noncePool(clock)
  let known: { readonly directory: Directory; readonly at: UnixSeconds } | undefined

  const send = async (request: HttpRequest, effect: Effect): Promise<HttpAnswer> => {
    try {
      // People read what the CA says (RFC 8555 6.1).
      return await http.send({ ...request, headers: { 'accept-language': 'en', ...request.headers } })
    } catch (cause) {
      if (!(cause instanceof NetworkFailure)) throw cause
      const lost = effect === 'create' && cause.mayHaveArrived
      throw new IssuerFailure(lost ? 'ambiguous' : 'transient', cause.message, { cause })
    }
  }

  const directory = async (): Promise<Directory> => {
    const age = known ? clock.now() - known.at : -1
    if (known && age >= 0 && age <= directorySeconds) return known.directory
    const answer = await send({ method: 'GET', url }, 'read')
    known = { directory: directoryIn(answer, url, clock), at: clock.now() }
    return known.directory
  }

  const judged = (answer: HttpAnswer, asked: string, effect: Effect, places: Directory): AcmeAnswer => {
    const origins = originsOf(url, places)
    const judgeable = acmeAnswer(answer, { url: asked, effect, origins, clock })
    if (answer.status >= 200 && answer.status < 300) return judgeable
    throw failureOf(judgeable)
  }

  const freshNonce = async (places: Directory): Promise<string> => {
    const { newNonce } = places
    const answer = await send({ method: 'HEAD', url: newNonce }, 'read')
    const nonce = answer.headers['replay-nonce']
    if (answer.status < 300 && isNonce(nonce)) return nonce
    judged(answer, newNonce, 'read', places)
    throw new IssuerFailure('transient', `${new URL(newNonce).host} gave no nonce.`)
  }

  const signed = async (
    signer: Signer,
    asked: string,
    payload: object | undefined,
    effect: Effect,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<AcmeAnswer> => {
    // Read before anything has an effect: what is judged afterwards must not fail for want of it.
    const places = await directory()
    let nonce = nonces.take() ?? (await freshNonce(places))
    for (let resends = 0; ; resends++) {
      const body = JSON.stringify(await signRequest(signer, asked, nonce, payload))
      const contentType = { 'content-type': 'application/jose+json' }
      const answer = await send(
        { method: 'POST', url: asked, headers: { ...headers, ...contentType }, body },
        effect,
      )
      const given = answer.headers['replay-nonce']
      if (isBadNonce(answer) && resends < resendsMax) {
        nonce = isNonce(given) ? given : await freshNonce(places)
        continue
      }
      nonces.put(given)
      return judged(answer, asked, effect, places)
    }
  }

  return {
    directory,
    async get(asked) {
      const places = await directory()
      return judged(await send({ method: 'GET', url: asked }, 'read'), asked, 'read', places)
    },
    read: (signer, asked, accept) => signed(signer, asked, undefined, 'read', accept ? { accept } : {}),
    post: signed,
  }
}

/** What stands under the URL was given by a person, and so the failure tells a person what is there instead. */
function directoryIn(answer: HttpAnswer, url: string, clock: Clock): Directory {
  const { host } = new URL(url)
  const { status, headers } = answer
  const wrong = (what: string) =>
    new IssuerFailure(
      'user-action',
      `There is no ACME directory under the URL at ${host}: ${what}. Correct it.`,
    )
  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.location ?? '', url)?.origin
    throw wrong(target === undefined ? 'it leads elsewhere' : `it leads to ${target}`)
  }
  const judgeable = acmeAnswer(answer, { url, effect: 'read', origins: 'any', clock })
  if (status === 429 || status >= 500) throw failureOf(judgeable)
  if (status !== 200) throw wrong(`the answer has status ${status}`)
  if (/html/i.test(headers['content-type'] ?? '')) throw wrong('a web page is there')
  return readDirectory(readJson(judgeable))
}
