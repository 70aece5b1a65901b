import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SubjectAlternativeNames } from '../../../src/domain/subject.ts'
import { identifiersOf } from '../../../src/issuers/acme/identifiers.ts'
import { registeredDomain } from '../../../src/issuers/acme/registered-domain.ts'

const of = (subject: string, sans: Partial<SubjectAlternativeNames> = {}) =>
  identifiersOf({ x509: { subject, sans } } as unknown as Parameters<typeof identifiersOf>[0])
const dns = (value: string) => ({ type: 'dns', value })

test('names and addresses are identifiers, each once, in one order', () => {
  assert.deepEqual(
    of('CN=WWW.example.com', {
      dnsNames: ['www.example.com', '*.Example.com', 'a.example.com.'],
      ipAddresses: ['2001:DB8::1', '192.0.2.1'],
    }),
    [
      dns('*.example.com'),
      dns('a.example.com'),
      dns('www.example.com'),
      { type: 'ip', value: '192.0.2.1' },
      { type: 'ip', value: '2001:db8::1' },
    ],
  )
})

test('a common name that is an address of the certificate is no host name', () => {
  assert.deepEqual(of('CN=192.0.2.1', { ipAddresses: ['192.0.2.1'] }), [{ type: 'ip', value: '192.0.2.1' }])
})

for (const [what, subject, sans, message] of [
  ['an e-mail address', '', { emails: ['a@example.com'] }, /DNS names and IP addresses only/],
  ['a common name in words', 'CN=Example Service', {}, /Example Service|example service/],
  ['a single label', '', { dnsNames: ['localhost'] }, /localhost is no DNS name/],
  ['a star in the middle', '', { dnsNames: ['a.*.example.com'] }, /is no DNS name/],
  ['no name at all', 'O=Example', {}, /needs a DNS name or an IP address/],
] as const)
  test(`refused: ${what}`, () => {
    assert.throws(() => of(subject, sans), { code: 'BadParameter', message })
  })

for (const [value, domain] of [
  ['a.b.example.com', 'example.com'],
  ['*.example.co.uk', 'example.co.uk'],
  ['me.github.io', 'me.github.io'],
  ['co.uk', 'co.uk'],
] as const)
  test(`${value} is counted under ${domain}`, () => {
    assert.equal(registeredDomain({ type: 'dns', value }), domain)
  })

test('addresses are counted by themselves, those of IPv6 by their /64', () => {
  const network = registeredDomain({ type: 'ip', value: '2001:db8::1' })
  assert.equal(registeredDomain({ type: 'ip', value: '2001:db8::ffff:2' }), network)
  assert.notEqual(registeredDomain({ type: 'ip', value: '2001:db8:0:1::1' }), network)
  assert.equal(registeredDomain({ type: 'ip', value: '192.0.2.1' }), '192.0.2.1')
})
