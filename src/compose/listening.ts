/** Servers begin to listen, and end when what was begun is answered. */
import type { Server as NetServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Unusable } from '../installation/unusable.ts'

export interface ListenAddress {
  readonly port: number
  readonly host: string
}

/** The settings that name port and address, for whoever has to choose others. */
export interface ListenFlags {
  readonly port: string
  readonly host: string
}

/** Answers whose client went away must not hold up the end. */
const drainMilliseconds = 10_000

/** @throws Unusable when the machine does not let it. */
export async function listen(
  server: FastifyInstance | NetServer,
  { port, host }: ListenAddress,
  flags: ListenFlags,
): Promise<void> {
  try {
    await ('server' in server ? server.listen({ port, host }) : listening(server, { port, host }))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new Unusable(`port ${port} is taken; choose another with ${flags.port}`, { cause })
    if (code === 'EACCES')
      throw new Unusable(`port ${port} needs more rights; choose one above 1023 with ${flags.port}`, {
        cause,
      })
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw new Unusable(`${host} is no address of this machine; choose another with ${flags.host}`, {
        cause,
      })
    throw cause
  }
}

function listening(server: NetServer, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

export async function drain(server: FastifyInstance): Promise<void> {
  const listener = server.server as unknown as { closeAllConnections(): void }
  const deadline = setTimeout(() => listener.closeAllConnections(), drainMilliseconds)
  await server.close()
  clearTimeout(deadline)
}

/** Their connections end by themselves: none lasts long. */
export function drainConnections(server: NetServer): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
