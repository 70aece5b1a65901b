/** A challenge from being shown to being taken away, at a cloud that takes its time, by settings that are gone at the end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dnsSolverKind } from '../../../src/challenges/dns-01/dns-solver-kind.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { dnsRecordValue } from '../../../src/issuers/acme/protocol/key-authorization.ts'
import type { DnsClient } from '../../../src/network/dns-client.ts'
import { route53Double } from '../../doubles/dns-route53.ts'
import { toolsFor, zone } from './cloud-house.ts'
import { emptyDns } from './house.ts'

const key = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const challenge = {
  type: 'dns-01',
  identifier: { type: 'dns', value: `www.${zone}` },
  token: 'token',
  keyAuthorization: 'token.thumbprint',
  account: 'https://ca.example/account/1',
} as const
const name = `_acme-challenge.www.${zone}.`

test('the CA is told when all servers of the cloud have the record', async (t) => {
  const double = await route53Double(t, { key })
  const quotes = /^"|"$/g
  const dns: DnsClient = {
    ...emptyDns,
    isZoneApex: async (candidate) => candidate === zone,
    nameServers: async () => ['ns-1.awsdns-00.example'],
    addresses: async () => ['192.0.2.1'],
    txt: async (asked) =>
      double.sets.get(`${asked}.`)?.values.map((value) => value.replace(quotes, '')) ?? [],
  }
  const secretOf = async (vault: string, secret: string) => {
    assert.deepEqual([vault, secret], ['production', 'aws-key'])
    return new Secret(JSON.stringify(key))
  }
  const kind = dnsSolverKind('dns-01', { ...toolsFor(double.server, ''), dns, secretOf })
  const settings = { provider: 'route53', secret: 'aws-key', endpoint: double.server.url }
  kind.checkSettings(settings)
  double.pendingAnswers = 2

  const place = await kind.connect(settings, 'production').present(challenge)
  assert.deepEqual(double.sets.get(name)?.values, [`"${dnsRecordValue(challenge.keyAuthorization)}"`])
  // The process may have been another one.
  const later = kind.connectTo!(place!, 'production')!
  const seen = []
  for (let count = 0; count < 3; count++) seen.push((await later.look(challenge, place)).state)
  assert.deepEqual(seen, ['waiting', 'waiting', 'visible'])
  double.sets.set('_acme-challenge.other.example.org.', { ttl: 60, values: ['"stays"'] })
  await later.cleanUp(challenge, place)
  assert.deepEqual([...double.sets.keys()], ['_acme-challenge.other.example.org.'])
})
