import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import {
  checkKeyUsage,
  curves,
  keyOperations,
  keySize,
  keySpecOf,
  keyUsageBit,
  keyUsageWords,
  signatureHash,
} from '../../src/domain/key-spec.ts'

test('key usages have the bits of RFC 5280 4.2.1.3', () => {
  assert.deepEqual(keyUsageWords, [
    'digitalSignature',
    'nonRepudiation',
    'keyEncipherment',
    'dataEncipherment',
    'keyAgreement',
    'keyCertSign',
    'cRLSign',
    'encipherOnly',
    'decipherOnly',
  ])
  assert.deepEqual(keyUsageWords.map(keyUsageBit), [0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a managed key has the operations Key Vault was recorded to give it', () => {
  assert.deepEqual(keyOperations('RSA', ['digitalSignature', 'keyEncipherment']), [
    'sign',
    'verify',
    'wrapKey',
    'unwrapKey',
  ])
})

test('operations keep their order whatever the order of the usages', () => {
  assert.deepEqual(keyOperations('RSA', ['cRLSign', 'keyEncipherment', 'dataEncipherment']), [
    'encrypt',
    'decrypt',
    'sign',
    'verify',
    'wrapKey',
    'unwrapKey',
  ])
  assert.deepEqual(keyOperations('RSA', ['keyAgreement']), [])
  assert.deepEqual(keyOperations('RSA', ['decipherOnly']), ['decrypt'])
  assert.deepEqual(keyOperations('EC', ['digitalSignature', 'encipherOnly']), ['sign', 'verify'])
})

test('no key usage restricts nothing', () => {
  assert.equal(keyOperations('RSA', []).length, 6)
  assert.deepEqual(keyOperations('EC', []), ['sign', 'verify'])
})

test('an EC key encrypts nothing', () => {
  for (const word of ['keyEncipherment', 'dataEncipherment'] as const) {
    assert.throws(() => checkKeyUsage('EC', ['digitalSignature', word]), {
      code: 'BadParameter',
      message: new RegExp(word),
    })
    checkKeyUsage('RSA', [word])
  }
  checkKeyUsage('EC', ['digitalSignature', 'keyAgreement', 'keyCertSign'])
})

test('a policy names a key', () => {
  assert.deepEqual(keySpecOf({ keyType: 'RSA' }), { kty: 'RSA', size: 2048 })
  assert.deepEqual(keySpecOf({ keyType: 'RSA-HSM', keySize: 4096 }), { kty: 'RSA', size: 4096 })
  assert.deepEqual(keySpecOf({ keyType: 'EC' }), { kty: 'EC', curve: 'P-256' })
  assert.deepEqual(keySpecOf({ keyType: 'EC-HSM', curve: 'P-256K' }), { kty: 'EC', curve: 'P-256K' })
  assert.throws(() => keySpecOf({ keyType: 'RSA', keySize: 1024 }), /1024/)
  assert.throws(() => keySpecOf({ keyType: 'oct' }), /oct/)
})

test('the hash goes with the curve', () => {
  assert.deepEqual(
    (['P-256', 'P-384', 'P-521', 'P-256K'] as const).map((curve) => [
      signatureHash({ kty: 'EC', curve }),
      keySize({ kty: 'EC', curve }),
    ]),
    [
      ['sha256', 256],
      ['sha384', 384],
      ['sha512', 521],
      ['sha256', 256],
    ],
  )
  assert.equal(signatureHash({ kty: 'RSA', size: 4096 }), 'sha256')
})

test('curves are those OpenSSL knows by these names', () => {
  for (const curve of Object.values(curves)) {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve.opensslName })
    const { x } = publicKey.export({ format: 'jwk' })
    assert.equal(Buffer.from(x ?? '', 'base64url').length, curve.coordinateLength)
  }
})
