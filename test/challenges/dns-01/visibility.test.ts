import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { lookForRecord } from '../../../src/challenges/dns-01/visibility.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import { DnsFailure } from '../../../src/network/dns-client.ts'

const record = { zone: 'example.org', name: '_acme-challenge.example.org', value: 'ours' }

type Sees = readonly string[] | 'silence'

/** @param servers host → address → what it shows. */
function zoneAt(servers: Readonly<Record<string, Readonly<Record<string, Sees>>>>) {
  const asked: string[] = []
  const all = Object.values(servers).flatMap((addresses) => Object.entries(addresses))
  return {
    asked,
    nameServers: async (zone: string) => (zone === record.zone ? Object.keys(servers) : []),
    addresses: async (host: string) => Object.keys(servers[host] ?? {}),
    async txt(name: string, server?: string) {
      assert.equal(name, record.name)
      asked.push(server!)
      const sees = all.find(([address]) => address === server)?.[1] ?? 'silence'
      if (sees === 'silence') throw new DnsFailure('silence')
      return sees
    },
  }
}

const look = (dns: ReturnType<typeof zoneAt>, resolvers: readonly string[] = []) =>
  lookForRecord(dns, record, resolvers)
const visible = { state: 'visible' }
const waiting = (details: string) => ({ state: 'waiting', details })
const shows = ['theirs', 'ours']

describe('a record is visible', () => {
  test('when every address of every server of the zone shows it', async () => {
    const dns = zoneAt({
      'ns1.example.org': { '192.0.2.1': shows, '2001:db8::1': shows },
      'ns2.example.org': { '192.0.2.2': shows },
    })
    assert.deepEqual(await look(dns), visible)
    assert.deepEqual(dns.asked.toSorted(), ['192.0.2.1', '192.0.2.2', '2001:db8::1'])
  })

  test('not while one of many lacks it: no majority is enough', async () => {
    const servers = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`ns${index}.example.org`, { [`192.0.2.${index}`]: shows }]),
    )
    assert.deepEqual(
      await look(zoneAt({ ...servers, 'late.example.org': { '192.0.2.99': ['theirs'] } })),
      waiting(
        '1 of 13 servers is not showing the TXT record of _acme-challenge.example.org yet: late.example.org (192.0.2.99).',
      ),
    )
  })

  test('not while a server that others reach gives no answer', async () => {
    assert.deepEqual(
      await look(
        zoneAt({ 'ns1.example.org': { '192.0.2.1': shows }, 'ns2.example.org': { '192.0.2.2': 'silence' } }),
      ),
      waiting(
        '1 of 2 servers is giving no answer about _acme-challenge.example.org: ns2.example.org (192.0.2.2).',
      ),
    )
  })

  test('and no more than three servers are named in one sentence', async () => {
    const servers = Object.fromEntries(
      [1, 2, 3, 4, 5].map((index) => [`ns${index}.example.org`, { [`192.0.2.${index}`]: [] }]),
    )
    const answer = await look(zoneAt(servers))
    assert.ok(answer.state === 'waiting')
    assert.match(answer.details, /^5 of 5 servers are .*ns3.example.org \(192.0.2.3\) and 2 more\.$/)
  })
})

describe('a family of addresses that does not answer from here', () => {
  test('holds up nobody, if each of its servers was heard by the other', async () => {
    const dns = (second: Sees) =>
      zoneAt({
        'ns1.example.org': { '192.0.2.1': shows, '2001:db8::1': 'silence' },
        'ns2.example.org': { '192.0.2.2': second, '2001:db8::2': 'silence' },
      })
    assert.deepEqual(await look(dns(shows)), visible)
    assert.equal((await look(dns([]))).state, 'waiting')
  })

  test('goes for IPv4 as well, where a machine has none', async () => {
    assert.deepEqual(
      await look(zoneAt({ 'ns1.example.org': { '192.0.2.1': 'silence', '2001:db8::1': shows } })),
      visible,
    )
  })

  test('counts where one of its addresses answers: then the others could', async () => {
    const dns = zoneAt({
      'ns1.example.org': { '192.0.2.1': shows, '2001:db8::1': 'silence' },
      'ns2.example.org': { '192.0.2.2': shows, '2001:db8::2': shows },
    })
    assert.equal((await look(dns)).state, 'waiting')
  })

  test('counts where a server has no other', async () => {
    const dns = zoneAt({
      'ns1.example.org': { '192.0.2.1': shows },
      'ns2.example.org': { '2001:db8::2': 'silence' },
    })
    assert.equal((await look(dns)).state, 'waiting')
  })

  test('counts where nothing answers at all', async () => {
    const dns = zoneAt({ 'ns1.example.org': { '192.0.2.1': 'silence', '2001:db8::1': 'silence' } })
    assert.deepEqual(
      await look(dns),
      waiting(
        '2 of 2 servers are giving no answer about _acme-challenge.example.org: ns1.example.org (192.0.2.1), ns1.example.org (2001:db8::1).',
      ),
    )
  })
})

describe('whom to ask', () => {
  test('are the resolvers that are named, and nobody else', async () => {
    const dns = zoneAt({ 'ns1.example.org': { '192.0.2.1': shows }, x: { '192.0.2.53:5353': [] } })
    assert.deepEqual(
      await look(dns, ['192.0.2.53:5353']),
      waiting(
        '1 of 1 servers is not showing the TXT record of _acme-challenge.example.org yet: 192.0.2.53:5353.',
      ),
    )
    assert.deepEqual(dns.asked, ['192.0.2.53:5353'])
  })

  test('a server without any address holds up nobody, and a zone without any server does', async () => {
    assert.deepEqual(
      await look(zoneAt({ 'ns1.example.org': { '192.0.2.1': shows }, 'lame.example.org': {} })),
      visible,
    )
    await assert.rejects(
      look(zoneAt({ 'lame.example.org': {} })),
      isUserAction(/names no server of the zone/),
    )
  })

  test('more addresses than any zone has are not asked', async () => {
    const addresses = Object.fromEntries(
      Array.from({ length: 129 }, (_, index) => [`192.0.2.${index}`, shows]),
    )
    const dns = zoneAt({ 'ns1.example.org': addresses })
    await assert.rejects(look(dns), isUserAction(/more than 128 addresses/))
    assert.deepEqual(dns.asked, [])
  })

  test('what cannot be found out is told as a failure of the DNS', async () => {
    const failing = async () => Promise.reject(new DnsFailure('The NS records could not be read.'))
    await assert.rejects(look({ ...zoneAt({}), nameServers: failing }), DnsFailure)
  })
})

function isUserAction(message: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof IssuerFailure)
    assert.match(error.message, message)
    return error.failure === 'user-action'
  }
}
