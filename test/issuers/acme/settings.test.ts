import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presetNames, presets } from '../../../src/issuers/acme/presets.ts'
import { readSettings } from '../../../src/issuers/acme/settings.ts'

const agreed = { termsOfServiceAgreed: true }

for (const ca of presetNames)
  test(`${ca} is known by name`, () => {
    const settings = readSettings({ ...agreed, ca })
    assert.equal(settings.directory, presets[ca].directory)
    assert.ok(settings.checkCaa && !settings.requestValidity)
  })

test('a CA of one’s own has its directory, roots and limits', () => {
  const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
  const settings = readSettings({
    ...agreed,
    ca: 'custom',
    directory: 'https://ca.internal:9000/acme/acme/directory',
    contacts: ['ada@example.com', 'mailto:ops@example.com'],
    trustRoots: [pem],
    limits: { orders: { most: 10, windowSeconds: 60 } },
    profiles: ['short', 'long'],
    preferredChain: 'Example Root',
    checkCaa: false,
    requestValidity: true,
    challenges: [{ type: 'http-01' }],
  })
  assert.deepEqual(settings.contacts, ['mailto:ada@example.com', 'mailto:ops@example.com'])
  assert.deepEqual(settings.trustRoots, [pem])
  assert.deepEqual(settings.limits.orders, { most: 10, windowSeconds: 60 })
  assert.deepEqual(settings.challenges, [{ type: 'http-01' }])
})

const refused: readonly [string, Record<string, unknown>, RegExp][] = [
  ['terms that nobody agreed to', { ca: 'letsencrypt' }, /termsOfServiceAgreed/],
  ['no CA', agreed, /settings\.ca: send one of letsencrypt,/],
  ['an unknown CA', { ...agreed, ca: 'nobody' }, /settings\.ca/],
  ['custom without a directory', { ...agreed, ca: 'custom' }, /settings\.directory/],
  [
    'a directory without TLS',
    { ...agreed, directory: 'http://ca.example/' },
    /settings\.directory: send an https URL/,
  ],
  ['a directory with a user', { ...agreed, directory: 'https://a:b@ca.example/' }, /without a user name/],
  ['an unknown member', { ...agreed, ca: 'zerossl', url: 'x' }, /settings\.url: not known/],
  ['a contact that is none', { ...agreed, ca: 'zerossl', contacts: ['tel:1'] }, /e-mail addresses/],
  [
    'contacts that are no list',
    { ...agreed, ca: 'zerossl', contacts: 'a@b.c' },
    /settings\.contacts: send a list/,
  ],
  ['roots that are no PEM', { ...agreed, ca: 'zerossl', trustRoots: ['x'] }, /trustRoots/],
  ['an unknown limit', { ...agreed, ca: 'zerossl', limits: { all: {} } }, /settings\.limits\.all/],
  ['a limit of nothing', { ...agreed, ca: 'zerossl', limits: { orders: null } }, /limits\.orders\.most/],
  ['a switch that is none', { ...agreed, ca: 'zerossl', checkCaa: 1 }, /send true or false/],
]
for (const [what, settings, message] of refused)
  test(`refused: ${what}`, () => {
    assert.throws(() => readSettings(settings), { code: 'BadParameter', message })
  })
