/**
 * The rest of a body that nobody wants. Many clients read no answer before they have sent everything: for them a connection
 * that ends earlier is broken, and the answer is lost (RFC 9112 section 9.6).
 */
import type { IncomingMessage } from 'node:http'

/** Whoever sends more than this does not want to know. How long it may take is bounded as for every request. */
const droppedOctetsMax = 64 * 1024 * 1024

/** Reads and drops what is left. Ends with the body, with the connection, or at the limit; never rejects. */
export function dropUnreadBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve()
  return new Promise((resolve) => {
    let octets = 0
    request.on('data', (chunk: Buffer) => {
      octets += chunk.length
      if (octets > droppedOctetsMax) resolve()
    })
    for (const event of ['end', 'close', 'error']) request.once(event, () => resolve())
    request.resume()
  })
}
