/**
 * Our updates of the DNS before BIND: its server takes or refuses them, `dig` sees what became of them, and `nsupdate` changes the same
 * names beside us.
 */
import assert from 'node:assert/strict'
import type { DnsProviderTools, TxtRecord } from '../../src/challenges/dns-01/dns-provider.ts'
import { dnsSolverKind } from '../../src/challenges/dns-01/dns-solver-kind.ts'
import { rfc2136 } from '../../src/challenges/dns-01/providers/rfc2136.ts'
import { wallClock } from '../../src/compose/machine.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import { openDnsClient } from '../../src/network/node-dns-client.ts'
import { providerTools } from '../../test/challenges/dns-01/house.ts'
import { challengeOf } from '../../test/challenges/sample.ts'
import { step } from '../pebble/steps.ts'
import { type Key, startBind, zone } from './bind.ts'

const bind = await startBind()
const name = `www.challenges.${zone}`
const record: TxtRecord = { zone, name, value: 'ours' }
const [first] = bind.keys as [Key]

function settingsFor({ name: keyName, algorithm }: Key, change: object = {}) {
  return { server: `127.0.0.1:${bind.port}`, keyName, algorithm, secret: 'key', ...change }
}

function providerFor(key: Key, tools: Partial<DnsProviderTools> = {}, change: object = {}) {
  return rfc2136.connect(providerTools(key.secret, { clock: wallClock, ...tools }), settingsFor(key, change))
}

async function refused(work: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(error instanceof IssuerFailure && error.failure === 'user-action', String(error))
    assert.match(error.message, message)
    for (const { secret } of bind.keys) assert.ok(!error.message.includes(secret))
    return true
  })
  assert.deepEqual(bind.dig(name), [])
}

for (const key of bind.keys)
  await step(`${key.algorithm}: one value comes and goes beside those of nsupdate`, async () => {
    const provider = providerFor(key)
    assert.ok(bind.nsupdate(key, `update add ${name} 60 TXT theirs`))
    await provider.add(record)
    await provider.add(record)
    for (const transport of ['+notcp', '+tcp'])
      assert.deepEqual(bind.dig(name, transport), ['ours', 'theirs'])
    await provider.remove(record, undefined)
    await provider.remove(record, undefined)
    assert.deepEqual(bind.dig(name), ['theirs'])
    await provider.add(record)
    assert.ok(bind.nsupdate(key, `update delete ${name} TXT ours`))
    assert.deepEqual(bind.dig(name), ['theirs'])
    assert.ok(bind.nsupdate(key, `update delete ${name} TXT`))
  })

await step('what is too long for a datagram goes over TCP', async () => {
  const long = {
    ...record,
    name: `${'a'.repeat(60)}.${'b'.repeat(60)}.challenges.${zone}`,
    value: 'v'.repeat(255),
  }
  await providerFor(first).add(long)
  assert.deepEqual(bind.dig(long.name), [long.value])
  await providerFor(first).remove(long, undefined)
})

await step('fifty values that come and go at once do not disturb each other', async () => {
  const provider = providerFor(first)
  const records = Array.from({ length: 50 }, (_, index) => ({ ...record, value: `value-${index}` }))
  await Promise.all(records.map((one) => provider.add(one)))
  assert.equal(bind.dig(name, '+tcp').length, 50)
  await Promise.all(records.map((one) => provider.remove(one, undefined)))
  assert.deepEqual(bind.dig(name), [])
})

await step('what BIND refuses is told by its cause, and nothing changes', async () => {
  const wrong = { ...first, secret: Buffer.alloc(64, 1).toString('base64') }
  await refused(providerFor(wrong).add(record), /\(BADSIG\)/)
  await refused(
    providerFor({ ...first, name: 'nobody' }).add(record),
    /does not know the key nobody .* \(BADKEY\)/,
  )
  const late = { clock: { now: () => seconds(wallClock.now() - 3600) } }
  await refused(providerFor(first, late).add(record), /are 3(?:599|600|601) seconds apart \(BADTIME\)/)
  await refused(providerFor(first).add({ ...record, name: `www.${zone}` }), /\(REFUSED\)/)
  await refused(providerFor(first).add({ ...record, zone: 'example.net' }), /\(NOTAUTH\)/)
  await refused(providerFor(first).add({ ...record, name: 'www.example.com' }), /\(NOTZONE\)/)
})

await step(
  'a proof is written where its alias leads, seen at the server of the zone, and taken away',
  async () => {
    // BIND knows all that is asked; its port is not the one of the DNS.
    const asked = openDnsClient({ servers: [`127.0.0.1:${bind.port}`], seconds: 1 })
    const dns = { ...asked, addresses: async () => [`127.0.0.1:${bind.port}`] }
    const kind = dnsSolverKind('dns-01', {
      ...providerTools('', { clock: wallClock, dns }),
      secretOf: async () => new Secret(first.secret),
    })
    const settings = { provider: 'rfc2136', ...settingsFor(first) }
    const challenge = challengeOf({ type: 'dns-01' })
    const solver = kind.connect(settings, 'default')
    const before = await solver.look(challenge, undefined)
    assert.ok(before.state === 'waiting' && before.details.includes('ns1.example.org'))
    const place = await solver.present(challenge)
    assert.equal(bind.dig(`_acme-challenge.www.${zone}`).length, 1)
    assert.deepEqual(await solver.look(challenge, place), { state: 'visible' })
    await kind.connectTo!(place!, 'default')!.cleanUp(challenge, place)
    assert.deepEqual(bind.dig(name), [])
  },
)

await bind.stop()
