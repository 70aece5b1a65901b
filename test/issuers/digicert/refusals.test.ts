/** Bad input is refused when the issuer is set, or at once and in words before any order. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CertificateIssuerInput } from '../../../src/domain/certificate-issuer.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { credentials, type DigiCertHouse, openDigiCertHouse, organization, type PolicyWish } from './house.ts'

const settingsRefused: readonly (readonly [settings: object, message: RegExp])[] = [
  [{ colour: 'blue' }, /^settings\.colour: not known; send baseUrl/],
  [{ baseUrl: 'http://www.digicert.com/services/v2' }, /^settings\.baseUrl: send the https URL/],
  [{ baseUrl: 'https://user@www.digicert.com' }, /^settings\.baseUrl/],
  [{ trustRoots: ['no certificate'] }, /^settings\.trustRoots/],
  [{ trustRoots: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'] }, /trust/i],
  [{ product: 'SSL Basic' }, /^settings\.product: send the name_id/],
  [{ product: 'code_signing' }, /^settings\.product: code_signing is no product for TLS servers/],
  [{ product: 'ssl_dv_rapidssl' }, /^settings\.dcvMethod: ssl_dv_rapidssl proves control/],
  [{ products: ['ssl_basic'] }, /^settings\.products: send an object/],
  [{ products: { OV: 'nothing!' } }, /^settings\.products\.OV/],
  [{ orderYears: 4 }, /^settings\.orderYears: send a whole number from 1 to 3/],
  [{ validityDays: 0 }, /^settings\.validityDays/],
  [{ continuation: 'always' }, /^settings\.continuation: send one of reissue, duplicate, renew, new/],
  [{ continues: ['all'] }, /^settings\.continues\.0: send a whole number/],
  [{ payment: 'cash' }, /^settings\.payment: send one of balance, card/],
  [{ dcvMethod: 'telephone' }, /^settings\.dcvMethod: send one of email/],
  [{ skipApproval: 'yes' }, /^settings\.skipApproval: send true or false/],
  [{ container: -1 }, /^settings\.container/],
  [{ signatureHash: 'md5' }, /^settings\.signatureHash/],
  [{ caCertificate: '' }, /^settings\.caCertificate/],
  [{ profileOption: 'all' }, /^settings\.profileOption/],
  [{ contacts: [{ type: 'boss', userId: 1 }] }, /^settings\.contacts\.0\.type/],
  [{ contacts: [null] }, /^settings\.contacts\.0\.type/],
  [{ customFields: [{ id: 1 }] }, /^settings\.customFields\.0\.value/],
  [{ recordTraffic: 1 }, /^settings\.recordTraffic/],
]

test('settings are judged when the issuer is set, and named by their member', async (t) => {
  const house = await openDigiCertHouse(t)
  for (const [settings, message] of settingsRefused) {
    const set = house.vault.setIssuer(house.officer, 'refused', {
      provider: 'DigiCert',
      credentials,
      organization,
      settings: { ...settings },
    })
    await assert.rejects(set, { code: 'BadParameter', message }, JSON.stringify(settings))
  }
})

const accountsRefused: readonly (readonly [
  what: string,
  input: Partial<CertificateIssuerInput>,
  message: RegExp,
])[] = [
  [
    'no account',
    { credentials: { password: credentials.password } },
    /set credentials\.account_id to the number/,
  ],
  [
    'an account that is no number',
    { credentials: { ...credentials, accountId: 'acme' } },
    /set credentials\.account_id to the number/,
  ],
  ['no key', { credentials: { accountId: '123456' } }, /set credentials\.pwd to one of CertCentral/],
  [
    'a key that no header holds',
    { credentials: { accountId: '123456', password: new Secret('two\nlines') } },
    /characters that none has/,
  ],
  ['no organization', { organization: {} }, /set org_details\.id to the number/],
  [
    'an organization that is no number',
    { organization: { id: 'Example' } },
    /set it to the number that CertCentral shows/,
  ],
]

for (const [what, input, message] of accountsRefused)
  test(`${what}: an order fails at once, and DigiCert is not asked`, async (t) => {
    const house = await openDigiCertHouse(t)
    const settings = { baseUrl: house.ca.url, trustRoots: [house.ca.trustRoot] }
    await house.vault.deleteIssuer(house.officer, 'digicert')
    await house.vault.setIssuer(house.officer, 'digicert', {
      provider: 'DigiCert',
      credentials,
      organization,
      settings,
      ...input,
    })
    await house.create()
    await house.recover()
    const { status, error } = await house.operation()
    assert.equal(status, 'failed')
    assert.match(error!.message, message)
    assert.deepEqual(house.ca.requests, [])
  })

const ordersRefused: readonly (readonly [
  what: string,
  wish: PolicyWish,
  settings: Record<string, unknown>,
  message: RegExp,
])[] = [
  [
    'a kind of certificate that there is none of',
    { cty: 'XV-SSL' },
    {},
    /issuer\.cty XV-SSL is no kind of certificate/,
  ],
  ['code signing', { cty: 'code_signing' }, {}, /issuer\.cty code_signing is no kind/],
  [
    'a product that the account does not have',
    { cty: 'ssl_gold' },
    {},
    /no product ssl_gold; it has ssl_basic/,
  ],
  ['more years than are sold', {}, { orderYears: 2, product: 'ssl_plus' }, /does not offer 2 for ssl_plus/],
  [
    'a longer life than there is',
    {},
    { validityDays: 300 },
    /no certificates of ssl_basic for 300 days now; 199/,
  ],
  ['a hash that is not offered', {}, { signatureHash: 'sha512' }, /does not offer sha512/],
  ['an intermediate that is not offered', {}, { caCertificate: 'FFFF' }, /does not offer FFFF/],
  ['a division that the product is not for', {}, { container: 99 }, /does not offer 99/],
  [
    'names beyond the product',
    { names: ['www.example.com', 'mail.example.com'] },
    { product: 'ssl_plus' },
    /ssl_plus is for one name, and mail\.example\.com is another/,
  ],
  [
    'a wildcard with EV',
    { names: ['*.example.com'], cty: 'EV-SSL' },
    {},
    /makes no certificates for wildcards/,
  ],
  [
    'a wildcard in a product for one name',
    { names: ['*.example.com'] },
    { product: 'ssl_plus' },
    /holds no wildcards/,
  ],
  ['no wildcard in a product for wildcards', { cty: 'ssl_wildcard' }, {}, /must begin with \*\./],
  [
    'a stranger beside a wildcard',
    { names: ['*.example.com', 'example.org'], cty: 'ssl_wildcard' },
    {},
    /below example\.com alone, and example\.org is none/,
  ],
  ['a name that is no DNS name', { names: ['www..example.com'] }, {}, /is no DNS name/],
  ['a name without a dot', { names: ['localhost'] }, {}, /is no DNS name/],
  ['an organization that there is not', {}, {}, /has no organization 204060/],
  ['a DV product without a method', { cty: 'ssl_dv_rapidssl' }, {}, /set settings\.dcvMethod/],
]

for (const [what, wish, settings, message] of ordersRefused)
  test(`${what}: the operation fails in words, and nothing is ordered`, async (t) => {
    const house = await openDigiCertHouse(t, { settings })
    if (what.includes('organization')) house.ca.organizations.clear()
    if (what.includes('years')) house.ca.products.splice(0, 9, { ...house.ca.products[3]!, orderYears: [1] })
    await house.create('web', wish)
    await house.recover()
    const { status, error, statusDetails } = await house.operation()
    assert.equal(status, 'failed', statusDetails ?? '')
    assert.match(error!.message, message)
    assertNothingOrdered(house)
  })

test('other names than DNS names, and keys that DigiCert does not take', async (t) => {
  const { vault, officer, recover, operation, ca } = await openDigiCertHouse(t)
  const create = async (policy: object) => {
    await vault.createCertificate(officer, 'web', { policy: { issuer: { name: 'digicert' }, ...policy } })
    await recover()
    return (await operation()).error!.message
  }
  const names = { subject: 'CN=www.example.com', sans: { emails: ['a@example.com'] } }
  assert.match(await create({ x509: names, key: { keyType: 'EC' } }), /DNS names alone/)
  const nameless = { subject: 'O=Example' }
  assert.match(await create({ x509: nameless, key: { keyType: 'EC' } }), /names no DNS name/)
  const key = { keyType: 'EC', curve: 'P-256K' }
  assert.match(await create({ x509: { subject: 'CN=www.example.com' }, key }), /keys of P-256K/)
  assert.equal(ca.orders.length, 0)
})

const waiting: readonly (readonly [what: string, spoil: (house: DigiCertHouse) => void, details: RegExp])[] =
  [
    [
      'a domain that is not validated',
      ({ ca }) => ca.domains.clear(),
      /has not validated www\.example\.com, example\.com/,
    ],
    [
      'an organization that is not active',
      ({ ca }) => {
        ca.organizations.get(204060)!.active = false
      },
      /organization 204060 \(Example\) is not active/,
    ],
    [
      'an API key that has expired',
      ({ ca }) => {
        ca.keyExpired = true
      },
      /DigiCert says: The API key \[secret\] is not valid/,
    ],
    [
      'an API key that may not skip the approval',
      ({ ca }) => {
        ca.administrator = false
      },
      /To skip the approval takes an API key of an administrator/,
    ],
    [
      'a balance that is too low',
      ({ ca }) => {
        ca.balance = 10
      },
      /balance is too low/,
    ],
    [
      'a page in place of an answer',
      ({ ca }) => ca.meet(/product/, 'page', 9),
      /answered what cannot be used: it is a web page/,
    ],
  ]

for (const [what, spoil, details] of waiting)
  test(`${what}: nothing is ordered, the operation says so and goes on when it is set right`, async (t) => {
    const house = await openDigiCertHouse(t)
    const { ca } = house
    spoil(house)
    await house.create()
    await house.recover()
    const { status, statusDetails } = await house.operation()
    assert.equal(status, 'inProgress')
    assert.match(statusDetails!, details)
    assertNothingOrdered(house)
    ca.domains.add('example.com')
    ca.organizations.get(204060)!.active = true
    Object.assign(ca, { keyExpired: false, administrator: true, balance: 1000 })
    await house.settle('web', { bySeconds: 4 * 3600 + 1 })
    assert.equal((await house.operation()).status, 'completed')
    assert.equal(ca.orders.length, 1)
  })

function assertNothingOrdered({ ca }: DigiCertHouse): void {
  assert.equal(ca.orders.length, 0)
  assert.equal(ca.balance >= 10, true)
}

test('an issuer that leads elsewhere does not give up the order that is under way', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.processingSeconds = 3600
  await house.create()
  await house.recover()
  await house.set({ baseUrl: 'https://127.0.0.1:1/services/v2' })
  await house.settle('web', { steps: 2 })
  assert.match((await house.operation()).statusDetails!, /Set settings\.baseUrl back until it is filled/)
  await house.set()
  await house.settle('web', { bySeconds: 3700 })
  assert.equal((await house.operation()).status, 'completed')
  assert.equal(house.ca.orders.length, 1)
})

for (const silentDomains of ['list', 'never'] as const)
  test(`a list of domains that tells little (${silentDomains}) stands in nobody's way`, async (t) => {
    const house = await openDigiCertHouse(t)
    house.ca.quirks.silentDomains = silentDomains
    await house.create()
    await house.recover()
    assert.equal((await house.operation()).status, 'completed')
  })

test('a validation that is over is none, wherever it is told', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.lapsed.add('example.com')
  await house.create()
  await house.recover()
  assert.match((await house.operation()).statusDetails!, /has not validated www\.example\.com/)
  house.ca.quirks.silentDomains = 'list'
  await house.settle('web', { steps: 3, bySeconds: 3700 })
  assert.match((await house.operation()).statusDetails!, /has not validated www\.example\.com/)
  assertNothingOrdered(house)
})
