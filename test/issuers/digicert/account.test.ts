/** What is said of an account, how often it is asked, and what is recorded of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { requestWindows } from '../../../src/issuers/digicert/protocol/request-windows.ts'
import { apiKey } from '../../cas/digicert/server.ts'
import { settableClock } from '../../doubles/clock.ts'
import { credentials, type DigiCertHouse, openDigiCertHouse, organization } from './house.ts'

async function findings(house: DigiCertHouse, settings: object = {}, account: object = {}) {
  const { ca, provider } = house
  const issuer = provider.connect({
    vault: 'default',
    name: 'digicert',
    ...credentials,
    organization,
    settings: { baseUrl: ca.url, trustRoots: [ca.trustRoot], ...settings },
    ...account,
  })
  return (await issuer.verifyAccount!()).map(
    ({ subject, inOrder, details }) => `${inOrder ? '+' : '-'} ${subject}: ${details}`,
  )
}

test('an account that is in order', async (t) => {
  const house = await openDigiCertHouse(t)
  assert.deepEqual(await findings(house), [
    '+ credentials: DigiCert accepts the API key of ada@example.com.',
    '+ account: The account has the product ssl_basic (ssl basic).',
    '+ account: The organization 204060 (Example) is active and validated.',
    '+ account: Validated domains: example.com, leaf.example.',
    '+ account: The balance of the account is 100000.00 USD.',
  ])
  assert.equal(house.ca.orders.length, 0)
})

test('each thing that is not in order is named', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca } = house
  assert.deepEqual(await findings(house, {}, { accountId: '99' }), [
    '- credentials: The API key is of the account 123456, and credentials.account_id says 99.',
  ])
  const missing = await findings(house, {}, { organization: {} })
  assert.match(missing[2]!, /^- account: The issuer has no organization/)
  ca.organizations.get(204060)!.validated.clear()
  ca.domains.clear()
  ca.balance = 0
  const [, , unvalidated, domainless, penniless] = await findings(house, { payment: 'balance' })
  assert.match(unvalidated!, /^- account: The organization 204060 \(Example\) is not validated for ssl_basic/)
  assert.match(domainless!, /^- account: DigiCert has validated no domain/)
  assert.match(penniless!, /^- account: The balance of the account is 0\.00 USD; orders cannot be paid/)
  assert.match(
    (await findings(house, { product: 'ssl_gold' }))[1]!,
    /^- account: The account has no product ssl_gold/,
  )
  ca.keyExpired = true
  assert.deepEqual(await findings(house), [
    '- credentials: DigiCert says: The API key [secret] is not valid.',
  ])
  ca.meet(/user/, 'drop')
  assert.match((await findings(house))[0]!, /^- network: /)
})

test('no more than DigiCert takes is sent, and what must wait says how long', () => {
  const clock = settableClock()
  const windows = requestWindows(clock)
  for (let count = 0; count < 100; count++) windows.take()
  assert.throws(() => windows.take(), { failure: 'throttled', retryAfterSeconds: 5 })
  clock.move(5)
  for (let burst = 0; burst < 9; burst++) {
    for (let count = 0; count < 100; count++) windows.take()
    clock.move(5)
  }
  assert.throws(() => windows.take(), { failure: 'throttled', retryAfterSeconds: 130 })
  clock.move(130)
  windows.take()
})

test('a clock that was set back locks nobody out', () => {
  const clock = settableClock()
  const windows = requestWindows(clock)
  for (let count = 0; count < 100; count++) windows.take()
  clock.move(-86_400)
  windows.take()
})

test('an account that DigiCert wants to rest is left alone', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.meet(/product/, 'busy')
  await house.create('a')
  await house.create('b', { names: ['b.example.com'] })
  await house.recover()
  const asked = house.ca.requests.length
  await house.recover()
  assert.equal(house.ca.requests.length, asked, 'the other operation waits too')
  await house.settle('a')
  await house.settle('b')
  assert.equal(house.ca.orders.length, 2)
})

test('traffic is recorded when the issuer says so, and the key is nowhere in it', async (t) => {
  const house = await openDigiCertHouse(t)
  await house.create()
  await house.settle()
  assert.equal(house.recorded.length, 0, 'off unless told')
  await house.set({ recordTraffic: true })
  house.ca.keyExpired = true
  await house.create()
  await house.recover()
  house.ca.keyExpired = false
  await house.settle('web', { bySeconds: 3700 })
  assert.equal((await house.operation()).status, 'completed')
  const [first] = house.recorded
  assert.deepEqual(
    [first!.of, first!.request.method, first!.answer!.status],
    ['default/digicert', 'GET', 401],
  )
  assert.ok(house.recorded.some(({ request }) => request.body.includes('BEGIN CERTIFICATE REQUEST')))
  assert.ok(!inspect(house.recorded, { depth: 9, maxStringLength: null }).includes(apiKey))
})

test('the key is in no record, no log, no details and no error', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.keyExpired = true
  await house.create()
  await house.settle('web', { steps: 3 })
  const seen = [await house.audit(), house.log, await house.operation()]
  assert.ok(!inspect(seen, { depth: 9, maxStringLength: null, maxArrayLength: null }).includes(apiKey))
})

test('orders that were placed elsewhere are told, until the settings continue them', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca } = house
  await house.create()
  await house.settle()
  assert.equal((await findings(house)).length, 5, 'our own are not told')
  const { csr } = ca.orders[0]!.certificates[0]!
  const submit = () =>
    ca.submit('ssl_basic', {
      certificate: { csr, common_name: 'shop.example.com' },
      organization: { id: 204060 },
      skip_approval: true,
    })
  const { order } = submit()
  assert.equal(
    (await findings(house))[5],
    `+ account: Orders that were placed elsewhere can be continued by naming them in settings.continues: ${order.id} for shop.example.com (ssl_basic, paid until 2028-01-15).`,
  )
  assert.equal((await findings(house, { continues: [order.id] })).length, 5)
  ca.processingSeconds = 60
  submit()
  assert.equal((await findings(house, { continues: [order.id] })).length, 5, 'what is not issued is not told')
})
