import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { cloudflare } from '../../../src/challenges/dns-01/providers/cloudflare.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { cloudflareDouble } from '../../doubles/dns-cloudflare.ts'
import { failing, name, record, toolsFor, zone } from './cloud-house.ts'

const token = 'cf-token-0123456789abcdefghijklmnopqrstu'
const wrong = 'cf-token-of-somebody-else-0123456789abcd'
const good = { secret: 'cloudflare-token' }

async function open(t: TestContext, change: object = {}) {
  const double = await cloudflareDouble(t, token, zone)
  const settings = { ...good, endpoint: double.endpoint, ...change }
  return { double, settings, provider: cloudflare.connect(toolsFor(double.server, ` ${token}\n`), settings) }
}

dnsProviderConformance('cloudflare', async (t) => {
  const { double, settings } = await open(t)
  return {
    kind: cloudflare,
    settings,
    tools: toolsFor(double.server, token),
    wrongTools: toolsFor(double.server, wrong),
    zone,
    name,
    valuesAt: async (at) =>
      double.records.filter((known) => known.name === at).map(({ content }) => content.replaceAll('"', '')),
    plant: async (at, value) => double.plant(at, `"${value}"`),
    misbehave(how) {
      double.server.mood = how
    },
    secrets: [token, wrong],
    badSettings: {
      secret: {},
      zoneId: { ...good, zoneId: 'example.org' },
      endpoint: { ...good, endpoint: 'http://api.cloudflare.com/client/v4' },
    },
  }
})

describe('cloudflare', () => {
  test('finds its value among pages of others, with quotes and without', async (t) => {
    const { double, provider } = await open(t)
    for (let count = 0; count < 230; count++) double.plant(name, `"other-${count}"`)
    double.plant(name, record.value)
    await provider.add(record)
    assert.equal(double.records.length, 231)
    await provider.remove(record, undefined)
    assert.equal(double.records.length, 230)
    assert.ok(!double.records.some(({ content }) => content.includes(record.value)))
  })

  test('is content when somebody else was quicker', async (t) => {
    const { double, provider } = await open(t)
    double.plant(name, `"${record.value}"`)
    double.fault = 'slow reading'
    await provider.add(record)
    assert.equal(double.records.length, 1)
  })

  test('passes by zones that are not active, and asks which of two', async (t) => {
    const { double, provider } = await open(t)
    const second = { id: 'f'.repeat(32), name: zone, status: 'pending' }
    double.zones.push(second, { id: 'e'.repeat(32), name: zone, status: 'active', type: 'internal' })
    await provider.add(record)
    second.status = 'active'
    await assert.rejects(provider.add(record), failing('user-action', /more than one public zone .* zoneId/))
    double.zones.length = 0
    await assert.rejects(
      provider.add(record),
      failing('user-action', /shows the secret cloudflare-token no public zone example\.org.*Zone: Read/),
    )
  })

  test('writes to the zone that it is told', async (t) => {
    const id = 'a'.repeat(32)
    const { double, provider } = await open(t, { zoneId: id })
    await assert.rejects(provider.add(record), failing('user-action', /refused .*404 7003/))
    double.zones.push({ id, name: 'elsewhere.example', status: 'active' })
    await provider.add(record)
    assert.equal(double.records.length, 1)
  })

  test('tells which right is missing, and when to come back', async (t) => {
    const { double, provider } = await open(t)
    double.fault = 'no rights'
    await assert.rejects(provider.add(record), failing('user-action', /403 10000.*DNS: Edit/))
    double.fault = 'throttled'
    await assert.rejects(provider.add(record), failing('transient', /too often/, 11))
  })
})
