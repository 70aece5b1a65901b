import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordOctets } from '../../src/x509/password.ts'
import { deriveAtOnce, derivedFor, deriveGently } from '../../src/x509/pkcs12-kdf.ts'

interface Example {
  readonly password: string
  readonly salt: string
  readonly iterations: number
  readonly purpose: keyof typeof derivedFor
  readonly expected: string
}

/** The examples that implementations of PKCS#12 have passed on since Entrust published them in 1998. */
const examples: Example[] = [
  {
    password: 'smeg',
    salt: '0a58cf64530d823f',
    iterations: 1,
    purpose: 'key',
    expected: '8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3',
  },
  { password: 'smeg', salt: '0a58cf64530d823f', iterations: 1, purpose: 'iv', expected: '79993dfe048d3b76' },
  {
    password: 'smeg',
    salt: '3d83c0e4546ac140',
    iterations: 1,
    purpose: 'mac',
    expected: '8d967d88f6caa9d714800ab3d48051d63f73a312',
  },
  {
    password: 'queeg',
    salt: '05dec959acff72f7',
    iterations: 1000,
    purpose: 'key',
    expected: 'ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4',
  },
  {
    password: 'queeg',
    salt: '05dec959acff72f7',
    iterations: 1000,
    purpose: 'iv',
    expected: '11dedad7758d4860',
  },
  {
    password: 'queeg',
    salt: '263216fcc2fab31c',
    iterations: 1000,
    purpose: 'mac',
    expected: '5ec4c7a80df652294c3925b6489a7ab857c83476',
  },
]

for (const { password, salt, iterations, purpose, expected } of examples)
  test(`the ${purpose} of ${password} after ${iterations} iterations`, async () => {
    const derivation = {
      hash: 'sha1',
      password: passwordOctets(password).pkcs12[0]!,
      salt: Buffer.from(salt, 'hex'),
      iterations,
      purpose: derivedFor[purpose],
      length: expected.length / 2,
    } as const
    assert.equal(Buffer.from(deriveAtOnce(derivation)).toString('hex'), expected)
    assert.equal(Buffer.from(await deriveGently(derivation)).toString('hex'), expected)
  })

test('others run while many iterations are done', async () => {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await deriveGently({
    hash: 'sha256',
    password: new Uint8Array(2),
    salt: new Uint8Array(8),
    iterations: 50_000,
    purpose: derivedFor.mac,
    length: 32,
  })
  clearInterval(timer)
  assert.ok(turns >= 5, `${turns} turns`)
})

test('a password is written as each scheme wants it', () => {
  const forms = (password: string) => {
    const { utf8, pkcs12 } = passwordOctets(password)
    return [utf8, ...pkcs12].map((octets) => Buffer.from(octets).toString('hex'))
  }
  assert.deepEqual(forms('ab'), ['6162', '006100620000'])
  assert.deepEqual(forms(''), ['', '0000', ''])
  assert.deepEqual(forms('ä'), ['c3a4', '00e40000', '00c300a40000'])
  assert.deepEqual(forms('𝄞'), ['f09d849e', 'd834dd1e0000', '00f0009d0084009e0000'])
})
