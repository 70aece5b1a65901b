/**
 * The server of `tls-alpn-01` (RFC 8737 3): it speaks to clients that offer `acme-tls/1` alone and name something that is to
 * be proved, shows them the certificate, and ends the connection. Everybody else gets an alert and sees no certificate.
 */
import { createServer, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { ChallengeIdentity, FindChallengeIdentity } from './challenge-identity.ts'
import { type ClientHello, clientHelloOctetsMax, readClientHello } from './client-hello.ts'

export interface TlsAlpnServerParts {
  readonly find: FindChallengeIdentity
  /** Something failed here; told without what was asked for. */
  readonly onFailure: (error: unknown) => void
  /** For how long a connection may last. */
  readonly patienceMilliseconds?: number
}

const usualPatienceMilliseconds = 10_000
const protocol = 'acme-tls/1'

/** Alerts of TLS (RFC 8446 6.2). */
const alerts = {
  decodeError: 50,
  internalError: 80,
  unrecognizedName: 112,
  noApplicationProtocol: 120,
} as const

export function createTlsAlpnServer(parts: TlsAlpnServerParts): Server {
  const { patienceMilliseconds = usualPatienceMilliseconds, onFailure } = parts
  return createServer((socket) => {
    const deadline = setTimeout(() => socket.destroy(), patienceMilliseconds)
    socket.once('close', () => clearTimeout(deadline))
    // Clients come and go; whatever breaks ends by closing.
    socket.on('error', () => undefined)
    receive(socket, (hello, octets) =>
      answer(parts, socket, hello, octets).catch((error) => {
        onFailure(error)
        refuse(socket, alerts.internalError)
      }),
    )
  })
}

function receive(socket: Socket, onHello: (hello: ClientHello, octets: Buffer) => void): void {
  let octets = Buffer.alloc(0)
  socket.on('data', function take(chunk: Buffer) {
    octets = Buffer.concat([octets, chunk])
    const hello = readClientHello(octets)
    if (hello === 'incomplete' && octets.length <= 2 * clientHelloOctetsMax) return
    socket.off('data', take)
    socket.pause()
    if (typeof hello === 'string') refuse(socket, alerts.decodeError)
    else onHello(hello, octets)
  })
}

async function answer(
  { find }: TlsAlpnServerParts,
  socket: Socket,
  { serverName, protocols }: ClientHello,
  octets: Buffer,
): Promise<void> {
  if (protocols.length !== 1 || protocols[0] !== protocol) return refuse(socket, alerts.noApplicationProtocol)
  const identity = serverName === undefined ? undefined : await find(serverName)
  if (!identity) return refuse(socket, alerts.unrecognizedName)
  if (!socket.destroyed) shake(socket, identity, octets)
}

/** The handshake is all there is: no data are taken or given. */
function shake(socket: Socket, { key, certificate: cert }: ChallengeIdentity, octets: Buffer): void {
  socket.unshift(octets)
  const tls = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext({ key, cert, minVersion: 'TLSv1.2' }),
    ALPNProtocols: [protocol],
  })
  tls.on('error', () => socket.destroy())
  tls.once('close', () => socket.destroy())
  tls.once('secure', () => tls.end())
  tls.resume()
}

function refuse(socket: Socket, alert: number): void {
  if (socket.destroyed) return
  // A fatal alert in a record of its own (RFC 8446 5.1, 6).
  socket.end(Uint8Array.of(21, 3, 3, 0, 2, 2, alert))
  socket.resume()
}
