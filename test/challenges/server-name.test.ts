/** From the name in a handshake to what is to be proved (RFC 8738 6). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifierAsked } from '../../src/challenges/tls-alpn-01/server-name.ts'

const nibbles = '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2'

const asked: [string, { type: 'dns' | 'ip'; value: string } | undefined][] = [
  ['www.example.org', { type: 'dns', value: 'www.example.org' }],
  ['xn--bcher-kva.example', { type: 'dns', value: 'xn--bcher-kva.example' }],
  // The example of RFC 8738 6.
  [`${nibbles}.ip6.arpa`, { type: 'ip', value: '2001:db8::1' }],
  ['1.2.0.192.in-addr.arpa', { type: 'ip', value: '192.0.2.1' }],
  ['256.2.0.192.in-addr.arpa', { type: 'dns', value: '256.2.0.192.in-addr.arpa' }],
  ['2.0.192.in-addr.arpa', { type: 'dns', value: '2.0.192.in-addr.arpa' }],
  ['192.0.2.1', undefined],
  ['localhost', undefined],
  ['*.example.org', undefined],
  ['example.org.', undefined],
  ['', undefined],
  [`${'a'.repeat(64)}.example`, undefined],
]

for (const [name, identifier] of asked)
  test(`${name || 'no name'}: ${identifier?.type ?? 'nothing'}`, () =>
    assert.deepEqual(identifierAsked(name), identifier))
