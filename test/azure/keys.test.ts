/** Keys that stand for themselves through the unmodified Azure SDK. */
import assert from 'node:assert/strict'
import {
  createHash,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  verify,
} from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient } from '@azure/keyvault-certificates'
import {
  CryptographyClient,
  type JsonWebKey,
  type KeyClient,
  type KeyRotationPolicyProperties,
} from '@azure/keyvault-keys'
import { type Send, sender } from '../http/request.ts'
import { clientsOf, collect, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let clients: ReturnType<typeof clientsOf>
let certificates: CertificateClient
let keys: KeyClient
let nobody: Send

before(async () => {
  service = await startService({ args: ['--dev'] })
  const environment = await environmentOf(service)
  trust(environment)
  clients = clientsOf(environment)
  ;({ certificates, keys } = clients)
  nobody = sender(service, environment)
})
after(() => service?.stop())

const quick = { intervalInMs: 20 }
const day = 86_400
const notFound = { statusCode: 404, code: 'KeyNotFound' }
const data = randomBytes(300)

/** What went wrong, in the words of Key Vault. */
async function refusal(
  attempt: () => Promise<unknown>,
): Promise<[status: number, code: string, inner?: string]> {
  try {
    await attempt()
  } catch (error) {
    const { statusCode, details } = error as {
      statusCode: number
      details: { error: { code: string; innerError?: { code: string } } }
    }
    const inner = details.error.innerError?.code
    return [statusCode, details.error.code, ...(inner === undefined ? [] : [inner])] as [number, string]
  }
  return assert.fail('it was not refused')
}

function cryptographyOf(id: string): CryptographyClient {
  return new CryptographyClient(id, clients.credential, { disableChallengeResourceVerification: true })
}

/** As the client sends it: octets, not text. */
function sdkKey(key: KeyObject, more: Partial<JsonWebKey> = {}): JsonWebKey {
  const { kty, crv, ...members } = key.export({ format: 'jwk' }) as { kty: string; crv?: string }
  const octets = Object.entries(members).map(([name, text]) => [name, Buffer.from(String(text), 'base64url')])
  return { kty, ...(crv !== undefined && { crv }), ...Object.fromEntries(octets), ...more }
}

async function issue(name: string): Promise<void> {
  const policy = { issuerName: 'Self', subject: `CN=${name}`, keyType: 'EC', keyUsage: ['digitalSignature'] }
  await (await certificates.beginCreateCertificate(name, policy as never, quick)).pollUntilDone()
}

test('an RSA key is created with all that can be said of it, and signs', async () => {
  const notBefore = new Date('2020-01-01T00:00:00Z')
  const expiresOn = new Date('2037-01-01T00:00:00Z')
  const made = await keys.createRsaKey('First', {
    keySize: 3072,
    keyOps: ['sign', 'verify'],
    tags: { purpose: 'test' },
    notBefore,
    expiresOn,
  })
  assert.deepEqual([made.name, made.keyType, made.keyOperations], ['First', 'RSA', ['sign', 'verify']])
  assert.equal(made.key!.n!.length, 384)
  const { properties } = made
  assert.deepEqual(
    [properties.tags, properties.notBefore, properties.expiresOn, properties.enabled, properties.managed],
    [{ purpose: 'test' }, notBefore, expiresOn, true, undefined],
  )
  assert.deepEqual(
    [properties.exportable, properties.hsmPlatform, properties.recoveryLevel, properties.recoverableDays],
    [false, '0', 'Recoverable+Purgeable', 90],
  )
  assert.deepEqual(await keys.getKey('FIRST'), made)
  const digest = createHash('sha256').update(data).digest()
  const { result } = await cryptographyOf(made.id!).sign('PS256', digest)
  assert.equal((await cryptographyOf(made.id!).verify('PS256', digest, result)).result, true)
})

for (const [curve, algorithm, hash] of [
  ['P-256', 'ES256', 'sha256'],
  ['P-384', 'ES384', 'sha384'],
  ['P-521', 'ES512', 'sha512'],
  ['P-256K', 'ES256K', 'sha256'],
] as const)
  test(`an EC key on ${curve} is created and signs`, async () => {
    const made = await keys.createEcKey(`ec-${curve.toLowerCase()}`, { curve })
    assert.deepEqual([made.key!.crv, made.keyOperations], [curve, ['sign', 'verify']])
    const digest = createHash(hash).update(data).digest()
    const { result } = await cryptographyOf(made.id!).sign(algorithm, digest)
    const text = (octets?: Uint8Array) => Buffer.from(octets!).toString('base64url')
    const crv = curve === 'P-256K' ? 'secp256k1' : curve
    const jwk = { kty: 'EC', crv, x: text(made.key!.x), y: text(made.key!.y) }
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    assert.ok(verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, result))
  })

test('a symmetric key is created and wraps, and its octets are never answered', async () => {
  const made = await keys.createOctKey('secret', { keySize: 256 })
  assert.deepEqual([made.keyType, made.key!.k], ['oct', undefined])
  const client = cryptographyOf(made.id!)
  const inner = randomBytes(32)
  const { result } = await client.wrapKey('A256KW', inner)
  assert.deepEqual(Buffer.from((await client.unwrapKey('A256KW', result)).result), inner)
})

test('hardware is not promised where there is none', async () => {
  for (const attempt of [
    () => keys.createRsaKey('hard', { hsm: true }),
    () => keys.createEcKey('hard', { hsm: true }),
    () => keys.createOctKey('hard', { hsm: true }),
    () => keys.importKey('hard', sdkKey(createSecretKey(randomBytes(16))), { hardwareProtected: true }),
    () => keys.createRsaKey('hard', { exportable: true }),
    () => keys.createRsaKey('hard', { releasePolicy: { encodedPolicy: Buffer.from('{}') } }),
  ])
    assert.deepEqual(await refusal(attempt), [400, 'BadParameter'])
  await assert.rejects(keys.createRsaKey('hard', { hsm: true }), { message: /RSA-HSM .*send RSA/ })
  await assert.rejects(keys.getKey('hard'), notFound)
})

test('keys of every type are imported, and are the ones that were brought', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const made = await keys.importKey('brought', sdkKey(rsa.privateKey), { tags: { from: 'elsewhere' } })
  assert.deepEqual(
    [made.keyOperations?.length, made.key!.d, made.key!.p, made.properties.tags],
    [6, undefined, undefined, { from: 'elsewhere' }],
  )
  const digest = createHash('sha256').update(data).digest()
  const signed = await cryptographyOf(made.id!).sign('RS256', digest)
  assert.ok(verify('sha256', data, rsa.publicKey, signed.result))

  const ec = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
  const next = await keys.importKey('brought', sdkKey(ec.privateKey, { keyOps: ['sign'] }))
  assert.deepEqual([next.keyType, next.keyOperations], ['EC', ['sign']])
  assert.equal((await keys.getKey('brought')).properties.version, next.properties.version)
  const sha384 = createHash('sha384').update(data).digest()
  const { result } = await cryptographyOf(next.id!).sign('ES384', sha384)
  assert.ok(verify('sha384', data, { key: ec.publicKey, dsaEncoding: 'ieee-p1363' }, result))

  const oct = await keys.importKey('brought-oct', sdkKey(createSecretKey(Buffer.alloc(16, 1))))
  assert.equal(oct.key!.k, undefined)
  // RFC 3394 4.1, with a key of another value: the same wrapping comes out of the same key.
  const inner = Buffer.from('00112233445566778899AABBCCDDEEFF', 'hex')
  const again = await keys.importKey('brought-again', sdkKey(createSecretKey(Buffer.alloc(16, 1))))
  const wrapped = await cryptographyOf(oct.id!).wrapKey('A128KW', inner)
  const { result: opened } = await cryptographyOf(again.id!).unwrapKey('A128KW', wrapped.result)
  assert.deepEqual(Buffer.from(opened), inner)
})

test('a change leaves the key and what was not sent', async () => {
  const { properties, key } = await keys.createEcKey('changing', { tags: { a: '1' } })
  const { version } = properties
  const expiresOn = new Date('2037-01-01T00:00:00Z')
  const changed = await keys.updateKeyProperties('changing', version!, { keyOps: ['verify'], expiresOn })
  assert.deepEqual(
    [changed.keyOperations, changed.properties.tags, changed.properties.expiresOn],
    [['verify'], { a: '1' }, expiresOn],
  )
  const disabled = await keys.updateKeyProperties('changing', { enabled: false, tags: {} })
  assert.deepEqual([disabled.properties.enabled, disabled.properties.tags], [false, {}])
  const now = await keys.getKey('changing', { version: version! })
  assert.deepEqual(now.key!.x, key!.x)
  assert.deepEqual(now.properties.createdOn, properties.createdOn)
  const client = cryptographyOf(now.id!)
  const digest = createHash('sha256').update(data).digest()
  await assert.rejects(client.sign('ES256', digest), /Operation sign is not supported on key/)
})

test('versions and keys are listed page by page, those of certificates among them', async () => {
  const names = Array.from({ length: 26 }, (_, index) => `listed-${String(index).padStart(2, '0')}`)
  for (const name of names) await keys.createEcKey(name)
  await issue('listed-05a')
  const pages: string[][] = []
  for await (const page of keys.listPropertiesOfKeys().byPage()) pages.push(page.map(({ name }) => name))
  assert.equal(pages[0]!.length, 25)
  const listed = pages.flat().filter((name) => name.startsWith('listed'))
  assert.deepEqual(listed, [...names, 'listed-05a'].sort())
  const managed = (await collect(keys.listPropertiesOfKeys())).filter((item) => item.managed)
  assert.deepEqual(
    managed.map(({ name }) => name),
    ['listed-05a'],
  )
  for (let count = 0; count < 26; count++) await keys.createEcKey('many')
  assert.equal((await collect(keys.listPropertiesOfKeyVersions('many'))).length, 26)
  assert.deepEqual(await collect(keys.listPropertiesOfKeyVersions('absent')), [])
})

test('two creates at once both succeed, as two versions', async () => {
  const made = await Promise.all([keys.createEcKey('twice'), keys.createEcKey('twice')])
  const versions = await collect(keys.listPropertiesOfKeyVersions('twice'))
  assert.deepEqual(
    versions.map(({ version }) => version),
    made.map(({ properties }) => properties.version).sort(),
  )
})

test('a key is rotated on demand, and expires as its policy says', async () => {
  const first = await keys.createEcKey('turning', { keyOps: ['sign'], tags: { a: 'b' } })
  const { properties, keyOperations } = await keys.rotateKey('turning')
  assert.notEqual(properties.version, first.properties.version)
  assert.deepEqual([keyOperations, properties.tags, properties.expiresOn], [['sign'], { a: 'b' }, undefined])
  await keys.updateKeyRotationPolicy('turning', { lifetimeActions: [], expiresIn: 'P30D' })
  const next = await keys.rotateKey('turning')
  assert.equal(Number(next.properties.expiresOn) - Number(next.properties.createdOn), 30 * day * 1000)
  assert.equal((await collect(keys.listPropertiesOfKeyVersions('turning'))).length, 3)
})

test('a rotation policy comes back as it was set, beside what Key Vault adds', async () => {
  await keys.createEcKey('governed')
  const unset = await keys.getKeyRotationPolicy('governed')
  const reminder = { action: 'Notify', timeAfterCreate: undefined, timeBeforeExpiry: 'P30D' }
  assert.deepEqual(
    [unset.lifetimeActions, unset.expiresIn, unset.createdOn],
    [[reminder], undefined, undefined],
  )
  const policy: KeyRotationPolicyProperties = {
    lifetimeActions: [
      { action: 'Rotate', timeBeforeExpiry: 'P2M' },
      { action: 'Notify', timeBeforeExpiry: 'P7D' },
    ],
    expiresIn: 'P1Y6M',
  }
  const set = await keys.updateKeyRotationPolicy('governed', policy)
  assert.deepEqual(
    set.lifetimeActions!.map(({ action, timeBeforeExpiry }) => ({ action, timeBeforeExpiry })),
    policy.lifetimeActions,
  )
  assert.equal(set.expiresIn, 'P1Y6M')
  assert.ok(set.createdOn && set.id?.endsWith('/keys/governed/rotationpolicy'))
  assert.deepEqual(await keys.getKeyRotationPolicy('governed'), set)
  const refused = await refusal(() => keys.updateKeyRotationPolicy('governed', { expiresIn: 'P1D' }))
  assert.deepEqual(refused, [400, 'BadParameter'])
  assert.deepEqual(await keys.getKeyRotationPolicy('governed'), set)
})

test('a deleted key is recovered with its versions', async () => {
  const { properties: first } = await keys.createEcKey('Leaving')
  const { properties: second } = await keys.createEcKey('leaving')
  const deleted = await (await keys.beginDeleteKey('leaving', quick)).pollUntilDone()
  assert.match(deleted.properties.recoveryId!, /\/deletedkeys\/Leaving$/)
  const { deletedOn, scheduledPurgeDate } = deleted.properties
  assert.equal(Number(scheduledPurgeDate) - Number(deletedOn), 90 * day * 1000)
  await assert.rejects(keys.getKey('leaving'), notFound)
  const reused = await refusal(() => keys.createEcKey('leaving'))
  assert.deepEqual(reused, [409, 'Conflict', 'ObjectIsDeletedButRecoverable'])
  const [listed] = (await collect(keys.listDeletedKeys())).filter(({ name }) => name === 'Leaving')
  assert.deepEqual(listed!.properties.deletedOn, deletedOn)
  const recovery = await keys.beginRecoverDeletedKey('leaving', quick)
  assert.equal((await recovery.pollUntilDone()).properties.version, second.version)
  assert.equal((await keys.getKey('leaving', { version: first.version! })).name, 'Leaving')
})

test('a purged key leaves nothing, and its name can be used at once', async () => {
  await keys.createEcKey('passing')
  await assert.rejects(keys.purgeDeletedKey('passing'), notFound)
  await (await keys.beginDeleteKey('passing', quick)).pollUntilDone()
  await keys.purgeDeletedKey('passing')
  await assert.rejects(keys.getDeletedKey('passing'), notFound)
  await keys.createEcKey('passing')
  assert.equal((await collect(keys.listPropertiesOfKeyVersions('passing'))).length, 1)
})

test('the key of a certificate changes with its certificate only', async () => {
  await issue('web')
  const { properties } = await keys.getKey('web')
  assert.deepEqual([properties.managed, properties.exportable], [true, undefined])
  const managed = [403, 'Forbidden', 'KeyManagedByKeyVault']
  for (const attempt of [
    () => keys.createEcKey('web'),
    () => keys.importKey('web', sdkKey(createSecretKey(randomBytes(16)))),
    () => keys.updateKeyProperties('web', properties.version!, { enabled: false }),
    () => keys.rotateKey('web'),
    () => keys.updateKeyRotationPolicy('web', {}),
    () => keys.beginDeleteKey('web', quick),
  ])
    assert.deepEqual(await refusal(attempt), managed)
  await (await certificates.beginDeleteCertificate('web', quick)).pollUntilDone()
  const deleted = await keys.getDeletedKey('web')
  assert.deepEqual([deleted.properties.managed, deleted.name], [true, 'web'])
  assert.deepEqual(await refusal(() => keys.purgeDeletedKey('web')), managed)
  await (await certificates.beginRecoverDeletedCertificate('web', quick)).pollUntilDone()
  assert.deepEqual(await keys.getKey('web').then((key) => key.properties.version), properties.version)
})

test('random octets come in the number that was asked for', async () => {
  const [one, other] = await Promise.all([keys.getRandomBytes(128), keys.getRandomBytes(128)])
  assert.deepEqual([one.length, other.length], [128, 128])
  assert.notDeepEqual(one, other)
  for (const count of [0, 129])
    assert.deepEqual(await refusal(() => keys.getRandomBytes(count)), [400, 'BadParameter'])
})

test('what needs attested hardware is refused with its reason', async () => {
  await keys.createEcKey('kept')
  await assert.rejects(keys.releaseKey('kept', 'an attestation'), {
    statusCode: 403,
    message: /Key kept is not exportable/,
  })
  await assert.rejects(keys.releaseKey('kept', 'an attestation', { version: '0'.repeat(32) }), notFound)
  await assert.rejects(keys.getKeyAttestation('kept'), { statusCode: 400, message: /kept in software/ })
  await assert.rejects(keys.releaseKey('absent', 'an attestation'), notFound)
})

test('a key whose time has come is rotated by the service itself', async () => {
  const first = await keys.createEcKey('by-itself')
  await keys.updateKeyRotationPolicy('by-itself', {
    lifetimeActions: [{ action: 'Rotate', timeAfterCreate: 'P15D' }],
    expiresIn: 'P30D',
  })
  const advanceSeconds = 16 * day
  const moved = await nobody({ method: 'POST', path: '/dev/clock', body: { advanceSeconds } })
  assert.equal(moved.status, 200, moved.text)
  for (;;) {
    const { properties } = await keys.getKey('by-itself')
    if (properties.version !== first.properties.version) {
      assert.equal(Number(properties.expiresOn) - Number(properties.createdOn), 30 * day * 1000)
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal((await collect(keys.listPropertiesOfKeyVersions('by-itself'))).length, 2)
})
