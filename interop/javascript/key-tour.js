// Keys that stand for themselves.
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { quick } from './certificate-tour.js'
import { collected, refused, step } from './steps.js'

const digest = createHash('sha256').update('what the tour signs').digest()

export async function keyTour({ keys, cryptography }, powerless) {
  await step('creates keys, and signs, encrypts and wraps with them', async () => {
    const signing = cryptography((await keys.createEcKey('curve', { curve: 'P-256' })).id)
    const { result } = await signing.sign('ES256', digest)
    assert.equal((await signing.verify('ES256', digest, result)).result, true)
    const sealing = cryptography((await keys.createRsaKey('large', { keySize: 2048 })).id)
    const plaintext = randomBytes(32)
    const encrypted = await sealing.encrypt({ algorithm: 'RSA-OAEP-256', plaintext })
    const { result: ciphertext } = encrypted
    const decrypted = await sealing.decrypt({ algorithm: 'RSA-OAEP-256', ciphertext })
    assert.deepEqual(Buffer.from(decrypted.result), plaintext)
    const { result: wrapped } = await sealing.wrapKey('RSA-OAEP-256', plaintext)
    assert.deepEqual(Buffer.from((await sealing.unwrapKey('RSA-OAEP-256', wrapped)).result), plaintext)
  })

  await step('imports a key, whose signatures its own public half verifies', async () => {
    const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
    const [x, y, d] = [jwk.x, jwk.y, jwk.d].map((part) => Buffer.from(part, 'base64url'))
    const brought = await keys.importKey('brought', { kty: 'EC', crv: 'P-256', x, y, d })
    assert.deepEqual([Buffer.from(brought.key.x), brought.key.d], [x, undefined])
    const client = cryptography(brought.id)
    const { result } = await client.sign('ES256', digest)
    assert.equal((await client.verify('ES256', digest, result)).result, true)
  })

  await step('reads, lists and changes keys, and obeys their operations', async () => {
    assert.equal((await keys.getKey('brought')).keyType, 'EC')
    const names = (await collected(keys.listPropertiesOfKeys())).map(({ name }) => name)
    for (const name of ['curve', 'large', 'brought']) assert.ok(names.includes(name))
    const change = { keyOps: ['verify'], tags: { a: 'b' } }
    const changed = await keys.updateKeyProperties('brought', '', change)
    assert.deepEqual([changed.keyOperations, changed.properties.tags], [['verify'], { a: 'b' }])
    // The client reads the operations of the key and refuses by itself.
    await assert.rejects(cryptography(changed.id).sign('ES256', digest), /Operation sign is not supported/)
  })

  await step('rotates a key, by hand and by policy', async () => {
    const first = await keys.getKey('curve')
    const second = await keys.rotateKey('curve')
    assert.notEqual(first.properties.version, second.properties.version)
    assert.equal((await collected(keys.listPropertiesOfKeyVersions('curve'))).length, 2)
    const lifetimeActions = [{ action: 'Rotate', timeAfterCreate: 'P60D' }]
    await keys.updateKeyRotationPolicy('curve', { expiresIn: 'P90D', lifetimeActions })
    const policy = await keys.getKeyRotationPolicy('curve')
    assert.equal(policy.expiresIn, 'P90D')
    assert.ok(policy.lifetimeActions.some(({ timeAfterCreate }) => timeAfterCreate === 'P60D'))
  })

  await step('deletes, recovers, backs up, purges and restores a key', async () => {
    const { id } = await keys.getKey('brought')
    const backup = await keys.backupKey('brought')
    await refused(() => keys.restoreKeyBackup(backup), 409, 'Conflict')
    await (await keys.beginDeleteKey('brought', quick)).pollUntilDone()
    await refused(() => keys.getKey('brought'), 404, 'KeyNotFound')
    const again = () => keys.createEcKey('brought')
    await refused(again, 409, 'Conflict', 'ObjectIsDeletedButRecoverable')
    const deleted = await collected(keys.listDeletedKeys())
    assert.deepEqual(
      deleted.map(({ name }) => name),
      ['brought'],
    )
    await (await keys.beginRecoverDeletedKey('brought', quick)).pollUntilDone()
    assert.equal((await keys.getKey('brought')).id, id)
    await (await keys.beginDeleteKey('brought', quick)).pollUntilDone()
    await keys.purgeDeletedKey('brought')
    await refused(() => keys.getDeletedKey('brought'), 404, 'KeyNotFound')
    assert.equal((await keys.restoreKeyBackup(backup)).id, id)
  })

  await step('gives no key to a caller without a role', async () => {
    await refused(() => powerless.keys.getKey('curve'), 403, 'Forbidden', 'ForbiddenByRbac')
    await refused(() => powerless.keys.createEcKey('other'), 403, 'Forbidden', 'ForbiddenByRbac')
    await refused(() => keys.getKey('nothing'), 404, 'KeyNotFound')
  })
}
