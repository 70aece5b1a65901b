/** Doors that are open to programs of this machine only. */
import type { FastifyRequest } from 'fastify'

const loopback = /^(?:127\.|::1$|::ffff:127\.)/

/** By the address of the connection: headers that tell of another are the caller's own claim. */
export function isFromThisMachine({ raw }: FastifyRequest): boolean {
  return loopback.test(raw.socket.remoteAddress ?? '')
}
