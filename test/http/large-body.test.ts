/** Who sends far too much can send it to its end, and is then told so: many clients read no answer before. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import tls from 'node:tls'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'

let service: Service
let token: string

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  token = await tokenOf(environment)
})
after(() => service?.stop())

/** Writes all of it before it reads anything. @throws Error when the connection ends before that. */
async function exchange(...parts: readonly (string | Buffer)[]): Promise<string> {
  const socket = tls.connect({ port: service.port, host: '127.0.0.1', servername: 'localhost' })
  await once(socket, 'secureConnect')
  const sent = new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))), (error) =>
      error ? reject(error) : resolve(),
    )
  })
  await sent
  return text(socket)
}

const head = (framing: string) =>
  [
    'POST /keys/large/create?api-version=2025-07-01 HTTP/1.1',
    `Host: localhost:${service.port}`,
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    framing,
    '',
    '',
  ].join('\r\n')

const chunk = Buffer.alloc(1024 * 1024, 'y')
const body = Array.from({ length: 12 }, () => chunk)
const chunked = body.flatMap((part) => [`${part.length.toString(16)}\r\n`, part, '\r\n'])

test('a body that is announced as too long is answered with 413 once it is sent', async () => {
  const answer = await exchange(head(`Content-Length: ${12 * chunk.length}`), ...body)
  assert.match(answer, /^HTTP\/1\.1 413 /)
  assert.match(answer, /"RequestEntityTooLarge"/)
})

test('a body that turns out to be too long is answered with 413 once it is sent', async () => {
  const answer = await exchange(head('Transfer-Encoding: chunked'), ...chunked, '0\r\n\r\n')
  assert.match(answer, /^HTTP\/1\.1 413 /)
  assert.match(answer, /"RequestEntityTooLarge"/)
})
