/** Every issuer that is built in, and the doubles that stand for outside ones, are held to the contract. */
import { issuerConformance } from '../conformance/issuer.ts'
import { billingCa } from '../doubles/billing-ca.ts'
import { settableClock } from '../doubles/clock.ts'
import { scriptedIssuer } from '../doubles/issuer.ts'
import { openTestVault } from '../doubles/vault.ts'
import { settings as acmeSettings, openAcmeHouse } from './acme/house.ts'

const { parts, vault, officer } = await openTestVault()
const { issuers } = parts
const now = settableClock().now()
const account = { vault: 'default', name: 'account', settings: {} }

issuerConformance('Self', () => ({ issuer: issuers.builtIn('Self')!, ends: 'certificate', now }))
issuerConformance('Unknown', () => ({ issuer: issuers.builtIn('Unknown')!, ends: 'person', now }))
issuerConformance('Test', () => ({
  issuer: issuers.provider('Test')!.connect(account),
  ends: 'certificate',
  now,
}))
await vault.createAuthority(officer, 'root', { kind: 'root', subject: 'CN=Root' })
issuerConformance('PrivateCA', () => ({
  issuer: issuers.provider('PrivateCA')!.connect({ ...account, settings: { authority: 'root' } }),
  ends: 'certificate',
  now,
  ordersOf: async (orderKey) => {
    const place = { vault: 'default', name: 'root' }
    return (await parts.storage.read((reader) => reader.authorities.findOrdered(place, orderKey))) ? 1 : 0
  },
}))
for (const provider of ['DigiCert', 'GlobalSign'])
  issuerConformance(provider, () => ({
    issuer: issuers.provider(provider)!.connect(account),
    ends: 'nothing',
    now,
  }))

issuerConformance('the scripted double', () => {
  const issuer = scriptedIssuer()
  return { issuer, ends: 'certificate', now }
})

for (const first of ['issued', 'pending'] as const)
  issuerConformance(`a CA that bills each order, ${first} at first`, () => {
    const issuer = billingCa()
    issuer.does({ order: Array(9).fill(first) })
    return {
      issuer,
      ends: 'certificate',
      now,
      ordersOf: (orderKey) => issuer.book.filter((entry) => entry.orderKey === orderKey).length,
      loseNextAnswer: () => issuer.loseNextAnswer(),
    }
  })

issuerConformance('ACME', async () => {
  const house = await openAcmeHouse()
  return {
    issuer: house.provider.connect({ vault: 'default', name: 'public', settings: acmeSettings }),
    ends: 'certificate',
    now: house.clock.now(),
    loseNextAnswer: () => house.ca.loseNext('new-order'),
    close: () => house.close(),
  }
})
