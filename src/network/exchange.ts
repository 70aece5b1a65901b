/** One exchange: a request is sent, its answer read within bounds, and every way in which that fails is told apart. */
import type { Dispatcher } from 'undici'
import { decodeBody } from './decode-body.ts'
import { type Course, failureFor, TooLarge, TooLate, Unreadable } from './failure.ts'
import { type HttpAnswer, type HttpRequest, NetworkFailure } from './http-client.ts'

export interface Limits {
  readonly octetsMax: number
  readonly secondsMax: number
}

/** @throws NetworkFailure and nothing else. */
export async function exchange(
  dispatcher: Dispatcher,
  url: URL,
  request: HttpRequest,
  limits: Limits,
): Promise<HttpAnswer> {
  const course: Course = { url, limits, started: false }
  try {
    const raw = await receive(dispatcher, url, request, limits, course)
    return { ...raw, body: await decodeBody(raw, limits.octetsMax) }
  } catch (error) {
    throw error instanceof NetworkFailure ? error : failureFor(error, course)
  }
}

function receive(
  dispatcher: Dispatcher,
  url: URL,
  { method, headers, body }: HttpRequest,
  { octetsMax, secondsMax }: Limits,
  course: Course,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let over: Error | undefined
    const end = (error: Error) => {
      if (over) return
      over = error
      clearTimeout(deadline)
      reject(error)
      controller?.abort(error)
    }
    const deadline = setTimeout(() => end(new TooLate()), secondsMax * 1000)
    let status = 0
    let answerHeaders: Readonly<Record<string, string>> = {}
    const chunks: Uint8Array[] = []
    let octets = 0
    const handler: Dispatcher.DispatchHandler = {
      // Called when the connection stands and before the first octet leaves.
      onRequestStart(given) {
        controller = given
        // Nothing was sent yet, and nothing is to be sent any more.
        if (over) given.abort(over)
        else course.started = true
      },
      onResponseStart(_, statusCode, received) {
        if (statusCode < 200) return
        status = statusCode
        answerHeaders = joined(received)
        if (Number(answerHeaders['content-length'] ?? 0) > octetsMax && method !== 'HEAD') end(new TooLarge())
      },
      onResponseData(_, chunk) {
        octets += chunk.length
        if (octets > octetsMax) end(new TooLarge())
        else chunks.push(chunk)
      },
      onResponseEnd() {
        clearTimeout(deadline)
        resolve({ status, headers: answerHeaders, body: Buffer.concat(chunks) })
      },
      onResponseError(_, error) {
        end(error)
      },
    }
    try {
      dispatcher.dispatch(
        {
          origin: url.origin,
          path: `${url.pathname}${url.search}`,
          method,
          headers: { 'accept-encoding': 'gzip', ...headers },
          ...(body !== undefined && { body }),
        },
        handler,
      )
    } catch (error) {
      end(error instanceof Error ? error : new Unreadable(String(error)))
    }
  })
}

/** Lines of one name are one list (RFC 9110 5.3). */
function joined(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const lists = Object.entries(headers).map(([name, value]) => [
    name.toLowerCase(),
    typeof value === 'string' ? value : (value ?? []).join(', '),
  ])
  return Object.fromEntries(lists) as Readonly<Record<string, string>>
}
