/** Which keys can be made for themselves, and what they may do. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  checkNotForRelease,
  checkRsaSize,
  freeKeyOperations,
  freeKeySpecOf,
} from '../../src/domain/key-rules.ts'

test('what is not said of a key is completed by its type', () => {
  assert.deepEqual(freeKeySpecOf({ keyType: 'RSA' }), { kty: 'RSA', size: 2048 })
  assert.deepEqual(freeKeySpecOf({ keyType: 'EC' }), { kty: 'EC', curve: 'P-256' })
  assert.deepEqual(freeKeySpecOf({ keyType: 'oct' }), { kty: 'oct', size: 256 })
})

test('sizes, curves and the one exponent are taken', () => {
  for (const size of [2048, 3072, 4096] as const)
    assert.deepEqual(freeKeySpecOf({ keyType: 'RSA', keySize: size, publicExponent: 65_537 }), {
      kty: 'RSA',
      size,
    })
  for (const size of [128, 192, 256] as const)
    assert.deepEqual(freeKeySpecOf({ keyType: 'oct', keySize: size }), { kty: 'oct', size })
  for (const [curve, keySize] of [
    ['P-256', 256],
    ['P-384', 384],
    ['P-521', 521],
    ['P-256K', 256],
  ] as const)
    assert.deepEqual(freeKeySpecOf({ keyType: 'EC', curve, keySize }), { kty: 'EC', curve })
})

test('what a type of key cannot have is refused', () => {
  for (const [request, message] of [
    [{ keyType: 'RSA', keySize: 1024 }, /2048, 3072 or 4096/],
    [{ keyType: 'RSA', publicExponent: 3 }, /^public_exponent: .*65537/],
    [{ keyType: 'RSA', curve: 'P-256' }, /^crv:/],
    [{ keyType: 'EC', publicExponent: 65_537 }, /^public_exponent:/],
    [{ keyType: 'EC', curve: 'P-384', keySize: 256 }, /^key_size: .*384/],
    [{ keyType: 'oct', keySize: 512 }, /128, 192 or 256/],
    [{ keyType: 'oct', curve: 'P-256' }, /^crv:/],
  ] as const)
    assert.throws(() => freeKeySpecOf(request), { code: 'BadParameter', message })
  assert.throws(() => checkRsaSize(2056), { code: 'BadParameter' })
  checkRsaSize(3072)
})

test('operations are those of the type, in the order of the caller', () => {
  assert.deepEqual(freeKeyOperations('EC', undefined), ['sign', 'verify'])
  assert.deepEqual(freeKeyOperations('oct', undefined), ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'])
  assert.deepEqual(freeKeyOperations('RSA', undefined).length, 6)
  assert.deepEqual(freeKeyOperations('RSA', ['verify', 'encrypt']), ['verify', 'encrypt'])
  assert.deepEqual(freeKeyOperations('oct', ['sign', 'verify']), ['sign', 'verify'])
  assert.deepEqual(freeKeyOperations('RSA', []), [])
  for (const [kty, sent] of [
    ['EC', ['encrypt']],
    ['EC', ['wrapKey']],
    ['RSA', ['import']],
    ['RSA', ['export']],
    ['RSA', ['Sign']],
    ['oct', ['deriveKey']],
    ['RSA', ['toString']],
  ] as const)
    assert.throws(() => freeKeyOperations(kty, sent), { code: 'BadParameter', message: /^key_ops: '/ })
  assert.throws(() => freeKeyOperations('RSA', ['sign', 'sign']), { message: /once/ })
})

test('a key that could be released is refused', () => {
  checkNotForRelease({ exportable: false })
  assert.throws(() => checkNotForRelease({ exportable: true }), { message: /^attributes\.exportable/ })
  assert.throws(() => checkNotForRelease({ hasReleasePolicy: true }), { message: /^release_policy/ })
})
