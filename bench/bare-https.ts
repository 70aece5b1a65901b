/**
 * The bare limit: `node:https` that answers the same bytes to everything, after the bare cryptography if some is named.
 * Arguments: key file, certificate file, body file, and the work.
 */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { type BareWork, bareWork } from './bare-work.ts'

const [key, cert, body] = process.argv.slice(2, 5).map((path) => readFileSync(path))
const work = process.argv[5] && bareWork(process.argv[5] as BareWork)
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': body!.length }
const server = createServer({ key: key!, cert: cert! }, (incoming, answer) => {
  incoming.resume()
  incoming.on('end', async () => {
    if (work) await work()
    answer.writeHead(200, headers)
    answer.end(body)
  })
}).listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
