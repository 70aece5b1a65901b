/** Requests that no SDK would make: written by hand, over TLS as anybody's would come. */
import { readFileSync } from 'node:fs'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Environment, Service } from '../azure/service.ts'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the answer is what the tests are about.
  readonly json: any
}

export interface Ask {
  readonly method?: string
  /** Sent as it stands, without any normalisation. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer | object
  /** `Host`, with port. */
  readonly host?: string
}

export type Send = (ask: Ask) => Promise<Reply>

/** @param token is sent with each request unless its headers say otherwise. */
export function sender(service: Service, environment: Environment, token?: string): Send {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8') })
  return ({ method = 'GET', path, headers = {}, body, host = `localhost:${service.port}` }) => {
    const payload = typeof body === 'object' && !Buffer.isBuffer(body) ? JSON.stringify(body) : body
    const options: RequestOptions = {
      agent,
      host: '127.0.0.1',
      servername: 'localhost',
      port: service.port,
      method,
      path,
      headers: {
        host,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(payload !== undefined && {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
        ...headers,
      },
    }
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk) => chunks.push(chunk))
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const isJson = answer.headers['content-type']?.includes('json') ?? false
          resolve({
            status: answer.statusCode!,
            headers: answer.headers as Record<string, string>,
            text,
            json: isJson ? JSON.parse(text) : undefined,
          })
        })
      })
      outgoing.on('error', reject)
      outgoing.end(payload)
    })
  }
}
