/** Secrets that stand for themselves, beside those of certificates. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import type { SecretSummary, SetSecretInput } from '../../src/vault/vault.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const page = { limit: 25 }
const pem = 'application/x-pem-file'
const pkcs12 = 'application/x-pkcs12'

const set = (house: TestVault, name: string, value: string, more: Omit<SetSecretInput, 'value'> = {}) =>
  house.vault.setSecret(house.officer, name, { value: new Secret(value), ...more })
const read = async (house: TestVault, name: string, version?: string) =>
  (await house.vault.readSecret(house.officer, name, version === undefined ? {} : { version })).value.reveal()
const namesOf = (secrets: SecretSummary[]) => secrets.map(({ name }) => name)

test('each set makes a version, the last is current, and every one can be read by its id', async () => {
  const house = await openTestVault()
  const first = await set(house, 'Token', 'one', { contentType: 'text/plain', tags: { a: 'b' } })
  house.clock.move(5)
  const second = await set(house, 'token', 'zwei – 二 – 🗝', { enabled: true, expires: seconds(4e9) })
  assert.equal(second.value.reveal(), 'zwei – 二 – 🗝')
  assert.notEqual(first.version, second.version)
  assert.equal(await read(house, 'TOKEN'), 'zwei – 二 – 🗝')
  assert.equal(await read(house, 'token', first.version), 'one')
  const { value: _value, ...kept } = await house.vault.readSecret(house.officer, 'token', {})
  assert.deepEqual(kept, {
    name: 'Token',
    version: second.version,
    enabled: true,
    expires: 4e9,
    created: house.clock.now(),
    updated: house.clock.now(),
    managed: false,
  })
  const versions = await house.vault.listSecretVersions(house.officer, 'token', page)
  assert.deepEqual(
    versions.map(({ version }) => version),
    [first.version, second.version].sort(),
  )
  const absent = { version: '0'.repeat(32) }
  await assert.rejects(house.vault.readSecret(house.officer, 'token', absent), { code: 'SecretNotFound' })
  assert.deepEqual(await house.vault.listSecretVersions(house.officer, 'absent', page), [])
  await house.close()
})

test('two sets at once are two versions', async () => {
  const house = await openTestVault()
  const made = await Promise.all([set(house, 'token', 'left'), set(house, 'token', 'right')])
  const versions = await house.vault.listSecretVersions(house.officer, 'token', page)
  assert.equal(versions.length, 2)
  assert.deepEqual(await Promise.all(made.map(({ version }) => read(house, 'token', version))), [
    'left',
    'right',
  ])
  await house.close()
})

test('what is sealed opens under its own name and version only', async () => {
  const house = await openTestVault()
  const [first, other] = [await set(house, 'token', 'one'), await set(house, 'other', 'two')]
  const { sealed } = await house.parts.storage.read(
    async ({ secrets }) => (await secrets.findVersion('default', 'other'))!,
  )
  assert.ok(!Buffer.from(sealed.sealed!).includes('two'))
  const { value: _value, managed: _managed, name: _name, ...version } = first
  const moved = { ...version, version: other.version, facts: {} }
  await house.parts.storage.transact(({ secrets }) => secrets.addVersion('default', 'token', moved, sealed))
  await assert.rejects(read(house, 'token'))
  assert.equal(await read(house, 'token', first.version), 'one')
  await house.close()
})

test('an update changes what is sent, of one version, and never the value', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const first = await set(house, 'token', 'one', { contentType: 'text/plain', tags: { a: '1', b: '2' } })
  await set(house, 'token', 'two')
  house.clock.move(10)
  const changed = await vault.updateSecret(officer, 'TOKEN', first.version, {
    notBefore: seconds(5),
    tags: { c: '3' },
  })
  const { value: _value, ...before } = first
  assert.deepEqual(changed, {
    ...before,
    notBefore: 5,
    updated: house.clock.now(),
    tags: { c: '3' },
  })
  assert.equal(await read(house, 'token', first.version), 'one')
  const current = await vault.updateSecret(officer, 'token', undefined, { contentType: 'other' })
  assert.deepEqual([current.contentType, current.tags], ['other', undefined])
  house.clock.move(10)
  assert.deepEqual(await vault.updateSecret(officer, 'token', undefined, {}), current)
  for (const absent of [
    () => vault.updateSecret(officer, 'token', '0'.repeat(32), {}),
    () => vault.updateSecret(officer, 'absent', undefined, {}),
  ])
    await assert.rejects(absent, { code: 'SecretNotFound' })
  await house.close()
})

test('a disabled version is not read, until it is enabled again; dates do not keep it', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const past = { notBefore: seconds(1), expires: seconds(2) }
  const { version } = await set(house, 'token', 'one', { ...past, enabled: false })
  await assert.rejects(read(house, 'token'), { code: 'SecretDisabled' })
  await assert.rejects(read(house, 'token', version), { code: 'SecretDisabled' })
  await vault.updateSecret(officer, 'token', undefined, { enabled: true })
  assert.equal(await read(house, 'token'), 'one')
  await vault.updateSecret(officer, 'token', undefined, { enabled: false })
  await vault.deleteSecret(officer, 'token')
  await assert.rejects(vault.readDeletedSecret(officer, 'token'), { code: 'SecretDisabled' })
  assert.equal((await vault.recoverSecret(officer, 'token')).enabled, false)
  await house.close()
})

test('a content type is no promise: only secrets of certificates are converted', async () => {
  const house = await openTestVault()
  await set(house, 'token', 'MIIK', { contentType: pkcs12 })
  const readAs = async (contentType: typeof pem | typeof pkcs12) =>
    (await house.vault.readSecret(house.officer, 'token', { contentType })).value.reveal()
  assert.equal(await readAs(pkcs12), 'MIIK')
  await assert.rejects(readAs(pem), { code: 'BadParameter', message: /outContentType/ })
  await house.close()
})

const refused: [what: string, name: string, input: Partial<SetSecretInput>, message: RegExp][] = [
  ['a name with a dot', 'a.b', {}, /name/],
  ['a long content type', 'token', { contentType: 'x'.repeat(256) }, /255/],
  [
    'sixteen tags',
    'token',
    {
      tags: Object.fromEntries(
        Array(16)
          .entries()
          .map(([n]) => [n, '']),
      ),
    },
    /15/,
  ],
  ['a long tag', 'token', { tags: { a: 'x'.repeat(513) } }, /512/],
  ['an end before the beginning', 'token', { notBefore: seconds(9), expires: seconds(9) }, /exp/],
  ['a value of more than 25 KB', 'token', { value: new Secret('x'.repeat(25_601)) }, /25600/],
  ['a value of more than 25 KB in UTF-8', 'token', { value: new Secret('ü'.repeat(12_801)) }, /25600/],
  ['half a character', 'token', { value: new Secret('\ud83d') }, /surrogate/],
]
for (const [what, name, input, message] of refused)
  test(`${what} is refused, and nothing is stored`, async () => {
    const house = await openTestVault()
    await assert.rejects(set(house, name, 'one', input), { code: 'BadParameter', message })
    assert.deepEqual(await house.vault.listSecrets(house.officer, page), [])
    await house.close()
  })

test('what is just within the limits is kept', async () => {
  const house = await openTestVault()
  const longest = { contentType: 'x'.repeat(255), tags: { ['n'.repeat(512)]: 'v'.repeat(512) } }
  await set(house, 'n'.repeat(127), 'x'.repeat(25_600), longest)
  assert.equal((await read(house, 'n'.repeat(127))).length, 25_600)
  await set(house, 'empty', '')
  assert.equal(await read(house, 'empty'), '')
  await house.close()
})

test('deletion takes all versions along, and recovery brings all of them back', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  const { vault, officer } = house
  const first = await set(house, 'Token', 'one')
  const second = await set(house, 'token', 'two')
  const deleted = await vault.deleteSecret(officer, 'token')
  const now = house.clock.now()
  assert.deepEqual(deleted.deleted, { at: now, scheduledPurgeAt: now + 604_800 })
  assert.equal(deleted.version, second.version)
  for (const [code, attempt] of [
    ['SecretNotFound', () => read(house, 'token')],
    ['SecretNotFound', () => read(house, 'token', first.version)],
    ['SecretNotFound', () => vault.updateSecret(officer, 'token', undefined, {})],
    ['SecretNotFound', () => vault.deleteSecret(officer, 'token')],
    ['ObjectIsDeletedButRecoverable', () => set(house, 'TOKEN', 'three')],
    [
      'ObjectIsDeletedButRecoverable',
      () => vault.createCertificate(officer, 'token', { policy: policyOf('Self') }),
    ],
  ] as const)
    await assert.rejects(attempt, { code })
  assert.deepEqual(await vault.listSecrets(officer, page), [])
  assert.deepEqual(await vault.listSecretVersions(officer, 'token', page), [])
  assert.deepEqual(await vault.listDeletedSecrets(officer, page), [deleted])
  assert.deepEqual(await vault.readDeletedSecret(officer, 'TOKEN'), deleted)
  const { deleted: _deletion, ...live } = deleted
  assert.deepEqual(await vault.recoverSecret(officer, 'token'), live)
  assert.equal(await read(house, 'token', first.version), 'one')
  assert.equal(await read(house, 'token'), 'two')
  await assert.rejects(vault.recoverSecret(officer, 'token'), { code: 'RequestNotAllowedOnNonDeletedObject' })
  for (const attempt of [
    () => vault.purgeSecret(officer, 'token'),
    () => vault.readDeletedSecret(officer, 'token'),
    () => vault.recoverSecret(officer, 'absent'),
  ])
    await assert.rejects(attempt, { code: 'SecretNotFound', message: /^Deleted Secret not found/ })
  await house.close()
})

test('a purged secret is gone, and its name is free for whatever it may be', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { version } = await set(house, 'token', 'one')
  await vault.deleteSecret(officer, 'token')
  await vault.purgeSecret(officer, 'token')
  assert.deepEqual(await vault.listDeletedSecrets(officer, page), [])
  await assert.rejects(vault.recoverSecret(officer, 'token'), { code: 'SecretNotFound' })
  await set(house, 'TOKEN', 'two')
  await assert.rejects(read(house, 'token', version), { code: 'SecretNotFound' })
  await vault.deleteSecret(officer, 'token')
  await vault.purgeSecret(officer, 'token')
  await house.issue('token')
  await house.close()
})

test('under purge protection nobody purges', async () => {
  const house = await openTestVault({ settings: { purgeProtection: true } })
  await set(house, 'token', 'one')
  await house.vault.deleteSecret(house.officer, 'token')
  await assert.rejects(house.vault.purgeSecret(house.officer, 'token'), { code: 'Forbidden' })
  await house.vault.recoverSecret(house.officer, 'token')
  await house.close()
})

test('the secret of a certificate is read and listed, and changes with its certificate only', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('Web')
  const { version } = await vault.readSecret(officer, 'web', {})
  const refusals = (attempts: (() => Promise<unknown>)[], operation: RegExp) =>
    Promise.all(
      attempts.map((attempt) =>
        assert.rejects(attempt, { code: 'SecretManagedByKeyVault', message: operation }),
      ),
    )
  await refusals([() => set(house, 'web', 'mine')], /Operation set .* Web/)
  await refusals(
    [
      () => vault.updateSecret(officer, 'web', undefined, { enabled: false }),
      () => vault.updateSecret(officer, 'web', version, {}),
    ],
    /Operation update/,
  )
  await refusals([() => vault.deleteSecret(officer, 'web')], /Operation delete/)
  await assert.rejects(vault.recoverSecret(officer, 'web'), { code: 'RequestNotAllowedOnNonDeletedObject' })
  await assert.rejects(vault.purgeSecret(officer, 'web'), { code: 'SecretNotFound' })

  const live = await vault.listSecrets(officer, page)
  await vault.deleteCertificate(officer, 'web')
  const { certificate } = await vault.readDeletedCertificate(officer, 'web')
  const deleted = { ...live[0], deleted: certificate.deleted }
  assert.deepEqual(await vault.listDeletedSecrets(officer, page), [deleted])
  assert.deepEqual(await vault.readDeletedSecret(officer, 'web'), deleted)
  await refusals([() => vault.recoverSecret(officer, 'web')], /Operation recover/)
  await refusals([() => vault.purgeSecret(officer, 'web')], /Operation purge/)
  for (const attempt of [
    () => vault.updateSecret(officer, 'web', undefined, {}),
    () => vault.deleteSecret(officer, 'web'),
  ])
    await assert.rejects(attempt, { code: 'SecretNotFound' })
  await assert.rejects(set(house, 'web', 'mine'), { code: 'ObjectIsDeletedButRecoverable' })
  await vault.recoverCertificate(officer, 'web')
  assert.equal((await vault.readSecret(officer, 'web', {})).version, version)
  await house.close()
})

test('a certificate that was never issued has no secret, and yet its name', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.createCertificate(officer, 'web', { policy: policyOf('Unknown') })
  await assert.rejects(set(house, 'web', 'mine'), { code: 'SecretManagedByKeyVault' })
  await assert.rejects(vault.deleteSecret(officer, 'web'), { code: 'SecretNotFound' })
  await vault.deleteCertificate(officer, 'web')
  assert.deepEqual(await vault.listDeletedSecrets(officer, page), [])
  await assert.rejects(vault.readDeletedSecret(officer, 'web'), { code: 'SecretNotFound' })
  await house.close()
})

test('own secrets and those of certificates are one list, page by page', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  for (const name of ['B', 'd', 'f']) await house.issue(name)
  for (const name of ['a', 'C', 'e', 'g']) await set(house, name, name)
  const paged = async (list: (after?: string) => Promise<SecretSummary[]>) => {
    const all: SecretSummary[] = []
    for (;;) {
      const some = await list(all.at(-1)?.name)
      if (some.length === 0) return all
      all.push(...some)
    }
  }
  const pageAfter = (after?: string) => ({ limit: 2, ...(after !== undefined && { after }) })
  const live = await paged((after) => vault.listSecrets(officer, pageAfter(after)))
  assert.deepEqual(namesOf(live), ['a', 'B', 'C', 'd', 'e', 'f', 'g'])
  assert.deepEqual(
    live.map(({ managed, contentType }) => [managed, contentType]),
    [0, 1, 0, 1, 0, 1, 0].map((managed) => (managed ? [true, pkcs12] : [false, undefined])),
  )
  for (const name of ['a', 'C', 'e', 'g']) await vault.deleteSecret(officer, name)
  for (const name of ['B', 'd', 'f']) await vault.deleteCertificate(officer, name)
  const deleted = await paged((after) => vault.listDeletedSecrets(officer, pageAfter(after)))
  assert.deepEqual(namesOf(deleted), ['a', 'B', 'C', 'd', 'e', 'f', 'g'])
  assert.deepEqual(await vault.listSecrets(officer, page), [])
  await house.close()
})

test('records tell what was done to which version, and nothing of a value reaches them or the log', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { version } = await set(house, 'token', 'correct horse battery staple')
  await read(house, 'token')
  await vault.updateSecret(officer, 'token', undefined, { enabled: true, contentType: 'x', tags: { a: 'b' } })
  const deleted = await vault.deleteSecret(officer, 'token')
  await assert.rejects(set(house, 'token', 'correct horse battery staple'))
  await vault.recoverSecret(officer, 'token')
  await vault.deleteSecret(officer, 'token')
  await vault.purgeSecret(officer, 'token')
  const records = (await house.audit()).map(({ operation, object, outcome, facts }) => [
    operation,
    object,
    outcome,
    facts,
  ])
  const scheduledPurgeDate = deleted.deleted!.scheduledPurgeAt
  assert.deepEqual(records, [
    ['SecretSet', 'secrets/token', 'success', { version }],
    ['SecretGet', 'secrets/token', 'success', { version }],
    ['SecretUpdate', 'secrets/token', 'success', { version, enabled: true, changed: 'contentType tags' }],
    ['SecretDelete', 'secrets/token', 'success', { scheduledPurgeDate }],
    ['SecretSet', 'secrets/token', 'failed', undefined],
    ['SecretRecover', 'secrets/token', 'success', undefined],
    ['SecretDelete', 'secrets/token', 'success', { scheduledPurgeDate }],
    ['SecretPurge', 'secrets/token', 'success', { versions: 1 }],
  ])
  assert.ok(!JSON.stringify([await house.audit(), house.log]).includes('horse'))
  await house.close()
})

test('reading the secret of a certificate looks nowhere else', async () => {
  const house = await openTestVault()
  await house.issue('web')
  const { readSecret } = house.vault
  const looked: string[] = []
  const transact = house.parts.storage.transact.bind(house.parts.storage)
  house.parts.storage.transact = (work) =>
    transact((writer) => work({ ...writer, secrets: watched(writer.secrets, looked) } as typeof writer))
  await readSecret(house.officer, 'web', {})
  assert.deepEqual(looked, [])
  await assert.rejects(readSecret(house.officer, 'absent', {}), { code: 'SecretNotFound' })
  assert.deepEqual(looked, ['findVersion'])
  await house.close()
})

/** Notes what is called. */
function watched<T extends object>(target: T, calls: string[]): T {
  return new Proxy(target, {
    get(object, name) {
      const member = Reflect.get(object, name)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        calls.push(String(name))
        return member.apply(object, args)
      }
    },
  })
}
