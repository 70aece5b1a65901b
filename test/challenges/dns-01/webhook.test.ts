import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { webhook } from '../../../src/challenges/dns-01/providers/webhook.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { moodyServer } from '../../doubles/moody-server.ts'
import { providerTools } from './house.ts'

const username = 'certkeep'
const password = 'pässword: of the webhook'

/** A service that changes records as it is told by whoever knows the password. */
async function open(t: TestContext) {
  const records = new Map<string, Set<string>>()
  const server = await moodyServer(t, ({ method, url, headers }, body) => {
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    if (headers.authorization !== expected) return { status: 401, body: headers.authorization ?? '' }
    if (method !== 'POST' || headers['content-type'] !== 'application/json') return { status: 400 }
    const { fqdn, value, ...rest } = JSON.parse(body) as Record<string, string>
    assert.deepEqual(rest, {})
    const values = records.get(fqdn!) ?? new Set()
    records.set(fqdn!, values)
    if (url === '/dns/present') values.add(value!)
    else if (url === '/dns/cleanup') values.delete(value!)
    else return { status: 404 }
    return { status: 204 }
  })
  const settings = { url: `${server.url}/dns/`, username, secret: 'webhook', trustRoots: [server.trustRoot] }
  return { server, records, settings, tools: providerTools(password) }
}

const name = '_acme-challenge.www.example.org'

dnsProviderConformance('webhook', async (t) => {
  const { server, records, settings, tools } = await open(t)
  const wrong = 'another password'
  const good = { url: 'https://hook.example.org', username, secret: 'webhook' }
  return {
    kind: webhook,
    settings,
    // Its password may be any text.
    tools,
    wrongTools: providerTools(wrong),
    zone: 'example.org',
    name,
    valuesAt: async (at) => [...(records.get(`${at}.`) ?? [])],
    plant: async (at, value) => void records.set(`${at}.`, new Set([value])),
    misbehave(how) {
      server.mood = how
    },
    secrets: [password, wrong, Buffer.from(`${username}:${wrong}`).toString('base64')],
    badSettings: {
      url: { ...good, url: 'https://user:password@hook.example.org' },
      username: { ...good, username: 'a:b' },
      secret: { ...good, secret: 'the secret itself' },
      trustRoots: { ...good, trustRoots: [] },
    },
  }
})

describe('the webhook', () => {
  const record = { zone: 'example.org', name, value: 'v' }

  for (const [status, failure, message] of [
    [302, 'user-action', /sends us elsewhere \(302\)/],
    [400, 'user-action', /refused what it was asked for \(400\)/],
    [403, 'user-action', /does not take the credentials \(403\)/],
    [404, 'user-action', /see whether the URL is right/],
    [429, 'transient', /cannot do it now \(429\)/],
    [500, 'transient', /cannot do it now \(500\)/],
  ] as const)
    test(`that answers ${status} is told of, and what it says is not`, async (t) => {
      const server = await moodyServer(t, () => ({
        status,
        body: 'what it says',
        headers: { location: 'https://elsewhere.example/', 'retry-after': '120' },
      }))
      const settings = { url: server.url, trustRoots: [server.trustRoot] }
      await assert.rejects(webhook.connect(providerTools(''), settings).add(record), (error) => {
        assert.ok(error instanceof IssuerFailure)
        assert.match(error.message, message)
        assert.ok(!error.message.includes('what it says') && !error.message.includes('elsewhere.example'))
        assert.equal(error.failure, failure)
        assert.equal(error.retryAfterSeconds, failure === 'transient' ? 120 : undefined)
        return true
      })
    })

  test('is sent no credentials where none are set', async (t) => {
    const seen: unknown[] = []
    const server = await moodyServer(t, ({ url, headers }) => {
      seen.push([url, headers.authorization])
      return { status: 200 }
    })
    const provider = webhook.connect(providerTools(''), { url: server.url, trustRoots: [server.trustRoot] })
    await provider.add(record)
    assert.deepEqual(seen, [['/present', undefined]])
  })

  test('is trusted by its roots alone', async (t) => {
    const server = await moodyServer(t, () => ({ status: 200 }))
    await assert.rejects(webhook.connect(providerTools(''), { url: server.url }).add(record), IssuerFailure)
  })
})
