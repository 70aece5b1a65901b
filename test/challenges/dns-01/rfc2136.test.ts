import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import type { TxtRecord } from '../../../src/challenges/dns-01/dns-provider.ts'
import { rfc2136 } from '../../../src/challenges/dns-01/providers/rfc2136.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { settableClock } from '../../doubles/clock.ts'
import { type Fault, updateServer } from '../../doubles/update-server.ts'
import { providerTools } from './house.ts'

const zone = 'example.org'
const name = '_acme-challenge.www.example.org'
const record: TxtRecord = { zone, name, value: 'v'.repeat(43) }
const secret = randomBytes(32)
const base64 = secret.toString('base64')
const algorithms = ['hmac-sha1', 'hmac-sha224', 'hmac-sha256', 'hmac-sha384', 'hmac-sha512'] as const

async function open(t: TestContext, algorithm: (typeof algorithms)[number] = 'hmac-sha256') {
  const clock = settableClock()
  const key = { name: 'certkeep-key', algorithm, secret }
  const server = await updateServer(t, { key, zone, now: () => clock.now() })
  const settings = {
    server: `127.0.0.1:${server.port}`,
    keyName: 'Certkeep-Key.',
    secret: 'dns-key',
    ...(algorithm !== 'hmac-sha256' && { algorithm }),
  }
  const tools = providerTools(base64, { clock })
  return { server, settings, tools, clock, provider: rfc2136.connect(tools, settings) }
}

dnsProviderConformance('rfc2136', async (t) => {
  const { server, settings, tools } = await open(t)
  const wrong = randomBytes(32).toString('base64')
  const good = { server: 'ns1.example.org', keyName: 'key', secret: 'dns-key' }
  return {
    kind: rfc2136,
    settings,
    tools,
    wrongTools: providerTools(wrong, { clock: tools.clock }),
    zone,
    name,
    valuesAt: async (at) => server.records.get(at) ?? [],
    plant: async (at, value) => void server.records.set(at, [value]),
    misbehave(how) {
      server.fault = how === 'busy' ? 2 : how
    },
    secrets: [base64, wrong],
    badSettings: {
      server: { ...good, server: 'ns1.example.org:99999' },
      keyName: { ...good, keyName: 'a key' },
      algorithm: { ...good, algorithm: 'hmac-md5' },
      secret: { ...good, secret: 'bm8gc2VjcmV0==' },
      ttlSeconds: { ...good, ttlSeconds: -1 },
    },
  }
})

describe('dynamic update', () => {
  for (const algorithm of algorithms)
    test(`is signed with ${algorithm}`, async (t) => {
      const { server, provider } = await open(t, algorithm)
      await provider.add(record)
      assert.deepEqual([server.records.get(name), server.heard], [[record.value], ['udp']])
    })

  test('goes over TCP when the answer over UDP is cut off', async (t) => {
    const { server, provider } = await open(t)
    server.truncating = true
    await provider.add(record)
    assert.deepEqual([server.records.get(name), server.heard], [[record.value], ['udp', 'tcp']])
  })

  test('goes over TCP when nothing comes over UDP', async (t) => {
    const { server, provider } = await open(t)
    server.deafToDatagrams = true
    await provider.add(record)
    assert.deepEqual([server.records.get(name), server.heard], [[record.value], ['udp', 'udp', 'udp', 'tcp']])
  })

  test('goes over TCP alone when it is too long for a datagram', async (t) => {
    const { server, settings, tools } = await open(t)
    const long = { ...record, name: `${'a'.repeat(60)}.${'b'.repeat(60)}.${zone}`, value: 'v'.repeat(255) }
    await rfc2136.connect(tools, settings).add(long)
    assert.deepEqual([server.records.get(long.name), server.heard], [[long.value], ['tcp']])
  })

  test('does not believe a datagram that anybody could have sent', async (t) => {
    const { server, provider } = await open(t)
    server.fault = 'spoofed'
    await provider.add(record)
    assert.deepEqual([server.records.get(name), server.heard], [[record.value], ['udp', 'tcp']])
  })

  const cases: readonly [Fault, IssuerFailure['failure'], RegExp][] = [
    ['unsigned', 'transient', /not signed with the key/],
    ['wrongly signed', 'transient', /not signed with the key/],
    ['signed for another request', 'transient', /not signed with the key/],
    ['signed long ago', 'transient', /clocks/],
    ['clock apart', 'user-action', /clocks .* are 4000 seconds apart \(BADTIME\)/],
    [2, 'transient', /SERVFAIL/],
    [4, 'user-action', /takes no updates \(NOTIMP\)/],
    [5, 'user-action', /does not let the key certkeep-key change .* \(REFUSED\)/],
    [9, 'user-action', /not the server for updates of the zone example.org \(NOTAUTH\)/],
    [10, 'user-action', /does not lie in the zone example.org \(NOTZONE\)/],
    [13, 'transient', /13/],
  ]
  for (const [fault, failure, message] of cases)
    test(`tells ${typeof fault === 'number' ? `code ${fault}` : fault}`, async (t) => {
      const { server, provider } = await open(t)
      server.fault = fault
      await assert.rejects(provider.add(record), (error) => {
        assert.ok(error instanceof IssuerFailure)
        assert.match(error.message, message)
        assert.equal(error.failure, failure)
        return true
      })
    })

  test('tells what is wrong with the key', async (t) => {
    const { settings, tools } = await open(t)
    const add = (change: object, secretText = base64) =>
      rfc2136
        .connect(providerTools(secretText, { clock: tools.clock }), { ...settings, ...change })
        .add(record)
    await assert.rejects(add({ keyName: 'other' }), /does not know the key other .* \(BADKEY\)/)
    await assert.rejects(add({ algorithm: 'hmac-sha1' }), /\(BADKEY\)/)
    await assert.rejects(add({}, randomBytes(32).toString('base64')), /\(BADSIG\)/)
    await assert.rejects(add({}, 'not base64!'), /dns-key is no key for the DNS/)
    await assert.rejects(add({}, ''), /dns-key is no key for the DNS/)
  })

  test('tells by how much the clocks are apart', async (t) => {
    const { provider, tools, server } = await open(t)
    const early = settableClock(tools.clock.now() - 10_000)
    const late = rfc2136.connect(
      { ...tools, clock: early },
      {
        server: `127.0.0.1:${server.port}`,
        keyName: 'certkeep-key',
        secret: 'dns-key',
      },
    )
    await assert.rejects(late.add(record), /are 14000 seconds apart/)
    await provider.add(record)
  })

  test('tells that nobody is there', async (t) => {
    const { tools, settings } = await open(t)
    const provider = (server: string) => rfc2136.connect(tools, { ...settings, server })
    await assert.rejects(
      provider('127.0.0.1:1').add(record),
      /127.0.0.1 gives no answer over TCP: nobody listens there/,
    )
    await assert.rejects(
      provider('nowhere.invalid').add(record),
      /address of nowhere.invalid could not be found/,
    )
  })
})
