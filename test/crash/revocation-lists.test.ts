/** The service is killed right behind the answer to a revocation: whoever starts it again finds it in the list. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { type CrlFacts, parseCrl } from '../../src/x509/crl.ts'
import { environmentOf, startService, tokenOf, trust } from '../azure/service.ts'
import { type Ask, sender } from '../http/request.ts'

const query = 'api-version=2025-07-01'
const place = { vault: 'default', name: 'root' }

/** The list in the store of a running service, as soon as it is as it should be. */
async function listIn(dataFolder: string, isRight: (list: CrlFacts) => boolean): Promise<CrlFacts> {
  const storage = openSqlite({ path: join(dataFolder, 'certkeep.db') })
  try {
    for (let tries = 0; tries < 1000; tries++) {
      const list = await storage.read(({ authorities }) => authorities.findRevocationList(place, 0, 'full'))
      const facts = list && parseCrl(list.der)
      if (facts && isRight(facts)) return facts
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    throw new Error('the list did not come')
  } finally {
    await storage.close()
  }
}

test('a revocation that was answered is published in the next life', { timeout: 120_000 }, async () => {
  let service = await startService()
  const { dataFolder } = service
  try {
    const environment = await environmentOf(service)
    trust(environment)
    const token = await tokenOf(environment)
    const ask = async (request: Ask) => {
      const reply = await sender(
        service,
        environment,
        token,
      )({ ...request, path: `${request.path}?${query}` })
      assert.ok(reply.status < 300, reply.text)
      return reply.json as Record<string, string>
    }
    await ask({ method: 'PUT', path: '/authorities/root', body: { subject: 'CN=Root' } })
    const settings = { provider: 'PrivateCA', settings: { authority: 'root' } }
    await ask({ method: 'PUT', path: '/certificates/issuers/internal', body: settings })
    const policy = {
      issuer: { name: 'internal' },
      key_props: { kty: 'EC', crv: 'P-256' },
      x509_props: {
        subject: 'CN=web',
        sans: { dns_names: ['web.example.org'] },
        key_usage: ['digitalSignature'],
      },
    }
    await ask({ method: 'POST', path: '/certificates/web/create', body: { policy } })
    while ((await ask({ path: '/certificates/web/pending' })).status === 'inProgress')
      await new Promise((resolve) => setTimeout(resolve, 20))
    const first = await listIn(dataFolder, () => true)
    assert.deepEqual(first.revoked, [])

    const { id } = await ask({ path: '/certificates/web' })
    const version = id!.split('/').at(-1)
    await ask({
      method: 'POST',
      path: `/certificates/web/${version}/revoke`,
      body: { reason: 'keyCompromise' },
    })
    await service.stop('SIGKILL')
    service = await service.restart()
    const list = await listIn(dataFolder, ({ revoked }) => revoked.length > 0)
    assert.deepEqual(
      list.revoked.map(({ reason }) => reason),
      ['keyCompromise'],
    )
    assert.ok(list.number! > first.number!)
  } finally {
    await service.stop()
  }
})
