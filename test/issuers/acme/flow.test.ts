/** A policy that names an ACME issuer gets its certificate, and whatever the CA says on the way is told in words. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../../../src/domain/time.ts'
import { renewalIdentifier } from '../../../src/issuers/acme/protocol/renewal-information.ts'
import { acmeCa } from '../../cas/acme.ts'
import { openAcmeHouse, settings } from './house.ts'

type House = Awaited<ReturnType<typeof openAcmeHouse>>

const policy = (dnsNames: readonly string[], ipAddresses: readonly string[] = []) => ({
  key: { keyType: 'EC' as const },
  x509: { subject: '', sans: { dnsNames, ipAddresses }, validityMonths: 3 },
  issuer: { name: 'public' },
})

const create = (house: House, name = 'web', names = ['www.example.com'], addresses: string[] = []) =>
  house.vault.createCertificate(house.officer, name, { policy: policy(names, addresses) })

/** Takes steps until the operation ends or only time can help. */
async function settle(house: House, name = 'web', steps = 30) {
  for (let count = 0; count < steps; count++) {
    const { status } = await operation(house, name)
    if (status !== 'inProgress') break
    house.clock.move(4)
    await house.recover()
  }
  return operation(house, name)
}

const currentVersion = async (house: House) =>
  (await house.parts.storage.read((reader) => reader.certificates.findVersion('default', 'web')))!

const operation = async (house: House, name = 'web') =>
  (await house.parts.storage.read((reader) => reader.operations.find('default', name)))!

test('a certificate over http-01: one order, one account, nothing left behind', async () => {
  const house = await openAcmeHouse()
  await create(house)
  const { status, error } = await settle(house)
  assert.deepEqual([status, error], ['completed', undefined])
  assert.equal(house.ca.orders.length, 1)
  assert.equal(house.ca.accounts.size, 1)
  assert.equal(house.shown.places.size, 0)
  const { requestId } = await operation(house)
  assert.deepEqual(await house.register.challengesOf('default', requestId), [])
  const { chain, issuer } = await currentVersion(house)
  assert.deepEqual([chain.length, issuer], [1, 'public'])
})

test('names, wildcards and addresses are proved each in its way', async () => {
  const house = await openAcmeHouse()
  const seen: string[] = []
  house.shown.present = ({ type, identifier }) => seen.push(`${type} ${identifier.value}`)
  await create(house, 'web', ['example.com', '*.example.com'], ['192.0.2.1'])
  assert.equal((await settle(house)).status, 'completed')
  assert.deepEqual([...new Set(seen)].sort(), [
    'dns-01 example.com',
    'http-01 192.0.2.1',
    'http-01 example.com',
  ])
})

test('a second certificate uses the same account', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  await create(house, 'other', ['other.example.com'])
  assert.equal((await settle(house, 'other')).status, 'completed')
  assert.deepEqual([house.ca.accounts.size, house.ca.orders.length], [1, 2])
})

test('what is not visible yet is waited for, and said', async () => {
  const house = await openAcmeHouse()
  let looks = 0
  house.shown.look = () =>
    ++looks < 3 ? { state: 'waiting', details: 'The server ns1 does not show it.' } : { state: 'visible' }
  await create(house)
  await house.recover()
  house.clock.move(2)
  await house.recover()
  assert.match((await operation(house)).statusDetails ?? '', /ns1 does not show it/)
  assert.equal((await settle(house)).status, 'completed')
})

test('what never becomes visible ends the operation after an hour, without a try at the CA', async () => {
  const house = await openAcmeHouse()
  house.shown.look = () => ({ state: 'waiting', details: 'The server ns1 does not show it.' })
  await create(house)
  await settle(house, 'web', 3)
  house.clock.move(3600)
  const { status, error } = await settle(house)
  assert.equal(status, 'failed')
  assert.match(error?.message ?? '', /did not become visible within an hour\. The server ns1/)
  assert.ok(!house.ca.requests.some((request) => request.includes('/challenge/')))
  assert.equal(house.shown.places.size, 0)
})

test('a validation that fails ends the operation with the words of the CA', async () => {
  const house = await openAcmeHouse()
  house.ca.finds = () => 'Connection refused by 192.0.2.7.'
  await create(house)
  const { status, error } = await settle(house)
  assert.equal(status, 'failed')
  assert.match(
    error?.message ?? '',
    /www\.example\.com could not be proved by http-01\..*Connection refused by 192\.0\.2\.7/,
  )
  assert.equal(house.shown.places.size, 0)
})

test('failed validations are not repeated beyond the limit of the CA', async () => {
  const house = await openAcmeHouse()
  house.ca.finds = () => 'nothing there'
  for (let time = 0; time < 5; time++) {
    await create(house)
    assert.equal((await settle(house)).status, 'failed')
  }
  const orders = house.ca.orders.length
  await create(house)
  const { status, statusDetails } = await settle(house, 'web', 5)
  assert.equal(status, 'inProgress')
  assert.match(statusDetails ?? '', /could not validate www\.example\.com 5 times/)
  assert.equal(house.ca.orders.length, orders)
  house.ca.finds = () => undefined
  house.clock.move(3700)
  assert.equal((await settle(house)).status, 'completed')
})

test('a CAA record that forbids is told before the CA is asked for an order', async () => {
  const ca = acmeCa({ meta: { caaIdentities: ['acme.example'] } })
  const house = await openAcmeHouse({ ca })
  house.zone.caa.set('example.com', [{ critical: false, tag: 'issue', value: 'other.example' }])
  await create(house)
  const { status, statusDetails } = await settle(house, 'web', 3)
  assert.equal(status, 'inProgress')
  assert.match(statusDetails ?? '', /add the record: example\.com\. CAA 0 issue "acme\.example"/)
  assert.equal(ca.orders.length, 0)
  house.zone.caa.delete('example.com')
  house.clock.move(3700)
  assert.equal((await settle(house)).status, 'completed')
})

test('a standing record needs nothing to be shown', async () => {
  const ca = acmeCa({ types: ['dns-persist-01', 'http-01'] })
  const house = await openAcmeHouse({ ca })
  ca.finds = () => undefined
  await create(house, 'first', ['other.example.com'])
  await settle(house, 'first')
  const [account] = ca.accounts.keys()
  house.zone.txt.set('_validation-persist.www.example.com', [`acme.example; accounturi=${account}`])
  house.shown.present = () => assert.fail('something is shown')
  ca.finds = ({ type }) => (type === 'dns-persist-01' ? undefined : 'not this way')
  await create(house)
  const { status, error } = await settle(house)
  assert.deepEqual([status, error], ['completed', undefined])
})

for (const [what, text, type, http, ends] of [
  ['a name that the CA refuses', 'new-order', 'rejectedIdentifier', 400, /does not issue for the name/],
  ['a request that the CA refuses', 'finalize', 'badCSR', 400, /does not accept the request/],
  ['a request for other names', 'finalize', 'unauthorized', 403, /may not do this/],
] as const)
  test(`${what} ends the operation`, async () => {
    const house = await openAcmeHouse()
    house.ca.refuseNext(text, type, http)
    await create(house)
    const { status, error } = await settle(house)
    assert.equal(status, 'failed')
    assert.match(error?.message ?? '', ends)
    assert.equal(house.shown.places.size, 0)
  })

test('a CA that limits the rate is left alone for as long as it says', async () => {
  const house = await openAcmeHouse()
  house.ca.refuseNext('new-order', 'rateLimited', 429)
  await create(house)
  const { statusDetails } = await settle(house, 'web', 2)
  assert.match(statusDetails ?? '', /too much was asked for in a time/)
  assert.equal(house.ca.orders.length, 0)
  house.clock.move(3600)
  assert.equal((await settle(house)).status, 'completed')
  assert.equal(house.ca.orders.length, 1)
})

test('an account that was deactivated is said to be so, and nothing is tried with it', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const place = { vault: 'default', issuer: 'public', directory: settings.directory }
  const account = (await house.register.findAccount(place))!
  await house.register.keepAccount({ ...account, status: 'deactivated' })
  await create(house, 'other', ['other.example.com'])
  const requests = house.ca.requests.length
  const { status, statusDetails } = await settle(house, 'other', 3)
  assert.equal(status, 'inProgress')
  assert.match(statusDetails ?? '', /is deactivated: the CA takes no more orders from it/)
  assert.equal(house.ca.requests.length, requests)
})

test('an account that the CA has lost is opened again under its key', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  ;(house.ca.accounts as Map<string, unknown>).clear()
  await create(house, 'other', ['other.example.com'])
  house.clock.move(4000)
  await settle(house, 'other', 3)
  house.clock.move(4000)
  assert.equal((await settle(house, 'other')).status, 'completed')
})

test('an order that waits can be cancelled; one that is filled cannot', async () => {
  const house = await openAcmeHouse()
  house.shown.look = () => ({ state: 'waiting', details: 'not yet' })
  await create(house)
  await settle(house, 'web', 3)
  assert.equal(house.shown.places.size, 1)
  await house.vault.cancelOperation(house.officer, 'web', true)
  assert.equal((await settle(house)).status, 'cancelled')
  assert.equal(house.shown.places.size, 0)
})

test('a renewal names what it replaces, and is sent again without if the CA objects', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { certificate } = await currentVersion(house)
  await create(house)
  await settle(house)
  assert.equal(house.ca.orders[1]?.replaces, renewalIdentifier(certificate))
  house.ca.refuseNext('new-order', 'alreadyReplaced', 409)
  await create(house)
  assert.equal((await settle(house)).status, 'completed')
  assert.equal(house.ca.orders[2]?.replaces, undefined)
})

test('advice on renewal is what the CA says, and none if it says nothing', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { certificate } = await currentVersion(house)
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  assert.equal(await issuer.adviseRenewal!(certificate), undefined)
  house.ca.renewals.set(renewalIdentifier(certificate)!, {
    body: { suggestedWindow: { start: '2027-03-01T00:00:00Z', end: '2027-03-02T00:00:00Z' } },
    headers: { 'retry-after': '7200' },
  })
  assert.deepEqual(await issuer.adviseRenewal!(certificate), {
    from: seconds(Date.parse('2027-03-01T00:00:00Z') / 1000),
    until: seconds(Date.parse('2027-03-02T00:00:00Z') / 1000),
    checkAgainAt: house.clock.now() + 7200,
  })
})

test('nonsense about renewal is no advice, or passes', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { certificate } = await currentVersion(house)
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  const advised = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => {
    house.ca.renewals.set(renewalIdentifier(certificate)!, { status, body, headers })
    return issuer.adviseRenewal!(certificate)
  }
  for (const status of [302, 401, 404, 409]) assert.equal(await advised(status), undefined, `${status}`)
  for (const status of [200, 500, 503]) await assert.rejects(advised(status), { failure: 'transient' })
  await assert.rejects(advised(429, {}, { 'retry-after': '60' }), { failure: 'throttled' })
})

test('certificates are revoked by the account that ordered them', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { version } = await currentVersion(house)
  await house.vault.revokeCertificate(house.officer, 'web', version, { reason: 'superseded' })
  assert.deepEqual(
    house.ca.revoked.map(({ reason, by }) => [reason, by]),
    [[4, 'account']],
  )
})

test('an account that may not revoke leaves it to the key of the certificate', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { version } = await currentVersion(house)
  house.ca.refuseNext('/revoke', 'unauthorized', 403)
  await house.vault.revokeCertificate(house.officer, 'web', version, { reason: 'superseded' })
  assert.deepEqual(
    house.ca.revoked.map(({ reason, by }) => [reason, by]),
    [[4, 'key']],
  )
})

test('a standing record is enough where nothing else is set up', async () => {
  const ca = acmeCa({ types: ['dns-persist-01'] })
  const house = await openAcmeHouse({ ca })
  ca.finds = () => undefined
  house.shown.kinds.length = 0
  await create(house)
  assert.match((await settle(house)).error?.message ?? '', /Nothing is set up to prove control/)
  const [account] = ca.accounts.keys()
  house.zone.txt.set('_validation-persist.www.example.com', [`acme.example; accounturi=${account}`])
  await create(house)
  assert.equal((await settle(house)).status, 'completed')
})

test('a compromised key speaks for itself', async () => {
  const house = await openAcmeHouse()
  await create(house)
  await settle(house)
  const { version } = await currentVersion(house)
  await house.vault.revokeCertificate(house.officer, 'web', version, { reason: 'keyCompromise' })
  assert.deepEqual(
    house.ca.revoked.map(({ reason, by }) => [reason, by]),
    [[1, 'key']],
  )
})

test('settings are judged before they are kept', async () => {
  const house = await openAcmeHouse()
  const input = { provider: 'ACME', settings: { ca: 'nobody', termsOfServiceAgreed: true } }
  await assert.rejects(house.vault.setIssuer(house.officer, 'bad', input), { code: 'BadParameter' })
})
