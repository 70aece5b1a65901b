/** Keys that stand for themselves, beside those of certificates. */
import assert from 'node:assert/strict'
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { test } from 'node:test'
import { encryptionAlgorithms, signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import type { CreateKeyInput, ImportKeyInput, KeySummary } from '../../src/vault/vault.ts'
import type { PrivateJwk } from '../../src/x509/jwk.ts'
import { openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const page = { limit: 25 }
const absent = '0'.repeat(32)
const digest = createHash('sha256').update('data').digest()
const signature = (name: string) => signatureAlgorithms.find((algorithm) => algorithm.name === name)!
const encryption = (name: string) => encryptionAlgorithms.find((algorithm) => algorithm.name === name)!

/** EC, because making an RSA key takes a while. */
const create = (house: TestVault, name: string, more: Partial<CreateKeyInput> = {}) =>
  house.vault.createKey(house.officer, name, { keyType: 'EC', ...more })
const take = (house: TestVault, name: string, key: PrivateJwk, more: Partial<ImportKeyInput> = {}) =>
  house.vault.importKey(house.officer, name, { keyType: key.kty, key: new Secret(key), ...more })
const namesOf = (keys: KeySummary[]) => keys.map(({ name }) => name)
const ecPair = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const jwkOf = ({ privateKey }: { readonly privateKey: KeyObject }) =>
  privateKey.export({ format: 'jwk' }) as PrivateJwk

test('each create makes a version, the last is current, and every one can be read by its id', async () => {
  const house = await openTestVault()
  const first = await create(house, 'Signer', { tags: { a: 'b' }, enabled: false })
  house.clock.move(5)
  const second = await create(house, 'signer', { curve: 'P-384', expires: seconds(4e9) })
  const { jwk, ...kept } = await house.vault.readKey(house.officer, 'SIGNER')
  assert.deepEqual(kept, {
    name: 'Signer',
    version: second.version,
    enabled: true,
    expires: 4e9,
    created: house.clock.now(),
    updated: house.clock.now(),
    managed: false,
    exportable: false,
    keyOperations: ['sign', 'verify'],
  })
  assert.ok(jwk.kty === 'EC' && jwk.crv === 'P-384')
  assert.deepEqual(await house.vault.readKey(house.officer, 'signer', first.version), first)
  assert.deepEqual([first.enabled, first.tags], [false, { a: 'b' }])
  const versions = await house.vault.listKeyVersions(house.officer, 'signer', page)
  assert.deepEqual(
    versions.map(({ version }) => version),
    [first.version, second.version].sort(),
  )
  await assert.rejects(house.vault.readKey(house.officer, 'signer', absent), { code: 'KeyNotFound' })
  assert.deepEqual(await house.vault.listKeyVersions(house.officer, 'absent', page), [])
  await house.close()
})

test('a key that was made works, whatever its type, and nothing private is answered', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const rsa = await create(house, 'rsa', { keyType: 'RSA' })
  assert.deepEqual(Object.keys(rsa.jwk), ['kty', 'n', 'e'])
  const ec = await create(house, 'ec', { curve: 'P-256K' })
  assert.deepEqual(Object.keys(ec.jwk), ['kty', 'crv', 'x', 'y'])
  const oct = await create(house, 'oct', { keyType: 'oct', keySize: 192 })
  assert.deepEqual([oct.jwk, oct.secretSize], [{ kty: 'oct' }, 192])
  const signed = await vault.sign(officer, { name: 'rsa' }, { algorithm: signature('RS256'), digest })
  const publicKey = createPublicKey({ key: rsa.jwk as never, format: 'jwk' })
  assert.ok(verify('sha256', Buffer.from('data'), publicKey, signed.result))
  const gcm = encryption('A192GCM')
  const { result: sealed } = await vault.encrypt(officer, { name: 'oct' }, gcm, { value: new Secret(digest) })
  const { result: opened } = await vault.decrypt(officer, { name: 'oct' }, gcm, sealed)
  assert.deepEqual(Buffer.from(opened.reveal()), digest)
  await house.close()
})

test('an imported key is the one that was brought, under every spelling of its name', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await create(house, 'Name')
  const pair = ecPair()
  const made = await take(house, 'nAME', jwkOf(pair), {
    keyOperations: ['sign'],
    tags: { from: 'elsewhere' },
  })
  assert.deepEqual([made.name, made.keyOperations, made.tags], ['Name', ['sign'], { from: 'elsewhere' }])
  const input = { algorithm: signature('ES256'), digest }
  const { result } = await vault.sign(officer, { name: 'NAME' }, input)
  const key = { key: pair.publicKey, dsaEncoding: 'ieee-p1363' } as const
  assert.ok(verify('sha256', Buffer.from('data'), key, result))
  await assert.rejects(vault.verifySignature(officer, { name: 'name' }, { ...input, signature: result }), {
    code: 'Forbidden',
  })
  const k = Buffer.alloc(32, 7).toString('base64url')
  const oct = await take(house, 'oct', { kty: 'oct', k })
  assert.deepEqual([oct.jwk, oct.secretSize], [{ kty: 'oct' }, 256])
  assert.ok(!JSON.stringify(oct).includes(k))
  await house.close()
})

test('what cannot be made or taken in is refused, and leaves nothing but a record without secrets', async () => {
  const house = await openTestVault()
  const rsa = (bits: number) => jwkOf(generateKeyPairSync('rsa', { modulusLength: bits }))
  const other = jwkOf(ecPair())
  const k = Buffer.alloc(20, 7).toString('base64url')
  const refused = async (attempt: Promise<unknown>, message: RegExp) =>
    assert.rejects(attempt, { code: 'BadParameter', message })
  await refused(create(house, 'k', { keyType: 'RSA', keySize: 2047 }), /2048/)
  await refused(create(house, 'k', { keyOperations: ['decrypt'] }), /^key_ops/)
  await refused(create(house, 'k', { exportable: true }), /exportable/)
  await refused(create(house, 'k', { hasReleasePolicy: true }), /release_policy/)
  await refused(create(house, 'k', { notBefore: seconds(2e9), expires: seconds(1e9) }), /exp/)
  await refused(create(house, 'k', { tags: { a: 'x'.repeat(257) } }), /tags/)
  await refused(create(house, 'under_score'), /name/)
  await refused(take(house, 'k', rsa(2304)), /2048, 3072 or 4096 bits, not 2304/)
  await refused(take(house, 'k', rsa(1024)), /1024 bits/)
  await refused(take(house, 'k', { ...jwkOf(ecPair()), d: other.d! }), /public key of another key/)
  await refused(take(house, 'k', { kty: 'oct', k }), /128, 192 or 256 bits, not 160/)
  await refused(take(house, 'k', jwkOf(ecPair()), { keyOperations: ['wrapKey'] }), /^key_ops/)
  await assert.rejects(house.vault.readKey(house.officer, 'k'), { code: 'KeyNotFound' })
  assert.deepEqual(await house.vault.listKeys(house.officer, page), [])
  const records = JSON.stringify(await house.audit())
  for (const secret of [k, other.d!]) assert.ok(!records.includes(secret))
  await house.close()
})

test('two creates at once are two versions, and both work', async () => {
  const house = await openTestVault()
  const made = await Promise.all([create(house, 'twice'), create(house, 'TWICE')])
  const versions = await house.vault.listKeyVersions(house.officer, 'twice', page)
  assert.equal(versions.length, 2)
  for (const { version } of made) {
    const input = { algorithm: signature('ES256'), digest }
    const { result } = await house.vault.sign(house.officer, { name: 'twice', version }, input)
    const verdict = await house.vault.verifySignature(
      house.officer,
      { name: 'twice', version },
      { ...input, signature: result },
    )
    assert.equal(verdict.result, true)
  }
  await house.close()
})

test('a change touches what is sent, of the version that is named', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const first = await create(house, 'key', { tags: { a: 'b' }, notBefore: seconds(1e9) })
  const second = await create(house, 'key')
  house.clock.move(9)
  const changed = await vault.updateKey(officer, 'KEY', first.version, {
    enabled: false,
    keyOperations: ['verify'],
    expires: seconds(4e9),
  })
  const now = house.clock.now()
  assert.deepEqual(changed, {
    ...first,
    enabled: false,
    keyOperations: ['verify'],
    expires: 4e9,
    updated: now,
  })
  assert.deepEqual(await vault.readKey(officer, 'key', first.version), changed)
  assert.deepEqual(await vault.readKey(officer, 'key'), second)
  const current = await vault.updateKey(officer, 'key', undefined, { tags: {} })
  assert.deepEqual(current, { ...second, tags: {}, updated: now })
  house.clock.move(9)
  assert.deepEqual(await vault.updateKey(officer, 'key', undefined, {}), current)
  for (const [input, message] of [
    [{ keyOperations: ['encrypt'] }, /^key_ops/],
    [{ exportable: true }, /exportable/],
    [{ hasReleasePolicy: true }, /release_policy/],
    [{ expires: seconds(5) }, undefined],
  ] as const) {
    const attempt = vault.updateKey(officer, 'key', first.version, input)
    await assert.rejects(attempt, { code: 'BadParameter', ...(message && { message }) })
  }
  await assert.rejects(vault.updateKey(officer, 'key', absent, { enabled: true }), { code: 'KeyNotFound' })
  await assert.rejects(vault.updateKey(officer, 'none', undefined, {}), { code: 'KeyNotFound' })
  assert.deepEqual(await vault.readKey(officer, 'key', first.version), changed)
  await house.close()
})

test('keys of certificates are listed among the others, page by page', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  for (const name of ['b', 'D']) await house.issue(name)
  for (const name of ['a', 'C', 'e']) await create(house, name)
  await vault.createCertificate(officer, 'never-issued', { policy: policyOf('Unknown') })
  const all = await vault.listKeys(officer, page)
  assert.deepEqual(namesOf(all), ['a', 'b', 'C', 'D', 'e'])
  assert.deepEqual(
    all.map(({ managed, exportable }) => [managed, exportable]),
    [
      [false, false],
      [true, undefined],
      [false, false],
      [true, undefined],
      [false, false],
    ],
  )
  assert.deepEqual(namesOf(await vault.listKeys(officer, { limit: 2 })), ['a', 'b'])
  assert.deepEqual(namesOf(await vault.listKeys(officer, { limit: 2, after: 'b' })), ['C', 'D'])
  assert.deepEqual(namesOf(await vault.listKeys(officer, { limit: 2, after: 'D' })), ['e'])
  const [version] = await vault.listKeyVersions(officer, 'b', page)
  assert.deepEqual([version?.managed, version?.name], [true, 'b'])
  for (const name of ['b', 'C']) {
    if (name === 'b') await vault.deleteCertificate(officer, name)
    else await vault.deleteKey(officer, name)
  }
  assert.deepEqual(namesOf(await vault.listKeys(officer, page)), ['a', 'D', 'e'])
  const deleted = await vault.listDeletedKeys(officer, page)
  assert.deepEqual(
    deleted.map(({ name, managed }) => [name, managed]),
    [
      ['b', true],
      ['C', false],
    ],
  )
  assert.ok(deleted.every((key) => key.deleted?.scheduledPurgeAt === house.clock.now() + 90 * 86_400))
  assert.equal((await vault.readDeletedKey(officer, 'B')).managed, true)
  await house.close()
})

test('the key of a certificate is read, and changed by its certificate only', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await house.issue('Web', { tags: { a: 'b' } })
  const { jwk: _jwk, ...key } = await vault.readKey(officer, 'web')
  const { version: certificate } = await vault.readCertificate(officer, 'web')
  const { version, enabled, notBefore, notAfter: expires, created, updated, tags } = certificate!
  const own = { version, enabled, notBefore, expires, created, updated, tags }
  assert.deepEqual(key, { name: 'Web', ...own, managed: true, keyOperations: certificate!.keyOperations })
  const changes = {
    create: () => create(house, 'web'),
    import: () => take(house, 'web', jwkOf(ecPair())),
    update: () => vault.updateKey(officer, 'web', undefined, { enabled: false }),
    'update of a version': () => vault.updateKey(officer, 'web', version, { enabled: false }),
    delete: () => vault.deleteKey(officer, 'web'),
    rotate: () => vault.rotateKey(officer, 'web'),
    setrotationpolicy: () => vault.setRotationPolicy(officer, 'web', {}),
    getrotationpolicy: () => vault.readRotationPolicy(officer, 'web'),
  }
  for (const [operation, attempt] of Object.entries(changes))
    await assert.rejects(attempt, {
      code: 'KeyManagedByKeyVault',
      message: new RegExp(`^Operation ${operation.split(' ')[0]} is not allowed on key Web`),
    })
  for (const attempt of [() => vault.recoverKey(officer, 'web')])
    await assert.rejects(attempt, { code: 'RequestNotAllowedOnNonDeletedObject' })
  await assert.rejects(vault.purgeKey(officer, 'web'), { code: 'KeyNotFound' })
  await vault.deleteCertificate(officer, 'web')
  for (const attempt of [changes.create, changes.import])
    await assert.rejects(attempt, { code: 'ObjectIsDeletedButRecoverable' })
  for (const attempt of [changes.update, changes.delete, changes.rotate, changes.setrotationpolicy])
    await assert.rejects(attempt, { code: 'KeyNotFound' })
  for (const attempt of [() => vault.recoverKey(officer, 'web'), () => vault.purgeKey(officer, 'web')])
    await assert.rejects(attempt, { code: 'KeyManagedByKeyVault' })
  await vault.recoverCertificate(officer, 'web')
  await vault.readKey(officer, 'web')
  await house.close()
})

test('a deleted key is gone until it is recovered, with all its versions', async () => {
  const house = await openTestVault({ settings: { retentionDays: 7 } })
  const { vault, officer } = house
  const first = await create(house, 'Key')
  const second = await create(house, 'key')
  const deletion = { at: house.clock.now(), scheduledPurgeAt: house.clock.now() + 7 * 86_400 }
  const deleted = await vault.deleteKey(officer, 'KEY')
  assert.deepEqual(deleted, { ...second, deleted: deletion })
  assert.deepEqual(await vault.readDeletedKey(officer, 'key'), deleted)
  const usual = { algorithm: signature('ES256'), digest }
  for (const attempt of [
    () => vault.readKey(officer, 'key'),
    () => vault.readKey(officer, 'key', first.version),
    () => vault.updateKey(officer, 'key', undefined, { enabled: false }),
    () => vault.deleteKey(officer, 'key'),
    () => vault.rotateKey(officer, 'key'),
    () => vault.readRotationPolicy(officer, 'key'),
    () => vault.setRotationPolicy(officer, 'key', {}),
    () => vault.sign(officer, { name: 'key' }, usual),
  ])
    await assert.rejects(attempt, { code: 'KeyNotFound' })
  for (const attempt of [
    () => create(house, 'key'),
    () => take(house, 'key', jwkOf(ecPair())),
    () => vault.createCertificate(officer, 'key', { policy: policyOf('Self') }),
  ])
    await assert.rejects(attempt, { code: 'ObjectIsDeletedButRecoverable' })
  assert.deepEqual(await vault.listKeyVersions(officer, 'key', page), [])
  assert.deepEqual(await vault.recoverKey(officer, 'key'), second)
  assert.deepEqual(await vault.readKey(officer, 'key', first.version), first)
  await vault.sign(officer, { name: 'key' }, usual)
  await assert.rejects(vault.recoverKey(officer, 'key'), { code: 'RequestNotAllowedOnNonDeletedObject' })
  for (const attempt of [
    () => vault.readDeletedKey(officer, 'key'),
    () => vault.purgeKey(officer, 'key'),
    () => vault.recoverKey(officer, 'none'),
  ])
    await assert.rejects(attempt, { code: 'KeyNotFound' })
  await house.close()
})

test('a purge destroys every version and frees the name, unless the vault protects it', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const destroyed: string[] = []
  house.parts.keys.destroy = async ({ uri, wrapped }) => void destroyed.push(`${uri} ${wrapped?.length}`)
  await create(house, 'key')
  await create(house, 'key', { keyType: 'oct' })
  await vault.deleteKey(officer, 'key')
  const guarded = { ...officer, vault: { ...officer.vault, purgeProtection: true } }
  await assert.rejects(vault.purgeKey(guarded, 'key'), { code: 'Forbidden', message: /purge protection/ })
  assert.deepEqual(destroyed, [])
  await vault.purgeKey(officer, 'key')
  assert.equal(destroyed.length, 2)
  assert.match(destroyed.join(), /^software:aes-256-gcm \d+,software:aes-256-gcm:oct \d+$/)
  await assert.rejects(vault.readDeletedKey(officer, 'key'), { code: 'KeyNotFound' })
  await vault.createCertificate(officer, 'key', { policy: policyOf('Self') })
  await house.close()
})

test('a key and a secret may share a name, a certificate and a key may not', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await vault.setSecret(officer, 'shared', { value: new Secret('x') })
  await create(house, 'shared')
  await assert.rejects(vault.createCertificate(officer, 'SHARED', { policy: policyOf('Self') }), {
    code: 'Conflict',
  })
  await house.close()
})

test('what a key cannot do in software is refused by name, after the key was found', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await create(house, 'Key')
  await house.issue('web')
  for (const [verb, code] of [
    ['releaseKey', 'Forbidden'],
    ['readKeyAttestation', 'BadParameter'],
    ['secureWrapKey', 'BadParameter'],
    ['secureUnwrapKey', 'BadParameter'],
  ] as const) {
    await assert.rejects(vault[verb](officer, { name: 'KEY' }), { code, message: /^Key Key is / })
    await assert.rejects(vault[verb](officer, { name: 'web' }), { code, message: /^Key web is / })
    await assert.rejects(vault[verb](officer, { name: 'none' }), { code: 'KeyNotFound' })
    await assert.rejects(vault[verb](officer, { name: 'key', version: absent }), { code: 'KeyNotFound' })
  }
  await house.close()
})

test('random octets are as many as were asked for, others each time, and not on record', async () => {
  const house = await openTestVault()
  const drawn = await Promise.all([1, 64, 128, 128].map((n) => house.vault.readRandomBytes(house.officer, n)))
  const octets = drawn.map((secret) => Buffer.from(secret.reveal()))
  assert.deepEqual(
    octets.map(({ length }) => length),
    [1, 64, 128, 128],
  )
  assert.notDeepEqual(octets[2], octets[3])
  const records = await house.audit()
  assert.deepEqual(
    records.map(({ facts }) => facts),
    [1, 64, 128, 128].map((count) => ({ count })),
  )
  await house.close()
})

test('every change leaves a record that says what was done', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  const { version } = await create(house, 'key')
  const imported = await take(house, 'key', jwkOf(ecPair()))
  await vault.updateKey(officer, 'key', version, { enabled: false, tags: {} })
  await vault.deleteKey(officer, 'key')
  const facts = (await house.audit()).map(({ operation, object, facts }) => [operation, object, facts])
  assert.deepEqual(facts, [
    ['KeyCreate', 'keys/key', { version, kty: 'EC' }],
    ['KeyImport', 'keys/key', { version: imported.version, kty: 'EC' }],
    ['KeyUpdate', `keys/key/${version}`, { version, changed: 'enabled tags', enabled: false }],
    ['KeyDelete', 'keys/key', { scheduledPurgeDate: house.clock.now() + 90 * 86_400 }],
  ])
  await house.close()
})
