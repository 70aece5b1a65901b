import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLinkLocal, isLoopback } from '../../src/network/addresses.ts'

/** As `URL` writes the host. */
const host = (text: string) => new URL(`http://${text}/`).hostname

test('this machine is told from all others, however its address is written', () => {
  for (const text of [
    'localhost',
    'LOCALHOST',
    '127.0.0.1',
    '127.9.9.9',
    '127.1',
    '0x7f000001',
    '[::1]',
    '[0:0::0:1]',
  ])
    assert.ok(isLoopback(host(text)), text)
  for (const text of [
    'localhost.example',
    '127.0.0.1.example',
    '128.0.0.1',
    '[::]',
    '[::2]',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ])
    assert.ok(!isLoopback(host(text)), text)
})

test('and so is what only the network link leads to', () => {
  for (const text of ['169.254.169.254', '[fe80::1]', '[febf::1]']) assert.ok(isLinkLocal(host(text)), text)
  for (const text of ['169.253.0.1', '169.254.example', '[fec0::1]', '[fe8::1]', 'fe80.example'])
    assert.ok(!isLinkLocal(host(text)), text)
})
