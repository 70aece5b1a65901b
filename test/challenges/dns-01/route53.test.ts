import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { route53 } from '../../../src/challenges/dns-01/providers/route53.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { route53Double } from '../../doubles/dns-route53.ts'
import { failing, name, record, toolsFor, zone } from './cloud-house.ts'

const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const wrong = { ...key, secretAccessKey: 'another/secret/access/key/0123456789abcd' }
const good = { secret: 'aws-key' }
const at = `${name}.`

async function open(
  t: TestContext,
  { stored = key as object, change = {} as object, region = 'us-east-1' } = {},
) {
  const double = await route53Double(t, { key, region })
  const settings = { ...good, endpoint: double.server.url, ...change }
  const provider = route53.connect(toolsFor(double.server, JSON.stringify(stored)), settings)
  return { double, settings, provider }
}

dnsProviderConformance('route53', async (t) => {
  const { double, settings } = await open(t)
  return {
    kind: route53,
    settings,
    tools: toolsFor(double.server, JSON.stringify(key)),
    wrongTools: toolsFor(double.server, JSON.stringify(wrong)),
    zone,
    name,
    valuesAt: async (wanted) =>
      double.sets.get(`${wanted}.`)?.values.map((value) => value.slice(1, -1)) ?? [],
    plant: async (wanted, value) => void double.sets.set(`${wanted}.`, { ttl: 300, values: [`"${value}"`] }),
    misbehave(how) {
      double.server.mood = how
    },
    secrets: [key.secretAccessKey, wrong.secretAccessKey],
    badSettings: {
      secret: { secret: 'no name of a secret' },
      zoneId: { ...good, zoneId: '../Z1' },
      role: { ...good, role: 'dns' },
      externalId: { ...good, externalId: 'x' },
      partition: { ...good, partition: 'aws-mars' },
      endpoint: { endpoint: 'https://route53.example.org' },
    },
  }
})

describe('route53', () => {
  test('keeps what others wrote, octet by octet, with its time to live', async (t) => {
    const { double, provider } = await open(t)
    const others = ['"a & b <c> \'d\'" "second string"', '"say \\"hello\\" \\303\\244"']
    double.sets.set(at, { ttl: 1234, values: others })
    double.sets.set(`z${at}`, { ttl: 1, values: ['"of another name"'] })
    await provider.add(record)
    assert.deepEqual(double.sets.get(at), { ttl: 1234, values: [...others, `"${record.value}"`] })
    await provider.remove(record, undefined)
    assert.deepEqual(double.sets.get(at), { ttl: 1234, values: others })
    assert.equal(double.sets.size, 2)
  })

  test('reads again when others were quicker', async (t) => {
    const { double, provider } = await open(t)
    let others = 0
    double.beforeBatch = () => {
      if (others++ < 3) double.sets.set(at, { ttl: 60, values: [`"other-${others}"`] })
    }
    await provider.add(record)
    assert.deepEqual(double.sets.get(at)?.values, ['"other-3"', `"${record.value}"`])
    assert.equal(double.batches.length, 4)
  })

  test('gives up for now when others never rest', async (t) => {
    const { double, provider } = await open(t)
    let others = 0
    double.beforeBatch = () => void double.sets.set(at, { ttl: 60, values: [`"other-${others++}"`] })
    await assert.rejects(provider.add(record), failing('transient', /Others keep changing/))
  })

  test('tells that a batch is refused for another reason', async (t) => {
    const { double, provider } = await open(t)
    double.fault = 'never'
    await assert.rejects(provider.add(record), failing('user-action', /400 InvalidChangeBatch/))
  })

  test('waits until all servers have it, and asks no more about what is forgotten', async (t) => {
    const { double, provider } = await open(t)
    double.pendingAnswers = 2
    const place = await provider.add(record)
    assert.ok(place)
    const seen = []
    for (let count = 0; count < 3; count++) seen.push(await provider.isEverywhere?.(place))
    assert.deepEqual(seen, [false, false, true])
    assert.equal(await provider.isEverywhere?.('C999'), true)
    assert.equal(await provider.isEverywhere?.('no change/at all'), true)
  })

  test('passes by private zones, and asks which of two', async (t) => {
    const { double, provider } = await open(t)
    await provider.add(record)
    assert.deepEqual([...double.sets.keys()], [at])
    double.zones.push({ id: 'ZSECOND2', name: zone, private: false })
    await assert.rejects(provider.add(record), failing('user-action', /more than one public zone .* zoneId/))
    double.zones.splice(1)
    await assert.rejects(provider.add(record), failing('user-action', /no public zone example\.org/))
  })

  test('writes to the zone that it is told', async (t) => {
    const { double, provider } = await open(t, { change: { zoneId: '/hostedzone/ZOTHER12' } })
    double.zones.push({ id: 'ZSECOND2', name: zone, private: false })
    await provider.add(record)
    assert.equal(double.sets.size, 1)
  })

  test('leaves records with a routing policy to people', async (t) => {
    const { double, provider } = await open(t)
    double.sets.set(at, { ttl: 60, values: ['"weighted"'], setIdentifier: 'blue' })
    await assert.rejects(provider.add(record), failing('user-action', /routed by a policy/))
  })

  test('signs for the partition that it is told', async (t) => {
    const { double, provider } = await open(t, { change: { partition: 'aws-cn' }, region: 'cn-northwest-1' })
    await provider.add(record)
    assert.equal(double.sets.size, 1)
  })

  test('signs by the clock of the machine, and with the token of a session', async (t) => {
    const session = { ...key, sessionToken: 'FwoGZXIvYXdzEBY/session+token==' }
    const double = await route53Double(t, { key: session })
    const settings = { ...good, endpoint: double.server.url }
    await route53.connect(toolsFor(double.server, JSON.stringify(session)), settings).add(record)
    assert.equal(double.sets.size, 1)
  })

  const faults = [
    ['throttled', failing('transient', /too often \(400 Throttling\)/)],
    ['denied', failing('user-action', /does not let the secret aws-key .*route53:ChangeResourceRecordSets/)],
    ['unfinished', failing('transient', /PriorRequestNotComplete/)],
    [
      'expired',
      failing('user-action', /does not take the credentials \(403 ExpiredToken\); see the secret aws-key/),
    ],
  ] as const
  for (const [fault, failure] of faults)
    test(`tells: ${fault}`, async (t) => {
      const { double, provider } = await open(t)
      double.fault = fault
      await assert.rejects(provider.add(record), failure)
    })

  const secrets = [
    ['no access key', {}],
    ['a key id that would break the header', { ...key, accessKeyId: 'AKIA\r\nx: y 0123456789' }],
    ['a token that would break the header', { ...key, sessionToken: 'a\r\nb' }],
  ] as const
  for (const [what, stored] of secrets)
    test(`says what the secret has to hold: ${what}`, async (t) => {
      const { provider } = await open(t, { stored })
      await assert.rejects(
        provider.add(record),
        failing('user-action', /The secret aws-key is not what is needed.*accessKeyId/),
      )
    })
})
