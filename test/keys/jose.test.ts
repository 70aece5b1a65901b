/** The examples of RFC 7515 and RFC 7516, by the keeper that has the key and by whoever has its public half. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { verifyDigest } from '../../src/keys/public-key.ts'
import { binding, encryption, keeper, sealed, signature } from './sealed-key.ts'

const examples = JSON.parse(
  readFileSync(join(import.meta.dirname, '..', 'vectors', 'jose', 'examples.json'), 'utf8'),
)

for (const { source, alg, key, input, signature: published } of examples.signatures) {
  const algorithm = signature<'ECDSA' | 'RSASSA-PKCS1-v1_5'>(alg)
  const digest = createHash(algorithm.hash!).update(input).digest()
  const expected = Buffer.from(published, 'base64url')

  test(`${source}: ${alg} verifies what was published, and nothing near it`, () => {
    assert.ok(verifyDigest(key, algorithm, digest, expected))
    for (let index = 0; index < expected.length; index += 7) {
      const altered = Buffer.from(expected)
      altered[index]! ^= 1
      assert.equal(verifyDigest(key, algorithm, digest, altered), false, `octet ${index}`)
    }
    const otherDigest = createHash(algorithm.hash!).update('another').digest()
    assert.equal(verifyDigest(key, algorithm, otherDigest, expected), false)
  })

  test(`${source}: ${alg} signs with the published key`, async () => {
    const made = await keeper.signDigest(await sealed(key), binding, algorithm, digest)
    assert.ok(verifyDigest(key, algorithm, digest, made))
    // PKCS#1 v1.5 has no randomness: the signature has to be the very one.
    if (alg === 'RS256') assert.deepEqual(Buffer.from(made), expected)
    else assert.notDeepEqual(Buffer.from(made), expected)
  })
}

test('a signature that Key Vault made in 2023 is one of its key (answers to create and sign, as recorded)', () => {
  const { key, digest, value } = examples.keyVault
  const algorithm = signature<'RSASSA-PKCS1-v1_5'>('RS256')
  assert.ok(verifyDigest(key, algorithm, Buffer.from(digest, 'base64url'), Buffer.from(value, 'base64url')))
})

for (const { source, alg, key, value, cek } of examples.wrapped)
  test(`${source}: ${alg} unwraps the published key`, async () => {
    const wrapped = { value: Buffer.from(value, 'base64url') }
    const opened = await keeper.decrypt(await sealed(key), binding, encryption(alg), wrapped)
    assert.equal(Buffer.from(opened.reveal()).toString('hex'), cek)
  })
