import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DnsFailure } from '../../src/network/dns-client.ts'
import { openDnsClient } from '../../src/network/node-dns-client.ts'
import { address, caa, characterString, dnsServer, encodeName, soa } from '../doubles/dns-server.ts'

const name = '_acme-challenge.example.org'

describe('asking the DNS', () => {
  test('reads the records of a name, with the strings of each joined', async (t) => {
    const server = await dnsServer(t)
    const long = Buffer.concat([characterString('a'.repeat(255)), characterString('b')])
    server.zone
      .set(`TXT ${name}`, [characterString('one'), long])
      .set('CAA example.org', [caa(1, 'Issue', 'ca.example; accounturi=x'), caa(128, 'future', 'x')])
      .set('NS example.org', [encodeName('ns1.example.net'), encodeName('ns2.example.net')])
      .set('SOA example.org', [soa()])
      .set('A ns1.example.net', [address('192.0.2.1')])
      .set('AAAA ns1.example.net', [Buffer.from('20010db8000000000000000000000001', 'hex')])
      .set('CNAME alias.example.org', [encodeName('example.org')])
    const dns = openDnsClient({ servers: [server.address], seconds: 1 })

    assert.deepEqual((await dns.txt(name)).toSorted(), [`${'a'.repeat(255)}b`, 'one'])
    assert.deepEqual(await dns.caa('example.org'), [
      { critical: false, tag: 'issue', value: 'ca.example; accounturi=x' },
      { critical: true, tag: 'future', value: 'x' },
    ])
    assert.deepEqual((await dns.nameServers('example.org')).toSorted(), [
      'ns1.example.net',
      'ns2.example.net',
    ])
    assert.deepEqual((await dns.addresses('ns1.example.net')).toSorted(), ['192.0.2.1', '2001:db8::1'])
    assert.deepEqual(await dns.addresses('::1'), ['::1'])
    assert.equal(await dns.cname('alias.example.org'), 'example.org')
    assert.equal(await dns.isZoneApex('example.org'), true)
    assert.equal(await dns.isZoneApex('alias.example.org'), false)
    assert.equal(await dns.isZoneApex('ns1.example.net'), false)
  })

  test('finds nothing under a name that does not exist', async (t) => {
    const server = await dnsServer(t)
    const dns = openDnsClient({ servers: [server.address], seconds: 1 })
    assert.deepEqual(await dns.txt(name), [])
    assert.equal(await dns.cname(name), undefined)
    assert.deepEqual(await dns.caa(name), [])
    assert.deepEqual(await dns.addresses(name), [])
    assert.equal(await dns.isZoneApex(name), false)
  })

  test('asks again each time: what was seen before is not remembered', async (t) => {
    const server = await dnsServer(t)
    const dns = openDnsClient({ servers: [server.address], seconds: 1 })
    server.zone.set(`TXT ${name}`, [characterString('old')])
    assert.deepEqual(await dns.txt(name), ['old'])
    server.zone.set(`TXT ${name}`, [characterString('new')])
    assert.deepEqual(await dns.txt(name), ['new'])
  })

  test('asks the server that is named', async (t) => {
    const [usual, other] = [await dnsServer(t), await dnsServer(t)]
    other.zone.set(`TXT ${name}`, [characterString('there')])
    const dns = openDnsClient({ servers: [usual.address], seconds: 1 })
    assert.deepEqual(await dns.txt(name, other.address), ['there'])
    assert.deepEqual([usual.asked, other.asked], [[], [`TXT ${name}`]])
  })

  for (const [misbehave, reason] of [
    [2, 'the DNS server failed (SERVFAIL)'],
    [5, 'the DNS server refused to answer'],
    ['silence', 'no DNS server answered in time'],
  ] as const)
    test(`says what cannot be found out: ${reason}`, async (t) => {
      const server = await dnsServer(t)
      server.misbehave = misbehave
      const dns = openDnsClient({ servers: [server.address], seconds: 0.2 })
      await assert.rejects(dns.txt(name), (error) => {
        assert.ok(error instanceof DnsFailure)
        assert.equal(error.message, `The TXT records of ${name} could not be read: ${reason}.`)
        return true
      })
    })

  test('refuses a server that is no address', () => {
    assert.throws(() => openDnsClient({ servers: ['ns.example.org'] }), DnsFailure)
  })
})
