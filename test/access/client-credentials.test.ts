import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { credentialMatches, generateCredential, hashCredential } from '../../src/access/client-credentials.ts'
import { Secret } from '../../src/domain/secret.ts'

test('a credential holds 256 random bits and needs no quoting', () => {
  const asked: number[] = []
  const credential = generateCredential((length) => {
    asked.push(length)
    return new Uint8Array(length).fill(0xff)
  })
  assert.deepEqual(asked, [32])
  assert.equal(credential.reveal(), Buffer.alloc(32, 0xff).toString('base64url'))
  assert.match(generateCredential(randomBytes).reveal(), /^[\w-]{43}$/)
})

test('a credential never looks like an option of a program', () => {
  const draws = [0xf8, 0xfb, 0x04]
  const credential = generateCredential((length) => new Uint8Array(length).fill(draws.shift()!))
  assert.equal(credential.reveal(), Buffer.alloc(32, 0x04).toString('base64url'))
})

test('a credential matches its own hash only', () => {
  const credential = generateCredential(randomBytes)
  const stored = hashCredential(credential)
  assert.deepEqual(Buffer.from(stored), createHash('sha256').update(credential.reveal()).digest())
  assert.equal(credentialMatches(credential, stored), true)
  const text = credential.reveal()
  for (const wrong of ['', text.slice(0, -1), `${text}A`, text.toUpperCase(), stored.toString(), '\0'])
    assert.equal(credentialMatches(new Secret(wrong), stored), false, wrong)
})

test('nothing matches where no hash is stored, not even what hashes to zeros', () => {
  assert.equal(credentialMatches(generateCredential(randomBytes), undefined), false)
})
