/** What every keeper of private keys has to do; one suite for all. */
import assert from 'node:assert/strict'
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  verify,
} from 'node:crypto'
import { test } from 'node:test'
import {
  encryptionAlgorithms,
  isRsaEncryption,
  signatureAlgorithms,
} from '../../src/domain/key-algorithms.ts'
import type { KeySpec } from '../../src/domain/key-spec.ts'
import { undecryptable } from '../../src/domain/refusals.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { Binding, KeyProtection } from '../../src/keys/key-protection.ts'
import { encryptFor, verifyDigest } from '../../src/keys/public-key.ts'
import { describePublicKey } from '../../src/x509/public-key.ts'

const binding: Binding = { vault: 'default', name: 'web', version: '0123456789abcdef0123456789abcdef' }
const elsewhere: Binding = { ...binding, version: 'fedcba9876543210fedcba9876543210' }
const message = Buffer.from('to be signed')

const specs: [string, KeySpec, 'sha256' | 'sha384' | 'sha512'][] = [
  ['RSA-2048', { kty: 'RSA', size: 2048 }, 'sha256'],
  ['P-256', { kty: 'EC', curve: 'P-256' }, 'sha256'],
  ['P-384', { kty: 'EC', curve: 'P-384' }, 'sha384'],
  ['P-521', { kty: 'EC', curve: 'P-521' }, 'sha512'],
  ['P-256K', { kty: 'EC', curve: 'P-256K' }, 'sha256'],
]

const spkiOf = (der: Uint8Array) => createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' })

const algorithmOf = (name: string) => signatureAlgorithms.find((algorithm) => algorithm.name === name)!

/** @param open gives two handles on the same keeper: one that made the keys, one that only ever saw what was stored. */
export function keyProtectionConformance(
  name: string,
  open: () => { first: KeyProtection; second: KeyProtection },
): void {
  for (const [label, spec, hash] of specs) {
    test(`${name}: ${label} is created, signs, opens`, async () => {
      const { first, second } = open()
      const { stored, publicKey } = await first.create(spec, binding)
      for (const keeper of [first, second]) {
        const signature = await keeper.sign(stored, binding, { hash }, message)
        assert.ok(verify(hash, message, spkiOf(publicKey), signature))
        const pkcs8 = (await keeper.open(stored, binding)).reveal()
        const opened = createPublicKey(
          createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' }),
        )
        assert.deepEqual(opened.export({ format: 'der', type: 'spki' }), Buffer.from(publicKey))
      }
    })
  }

  test(`${name}: PSS is used when asked for`, async () => {
    const { first } = open()
    const { stored, publicKey } = await first.create({ kty: 'RSA', size: 2048 }, binding)
    const signature = await first.sign(stored, binding, { hash: 'sha256', padding: 'pss' }, message)
    const key = { key: spkiOf(publicKey), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
    assert.ok(verify('sha256', message, key, signature))
  })

  test(`${name}: an imported key is the key that was given`, async () => {
    const { first, second } = open()
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' })
    const imported = await first.import(new Secret(pkcs8), binding)
    assert.deepEqual(Buffer.from(imported.publicKey), publicKey.export({ format: 'der', type: 'spki' }))
    const signature = await second.sign(imported.stored, binding, { hash: 'sha256' }, message)
    assert.ok(verify('sha256', message, publicKey, signature))
  })

  test(`${name}: a key works under its own binding only, until it is bound again`, async () => {
    const { first, second } = open()
    const { stored, publicKey } = await first.create({ kty: 'EC', curve: 'P-256' }, binding)
    await assert.rejects(second.sign(stored, elsewhere, { hash: 'sha256' }, message))
    await assert.rejects(second.open(stored, { ...binding, vault: 'other' }))
    await assert.rejects(second.open(stored, { ...binding, name: 'other' }))
    const rebound = await second.rebind(stored, binding, elsewhere)
    const signature = await second.sign(rebound, elsewhere, { hash: 'sha256' }, message)
    assert.ok(verify('sha256', message, spkiOf(publicKey), signature))
    await assert.rejects(second.open(rebound, binding))
  })

  test(`${name}: vault and object names bind without regard to case`, async () => {
    const { first, second } = open()
    const { stored } = await first.create({ kty: 'EC', curve: 'P-256' }, binding)
    await second.open(stored, { ...binding, vault: 'DEFAULT', name: 'WEB' })
  })

  test(`${name}: garbage is refused as a private key`, async () => {
    const { first } = open()
    await assert.rejects(first.import(new Secret(Buffer.from('garbage')), binding), { code: 'BadParameter' })
  })

  for (const bits of [128, 192, 256] as const)
    test(`${name}: a symmetric key of ${bits} bits is random, and works under its own binding only`, async () => {
      const { first, second } = open()
      const stored = await first.createSecretKey(bits, binding)
      const octets = (await second.open(stored, binding)).reveal()
      assert.equal(octets.length * 8, bits)
      const another = await first.createSecretKey(bits, binding)
      assert.notDeepEqual(octets, (await second.open(another, binding)).reveal())
      await assert.rejects(second.open(stored, elsewhere))
      const rebound = await second.rebind(stored, binding, elsewhere)
      assert.deepEqual((await first.open(rebound, elsewhere)).reveal(), octets)
    })

  test(`${name}: an imported symmetric key is the key that was given, and stays the caller's`, async () => {
    const { first, second } = open()
    const octets = randomBytes(24)
    const before = Buffer.from(octets)
    const stored = await first.importSecretKey(new Secret(octets), binding)
    assert.deepEqual(octets, before)
    assert.deepEqual(Buffer.from((await second.open(stored, binding)).reveal()), before)
    for (const length of [0, 15, 20, 33])
      await assert.rejects(first.importSecretKey(new Secret(randomBytes(length)), binding), {
        code: 'BadParameter',
      })
  })

  for (const algorithm of signatureAlgorithms) {
    if (algorithm.kind === 'HMAC') continue
    test(`${name}: ${algorithm.name} signs a digest, and the public key verifies it`, async () => {
      const { first, second } = open()
      const spec: KeySpec =
        algorithm.kind === 'ECDSA' ? { kty: 'EC', curve: algorithm.curve } : { kty: 'RSA', size: 2048 }
      const { stored, publicKey } = await first.create(spec, binding)
      const digest = createHash(algorithm.hash ?? 'sha256')
        .update(message)
        .digest()
      const jwk = describePublicKey(publicKey).jwk
      for (const keeper of [first, second]) {
        const signature = await keeper.signDigest(stored, binding, algorithm, digest)
        assert.ok(verifyDigest(jwk, algorithm, digest, signature))
      }
      await assert.rejects(second.signDigest(stored, elsewhere, algorithm, digest))
    })
  }

  test(`${name}: HS256 authenticates what it is given`, async () => {
    const { first, second } = open()
    const key = randomBytes(32)
    const stored = await first.importSecretKey(new Secret(key), binding)
    const made = await second.signDigest(stored, binding, algorithmOf('HS256'), message)
    assert.deepEqual(Buffer.from(made), createHmac('sha256', key).update(message).digest())
  })

  for (const algorithm of encryptionAlgorithms) {
    if (!isRsaEncryption(algorithm)) continue
    test(`${name}: ${algorithm.name} reads what was encrypted for the public key`, async () => {
      const { first, second } = open()
      const { stored, publicKey } = await first.create({ kty: 'RSA', size: 2048 }, binding)
      const value = encryptFor(describePublicKey(publicKey).jwk, algorithm, new Secret(message))
      const opened = await second.decrypt(stored, binding, algorithm, { value })
      assert.deepEqual(Buffer.from(opened.reveal()), message)
      await assert.rejects(second.decrypt(stored, elsewhere, algorithm, { value }))
      await assert.rejects(
        second.decrypt(stored, binding, algorithm, { value: value.subarray(1) }),
        undecryptable(),
      )
    })
  }

  for (const algorithm of encryptionAlgorithms) {
    if (isRsaEncryption(algorithm)) continue
    test(`${name}: ${algorithm.name} reads what it encrypted, and nothing else`, async () => {
      const { first, second } = open()
      const stored = await first.createSecretKey((algorithm.bits ?? 256) as 128 | 192 | 256, binding)
      const value = new Secret(randomBytes(32))
      const iv = algorithm.kind === 'AES-CBC' ? { iv: randomBytes(16) } : {}
      const encrypted = await first.encrypt(stored, binding, algorithm, { value, ...iv })
      const opened = await second.decrypt(stored, binding, algorithm, encrypted)
      assert.deepEqual(Buffer.from(opened.reveal()), value.reveal())
      const cut = { ...encrypted, value: encrypted.value.subarray(1) }
      await assert.rejects(second.decrypt(stored, binding, algorithm, cut), undecryptable())
      await assert.rejects(second.encrypt(stored, elsewhere, algorithm, { value, ...iv }))
    })
  }

  test(`${name}: a symmetric key signs nothing as a private key`, async () => {
    const { first } = open()
    const secretKey = await first.createSecretKey(256, binding)
    await assert.rejects(first.sign(secretKey, binding, { hash: 'sha256' }, message))
    await assert.rejects(first.signDigest(secretKey, binding, algorithmOf('ES256'), randomBytes(32)))
    await assert.rejects(first.signDigest(secretKey, binding, algorithmOf('RS256'), randomBytes(32)))
  })

  test(`${name}: a destroyed key can be destroyed again`, async () => {
    const { first } = open()
    const { stored } = await first.create({ kty: 'EC', curve: 'P-256' }, binding)
    await first.destroy(stored)
    await first.destroy(stored)
  })
}
