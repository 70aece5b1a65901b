/**
 * A proxy that opens tunnels (RFC 9110 9.3.6), writes down what it was asked for, and refuses whom it does not know. Every
 * name leads to this machine.
 */
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'

export interface TestProxy {
  readonly server: Server
  /** `CONNECT host:port`, and for `http:` the method with the whole URL. */
  readonly asked: string[]
}

/** @param credentials what `Proxy-Authorization` must hold, where anything is wanted. */
export function tunnelProxy(credentials?: string): TestProxy {
  const asked: string[] = []
  const server = createServer((request, answer) => {
    asked.push(`${request.method} ${request.url}`)
    answer.end('from the proxy')
  })
  server.on('connect', (request, client, head) => {
    asked.push(`CONNECT ${request.url}`)
    if (credentials !== undefined && request.headers['proxy-authorization'] !== credentials) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n')
      return
    }
    const { port } = new URL(`http://${request.url}`)
    const target = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
    })
    target.on('error', () => client.destroy())
    client.on('error', () => target.destroy())
  })
  return { server, asked }
}
