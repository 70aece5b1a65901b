import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { azureDns } from '../../../src/challenges/dns-01/providers/azure-dns.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { azureDouble } from '../../doubles/dns-azure.ts'
import { failing, name, record, toolsFor, zone } from './cloud-house.ts'

const subscription = '11111111-2222-3333-4444-555555555555'
const client = {
  tenant: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
  client: '99999999-8888-7777-6666-555555555555',
  secret: 'abc8Q~client-secret-0123456789.abcdefghi',
}
const wrong = 'xyz8Q~another-secret-0123456789.abcdefgh'
const good = { subscription, tenant: client.tenant, client: client.client, secret: 'azure-secret' }
const path = 'dns/example.org/_acme-challenge.www'

async function open(t: TestContext, change: object = {}) {
  const double = await azureDouble(t, subscription, client)
  const settings = { ...good, authority: double.server.url, endpoint: double.server.url, ...change }
  return { double, settings, provider: azureDns.connect(toolsFor(double.server, client.secret), settings) }
}

dnsProviderConformance('azure-dns', async (t) => {
  const { double, settings } = await open(t)
  const pathOf = (at: string) => `dns/${zone}/${at.replace(`.${zone}`, '')}`
  return {
    kind: azureDns,
    settings,
    tools: toolsFor(double.server, client.secret),
    wrongTools: toolsFor(double.server, wrong),
    zone,
    name,
    valuesAt: async (at) =>
      double.sets.get(pathOf(at))?.properties.TXTRecords.map(({ value }) => value.join('')) ?? [],
    plant: async (at, value) => double.plant(pathOf(at), { TTL: 3600, TXTRecords: [{ value: [value] }] }),
    misbehave(how) {
      double.server.mood = how
    },
    secrets: [client.secret, wrong],
    badSettings: {
      subscription: { ...good, subscription: 'mine' },
      resourceGroup: { ...good, resourceGroup: 'a/b' },
      tenant: { ...good, tenant: 'a/b' },
      client: { ...good, client: 'me' },
      secret: { ...good, secret: 'a secret' },
      cloud: { ...good, cloud: 'mars' },
      endpoint: { subscription, endpoint: 'https://management.example.org' },
      authority: { subscription, authority: 'https://login.example.org' },
    },
  }
})

describe('azure-dns', () => {
  test('keeps what others wrote, with its time to live and metadata', async (t) => {
    const { double, provider } = await open(t)
    const theirs = {
      TTL: 1234,
      TXTRecords: [{ value: ['first ', 'second'] }, { value: ['say "hello"'] }],
      metadata: { owner: 'them' },
    }
    double.plant(path, theirs)
    await provider.add(record)
    assert.deepEqual(double.sets.get(path)?.properties, {
      ...theirs,
      TXTRecords: [...theirs.TXTRecords, { value: [record.value] }],
    })
    await provider.remove(record, undefined)
    assert.deepEqual(double.sets.get(path)?.properties, theirs)
  })

  test('writes to the zone itself', async (t) => {
    const { double, provider } = await open(t)
    await provider.add({ ...record, name: zone })
    assert.deepEqual([...double.sets.keys()], ['dns/example.org/@'])
  })

  test('does not let a name leave the zone', async (t) => {
    const { double, provider } = await open(t)
    await provider.add({ ...record, name: `../../other/TXT/x.${zone}` }).catch(() => {})
    assert.deepEqual([...double.sets.keys()], [])
  })

  test('passes by private zones, and asks which of two', async (t) => {
    const { double, provider } = await open(t)
    await provider.add(record)
    assert.deepEqual([...double.sets.keys()], [path])
    double.zones.push({ group: 'second', name: zone })
    await assert.rejects(
      provider.add(record),
      failing('user-action', /more than one public zone .* resourceGroup/),
    )
    double.zones.splice(0)
    await assert.rejects(
      provider.add(record),
      failing('user-action', /no public zone example\.org.*DNS Zone Contributor/),
    )
  })

  test('takes the zone of the group that it is told', async (t) => {
    const { double, provider } = await open(t, { resourceGroup: 'second' })
    await assert.rejects(provider.add(record), failing('user-action', /404 ParentResourceNotFound/))
    double.zones.push({ group: 'second', name: zone })
    await provider.add(record)
    assert.deepEqual([...double.sets.keys()], ['second/example.org/_acme-challenge.www'])
  })

  test('brings its token nowhere else', async (t) => {
    const { double, provider } = await open(t)
    double.fault = 'elsewhere'
    await assert.rejects(provider.add(record), failing('transient', /goes on elsewhere/))
  })

  const faults = [
    ['throttled', failing('transient', /too often \(429 TooManyRequests\)/, 17)],
    ['denied', failing('user-action', /does not let the secret azure-secret .*dnsZones\/TXT\/read/)],
    ['stubborn', failing('user-action', /412 PreconditionFailed/)],
  ] as const
  for (const [fault, failure] of faults)
    test(`tells: ${fault}`, async (t) => {
      const { double, provider } = await open(t)
      double.fault = fault
      await assert.rejects(provider.add(record), failure)
    })

  test('tells which error of the directory it was', async (t) => {
    const { double, settings } = await open(t)
    const provider = azureDns.connect(toolsFor(double.server, wrong), settings)
    await assert.rejects(
      provider.add(record),
      failing(
        'user-action',
        /Entra ID does not take the credentials \(401 AADSTS7000215\); see the secret azure-secret/,
      ),
    )
  })
})
