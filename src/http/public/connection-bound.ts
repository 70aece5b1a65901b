/** How many connections one address may hold at a time: whoever reads slowly must not keep others out. */
import type { Server } from 'node:http'

export function boundConnections(server: Server, perAddressMax: number): void {
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
