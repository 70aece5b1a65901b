/** How many connections one address may hold at a time: whoever reads slowly must not keep others out. */

/** As servers of every protocol have them. */
interface Connections {
  on(event: 'connection', listener: (socket: Connection) => void): unknown
}

interface Connection {
  readonly remoteAddress?: string | undefined
  destroy(): unknown
  once(event: 'close', listener: () => void): unknown
}

export function boundConnections(server: Connections, perAddressMax: number): void {
  const held = new Map<string, number>()
  server.on('connection', (socket) => {
    const { remoteAddress: address = '' } = socket
    const count = held.get(address) ?? 0
    if (count >= perAddressMax) {
      socket.destroy()
      return
    }
    held.set(address, count + 1)
    socket.once('close', () => {
      const left = held.get(address)! - 1
      if (left === 0) held.delete(address)
      else held.set(address, left)
    })
  })
}
