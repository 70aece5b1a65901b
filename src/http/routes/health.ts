/** `GET /health`: whether the service answers and its storage does. For load balancers; tells nothing else. */
import type { FastifyInstance } from 'fastify'

export function registerHealth(server: FastifyInstance, check: () => Promise<unknown>): void {
  server.get('/health', { config: { open: true } }, async () => {
    await check()
    return { status: 'ok' }
  })
}
