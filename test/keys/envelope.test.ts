/** The envelope as bytes: what other programs, and later versions of this one, will find in storage. */
import assert from 'node:assert/strict'
import { createDecipheriv, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { type DataKey, openEnvelope, type Purpose, sealEnvelope } from '../../src/keys/software/envelope.ts'

const dataKey: DataKey = { number: 7, key: randomBytes(32) }
const keys = new Map([[7, dataKey]])
const binding = { vault: 'Default', name: 'Web', version: '0123456789abcdef0123456789abcdef' }
const value = Buffer.from('the secret value')

const seal = (purpose: Purpose = 'value', bound = binding) =>
  sealEnvelope(dataKey, purpose, bound, value, randomBytes)

test('format, key number, nonce, ciphertext and tag stand in this order, bound by these words', () => {
  const nonce = Buffer.from('nonce of 12!')
  const envelope = Buffer.from(sealEnvelope(dataKey, 'private key', binding, value, () => nonce))
  assert.equal(envelope.length, 2 + 12 + value.length + 16)
  assert.deepEqual([envelope[0], envelope[1]], [1, 7])
  assert.deepEqual(envelope.subarray(2, 14), nonce)
  const decipher = createDecipheriv('aes-256-gcm', dataKey.key, nonce)
  decipher.setAAD(Buffer.from(`private key\0default\0web\0${binding.version}`))
  decipher.setAuthTag(envelope.subarray(-16))
  const opened = Buffer.concat([decipher.update(envelope.subarray(14, -16)), decipher.final()])
  assert.deepEqual(opened, value)
})

test('the nonce is all the randomness there is, and asked for anew each time', () => {
  const asked: number[] = []
  const random = (length: number) => {
    asked.push(length)
    return randomBytes(length)
  }
  sealEnvelope(dataKey, 'value', binding, value, random)
  sealEnvelope(dataKey, 'value', binding, value, random)
  assert.deepEqual(asked, [12, 12])
})

test('an envelope opens where it belongs and nowhere else', () => {
  const envelope = seal()
  for (const elsewhere of [
    { ...binding, vault: 'other' },
    { ...binding, name: 'web2' },
    { ...binding, version: 'fedcba9876543210fedcba9876543210' },
    { ...binding, version: '' },
    { vault: binding.name, name: binding.vault, version: binding.version },
    { vault: '', name: `${binding.vault}${binding.name}`, version: binding.version },
  ])
    assert.throws(() => openEnvelope(keys, 'value', elsewhere, envelope), { code: 'InternalError' })
  for (const purpose of ['private key', 'data key'] as const)
    assert.throws(() => openEnvelope(keys, purpose, binding, envelope), { code: 'InternalError' })
  const shouted = { ...binding, vault: 'DEFAULT', name: 'WEB' }
  assert.deepEqual(Buffer.from(openEnvelope(keys, 'value', shouted, envelope)), value)
})

test('the key is found by its number; another format or number is refused', () => {
  const second: DataKey = { number: 8, key: randomBytes(32) }
  const both = new Map([...keys, [8, second]])
  const envelope = sealEnvelope(second, 'value', binding, value, randomBytes)
  assert.deepEqual(Buffer.from(openEnvelope(both, 'value', binding, envelope)), value)
  const refused = { code: 'InternalError', detail: 'unknown envelope format or data key' }
  assert.throws(() => openEnvelope(keys, 'value', binding, envelope), refused)
  for (const format of [0, 2, 255])
    assert.throws(
      () => openEnvelope(both, 'value', binding, Uint8Array.from([format, ...envelope.subarray(1)])),
      refused,
    )
  assert.throws(() => openEnvelope(both, 'value', binding, new Uint8Array()), refused)
})

test('a refusal says where, never what', () => {
  const altered = Uint8Array.from(seal())
  altered[20]! ^= 1
  assert.throws(
    () => openEnvelope(keys, 'value', binding, altered),
    (error: Error & { detail?: string }) => {
      assert.equal(error.message, 'A stored value cannot be opened.')
      assert.match(error.detail!, /the value of Default\/Web\/0123456789abcdef/)
      const shown = inspect(error, { depth: 9, showHidden: true })
      for (const secret of [
        value.toString(),
        dataKey.key.toString(),
        Buffer.from(dataKey.key).toString('hex'),
      ])
        assert.equal(shown.includes(secret), false)
      return true
    },
  )
})

test('any value comes back, and is not to be seen in its envelope', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 500 }), (bytes) => {
      const before = Uint8Array.from(bytes)
      const envelope = sealEnvelope(dataKey, 'value', binding, bytes, randomBytes)
      assert.equal(Buffer.from(envelope).includes(bytes), false)
      assert.deepEqual(Uint8Array.from(openEnvelope(keys, 'value', binding, envelope)), before)
      assert.deepEqual(bytes, before, 'the value was not touched')
    }),
  )
})
