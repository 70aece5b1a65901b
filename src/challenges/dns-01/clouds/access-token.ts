/** Tokens of OAuth, as clouds give them to programs (RFC 6749 4.4, RFC 7523 2.1). */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { Secret } from '../../../domain/secret.ts'
import type { HttpAnswer, HttpClient } from '../../../network/http-client.ts'
import { ask } from '../http-api.ts'
import { type Cloud, cloudRefusal, jsonOf, kindOfStatus, textIn, unusable } from './cloud-answer.ts'

/** @param who of the token service, as sentences name it. @throws IssuerFailure */
export async function requestToken(
  http: HttpClient,
  url: string,
  form: Readonly<Record<string, string>>,
  cloud: Pick<Cloud, 'who' | 'credentials'>,
): Promise<Secret<string>> {
  const answer = await ask(http, {
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  })
  if (answer.status === 200) return tokenIn(answer, cloud)
  const { error, error_description: description } = jsonOf(answer) ?? {}
  const code = codeOf(error, description)
  const byStatus = error === 'temporarily_unavailable' ? 'passing' : kindOfStatus(answer.status)
  // Whatever else is wrong is wrong with who we say to be.
  const kind = byStatus === 'passing' || byStatus === 'throttled' ? byStatus : 'credentials'
  throw cloudRefusal({ ...cloud, rights: '' }, answer, kind, code)
}

/** @throws IssuerFailure `transient` */
export function tokenIn(answer: HttpAnswer, cloud: Pick<Cloud, 'who'>): Secret<string> {
  const token = textIn(jsonOf(answer), 'access_token')
  if (token !== undefined && /^[\x21-\x7e]{1,16384}$/.test(token)) return new Secret(token)
  throw unusable(cloud, 'there is no token in it')
}

/** Microsoft's say more than the words of OAuth. */
function codeOf(error: unknown, description: unknown): string | undefined {
  const [own] = (typeof description === 'string' && /^AADSTS\d+/.exec(description)) || []
  return own ?? (typeof error === 'string' ? error : undefined)
}

/** A header with the token. */
export function bearer(token: Secret<string>): { readonly authorization: string } {
  return { authorization: `Bearer ${token.reveal()}` }
}

/** The metadata service of a cloud gives no token. @param cloud as sentences name it. */
export function noToken({ status, headers }: HttpAnswer, cloud: string): IssuerFailure {
  const kind = kindOfStatus(status)
  if (kind === 'passing' || kind === 'throttled')
    return cloudRefusal(
      { who: `The metadata service of ${cloud}`, credentials: '', rights: '' },
      { status, headers, body: new Uint8Array() },
      kind,
      undefined,
    )
  return new IssuerFailure(
    'user-action',
    `${cloud} gives the machine no token (${status}). Give it an identity there, or name a secret in settings.challenges.`,
  )
}
