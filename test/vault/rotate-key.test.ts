/** Rotation: on demand, and by the policy of a key when its time has come. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RotationPolicyInput } from '../../src/domain/rotation-policy.ts'
import { seconds } from '../../src/domain/time.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { rotateDue, rotationClaimSeconds } from '../../src/vault/keys/rotate-due.ts'
import { storedKeyOf } from '../../src/vault/keys/stored-key.ts'
import type { CreateKeyInput } from '../../src/vault/vault.ts'
import { type Break, type BreakingStorage, breakingStorage } from '../doubles/breaking-storage.ts'
import { newPath, openTestVault, type TestVault } from '../doubles/vault.ts'

const day = 86_400
const page = { limit: 25 }
const create = (house: TestVault, name: string, more: Partial<CreateKeyInput> = {}) =>
  house.vault.createKey(house.officer, name, { keyType: 'EC', ...more })
const versionsOf = async (house: TestVault, name: string) =>
  (await house.vault.listKeyVersions(house.officer, name, page)).length
const dueOf = (house: TestVault, name: string) =>
  house.parts.storage.read(async ({ keys }) => (await keys.find('default', name))?.dueAt)
const rotations = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'KeyRotate')

const everyFifteenDays: RotationPolicyInput = {
  lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P15D' }],
  expiryTime: 'P30D',
}
const tenDaysBefore: RotationPolicyInput = {
  lifetimeActions: [{ action: 'Rotate', timeBeforeExpiry: 'P10D' }],
  expiryTime: 'P30D',
}
const set = (house: TestVault, name: string, policy = everyFifteenDays) =>
  house.vault.setRotationPolicy(house.officer, name, policy)

test('a rotation makes another key of the same kind, for the same use', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const shapes: Partial<CreateKeyInput>[] = [
    { keyType: 'EC', curve: 'P-521', keyOperations: ['verify', 'sign'], tags: { a: 'b' } },
    { keyType: 'oct', keySize: 128, enabled: false },
    { keyType: 'RSA', keySize: 2048, keyOperations: ['wrapKey'] },
  ]
  for (const [index, shape] of shapes.entries()) {
    const name = `key-${index}`
    const first = await create(house, name, { ...shape, expires: seconds(house.clock.now() + day) })
    house.clock.move(60)
    const { jwk, ...next } = await vault.rotateKey(officer, name.toUpperCase())
    const { jwk: former, expires: _expires, ...kept } = first
    const now = house.clock.now()
    assert.deepEqual(next, { ...kept, version: next.version, enabled: true, created: now, updated: now })
    assert.notEqual(next.version, first.version)
    assert.equal(jwk.kty, former.kty)
    if (jwk.kty === 'EC') assert.ok(former.kty === 'EC' && jwk.crv === former.crv && jwk.x !== former.x)
    if (jwk.kty === 'RSA')
      assert.ok(former.kty === 'RSA' && jwk.n.length === former.n.length && jwk.n !== former.n)
    assert.deepEqual(await vault.readKey(officer, name, first.version), first)
    assert.equal((await vault.readKey(officer, name)).version, next.version)
  }
  await assert.rejects(vault.rotateKey(officer, 'none'), { code: 'KeyNotFound' })
  await house.close()
})

test('a policy is completed, answered, and replaced as a whole', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await create(house, 'Key')
  const unset = await vault.readRotationPolicy(officer, 'KEY')
  assert.deepEqual(unset, { name: 'Key', policy: { notify: { timeBeforeExpiry: 'P30D' } } })
  const created = house.clock.now()
  const stored = await set(house, 'key')
  const policy = {
    rotate: { timeAfterCreate: 'P15D' },
    notify: { timeBeforeExpiry: 'P30D' },
    expiryTime: 'P30D',
    created,
    updated: created,
  }
  assert.deepEqual(stored, { name: 'Key', policy })
  assert.deepEqual(await vault.readRotationPolicy(officer, 'key'), stored)
  house.clock.move(7)
  const replaced = await set(house, 'key', {})
  assert.deepEqual(replaced.policy, { ...unset.policy, created, updated: created + 7 })
  await assert.rejects(set(house, 'key', { expiryTime: 'P1D' }), { code: 'BadParameter' })
  assert.deepEqual(await vault.readRotationPolicy(officer, 'key'), replaced)
  await assert.rejects(set(house, 'none'), { code: 'KeyNotFound' })
  await assert.rejects(vault.readRotationPolicy(officer, 'none'), { code: 'KeyNotFound' })
  await house.close()
})

test('a version of a rotation expires as the policy says', async () => {
  const house = await openTestVault()
  await create(house, 'key')
  await set(house, 'key')
  const { expires, created } = await house.vault.rotateKey(house.officer, 'key')
  assert.equal(expires! - created, 30 * day)
  await house.close()
})

test('a key is rotated at its second, once, by the vault itself', async () => {
  const house = await openTestVault()
  const first = await create(house, 'Key')
  await create(house, 'other')
  await set(house, 'key')
  house.clock.move(15 * day - 1)
  assert.equal(await rotateDue(house.parts), false)
  assert.equal(await versionsOf(house, 'key'), 1)
  house.clock.move(1)
  await Promise.all([rotateDue(house.parts), rotateDue(house.parts)])
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 2)
  assert.equal(await versionsOf(house, 'other'), 1)
  const next = await house.vault.readKey(house.officer, 'key')
  assert.notEqual(next.version, first.version)
  assert.deepEqual([next.created, next.expires], [house.clock.now(), house.clock.now() + 30 * day])
  const records = await rotations(house)
  assert.deepEqual(records, [
    {
      at: house.clock.now(),
      vault: 'default',
      operation: 'KeyRotate',
      identity: { kind: 'vault', objectId: '00000000-0000-0000-0000-000000000000', name: 'certkeep' },
      origin: records[0]!.origin,
      object: 'keys/Key',
      outcome: 'success',
      facts: { version: next.version },
    },
  ])
  house.clock.move(15 * day)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 3)
  await house.close()
})

test('rotation before the expiry follows the expiry, also when it is changed', async () => {
  const house = await openTestVault()
  const start = house.clock.now()
  await create(house, 'key')
  await set(house, 'key', tenDaysBefore)
  assert.equal(await dueOf(house, 'key'), undefined)
  const change = (input: object) => house.vault.updateKey(house.officer, 'key', undefined, input)
  await change({ expires: start + 40 * day })
  assert.equal(await dueOf(house, 'key'), start + 30 * day)
  await change({ expires: start + 12 * day })
  assert.equal(await dueOf(house, 'key'), start + 2 * day)
  await change({ enabled: false })
  assert.equal(await dueOf(house, 'key'), undefined)
  await change({ enabled: true })
  house.clock.move(2 * day)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 2)
  assert.equal(await dueOf(house, 'key'), house.clock.now() + 20 * day)
  await set(house, 'key', {})
  assert.equal(await dueOf(house, 'key'), undefined)
  await house.close()
})

test('a version that somebody makes starts the time anew', async () => {
  const house = await openTestVault()
  await create(house, 'key')
  await set(house, 'key')
  house.clock.move(10 * day)
  await create(house, 'key')
  house.clock.move(10 * day)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 2)
  house.clock.move(5 * day)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 3)
  await house.close()
})

test('a deleted key waits, and is rotated once it is back', async () => {
  const house = await openTestVault()
  await create(house, 'key')
  await set(house, 'key')
  await house.vault.deleteKey(house.officer, 'key')
  house.clock.move(20 * day)
  await rotateDue(house.parts)
  await house.vault.recoverKey(house.officer, 'key')
  assert.equal(await versionsOf(house, 'key'), 1)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 2)
  await house.close()
})

/** Lets something happen while the next key is made. */
function meanwhile(house: TestVault, act: () => Promise<unknown>): void {
  const make = house.parts.keys.create.bind(house.parts.keys)
  house.parts.keys.create = async (spec, binding) => {
    house.parts.keys.create = make
    await act()
    return make(spec, binding)
  }
}

/** A key that is due, and what happens to it while the next is made. */
async function rotatedWhile(act: (house: TestVault) => Promise<unknown>): Promise<TestVault> {
  const house = await openTestVault()
  await create(house, 'key', { keyOperations: ['sign', 'verify'] })
  await set(house, 'key')
  house.clock.move(15 * day)
  meanwhile(house, () => act(house))
  await rotateDue(house.parts)
  return house
}

test('a key that is deleted, disabled or replaced while the next is made stays as it is', async () => {
  const deleted = await rotatedWhile(({ vault, officer }) => vault.deleteKey(officer, 'key'))
  await deleted.vault.recoverKey(deleted.officer, 'key')
  const disabled = await rotatedWhile(({ vault, officer }) =>
    vault.updateKey(officer, 'key', undefined, { enabled: false }),
  )
  const replaced = await rotatedWhile((house) => create(house, 'key'))
  for (const [house, versions] of [
    [deleted, 1],
    [disabled, 1],
    [replaced, 2],
  ] as const) {
    assert.equal(await versionsOf(house, 'key'), versions)
    assert.deepEqual(await rotations(house), [])
    await house.close()
  }
})

test('a key that is restricted while the next is made passes the restriction on', async () => {
  const restriction = { keyOperations: ['verify'], tags: { a: 'b' } }
  const house = await rotatedWhile(({ vault, officer }) =>
    vault.updateKey(officer, 'key', undefined, restriction),
  )
  assert.equal(await versionsOf(house, 'key'), 2)
  const { keyOperations, tags } = await house.vault.readKey(house.officer, 'key')
  assert.deepEqual({ keyOperations, tags }, restriction)
  await house.close()
})

test('of two rotations at once, the later is told of the other', async () => {
  const house = await openTestVault()
  await create(house, 'key')
  meanwhile(house, () => house.vault.rotateKey(house.officer, 'key'))
  await assert.rejects(house.vault.rotateKey(house.officer, 'key'), { code: 'Conflict' })
  assert.equal(await versionsOf(house, 'key'), 2)
  await house.close()
})

test('a rotation that fails is on record, tells nothing, holds up no other, and is tried again', async () => {
  const house = await openTestVault()
  for (const name of ['a', 'b']) {
    await create(house, name)
    await set(house, name)
  }
  house.clock.move(15 * day)
  meanwhile(house, () => Promise.reject(new Error('the keeper is away')))
  await rotateDue(house.parts)
  const counts = async () => [await versionsOf(house, 'a'), await versionsOf(house, 'b')]
  assert.deepEqual((await counts()).sort(), [1, 2])
  const failed = (await rotations(house)).filter(({ outcome }) => outcome === 'failed')
  assert.equal(failed.length, 1)
  assert.deepEqual(
    [failed[0]!.errorCode, failed[0]!.errorMessage],
    ['InternalError', 'The service failed; see its log.'],
  )
  assert.match(house.log[0]!.message, /will be tried again/)
  await rotateDue(house.parts)
  assert.deepEqual((await counts()).sort(), [1, 2])
  house.clock.move(rotationClaimSeconds)
  await rotateDue(house.parts)
  assert.deepEqual(await counts(), [2, 2])
  await house.close()
})

test('more than one batch is said to be more, and all get their turn', async () => {
  const house = await openTestVault()
  for (let index = 0; index < 21; index++) {
    await create(house, `k${index}`)
    await set(house, `k${index}`)
  }
  house.clock.move(15 * day)
  assert.equal(await rotateDue(house.parts), true)
  assert.equal(await rotateDue(house.parts), false)
  assert.equal((await rotations(house)).length, 21)
  await house.close()
})

/** A key that is due, in a store that fails as told; then the process starts again. Gives how many transactions there were. */
async function rotatedThrough(dies: Break): Promise<number> {
  const path = newPath()
  let house = await openTestVault({ path })
  const { clock } = house
  await create(house, 'key')
  await set(house, 'key')
  clock.move(15 * day)
  await house.close()
  let store: BreakingStorage | undefined
  const through = (storage: Storage) => {
    store = breakingStorage(storage, dies)
    return store
  }
  house = await openTestVault({ path, clock, through, seed: 'second life' })
  await rotateDue(house.parts).catch(() => undefined)
  await house.close()
  house = await openTestVault({ path, clock, seed: 'third life' })
  clock.move(rotationClaimSeconds)
  await rotateDue(house.parts)
  assert.equal(await versionsOf(house, 'key'), 2)
  assert.equal((await rotations(house)).filter(({ outcome }) => outcome === 'success').length, 1)
  const { name, version } = await house.vault.readKey(house.officer, 'key')
  await house.parts.storage.read(async ({ keys }) => {
    const { sealed } = (await keys.findVersion('default', 'key'))!
    await house.parts.keys.open(storedKeyOf(sealed), { vault: 'default', name, version })
  })
  await house.close()
  return store!.calls
}

test('whenever the store fails during a rotation, one new version is there in the end', async () => {
  const whole = await rotatedThrough({ call: Number.POSITIVE_INFINITY, when: 'before' })
  assert.ok(whole >= 2)
  for (let call = 1; call <= whole; call++)
    for (const when of ['before', 'after'] as const)
      for (const passing of [false, true]) await rotatedThrough({ call, when, passing })
})
