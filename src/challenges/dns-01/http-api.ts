/** Asking DNS providers over HTTP: what came of it, told by the class of failure and in words that hold nothing secret. */
import { badParameter } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import {
  type HttpAnswer,
  type HttpClient,
  type HttpRequest,
  NetworkFailure,
} from '../../network/http-client.ts'
import { parsePem } from '../../x509/pem.ts'

const pemLengthMax = 16_384

/** @throws IssuerFailure `transient` when there is no answer: what providers are asked for can be repeated. */
export async function ask(http: HttpClient, request: HttpRequest): Promise<HttpAnswer> {
  try {
    return await http.send(request)
  } catch (error) {
    if (error instanceof NetworkFailure) throw new IssuerFailure('transient', error.message, { cause: error })
    throw error
  }
}

/**
 * Why a provider said no, by the status of its answer alone. Its words are left out, since nobody knows what they repeat.
 * @param who begins the sentence. @param credentials what to look at when they are not taken.
 */
export function refusal({ status, headers }: HttpAnswer, who: string, credentials: string): IssuerFailure {
  if (status === 401 || status === 403)
    return new IssuerFailure(
      'user-action',
      `${who} does not take the credentials (${status}); see ${credentials}.`,
    )
  if (status === 408 || status === 429 || status >= 500) {
    const retryAfterSeconds = /^\d{1,5}$/.test(headers['retry-after'] ?? '') && Number(headers['retry-after'])
    return new IssuerFailure(
      'transient',
      `${who} cannot do it now (${status}).`,
      retryAfterSeconds === false ? {} : { retryAfterSeconds },
    )
  }
  if (status >= 300 && status < 400)
    return new IssuerFailure(
      'user-action',
      `${who} sends us elsewhere (${status}), and nobody is followed; correct the URL.`,
    )
  return new IssuerFailure(
    'user-action',
    `${who} refused what it was asked for (${status}); see whether the URL is right.`,
  )
}

/** @throws VaultError `BadParameter` */
export function readTrustRoots(
  settings: Readonly<Record<string, unknown>>,
): { readonly trustRoots: readonly string[] } | undefined {
  const { trustRoots } = settings
  if (trustRoots === undefined) return undefined
  if (
    Array.isArray(trustRoots) &&
    trustRoots.length > 0 &&
    trustRoots.length <= 20 &&
    trustRoots.every(isCertificate)
  )
    return { trustRoots }
  throw badParameter('trustRoots: send a list of certificates in PEM, one in each text.')
}

function isCertificate(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > pemLengthMax) return false
  try {
    const blocks = parsePem(text)
    return blocks.length === 1 && blocks[0]!.label === 'CERTIFICATE'
  } catch {
    return false
  }
}
