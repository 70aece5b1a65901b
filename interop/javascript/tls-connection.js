// A TLS server with a given PFX, and one client that connects to it.
import { once } from 'node:events'
import { connect, createServer } from 'node:tls'

/** DER of the certificate that a client which trusts `root` and wants `host` is shown. */
export async function certificateServed(pfx, host, root) {
  const server = createServer({ pfx, passphrase: '' }, (socket) => socket.end('hello'))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const socket = connect({ host: '127.0.0.1', port: server.address().port, servername: host, ca: root })
    await once(socket, 'secureConnect')
    const { raw } = socket.getPeerCertificate()
    socket.destroy()
    return raw
  } finally {
    server.close()
  }
}
