import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { dnsSolverKind } from '../../../src/challenges/dns-01/dns-solver-kind.ts'
import { findZone, followAliases, recordName } from '../../../src/challenges/dns-01/record-name.ts'
import { VaultError } from '../../../src/domain/errors.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { type DnsClient, DnsFailure } from '../../../src/network/dns-client.ts'
import { settableClock } from '../../doubles/clock.ts'
import { updateServer } from '../../doubles/update-server.ts'
import { challengeOf, keyAuthorization } from '../sample.ts'
import { emptyDns, providerTools } from './house.ts'

const challenge = challengeOf({ type: 'dns-01' })
/** For the key authorization of the sample (RFC 8555 8.4). */
const value = 'ZTRx1Ckl1-tM05o5zaizTTA0yUy5AGereMgSNWC6Ll8'
const secret = randomBytes(32)

/** A zone at a server that takes updates, seen by a DNS that shows what it has. */
async function house(t: TestContext, type: 'dns-01' | 'dns-account-01' = 'dns-01') {
  const clock = settableClock()
  const key = { name: 'key', algorithm: 'hmac-sha256', secret }
  const server = await updateServer(t, { key, zone: 'example.org', now: () => clock.now() })
  const aliases = new Map<string, string>()
  const zones = ['example.org', 'org']
  const secretsRead: string[] = []
  const dns: DnsClient = {
    ...emptyDns,
    cname: async (name) => aliases.get(name),
    isZoneApex: async (name) => zones.includes(name),
    nameServers: async () => ['ns1.example.org'],
    addresses: async () => ['192.0.2.1'],
    txt: async (name) => server.records.get(name) ?? [],
  }
  const kind = dnsSolverKind(type, {
    ...providerTools('', { clock, dns }),
    async secretOf(vault, name) {
      secretsRead.push(`${vault}/${name}`)
      return new Secret(secret.toString('base64'))
    },
  })
  const settings = {
    provider: 'rfc2136',
    server: `127.0.0.1:${server.port}`,
    keyName: 'key',
    secret: 'dns-key',
  }
  return { kind, settings, server, aliases, zones, clock, secretsRead, dns }
}

describe('proving control by a record', () => {
  test('shows it beside others, sees it, and takes it away alone', async (t) => {
    const { kind, settings, server, secretsRead } = await house(t)
    const name = '_acme-challenge.www.example.org'
    server.records.set(name, ['theirs'])
    const solver = kind.connect(settings, 'production')
    const waiting = await solver.look(challenge, undefined)
    assert.ok(waiting.state === 'waiting')
    assert.match(waiting.details, /ns1.example.org \(192.0.2.1\)/)
    const place = await solver.present(challenge)
    assert.deepEqual(server.records.get(name), ['theirs', value])
    assert.deepEqual(await solver.look(challenge, place), { state: 'visible' })
    await solver.cleanUp(challenge, place)
    assert.deepEqual(server.records.get(name), ['theirs'])
    assert.deepEqual([...new Set(secretsRead)], ['production/dns-key'])
  })

  test('names the record after the account for dns-account-01', async (t) => {
    const { kind, settings, server } = await house(t, 'dns-account-01')
    const account = 'https://example.com/acme/acct/ExampleAccount'
    await kind.connect(settings, 'v').present({ ...challenge, type: 'dns-account-01', account })
    assert.deepEqual([...server.records.keys()], ['_ujmmovf2vn55tgye._acme-challenge.www.example.org'])
  })

  test('writes where aliases lead, and takes away there when they lead elsewhere since', async (t) => {
    const { kind, settings, server, aliases, zones } = await house(t)
    aliases.set('_acme-challenge.www.example.org', 'Hop.Example.Net.').set('hop.example.net', 'p.example.org')
    const solver = kind.connect(settings, 'v')
    const place = await solver.present(challenge)
    assert.deepEqual(server.records.get('p.example.org'), [value])
    aliases.clear()
    zones.splice(0)
    const moved = await solver.look(challenge, place)
    assert.ok(moved.state === 'waiting')
    assert.match(
      moved.details,
      /was written to p.example.org, but by now _acme-challenge.www.example.org leads to/,
    )
    await solver.cleanUp(challenge, place)
    assert.deepEqual(server.records.get('p.example.org'), [])
  })

  test('takes away by the settings of then, when there are none any more', async (t) => {
    const { kind, settings, server } = await house(t)
    const place = await kind.connect(settings, 'v').present(challenge)
    assert.ok(!place!.includes(secret.toString('base64')))
    await kind.connectTo!(place!, 'v')!.cleanUp(challenge, place)
    assert.deepEqual(server.records.get('_acme-challenge.www.example.org'), [])
    for (const strange of ['', '{}', 'null', '[]', '{"zone":1}'])
      assert.equal(kind.connectTo!(strange, 'v'), undefined, strange)
  })

  test('takes away what was shown by who died before the place was on record', async (t) => {
    const { kind, settings, server } = await house(t)
    await kind.connect(settings, 'v').present(challenge)
    await kind.connect(settings, 'v').cleanUp(challenge, undefined)
    assert.deepEqual(server.records.get('_acme-challenge.www.example.org'), [])
  })

  test('writes to the zone that is named', async (t) => {
    const { kind, settings, server, zones } = await house(t)
    zones.splice(0)
    await assert.rejects(kind.connect(settings, 'v').present(challenge), /knows no zone that .* lies in/)
    await kind.connect({ ...settings, zone: 'Example.org.' }, 'v').present(challenge)
    assert.deepEqual(server.records.get('_acme-challenge.www.example.org'), [value])
    await assert.rejects(
      kind.connect({ ...settings, zone: 'ample.org' }, 'v').present(challenge),
      /does not lie in the zone ample.org/,
    )
  })

  test('keeps the CA waiting as long as is asked for', async (t) => {
    const { kind, settings, clock } = await house(t)
    const solver = kind.connect({ ...settings, waitSeconds: 90 }, 'v')
    const place = await solver.present(challenge)
    clock.move(30)
    const early = await solver.look(challenge, place)
    assert.ok(early.state === 'waiting')
    assert.match(early.details, /in 60 seconds/)
    clock.move(60)
    assert.deepEqual(await solver.look(challenge, place), { state: 'visible' })
  })

  test('tells what the DNS does not tell as a passing failure', async (t) => {
    const { kind, settings, dns } = await house(t)
    dns.cname = () => Promise.reject(new DnsFailure('The CNAME records could not be read.'))
    const solver = kind.connect(settings, 'v')
    for (const work of [
      solver.present(challenge),
      solver.look(challenge, undefined),
      solver.cleanUp(challenge, undefined),
    ])
      await assert.rejects(work, (error) => error instanceof IssuerFailure && error.failure === 'transient')
  })

  test('proves names and wildcards, and no addresses', async (t) => {
    const { kind } = await house(t)
    assert.equal(kind.proves({ type: 'dns', value: 'example.org' }, true), true)
    assert.equal(kind.proves({ type: 'ip', value: '192.0.2.1' }, false), false)
    assert.equal(kind.ready, false)
  })

  test('refuses settings that are wrong, and names the member', async (t) => {
    const { kind, settings } = await house(t)
    kind.checkSettings({
      ...settings,
      resolvers: ['192.0.2.53', '192.0.2.53:5353', '2001:db8::53', '[2001:db8::53]:53'],
    })
    for (const [member, wrong] of Object.entries({
      provider: { provider: 'none' },
      zone: { zone: 'a zone' },
      resolvers: { resolvers: ['dns.example.org'] },
      'resolvers:': { resolvers: ['192.0.2.53:0'] },
      waitSeconds: { waitSeconds: 3001 },
      server: { server: '' },
      unheardOf: { unheardOf: 1 },
    }))
      assert.throws(
        () => kind.checkSettings({ ...settings, ...wrong }),
        (error) => error instanceof VaultError && error.message.startsWith(member),
        member,
      )
  })
})

describe('the name of the record', () => {
  test('is that at which the CA looks', () => {
    const identifier = { type: 'dns', value: 'example.org' } as const
    assert.equal(recordName({ type: 'dns-01', identifier, account: 'x' }), '_acme-challenge.example.org')
    assert.ok(keyAuthorization.length > 0)
  })

  const chain = (links: Readonly<Record<string, string>>) => ({ cname: async (name: string) => links[name] })

  test('is followed over fifty aliases and no more', async () => {
    const links = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, `n${index + 1}`]))
    assert.equal(await followAliases(chain(links(50)), 'n0'), 'n50')
    await assert.rejects(followAliases(chain(links(51)), 'n0'), /more than 50 aliases/)
  })

  test('that leads back to itself is told', async () => {
    for (const links of [{ a: 'a' }, { a: 'b', b: 'a' }, { a: 'b', b: 'c', c: 'B.' }])
      await assert.rejects(followAliases(chain(links), 'a'), (error) => {
        assert.ok(error instanceof IssuerFailure && error.failure === 'user-action')
        return /leads back to itself/.test(error.message)
      })
  })

  test('lies in the closest zone', async () => {
    const zones = ['example.org', '_acme-challenge.www.example.org', 'org']
    const dns = { isZoneApex: async (name: string) => zones.includes(name) }
    assert.equal(await findZone(dns, '_acme-challenge.www.example.org'), '_acme-challenge.www.example.org')
    assert.equal(await findZone(dns, '_acme-challenge.example.org'), 'example.org')
    assert.equal(await findZone(dns, '_acme-challenge.other.org'), 'org')
  })
})
