/** Bodies that come compressed (RFC 9110 8.4), up to a bound: what unfolds to more than it is not unfolded. */
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { TooLarge, Unreadable } from './failure.ts'
import type { HttpAnswer } from './http-client.ts'

/** More than is asked for: some servers send what they please. */
const decoders: Readonly<
  Record<string, (body: Uint8Array, bound: { maxOutputLength: number }) => Promise<Uint8Array>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
}

/** @throws TooLarge, or Unreadable when the body is not what its header says. */
export async function decodeBody({ headers, body }: HttpAnswer, octetsMax: number): Promise<Uint8Array> {
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (!encoding || encoding === 'identity' || body.length === 0) return body
  const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined
  if (!decode) throw new Unreadable('it is encoded in an unknown way')
  try {
    return await decode(body, { maxOutputLength: octetsMax })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge()
    throw new Unreadable('its compression is damaged', { cause })
  }
}
