/** What becomes of an order in a vault: at once, after days, by approval, by proof of control; and how it ends. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCertificate } from '../../../src/x509/certificate.ts'
import { openDigiCertHouse } from './house.ts'

const day = 86_400

test('where nothing is missing the certificate comes with the answer to the order', async (t) => {
  const { ca, create, recover, operation, vault, officer } = await openDigiCertHouse(t)
  await create()
  await recover()
  assert.equal((await operation()).status, 'completed')
  assert.deepEqual(
    ca.requests.filter((request) => request.startsWith('POST')),
    ['POST /order/certificate/ssl_basic'],
  )
  const { requestId } = await operation()
  assert.deepEqual(
    { ...ca.bodies.at(-1), certificate: undefined },
    {
      certificate: undefined,
      organization: { id: 204060 },
      order_validity: { years: 1 },
      auto_renew: 0,
      skip_approval: true,
      comments: `certkeep ${requestId}`,
    },
  )
  const { certificate } = ca.bodies.at(-1) as { certificate: Record<string, unknown> }
  assert.deepEqual(
    [certificate.common_name, certificate.dns_names, certificate.cert_validity],
    ['www.example.com', ['example.com'], { days: 199 }],
  )
  const { version } = await vault.readCertificate(officer, 'web')
  const { notBefore, notAfter } = parseCertificate(version!.certificate)
  assert.equal(Math.round((notAfter - notBefore) / day), 199, 'what was granted is on record')
})

test('pending for days: DigiCert is asked ever more slowly, and the certificate comes in the end', async (t) => {
  const { ca, create, settle, recover, operation, clock } = await openDigiCertHouse(t)
  ca.processingSeconds = 5 * day
  await create()
  await recover()
  const { statusDetails } = await operation()
  assert.match(
    statusDetails!,
    /The order is placed at DigiCert as \d+\. It is valid for 199 days in place of 365/,
  )
  clock.move(60)
  await recover()
  assert.match((await operation()).statusDetails!, /DigiCert is working on the order \d+ \(processing\)/)
  const before = ca.requests.length
  for (let hour = 0; hour < 5 * 24; hour++) {
    clock.move(3600)
    await recover()
  }
  assert.ok(ca.requests.length - before < 300, `${ca.requests.length - before} requests in five days`)
  await settle()
  assert.equal((await operation()).status, 'completed')
  assert.equal(ca.orders.length, 1)
})

test('an order that waits for approval says so, and goes on when it is given', async (t) => {
  const house = await openDigiCertHouse(t, { settings: { skipApproval: false } })
  const { ca, create, settle, operation } = house
  await create()
  await settle('web', { steps: 3 })
  assert.match((await operation()).statusDetails!, /waits for somebody in the account to approve it/)
  ca.decide(ca.orders[0]!.requests[0]!.id, 'approved')
  await settle()
  assert.equal((await operation()).status, 'completed')
})

test('an order whose approval is refused fails, and says why', async (t) => {
  const house = await openDigiCertHouse(t, { settings: { skipApproval: false } })
  const { ca, create, settle, operation } = house
  await create()
  await settle('web', { steps: 2 })
  ca.decide(ca.orders[0]!.requests[0]!.id, 'rejected')
  await settle()
  const { status, error } = await operation()
  assert.deepEqual([status, error!.code], ['failed', 'Request rejected'])
  assert.match(error!.message, /rejected the request/)
})

test('an organization that is not validated holds the order up, and is named', async (t) => {
  const { ca, create, settle, operation } = await openDigiCertHouse(t)
  ca.organizations.get(204060)!.validated.clear()
  await create()
  await settle('web', { steps: 3 })
  assert.match((await operation()).statusDetails!, /DigiCert is validating the organization 204060/)
  ca.organizations.get(204060)!.validated.add('ov')
  await settle()
  assert.equal((await operation()).status, 'completed')
})

for (const [method, place] of [
  ['dns-txt-token', /put a TXT record ([0-9a-f]{32}) at www\.example\.net or _dnsauth\.www\.example\.net/],
  [
    'dns-cname-token',
    /CNAME record at _dnsauth\.www\.example\.net that leads to ([0-9a-f]{32})\.dcv\.digicert\.com/,
  ],
  ['http-token', /([0-9a-f]{32}) at http:\/\/www\.example\.net\/\.well-known\/pki-validation\/fileauth\.txt/],
] as const)
  test(`control of a name is proved by ${method}: what to do stands in the details`, async (t) => {
    const house = await openDigiCertHouse(t, { settings: { dcvMethod: method } })
    const { ca, create, settle, operation, clock, recover } = house
    await create('web', { names: ['www.example.net'] })
    await settle('web', { steps: 3 })
    const [, first] = place.exec((await operation()).statusDetails!)!
    assert.equal(first, ca.orders[0]!.randomValue)
    clock.move(31 * day)
    await recover()
    const [, second] = place.exec((await operation()).statusDetails!)!
    assert.notEqual(second, first, 'a value that expired is replaced')
    assert.equal(second, ca.orders[0]!.randomValue)
    ca.shown.set('www.example.net', second!)
    await settle('web', { bySeconds: 3700 })
    assert.equal((await operation()).status, 'completed')
  })

test('a domain-validated product needs no organization', async (t) => {
  const house = await openDigiCertHouse(t, {
    settings: { product: 'ssl_dv_rapidssl', dcvMethod: 'dns-txt-token' },
  })
  const { ca, create, settle, operation } = house
  await create()
  await settle()
  assert.equal((await operation()).status, 'completed')
  assert.equal(ca.orders[0]!.organization, undefined)
})

for (const [cty, product] of [
  ['OV-SSL', 'ssl_basic'],
  ['ev-ssl', 'ssl_ev_basic'],
  ['flex', 'ssl_securesite_flex'],
  ['ssl_wildcard', 'ssl_wildcard'],
] as const)
  test(`the kind of certificate ${cty} is the product ${product}`, async (t) => {
    const house = await openDigiCertHouse(t, { settings: { products: { FLEX: 'ssl_securesite_flex' } } })
    const names = cty === 'ssl_wildcard' ? ['*.example.com', 'example.com'] : ['www.example.com']
    await house.create('web', { cty, names })
    await house.settle()
    assert.equal((await house.operation()).status, 'completed')
    assert.equal(house.ca.orders[0]!.product, product)
  })

test('a private product is issued for longer', async (t) => {
  const { ca, create, settle, operation } = await openDigiCertHouse(t, {
    settings: { product: 'private_ssl_plus' },
  })
  ca.daysMax = 1000
  await create('web', { names: ['intranet.example.com'] })
  await settle()
  assert.equal((await operation()).status, 'completed')
  assert.equal(ca.orders[0]!.certificates[0]!.days, 365)
  assert.deepEqual(ca.bodies.at(-1)!.product, { type_hint: 'private' })
})

test('what is cancelled in time is cancelled at DigiCert too, and costs nothing', async (t) => {
  const { ca, create, settle, recover, operation, vault, officer } = await openDigiCertHouse(t)
  ca.processingSeconds = day
  const { balance } = ca
  await create()
  await recover()
  await vault.cancelOperation(officer, 'web', true)
  await settle()
  assert.equal((await operation()).status, 'cancelled')
  assert.deepEqual([ca.orders[0]!.end, ca.balance], ['canceled', balance])
})

test('what waits for approval is withdrawn', async (t) => {
  const house = await openDigiCertHouse(t, { settings: { skipApproval: false } })
  const { ca, create, recover, settle, operation, vault, officer } = house
  await create()
  await recover()
  await vault.cancelOperation(officer, 'web', true)
  await settle()
  assert.equal((await operation()).status, 'cancelled')
  assert.equal(ca.orders[0]!.requests[0]!.status, 'rejected')
})

test('a certificate that came before the cancellation is taken', async (t) => {
  const { ca, create, settle, recover, operation, clock, vault, officer } = await openDigiCertHouse(t)
  ca.processingSeconds = 60
  await create()
  await recover()
  clock.move(120)
  await vault.cancelOperation(officer, 'web', true)
  await settle()
  assert.equal((await operation()).status, 'completed')
})

test('an order that somebody cancelled at DigiCert fails here', async (t) => {
  const { ca, create, settle, recover, operation } = await openDigiCertHouse(t)
  ca.processingSeconds = day
  await create()
  await recover()
  ca.cancel(ca.orders[0]!)
  await settle()
  assert.match((await operation()).error!.message, /was cancelled at DigiCert/)
})

test('a status that nobody knows is no failure', async (t) => {
  const { ca, create, settle, recover, operation } = await openDigiCertHouse(t)
  ca.processingSeconds = 60
  ca.quirks.says = 'on_hold_for_review'
  await create()
  await settle('web', { steps: 3 })
  assert.match((await operation()).statusDetails!, /as 'on_hold_for_review', which is not known here/)
  ca.quirks.says = undefined
  await recover()
  await settle()
  assert.equal((await operation()).status, 'completed')
})

test('a revocation that is granted at once, and one that an administrator has to approve', async (t) => {
  const { ca, create, settle, set, vault, officer } = await openDigiCertHouse(t)
  await create('a')
  await create('b')
  await settle('a')
  await settle('b')
  const revoked = await vault.revokeCertificate(officer, 'a', undefined, { reason: 'keyCompromise' })
  assert.equal(revoked.state, 'revoked')
  assert.equal(ca.bodies.at(-1)!.revocation_reason, 'key_compromise')
  await set({ skipApproval: false })
  const asked = () => vault.revokeCertificate(officer, 'b', undefined, { reason: 'superseded' })
  const pending = await asked()
  assert.equal(pending.state, 'pending')
  await asked()
  const requests = ca.orders[1]!.requests.filter(({ type }) => type === 'revoke')
  assert.equal(requests.length, 1, 'it was asked for once')
  ca.decide(requests[0]!.id, 'approved')
  assert.equal((await asked()).state, 'revoked')
})

test('a reason that DigiCert does not know is left out', async (t) => {
  const { ca, create, settle, vault, officer } = await openDigiCertHouse(t)
  ca.quirks.knowsNoReasons = true
  await create()
  await settle()
  const { state } = await vault.revokeCertificate(officer, 'web', undefined, { reason: 'superseded' })
  assert.equal(state, 'revoked')
})

test('members in another order are the same answers', async (t) => {
  const { ca, create, settle, operation } = await openDigiCertHouse(t)
  ca.reversed = true
  ca.processingSeconds = 60
  await create()
  await settle()
  assert.equal((await operation()).status, 'completed')
})
