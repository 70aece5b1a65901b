/** What is said when there is nothing to give: one line, which repeats nothing of the request. */

export const refusals = {
  400: 'This is not a valid request.\n',
  404: 'Nothing is published here.\n',
  405: 'This path does not take this method.\n',
  408: 'The request did not arrive in time.\n',
  413: 'This is too long for an OCSP request.\n',
  414: 'This request is too long for a path; send it with POST.\n',
  415: 'Send OCSP requests as application/ocsp-request.\n',
  429: 'Too many requests from this address; try again later.\n',
  431: 'The head of the request is too large.\n',
  500: 'The service failed; try again.\n',
} as const

export type RefusalStatus = keyof typeof refusals

export const refusalHeaders = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
} as const

/** Octets that are no HTTP request, or never became one. */
export function answerBrokenRequest(
  { code }: NodeJS.ErrnoException,
  socket: { writable: boolean; destroyed: boolean; end(text: string): void; destroy(): void },
): void {
  if (code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, reason] = brokenStatus(code)
  const text = refusals[status]
  const headers = {
    ...refusalHeaders,
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${text}`)
}

function brokenStatus(code: string | undefined): [RefusalStatus, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'Request Header Fields Too Large']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'Request Timeout']
  return [400, 'Bad Request']
}
