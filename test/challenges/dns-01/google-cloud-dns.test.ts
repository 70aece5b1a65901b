import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { googleCloudDns } from '../../../src/challenges/dns-01/providers/google-cloud-dns.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { settableClock } from '../../doubles/clock.ts'
import { googleDouble } from '../../doubles/dns-google.ts'
import { failing, name, record, toolsFor, zone } from './cloud-house.ts'

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const [ours, other] = [pair(), pair()]
const pem = ({ privateKey }: ReturnType<typeof pair>) =>
  privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
const email = 'certkeep@project-1234.iam.gserviceaccount.com'
const project = 'project-1234'
const good = { secret: 'google-key' }

async function open(t: TestContext, change: object = {}) {
  const clock = settableClock()
  const double = await googleDouble(t, { email, publicKey: ours.publicKey, project, now: clock.now })
  const keyFile = {
    type: 'service_account',
    project_id: project,
    private_key_id: '0123456789abcdef',
    private_key: pem(ours),
    client_email: email,
    token_uri: `${double.server.url}/token`,
  }
  const settings = { ...good, endpoint: double.server.url, ...change }
  const toolsWith = (stored: object) =>
    toolsFor(double.server, JSON.stringify({ ...keyFile, ...stored }), { clock })
  const provider = googleCloudDns.connect(toolsWith({}), settings)
  return { double, settings, toolsWith, provider }
}

dnsProviderConformance('google-cloud-dns', async (t) => {
  const { double, settings, toolsWith } = await open(t)
  return {
    kind: googleCloudDns,
    settings,
    tools: toolsWith({}),
    wrongTools: toolsWith({ private_key: pem(other) }),
    zone,
    name,
    valuesAt: async (at) =>
      double.sets
        .filter((set) => set.name === `${at}.`)
        .flatMap(({ rrdatas }) => rrdatas.map((data) => data.slice(1, -1))),
    plant: async (at, value) =>
      void double.sets.push({ name: `${at}.`, type: 'TXT', ttl: 300, rrdatas: [`"${value}"`] }),
    misbehave(how) {
      double.server.mood = how
    },
    secrets: [pem(ours).split('\n')[3]!, pem(other).split('\n')[3]!],
    badSettings: {
      secret: { secret: 'no name of a secret' },
      project: { ...good, project: 'a/b' },
      managedZone: { ...good, managedZone: 'example.org' },
      endpoint: { endpoint: 'https://dns.example.org' },
    },
  }
})

describe('google-cloud-dns', () => {
  test('keeps what others wrote, with its time to live', async (t) => {
    const { double, provider } = await open(t)
    const theirs = {
      name: `${name}.`,
      type: 'TXT',
      ttl: 1234,
      rrdatas: ['"a b" "c"', '"say \\"hello\\""', 'bare'],
    }
    double.sets.push(theirs)
    await provider.add(record)
    assert.deepEqual(double.sets, [{ ...theirs, rrdatas: [...theirs.rrdatas, `"${record.value}"`] }])
    await provider.remove(record, undefined)
    assert.deepEqual(double.sets, [theirs])
  })

  test('knows its value without quotes too', async (t) => {
    const { double, provider } = await open(t)
    double.sets.push({ name: `${name}.`, type: 'TXT', ttl: 60, rrdatas: [record.value] })
    await provider.add(record)
    assert.equal(double.sets[0]?.rrdatas.length, 1)
    await provider.remove(record, undefined)
    assert.deepEqual(double.sets, [])
  })

  test('waits until all servers have it', async (t) => {
    const { double, provider } = await open(t)
    double.pendingAnswers = 1
    const place = await provider.add(record)
    assert.equal(place, 'example-org/1')
    assert.deepEqual(
      [await provider.isEverywhere?.(place), await provider.isEverywhere?.(place)],
      [false, true],
    )
    assert.equal(await provider.isEverywhere?.('example-org/99'), true)
    assert.equal(await provider.isEverywhere?.('../../x'), true)
  })

  test('passes by private zones, and asks which of two', async (t) => {
    const { double, provider } = await open(t)
    await provider.add(record)
    double.zones.push({ name: 'second', dnsName: 'example.org.' })
    await assert.rejects(
      provider.add(record),
      failing('user-action', /more than one public zone .* managedZone/),
    )
    double.zones.splice(1)
    await assert.rejects(
      provider.add(record),
      failing('user-action', /no public zone example\.org.*DNS Administrator/),
    )
  })

  test('takes the managed zone and the project that it is told', async (t) => {
    const { double, provider } = await open(t, { managedZone: 'second', project })
    await assert.rejects(provider.add(record), failing('user-action', /404 notFound/))
    double.zones.push({ name: 'second', dnsName: 'example.org.' })
    await provider.add(record)
    assert.equal(double.sets.length, 1)
    const elsewhere = await open(t, { project: 'another-project' })
    await assert.rejects(elsewhere.provider.add(record), failing('user-action', /404/))
  })

  test('leaves records with a routing policy to people', async (t) => {
    const { double, provider } = await open(t)
    double.sets.push({ name: `${name}.`, type: 'TXT', ttl: 60, rrdatas: [], routingPolicy: { wrr: {} } })
    await assert.rejects(provider.add(record), failing('user-action', /routing policy/))
  })

  const faults = [
    ['throttled', failing('transient', /too often \(403 rateLimitExceeded\)/)],
    ['denied', failing('user-action', /does not let the secret google-key .*dns\.changes\.create/)],
    ['switched off', failing('user-action', /accessNotConfigured.*API has to be switched on/)],
    ['stubborn', failing('user-action', /412 conditionNotMet/)],
  ] as const
  for (const [fault, failure] of faults)
    test(`tells: ${fault}`, async (t) => {
      const { double, provider } = await open(t)
      double.fault = fault
      await assert.rejects(provider.add(record), failure)
    })

  const broken = [
    [
      'a key that is none',
      { private_key: '-----BEGIN PRIVATE KEY-----\nbm9uZQ==\n-----END PRIVATE KEY-----\n' },
    ],
    [
      'a key of another kind',
      {
        private_key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          format: 'pem',
          type: 'pkcs8',
        }),
      },
    ],
    ['another kind of account', { type: 'authorized_user' }],
    ['a token service in plain HTTP', { token_uri: 'http://oauth2.googleapis.com/token' }],
    ['no project', { project_id: undefined }],
  ] as const
  for (const [what, stored] of broken)
    test(`says what the secret has to hold: ${what}`, async (t) => {
      const { settings, toolsWith } = await open(t)
      await assert.rejects(
        googleCloudDns.connect(toolsWith(stored), settings).add(record),
        failing(
          'user-action',
          /The secret google-key is not what is needed; store the key of a service account/,
        ),
      )
    })
})
