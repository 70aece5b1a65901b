import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { acmeDns as kind } from '../../../src/challenges/dns-01/providers/acme-dns.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { acmeDns } from '../../doubles/acme-dns.ts'
import { emptyDns, providerTools } from './house.ts'

async function open(t: TestContext) {
  const server = await acmeDns(t)
  const { fulldomain } = server.account
  const settings = {
    url: server.url,
    accounts: [
      { fulldomain: 'other.auth.example.org', secret: 'other' },
      { fulldomain: `${fulldomain}.`, secret: 'acme-dns' },
    ],
    trustRoots: [server.trustRoot],
  }
  const dns = { ...emptyDns, txt: async (name: string) => (name === fulldomain ? server.values : []) }
  const secret = JSON.stringify(server.account)
  return { server, settings, dns, secret, tools: providerTools(secret, { dns }) }
}

dnsProviderConformance('acme-dns', async (t) => {
  const { server, settings, dns, tools } = await open(t)
  const { account, url } = server
  const wrong = 'wrong-password-of-acme-dns'
  const good = { url, accounts: [{ fulldomain: 'a.auth.example.org', secret: 'a' }] }
  return {
    kind,
    settings,
    tools,
    wrongTools: providerTools(JSON.stringify({ ...account, password: wrong }), { dns }),
    zone: 'auth.example.org',
    name: account.fulldomain,
    valuesAt: async (name) => (name === account.fulldomain ? [...server.values] : []),
    misbehave(how) {
      server.mood = how
    },
    keepsAll: true,
    valuesMax: 2,
    secrets: [account.password, wrong],
    badSettings: {
      url: { ...good, url: 'http://auth.example.org' },
      accounts: { ...good, accounts: [] },
      'accounts.0': { ...good, accounts: ['a.auth.example.org'] },
      'accounts.0.fulldomain': { ...good, accounts: [{ secret: 'a' }] },
      'accounts.0.secret': { ...good, accounts: [{ fulldomain: 'a.auth.example.org', secret: '{}' }] },
      'accounts.0.password': { ...good, accounts: [{ fulldomain: 'a.example', secret: 'a', password: 'p' }] },
      trustRoots: { ...good, trustRoots: ['no certificate'] },
    },
  }
})

describe('acme-dns', () => {
  const value = 'v'.repeat(43)

  test('says which alias is missing', async (t) => {
    const { settings, tools } = await open(t)
    const name = '_acme-challenge.www.example.org'
    await assert.rejects(
      kind.connect(tools, settings).add({ zone: 'example.org', name, value }),
      /make it an alias of one: _acme-challenge.www.example.org. CNAME other.auth.example.org.$/,
    )
  })

  test('takes the first label of the name where the secret does not say the subdomain', async (t) => {
    const { server, settings, dns } = await open(t)
    const { username, password, fulldomain } = server.account
    const tools = providerTools(JSON.stringify({ username, password }), { dns })
    await kind.connect(tools, settings).add({ zone: 'auth.example.org', name: fulldomain, value })
    assert.deepEqual(server.values, [value])
  })

  test('never sends what would end a header', async (t) => {
    const { server, settings, dns } = await open(t)
    const { username, fulldomain } = server.account
    const tools = providerTools(JSON.stringify({ username, password: 'p\r\nx-api-key: q' }), { dns })
    await assert.rejects(
      kind.connect(tools, settings).add({ zone: 'auth.example.org', name: fulldomain, value }),
      /The secret acme-dns is no account of acme-dns/,
    )
  })
})
