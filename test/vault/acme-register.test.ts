/** Keys of ACME accounts, and the secrets that proofs of control may use. */
import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import type { AccountKey } from '../../src/issuers/acme/account-key.ts'
import { acmeRegister } from '../../src/vault/acme/acme-register.ts'
import { challengeSecret } from '../../src/vault/acme/challenge-secret.ts'
import { newPath, openTestVault } from '../doubles/vault.ts'

const place = { vault: 'default', issuer: 'public', directory: 'https://ca.example/directory' }

async function signs(key: AccountKey): Promise<boolean> {
  const data = Buffer.from('data')
  const publicKey = createPublicKey({ key: { ...key.jwk }, format: 'jwk' })
  return verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, await key.sign(data))
}

test('an account has one key, however many ask for it at once, and after a restart', async () => {
  const path = newPath()
  const first = await openTestVault({ path })
  const register = acmeRegister(first.parts)
  const keys = await Promise.all([1, 2, 3].map(() => register.accountKey(place)))
  assert.equal(new Set(keys.map(({ jwk }) => jwk.x)).size, 1)
  assert.ok(await signs(keys[0]!))
  await first.close()
  const second = await openTestVault({ path, seed: 'second' })
  const again = await acmeRegister(second.parts).accountKey({ ...place, issuer: 'PUBLIC' })
  assert.deepEqual(again.jwk, keys[0]!.jwk)
  assert.ok(await signs(again))
})

test('another directory, issuer or vault is another account', async () => {
  const register = acmeRegister((await openTestVault()).parts)
  const { jwk } = await register.accountKey(place)
  for (const change of [{ directory: 'https://other.example/' }, { issuer: 'other' }, { vault: 'other' }])
    assert.notDeepEqual((await register.accountKey({ ...place, ...change })).jwk, jwk)
})

test('the key that is to follow is made once, and takes over when it is told to', async () => {
  const register = acmeRegister((await openTestVault()).parts)
  const present = await register.accountKey(place)
  const next = await register.nextAccountKey(place)
  assert.deepEqual((await register.nextAccountKey(place)).jwk, next.jwk)
  assert.deepEqual((await register.accountKey(place)).jwk, present.jwk)
  assert.ok(await signs(next))
  await register.adoptNextKey(place, present)
  assert.deepEqual((await register.accountKey(place)).jwk, present.jwk)
  await register.adoptNextKey(place, next)
  await register.adoptNextKey(place, next)
  assert.deepEqual((await register.accountKey(place)).jwk, next.jwk)
  assert.notDeepEqual((await register.nextAccountKey(place)).jwk, next.jwk)
})

test('no door of the vault reaches the key of an account', async () => {
  const { parts, vault, officer } = await openTestVault()
  await acmeRegister(parts).accountKey(place)
  assert.deepEqual(await vault.listKeys(officer, { limit: 9 }), [])
  assert.deepEqual(await vault.listSecrets(officer, { limit: 9 }), [])
})

test('an account that is kept leaves a record', async () => {
  const { parts, audit, clock } = await openTestVault()
  const now = clock.now()
  const account = {
    ...place,
    url: 'https://ca.example/1',
    status: 'valid',
    contacts: [],
    created: now,
    updated: now,
  } as const
  await acmeRegister(parts).keepAccount(account)
  const [record] = (await audit()).slice(-1)
  assert.deepEqual([record?.operation, record?.object], ['AcmeAccountUpdate', 'issuers/public'])
})

const value = new Secret('token of the zone')

test('a secret that is marked for it is given to proofs of control, and that is on record', async () => {
  const { parts, vault, officer, audit } = await openTestVault()
  const tags = { 'certkeep-use': 'challenges' }
  await vault.setSecret(officer, 'dns-token', { value, tags })
  assert.equal((await challengeSecret(parts, 'default', 'DNS-token')).reveal(), value.reveal())
  const [record] = (await audit()).slice(-1)
  assert.equal(record?.operation, 'SecretGet')
  assert.equal(record?.identity?.kind, 'vault')
})

test('no other secret is given out, and the refusal says what to do', async () => {
  const { parts, vault, officer } = await openTestVault()
  await vault.setSecret(officer, 'unmarked', { value })
  await vault.setSecret(officer, 'other-use', { value, tags: { 'certkeep-use': 'else' } })
  await vault.setSecret(officer, 'disabled', {
    value,
    tags: { 'certkeep-use': 'challenges' },
    enabled: false,
  })
  for (const [name, message] of [
    ['none', /no secret none in this vault/],
    ['unmarked', /tag certkeep-use with the value challenges/],
    ['other-use', /tag certkeep-use/],
    ['disabled', /is disabled/],
  ] as const)
    await assert.rejects(challengeSecret(parts, 'default', name), { failure: 'user-action', message })
})
