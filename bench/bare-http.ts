/** The bare limit in plain HTTP: `node:http` that answers the same bytes to everything. Argument: body file. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const body = readFileSync(process.argv[2]!)
const headers = { 'content-type': 'application/octet-stream', 'content-length': body.length }
const server = createServer((incoming, answer) => {
  incoming.resume()
  incoming.on('end', () => {
    answer.writeHead(200, headers)
    answer.end(body)
  })
}).listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
