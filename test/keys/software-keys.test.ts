import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { Secret } from '../../src/domain/secret.ts'
import { openEnvelope, sealEnvelope } from '../../src/keys/software/envelope.ts'
import { SoftwareKeys } from '../../src/keys/software/software-keys.ts'
import { keyProtectionConformance } from '../conformance/key-protection.ts'

const dataKey = { number: 1, key: randomBytes(32) }
const keysByNumber = new Map([[1, dataKey]])
const binding = { vault: 'default', name: 'web', version: '1' }

keyProtectionConformance('software keys', () => ({
  first: new SoftwareKeys(dataKey, randomBytes, 2),
  second: new SoftwareKeys(dataKey, randomBytes, 2),
}))

test('an envelope gives back its value, and only that', () => {
  for (const length of [0, 1, 31, 4096]) {
    const value = randomBytes(length)
    const envelope = sealEnvelope(dataKey, 'value', binding, value, randomBytes)
    assert.deepEqual(Buffer.from(openEnvelope(keysByNumber, 'value', binding, envelope)), value)
  }
})

test('an envelope that was altered in any octet does not open', () => {
  const envelope = sealEnvelope(dataKey, 'value', binding, Buffer.from('secret'), randomBytes)
  for (let index = 0; index < envelope.length; index++) {
    const altered = Uint8Array.from(envelope)
    altered[index]! ^= 1
    assert.throws(() => openEnvelope(keysByNumber, 'value', binding, altered), { code: 'InternalError' })
  }
  for (let length = 0; length < envelope.length; length++)
    assert.throws(() => openEnvelope(keysByNumber, 'value', binding, envelope.subarray(0, length)), {
      code: 'InternalError',
    })
})

test('a private key does not open as a value, nor under another key', () => {
  const envelope = sealEnvelope(dataKey, 'private key', binding, Buffer.from('secret'), randomBytes)
  assert.throws(() => openEnvelope(keysByNumber, 'value', binding, envelope), { code: 'InternalError' })
  const other = new Map([[1, { number: 1, key: randomBytes(32) }]])
  assert.throws(() => openEnvelope(other, 'private key', binding, envelope), { code: 'InternalError' })
})

test('a symmetric key does not open as a private key, nor the reverse', async () => {
  const keys = new SoftwareKeys(dataKey, randomBytes, 2)
  const secretKey = await keys.createSecretKey(256, binding)
  const { stored } = await keys.create({ kty: 'EC', curve: 'P-256' }, binding)
  await assert.rejects(keys.open({ ...secretKey, uri: stored.uri }, binding), { code: 'InternalError' })
  await assert.rejects(keys.open({ ...stored, uri: secretKey.uri }, binding), { code: 'InternalError' })
})

test('equal values have different envelopes', () => {
  const seal = () =>
    Buffer.from(sealEnvelope(dataKey, 'value', binding, Buffer.from('same'), randomBytes)).toString('hex')
  assert.notEqual(seal(), seal())
})

test('a wrapped key is not the key in disguise', async () => {
  const keys = new SoftwareKeys(dataKey, randomBytes, 2)
  const { stored } = await keys.create({ kty: 'EC', curve: 'P-256' }, binding)
  const pkcs8 = Buffer.from((await keys.open(stored, binding)).reveal())
  // The private scalar of a P-256 key in PKCS#8 stands at octets 36 to 68.
  assert.equal(Buffer.from(stored.wrapped!).includes(pkcs8.subarray(36, 68)), false)
})

test('more RSA keys at once than cores all come out', async () => {
  const keys = new SoftwareKeys(dataKey, randomBytes, 2)
  const made = await Promise.all(
    Array.from({ length: 5 }, () => keys.create({ kty: 'RSA', size: 2048 }, binding)),
  )
  assert.equal(new Set(made.map(({ publicKey }) => Buffer.from(publicKey).toString('hex'))).size, 5)
})

test('a secret shows itself to nobody who prints it', () => {
  const secret = new Secret('hunter2')
  assert.equal(`${secret} ${JSON.stringify({ secret })} ${inspect({ secret })}`.includes('hunter2'), false)
  assert.equal(secret.reveal(), 'hunter2')
})
