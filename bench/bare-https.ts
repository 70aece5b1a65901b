/** The bare limit: `node:https` that answers the same bytes to everything. Arguments: key file, certificate file, body file. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'

const [key, cert, body] = process.argv.slice(2).map((path) => readFileSync(path))
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body!.length }
const server = createServer({ key: key!, cert: cert! }, (incoming, answer) => {
  incoming.resume()
  incoming.on('end', () => {
    answer.writeHead(200, headers)
    answer.end(body)
  })
}).listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
