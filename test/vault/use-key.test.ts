/** What the verbs promise about using a key: which one, when, for what, and what is on record. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { KeyFacts } from '../../src/domain/kept-object.ts'
import { encryptionAlgorithms, signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import type { KeySpec } from '../../src/domain/key-spec.ts'
import { undecryptable } from '../../src/domain/refusals.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds, type UnixSeconds } from '../../src/domain/time.ts'
import { verifyDigest } from '../../src/keys/public-key.ts'
import { newId } from '../../src/vault/parts.ts'
import { describePublicKey } from '../../src/x509/public-key.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const signature = (name: string) => signatureAlgorithms.find((algorithm) => algorithm.name === name)!
const encryption = (name: string) => encryptionAlgorithms.find((algorithm) => algorithm.name === name)!
const digest = createHash('sha256').update('data').digest()
const allOperations = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']
const iv = randomBytes(16)

interface Attributes {
  readonly keyOperations?: readonly string[]
  readonly enabled?: boolean
  readonly notBefore?: UnixSeconds
  readonly expires?: UnixSeconds
}

/** Puts a version of a free-standing key into the store. Gives its id. */
async function put(
  house: TestVault,
  name: string,
  kind: KeySpec | { readonly kty: 'oct'; readonly bits: 128 | 192 | 256 },
  { keyOperations = allOperations, enabled = true, ...dates }: Attributes = {},
): Promise<string> {
  const { keys, random, storage } = house.parts
  const version = newId(random)
  const binding = { vault: 'default', name, version }
  const now = house.clock.now()
  const shared = { keyOperations, exportable: false }
  const store = (facts: KeyFacts, uri: string, sealed: Uint8Array) =>
    storage.transact((writer) =>
      writer.keys.addVersion(
        'default',
        name,
        { version, enabled, created: now, updated: now, ...dates, facts },
        { uri, sealed },
      ),
    )
  if (kind.kty === 'oct') {
    const { uri, wrapped } = await keys.createSecretKey(kind.bits, binding)
    await store({ jwk: { kty: 'oct' }, keySize: kind.bits, ...shared }, uri, wrapped!)
  } else {
    const { stored, publicKey } = await keys.create(kind, binding)
    const { jwk, size } = describePublicKey(publicKey)
    await store({ jwk, keySize: size, ...shared }, stored.uri, stored.wrapped!)
  }
  return version
}

const rsa: KeySpec = { kty: 'RSA', size: 2048 }
const p256: KeySpec = { kty: 'EC', curve: 'P-256' }

/** One use for each operation, all with the RSA key `name`. */
async function uses(house: TestVault, name: string) {
  const { vault, officer } = house
  const ops: Record<string, () => Promise<unknown>> = {
    sign: () => vault.sign(officer, { name }, { algorithm: signature('PS256'), digest }),
    verify: () =>
      vault.verifySignature(
        officer,
        { name },
        { algorithm: signature('PS256'), digest, signature: new Uint8Array(256) },
      ),
    encrypt: () => vault.encrypt(officer, { name }, encryption('RSA-OAEP'), { value: new Secret(digest) }),
    wrapKey: () => vault.wrapKey(officer, { name }, encryption('RSA-OAEP'), { value: new Secret(digest) }),
    decrypt: () => vault.decrypt(officer, { name }, encryption('RSA-OAEP'), { value: randomBytes(256) }),
    unwrapKey: () => vault.unwrapKey(officer, { name }, encryption('RSA-OAEP'), { value: randomBytes(256) }),
  }
  return ops
}

const undone = (error: Error) => error.message === undecryptable().message

test("a certificate's key signs, by its current version or the one that is named", async () => {
  const house = await openTestVault()
  await house.issue('web')
  const first = (await house.vault.readKey(house.officer, 'web')).version
  await house.issue('web')
  const signed = await house.vault.sign(
    house.officer,
    { name: 'WEB' },
    { algorithm: signature('ES256'), digest },
  )
  assert.equal(signed.name, 'web')
  assert.notEqual(signed.version, first)
  for (const version of [first, signed.version]) {
    const input = { algorithm: signature('ES256'), digest }
    const { result } = await house.vault.sign(house.officer, { name: 'web', version }, input)
    const { jwk } = await house.vault.readKey(house.officer, 'web', version)
    assert.ok(verifyDigest(jwk, input.algorithm as never, digest, result))
    const verdict = async (wanted: string) =>
      (
        await house.vault.verifySignature(
          house.officer,
          { name: 'web', version: wanted },
          { ...input, signature: result },
        )
      ).result
    assert.equal(await verdict(version), true)
    assert.equal(await verdict(version === first ? signed.version : first), false)
  }
  await house.close()
})

test('a free-standing key signs, encrypts and decrypts, wraps and unwraps', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await put(house, 'rsa', rsa)
  const old = await put(house, 'oct', { kty: 'oct', bits: 256 })
  for (const [name, alg, beside] of [
    ['rsa', 'RSA-OAEP-256', {}],
    ['rsa', 'RSA1_5', {}],
    ['oct', 'A256GCM', { aad: Buffer.from('beside') }],
    ['oct', 'A256CBCPAD', { iv }],
  ] as const) {
    const message = { value: new Secret(Buffer.from('message')), ...beside }
    const encrypted = await vault.encrypt(officer, { name }, encryption(alg), message)
    const opened = await vault.decrypt(officer, { name }, encryption(alg), encrypted.result)
    assert.equal(Buffer.from(opened.result.reveal()).toString(), 'message')
  }
  const key = new Secret(randomBytes(32))
  const wrapped = await vault.wrapKey(officer, { name: 'oct' }, encryption('A256KW'), { value: key })
  await put(house, 'oct', { kty: 'oct', bits: 256 })
  await assert.rejects(
    vault.unwrapKey(officer, { name: 'oct' }, encryption('A256KW'), wrapped.result),
    undone,
  )
  const reference = { name: 'oct', version: old }
  const unwrapped = await vault.unwrapKey(officer, reference, encryption('A256KW'), wrapped.result)
  assert.deepEqual(Buffer.from(unwrapped.result.reveal()), key.reveal())
  await house.close()
})

test('an HMAC is verified by its key', async () => {
  const house = await openTestVault()
  await put(house, 'oct', { kty: 'oct', bits: 256 })
  const input = { algorithm: signature('HS256'), digest }
  const { result } = await house.vault.sign(house.officer, { name: 'oct' }, input)
  const verdict = async (code: Uint8Array) =>
    (await house.vault.verifySignature(house.officer, { name: 'oct' }, { ...input, signature: code })).result
  assert.equal(await verdict(result), true)
  assert.equal(await verdict(result.subarray(1)), false)
  assert.equal(await verdict(randomBytes(32)), false)
  await house.close()
})

test('what is not there, or deleted, is not found', async () => {
  const house = await openTestVault()
  await house.issue('web')
  await put(house, 'free', rsa)
  const input = { algorithm: signature('ES256'), digest }
  const use = (name: string, version?: string) =>
    house.vault.sign(house.officer, { name, ...(version && { version }) }, input)
  const missing = { code: 'KeyNotFound' }
  await assert.rejects(use('nothing'), missing)
  await assert.rejects(use('web', '0'.repeat(32)), missing)
  await assert.rejects(use('free', '0'.repeat(32)), missing)
  await house.vault.deleteCertificate(house.officer, 'web')
  await assert.rejects(use('web'), missing)
  const at = house.clock.now()
  await house.parts.storage.transact((writer) =>
    writer.keys.setDeletion('default', 'free', { at, scheduledPurgeAt: at }),
  )
  await assert.rejects(use('free'), missing)
  await house.close()
})

test('a disabled key does nothing', async () => {
  const house = await openTestVault()
  await put(house, 'off', rsa, { enabled: false })
  for (const [operation, use] of Object.entries(await uses(house, 'off')))
    await assert.rejects(use(), { code: 'KeyDisabled' }, operation)
  await house.close()
})

test('outside of its validity a key makes nothing new, and reads what is old', async () => {
  const house = await openTestVault()
  const now = house.clock.now()
  await put(house, 'early', rsa, { notBefore: seconds(now + 1) })
  await put(house, 'late', rsa, { expires: now })
  await put(house, 'inside', rsa, { notBefore: now, expires: seconds(now + 1) })
  for (const name of ['early', 'late', 'inside']) {
    const { sign, encrypt, wrapKey, verify, decrypt, unwrapKey } = await uses(house, name)
    for (const use of [sign!, encrypt!, wrapKey!])
      if (name === 'inside') await use()
      else
        await assert.rejects(use(), {
          code: 'Forbidden',
          message: name === 'early' ? /not yet valid/ : /expired/,
        })
    await verify!()
    await assert.rejects(decrypt!(), undone)
    await assert.rejects(unwrapKey!(), undone)
  }
  await house.close()
})

test('key_ops decides, and the refusal names the operation', async () => {
  const house = await openTestVault()
  for (const kept of allOperations) {
    const name = kept.toLowerCase()
    await put(house, name, rsa, { keyOperations: [kept] })
    for (const [operation, use] of Object.entries(await uses(house, name)))
      if (operation !== kept)
        await assert.rejects(use(), {
          code: 'Forbidden',
          message: `Operation ${operation} is not permitted on this key; its key_ops are: ${kept}.`,
        })
  }
  await house.close()
})

test('an algorithm that does not fit key or operation is refused with those that do', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await put(house, 'rsa', rsa)
  await put(house, 'ec', p256)
  await put(house, 'oct', { kty: 'oct', bits: 128 })
  const sign = (name: string, alg: string) =>
    vault.sign(officer, { name }, { algorithm: signature(alg), digest })
  const encrypt = (name: string, alg: string) =>
    vault.encrypt(officer, { name }, encryption(alg), { value: new Secret(digest) })
  const wrap = (name: string, alg: string) =>
    vault.wrapKey(officer, { name }, encryption(alg), { value: new Secret(digest) })
  for (const [attempt, message] of [
    [
      sign('ec', 'RS256'),
      'alg: RS256 needs a key of type RSA; this key is an EC key on P-256. Use one of ES256.',
    ],
    [
      sign('ec', 'ES384'),
      'alg: ES384 needs a key on the curve P-384; this key is an EC key on P-256. Use one of ES256.',
    ],
    [sign('ec', 'ES256K'), /needs a key on the curve P-256K/],
    [sign('rsa', 'ES256'), /Use one of PS256, PS384, PS512, RS256, RS384, RS512, RSNULL\./],
    [sign('oct', 'HS256'), /needs a key of 256 bits or more; this key is of type oct with 128 bits/],
    [encrypt('ec', 'RSA-OAEP'), /No algorithm does this with the key/],
    [
      encrypt('oct', 'A256GCM'),
      'alg: A256GCM needs a key of 256 bits; this key is of type oct with 128 bits. Use one of A128GCM, A128CBC, A128CBCPAD.',
    ],
    [encrypt('oct', 'A128KW'), /A128KW is not for the operation encrypt\. Use one of A128GCM/],
    [wrap('oct', 'A128GCM'), /Use one of A128KW, CKM_AES_KEY_WRAP, CKM_AES_KEY_WRAP_PAD\./],
  ] as const)
    await assert.rejects(attempt, { code: 'BadParameter', message })
  await house.close()
})

test('lengths that an algorithm cannot take are refused with the right ones', async () => {
  const house = await openTestVault()
  const { vault, officer } = house
  await put(house, 'rsa', rsa)
  await put(house, 'ec', p256)
  await put(house, 'oct', { kty: 'oct', bits: 256 })
  const sign = (name: string, alg: string, length: number) =>
    vault.sign(officer, { name }, { algorithm: signature(alg), digest: new Uint8Array(length).fill(1) })
  const encrypt = (name: string, alg: string, length: number, beside = {}) =>
    vault.encrypt(officer, { name }, encryption(alg), {
      value: new Secret(new Uint8Array(length)),
      ...beside,
    })
  const wrap = (alg: string, length: number) =>
    vault.wrapKey(officer, { name: 'oct' }, encryption(alg), { value: new Secret(new Uint8Array(length)) })
  const decrypt = (alg: string, beside: object) =>
    vault.decrypt(officer, { name: 'oct' }, encryption(alg), { value: new Uint8Array(16), ...beside })
  for (const [attempt, message] of [
    [
      () => sign('rsa', 'RS256', 31),
      'RS256 signs a digest of 32 octets (SHA256), not 31. Hash the data first, and send the digest.',
    ],
    [() => sign('rsa', 'PS512', 32), /64 octets/],
    [() => sign('ec', 'ES256', 33), /32 octets/],
    [() => sign('rsa', 'RSNULL', 246), /1 to 245 octets, not 246/],
    [() => encrypt('rsa', 'RSA-OAEP', 215), /at most 214 octets, not 215/],
    [() => encrypt('rsa', 'RSA-OAEP-256', 191), /at most 190 octets, not 191/],
    [() => encrypt('rsa', 'RSA1_5', 246), /at most 245 octets/],
    [() => encrypt('rsa', 'RSA-OAEP', 1, { aad: iv }), 'aad: RSA-OAEP takes none; leave it out.'],
    [() => encrypt('oct', 'A256GCM', 1, { iv }), /^iv: A256GCM makes one for each message/],
    [() => encrypt('oct', 'A256CBC', 15, { iv }), /multiple of 16 octets, not 15, or use A256CBCPAD/],
    [() => encrypt('oct', 'A256CBCPAD', 15), 'iv: A256CBCPAD needs 16 octets, but none was sent.'],
    [() => encrypt('oct', 'A256CBCPAD', 15, { iv: iv.subarray(1) }), /needs 16 octets, not 15/],
    [() => wrap('A256KW', 8), /16 octets or more, in multiples of 8, not 8/],
    [() => wrap('A256KW', 33), /not 33/],
    [() => wrap('CKM_AES_KEY_WRAP_PAD', 0), /nothing to wrap/],
    [() => decrypt('A256GCM', { iv: iv.subarray(4) }), 'tag: A256GCM needs 16 octets, but none was sent.'],
    [() => decrypt('A256GCM', { tag: iv, iv }), 'iv: A256GCM needs 12 octets, not 16.'],
    [
      () => decrypt('A256GCM', { tag: iv.subarray(12), iv: iv.subarray(4) }),
      /tag: A256GCM needs 16 octets, not 4/,
    ],
  ] as const)
    await assert.rejects(attempt(), { code: 'BadParameter', message })
  for (const [name, alg, length] of [
    ['rsa', 'RSA-OAEP', 214],
    ['rsa', 'RSA-OAEP-256', 190],
    ['rsa', 'RSA1_5', 245],
  ] as const)
    await encrypt(name, alg, length)
  await house.close()
})

test('a use is on record with version and algorithm, a failure with its reason, and neither with what was handled', async () => {
  const house = await openTestVault()
  const version = await put(house, 'rsa', rsa)
  const plain = 'the very secret text'
  const message = { value: new Secret(Buffer.from(plain)) }
  const { result } = await house.vault.encrypt(
    house.officer,
    { name: 'rsa' },
    encryption('RSA-OAEP'),
    message,
  )
  await house.vault.decrypt(house.officer, { name: 'rsa', version }, encryption('RSA-OAEP'), result)
  await assert.rejects(
    house.vault.decrypt(house.officer, { name: 'rsa' }, encryption('RSA-OAEP-256'), result),
    undone,
  )
  const records = (await house.audit()).slice(-3)
  assert.deepEqual(
    records.map(({ operation, object, outcome, facts, errorCode }) => ({
      operation,
      object,
      outcome,
      facts,
      errorCode,
    })),
    [
      {
        operation: 'KeyEncrypt',
        object: 'keys/rsa',
        outcome: 'success',
        facts: { version, algorithm: 'RSA-OAEP' },
        errorCode: undefined,
      },
      {
        operation: 'KeyDecrypt',
        object: `keys/rsa/${version}`,
        outcome: 'success',
        facts: { version, algorithm: 'RSA-OAEP' },
        errorCode: undefined,
      },
      {
        operation: 'KeyDecrypt',
        object: 'keys/rsa',
        outcome: 'failed',
        facts: undefined,
        errorCode: 'BadParameter',
      },
    ],
  )
  const written = JSON.stringify(records)
  for (const text of [
    plain,
    Buffer.from(plain).toString('base64url'),
    Buffer.from(result.value).toString('base64url'),
  ])
    assert.equal(written.includes(text), false)
  await house.close()
})

test('a key that is disabled while it is used gives nothing out', async () => {
  const house = await openTestVault()
  const version = await put(house, 'rsa', rsa)
  const { storage, keys } = house.parts
  const disable = async () => {
    const found = (await storage.read((reader) => reader.keys.findVersion('default', 'rsa')))!
    await storage.transact((writer) =>
      writer.keys.updateVersion('default', 'rsa', { ...found.version, enabled: false }),
    )
  }
  const signDigest = keys.signDigest.bind(keys)
  keys.signDigest = async (...call) => {
    const made = await signDigest(...call)
    await disable()
    return made
  }
  const input = { algorithm: signature('RS256'), digest }
  await assert.rejects(house.vault.sign(house.officer, { name: 'rsa', version }, input), {
    code: 'KeyDisabled',
  })
  assert.equal((await house.audit()).at(-1)?.outcome, 'failed')
  await house.close()
})
