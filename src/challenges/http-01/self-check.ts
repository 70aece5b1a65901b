/** Looking at what is shown for `http-01` as a CA would (RFC 8555 8.3): over plain HTTP, from the outside in. */
import type { Challenge } from '../../domain/challenge.ts'
import { challengePath } from '../../domain/challenge-path.ts'
import { type HttpAnswer, NetworkFailure, type OpenHttpClient } from '../../network/http-client.ts'
import type { Visibility } from '../challenge.ts'

const octetsMax = 16_384
const secondsMax = 10

/** Nothing that answers is trusted with more than a comparison: what it says is not repeated. */
export async function lookOverHttp(
  openHttp: OpenHttpClient,
  { identifier, token, keyAuthorization }: Challenge,
): Promise<Visibility> {
  const host = identifier.value.includes(':') ? `[${identifier.value}]` : identifier.value
  const url = `http://${host}${challengePath(token)}`
  const http = openHttp({ plain: 'everywhere', octetsMax, secondsMax })
  try {
    const objection = objectionTo(await http.send({ method: 'GET', url }), keyAuthorization)
    return objection === undefined
      ? { state: 'visible' }
      : { state: 'waiting', details: `${url} ${objection}` }
  } catch (error) {
    if (error instanceof NetworkFailure) return { state: 'waiting', details: error.message }
    throw error
  }
}

/** White space behind it does not matter (RFC 8555 8.3). */
function objectionTo({ status, body }: HttpAnswer, keyAuthorization: string): string | undefined {
  if (status >= 300 && status < 400)
    return `answers ${status}, and no redirect is followed here. Let the name itself answer, or leave selfCheck out.`
  if (status !== 200) return `answers ${status} instead of the proof.`
  if (Buffer.from(body).toString('latin1').trimEnd() !== keyAuthorization)
    return 'answers something else than the proof.'
  return undefined
}
