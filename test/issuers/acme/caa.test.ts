import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caaObjection } from '../../../src/issuers/acme/caa.ts'
import { type CaaRecord, type DnsClient, DnsFailure } from '../../../src/network/dns-client.ts'

const account = 'https://ca.example/account/1'
const view = { identities: ['ca.example', 'other.example'], account, methods: ['dns-01'] }

/** @param zones records by name, as `tag value`; `critical` first where they are. */
function dnsWith(zones: Record<string, readonly string[]>): DnsClient {
  const read = (text: string): CaaRecord => {
    const critical = text.startsWith('critical ')
    const [tag = '', ...value] = text.replace('critical ', '').split(' ')
    return { critical, tag, value: value.join(' ') }
  }
  return {
    caa: async (name: string) => {
      if (zones[name]?.[0] === 'fails') throw new DnsFailure('no answer')
      return (zones[name] ?? []).map(read)
    },
  } as unknown as DnsClient
}

const objection = (zones: Record<string, readonly string[]>, value = 'www.example.com', change = {}) =>
  caaObjection(dnsWith(zones), { type: 'dns', value }, { ...view, ...change })

const permitted: readonly [string, Record<string, readonly string[]>, string?][] = [
  ['no records at all', {}],
  ['the CA itself', { 'www.example.com': ['issue ca.example'] }],
  ['another name of the CA, in other letters', { 'example.com': ['issue OTHER.example'] }],
  ['one of several', { 'example.com': ['issue x.example', 'issue ca.example'] }],
  ['only a word on where to report', { 'example.com': ['iodef mailto:a@example.com'] }],
  [
    'records of the closest name alone',
    { 'www.example.com': ['issue ca.example'], 'example.com': ['issue ;'] },
  ],
  ['this account', { 'example.com': [`issue ca.example; accounturi=${account}`] }],
  ['this way of validation', { 'example.com': ['issue ca.example ; validationmethods=http-01,dns-01'] }],
  ['a wildcard by issue', { 'example.com': ['issue ca.example'] }, '*.example.com'],
  ['a wildcard by issuewild', { 'example.com': ['issue ;', 'issuewild ca.example'] }, '*.example.com'],
  ['what cannot be found out', { 'www.example.com': ['fails'], 'example.com': ['issue ;'] }],
]
for (const [what, zones, name] of permitted)
  test(`no objection: ${what}`, async () => assert.equal(await objection(zones, name), undefined))

const refused: readonly [string, Record<string, readonly string[]>, string?][] = [
  ['another CA', { 'example.com': ['issue x.example'] }],
  ['nobody', { 'example.com': ['issue ;'] }],
  ['another account', { 'example.com': ['issue ca.example; accounturi=https://ca.example/account/2'] }],
  ['another way of validation', { 'example.com': ['issue ca.example; validationmethods=http-01'] }],
  ['no wildcard', { 'example.com': ['issue ca.example', 'issuewild ;'] }, '*.example.com'],
  ['a critical property that is not known', { 'example.com': ['critical future x', 'issue ca.example'] }],
]
for (const [what, zones, name] of refused)
  test(`objection: ${what}`, async () => {
    const sentence = await objection(zones, name)
    assert.match(sentence ?? '', /example\.com/)
  })

test('the objection says which record to add', async () => {
  assert.equal(
    await objection({ 'example.com': ['issue x.example'] }),
    'The CAA records of example.com do not let ca.example certify www.example.com; add the record: example.com. CAA 0 issue "ca.example".',
  )
})

test('a CA that does not say its name, and an address, are not looked up', async () => {
  const zones = { 'example.com': ['issue ;'] }
  assert.equal(await objection(zones, 'www.example.com', { identities: [] }), undefined)
  assert.equal(await caaObjection(dnsWith(zones), { type: 'ip', value: '192.0.2.1' }, view), undefined)
})
