import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatIpAddress, parseIpAddress } from '../../src/domain/ip-address.ts'

function canonical(text: string): string | undefined {
  const octets = parseIpAddress(text)
  return octets && formatIpAddress(octets)
}

test('addresses are written as RFC 5952 recommends', () => {
  const spellings: [string, string][] = [
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:0db8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['::ffff:192.0.2.128', '::ffff:c000:280'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['1::', '1::'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['192.0.2.1', '192.0.2.1'],
  ]
  for (const [text, expected] of spellings) assert.equal(canonical(text), expected, text)
})

test('what is no address is none', () => {
  const texts = [
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '::1.2.3',
    '1.2.3.4::',
    '12345::',
    'g::',
  ]
  for (const text of [
    ...texts,
    '01.2.3.4',
    '1.2.3.4.5',
    '1.2.3.999',
    ' ::1',
    '1:2:3:4:5:6:7:8::',
    ':1:2:3:4:5:6:7',
  ])
    assert.equal(parseIpAddress(text), undefined, text)
})

test('octets survive formatting and parsing', () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.array(fc.constantFrom(0, 1), { minLength: 16, maxLength: 16 }).map((list) => Uint8Array.from(list)),
  )
  fc.assert(
    fc.property(octets, (address) => assert.deepEqual(parseIpAddress(formatIpAddress(address)), address)),
  )
})

test('the texts accepted are those that Node accepts without a zone', () => {
  const pieces = fc.array(fc.constantFrom('1', 'ff', '0', ':', '::', '.', '255', '1.2.3.4', '256', '12345'), {
    maxLength: 16,
  })
  fc.assert(
    fc.property(
      fc.oneof(
        pieces.map((list) => list.join('')),
        fc.ipV4(),
        fc.ipV6(),
      ),
      (text) => assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0, text),
    ),
    { numRuns: 1000 },
  )
})
