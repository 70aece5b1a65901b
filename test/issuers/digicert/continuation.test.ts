/** Certificates that follow others: within the order that is paid for, by a renewal, beside the former, or anew. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCertificate } from '../../../src/x509/certificate.ts'
import { type DigiCertHouse, openDigiCertHouse, type PolicyWish } from './house.ts'

const day = 86_400

async function next(house: DigiCertHouse, wish: PolicyWish = {}) {
  await house.create('web', wish)
  await house.settle()
  const { status, error, statusDetails } = await house.operation()
  assert.deepEqual([status, error], ['completed', undefined], statusDetails ?? '')
}

const paid = ({ ca }: DigiCertHouse) => ca.orders.map((order) => order.paid)
const kinds = ({ ca }: DigiCertHouse) =>
  ca.orders.map(({ certificates }) => certificates.map(({ kind }) => kind).join())

test('within the cover of the order a certificate is reissued, and nothing is paid', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  for (let count = 0; count < 3; count++) {
    house.clock.move(30 * day)
    await next(house)
  }
  assert.deepEqual(paid(house), [200])
  assert.deepEqual(kinds(house), ['first,reissue,reissue,reissue'])
  const versions = await house.vault.listCertificateVersions(house.officer, 'web', { limit: 9 })
  assert.equal(versions.length, 4)
})

test('towards the end of its cover the order is renewed, and what was left is not lost', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  house.clock.move(300 * day)
  await next(house)
  const [first, second] = house.ca.orders
  assert.equal(second!.renewalOf, first!.id)
  assert.equal(Math.round((second!.coveredUntil - house.clock.now()) / day), 365 + 65)
  house.clock.move(day)
  await next(house)
  assert.deepEqual(kinds(house), ['first', 'first,reissue'])
})

test('a reissue lives no longer than the order is paid for', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  house.clock.move(272 * day)
  await next(house)
  assert.deepEqual(kinds(house), ['first,reissue'])
  assert.equal(house.ca.orders[0]!.certificates[1]!.days, 92)
})

test('an order that is over for long is followed by a new one', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  house.clock.move(400 * day)
  await next(house)
  assert.equal(house.ca.orders[1]!.renewalOf, undefined)
})

test('years that are paid for are used up', async (t) => {
  const house = await openDigiCertHouse(t, { settings: { orderYears: 3 } })
  await next(house)
  for (let count = 0; count < 5; count++) {
    house.clock.move(170 * day)
    await next(house)
  }
  assert.deepEqual(paid(house), [600])
})

test('an order that a person renewed at DigiCert is continued, and not paid again', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  house.clock.move(300 * day)
  const { ca } = house
  const [first] = ca.orders
  const { csr, commonName, dnsNames } = first!.certificates[0]!
  ca.submit('ssl_basic', {
    certificate: { csr, common_name: commonName, dns_names: [...dnsNames] },
    organization: { id: 204060 },
    skip_approval: true,
    renewal_of_order_id: first!.id,
  })
  await next(house)
  assert.deepEqual(kinds(house), ['first', 'first,reissue'])
})

test('a certificate that was reissued at DigiCert meanwhile is found in its order', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  const [order] = house.ca.orders
  const { csr } = order!.certificates[0]!
  house.ca.within(order!, 'reissue', {
    certificate: { csr, common_name: 'www.example.com', dns_names: ['example.com'] },
    skip_approval: true,
  })
  house.clock.move(day)
  await next(house)
  assert.deepEqual(kinds(house), ['first,reissue,reissue'])
})

test('settings say how it goes on: beside the former, by renewal, or anew', async (t) => {
  const house = await openDigiCertHouse(t, { settings: { continuation: 'duplicate' } })
  await next(house)
  await next(house)
  assert.deepEqual(kinds(house), ['first,duplicate'])
  await house.set({ continuation: 'renew' })
  house.clock.move(300 * day)
  await next(house)
  assert.equal(house.ca.orders[1]!.renewalOf, house.ca.orders[0]!.id)
  await house.set({ continuation: 'new' })
  await next(house)
  assert.equal(house.ca.orders[2]!.renewalOf, undefined)
})

test('a name more is reissued; a name less is ordered apart, since a reissue would revoke what is in use', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house, { names: ['www.example.com'] })
  await next(house, { names: ['www.example.com', 'api.example.com'] })
  assert.deepEqual(kinds(house), ['first,reissue'])
  await next(house, { names: ['www.example.com'] })
  assert.deepEqual(kinds(house), ['first,reissue', 'first'])
})

test('another product is another order', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  await next(house, { cty: 'EV-SSL' })
  assert.deepEqual(
    house.ca.orders.map(({ product }) => product),
    ['ssl_basic', 'ssl_ev_basic'],
  )
})

test('nothing is ordered while something else is under way within the order', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca, clock } = house
  await next(house)
  const [order] = ca.orders
  const { csr } = order!.certificates[0]!
  ca.processingSeconds = 10 * day
  ca.within(order!, 'reissue', { certificate: { csr, common_name: 'www.example.com' }, skip_approval: true })
  await house.create()
  await house.settle('web', { steps: 2 })
  assert.match(
    (await house.operation()).statusDetails!,
    /is paid for and would be continued, but DigiCert has it as reissue_pending/,
  )
  ca.cancel(order!)
  ca.processingSeconds = 0
  clock.move(3600)
  await house.settle('web', { bySeconds: 3600 })
  assert.deepEqual(kinds(house), ['first,reissue,reissue'])
})

test('a reissue that is cancelled leaves the order as it was', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca, vault, officer } = house
  await next(house)
  ca.processingSeconds = day
  await house.create()
  await house.recover()
  await vault.cancelOperation(officer, 'web', true)
  await house.settle()
  assert.equal((await house.operation()).status, 'cancelled')
  assert.deepEqual([ca.orders.length, ca.statusOf(ca.orders[0]!)], [1, 'issued'])
})

for (const keyType of ['RSA', 'EC'] as const)
  test(`the certificate from before a reissue is not taken for the new one, though the ${keyType} key is the same`, async (t) => {
    const house = await openDigiCertHouse(t)
    const { ca } = house
    await next(house, { reuseKey: true, keyType })
    ca.processingSeconds = 60
    ca.quirks.handsOut = { what: 'stale', times: 5 }
    house.clock.move(day)
    await next(house, { reuseKey: true, keyType })
    assert.equal(ca.quirks.handsOut.times, 0)
    const versions = await house.vault.listCertificateVersions(house.officer, 'web', { limit: 9 })
    assert.equal(new Set(versions.map(({ thumbprint }) => Buffer.from(thumbprint!).toString('hex'))).size, 2)
  })

test('a lost reissue is found again, whether marks and requests are told or not', async (t) => {
  for (const taciturn of [false, true]) {
    const house = await openDigiCertHouse(t)
    await next(house)
    house.ca.processingSeconds = 60
    house.ca.meet(/reissue$/, 'lose')
    house.clock.move(2 * day)
    await house.create()
    await house.recover()
    house.clock.move(60)
    if (taciturn) house.ca.quirks.taciturn = true
    await house.settle('web', { bySeconds: 3700 })
    const { status, statusDetails } = await house.operation()
    assert.equal(status, 'completed', statusDetails ?? '')
    assert.deepEqual(kinds(house), ['first,reissue'], `taciturn: ${taciturn}`)
    const { version } = await house.vault.readCertificate(house.officer, 'web')
    assert.ok(parseCertificate(version!.certificate).sans!.dnsNames.includes('example.com'))
  }
})

test('an order that was placed elsewhere is continued when the settings name it', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca } = house
  await house.create('elsewhere')
  await house.settle('elsewhere')
  const { id } = ca.orders[0]!
  await house.set({ continues: [id] })
  await house.create('another', { names: ['another.example.com'] })
  await house.settle('another')
  assert.equal(ca.orders.length, 2, 'it is for its own name alone')
  ca.processingSeconds = 60
  house.clock.move(2 * day)
  ca.meet(/reissue$/, 'lose')
  await next(house)
  house.clock.move(day)
  await next(house)
  assert.deepEqual(kinds(house), ['first,reissue,reissue', 'first'])
})

test('an order that is named and cannot be continued is not passed over in silence', async (t) => {
  const house = await openDigiCertHouse(t)
  await house.create('elsewhere', { names: ['www.example.com', 'shop.example.com'] })
  await house.settle('elsewhere')
  await house.set({ continues: [house.ca.orders[0]!.id] })
  await house.create()
  await house.settle('web', { steps: 2 })
  assert.match((await house.operation()).statusDetails!, /settings\.continues cannot be continued/)
  assert.equal(house.ca.orders.length, 1)
})

test('a lost reissue that somebody rejected meanwhile is no certificate', async (t) => {
  const house = await openDigiCertHouse(t)
  await next(house)
  await house.set({ skipApproval: false })
  house.clock.move(2 * day)
  house.ca.meet(/reissue$/, 'lose')
  await house.create()
  await house.recover()
  house.ca.decide(house.ca.orders[0]!.requests.at(-1)!.id, 'rejected')
  await house.settle()
  assert.match((await house.operation()).error!.message, /rejected the request/)
  assert.deepEqual(kinds(house), ['first,reissue'])
})

test('a reissue that waits for approval says so, goes on when it is given, and can be withdrawn', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca, vault, officer } = house
  await next(house)
  await house.set({ skipApproval: false })
  await house.create()
  await house.settle('web', { steps: 2 })
  assert.match(
    (await house.operation()).statusDetails!,
    /The reissue within the order \d+ waits for somebody/,
  )
  ca.decide(ca.orders[0]!.requests.at(-1)!.id, 'approved')
  await house.settle()
  assert.equal((await house.operation()).status, 'completed')
  await house.create()
  await house.settle('web', { steps: 2 })
  await vault.cancelOperation(officer, 'web', true)
  await house.settle()
  assert.equal((await house.operation()).status, 'cancelled')
  assert.equal(ca.orders[0]!.requests.at(-1)!.status, 'rejected')
  assert.deepEqual([ca.orders.length, ca.statusOf(ca.orders[0]!)], [1, 'issued'])
})

test('giving up an order takes no reissue away that somebody began within it', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca, clock, vault, officer } = house
  ca.processingSeconds = 60
  await house.create()
  await house.recover()
  clock.move(120)
  const [order] = ca.orders
  ca.statusOf(order!)
  const { csr } = order!.certificates[0]!
  ca.within(order!, 'reissue', { certificate: { csr, common_name: 'www.example.com' }, skip_approval: true })
  await vault.cancelOperation(officer, 'web', true)
  await house.settle('web', { bySeconds: 5 })
  assert.equal((await house.operation()).status, 'completed')
  assert.equal(ca.statusOf(order!), 'reissue_pending')
})
