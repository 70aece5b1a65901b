/** RSA over digests, against OpenSSL's own and its program, and with encodings that are nearly right. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  constants,
  createHash,
  generateKeyPairSync,
  privateEncrypt,
  publicEncrypt,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PublicJwk } from '../../src/domain/kept-object.ts'
import { signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import { undecryptable } from '../../src/domain/refusals.ts'
import { Secret } from '../../src/domain/secret.ts'
import { encryptFor, verifyDigest } from '../../src/keys/public-key.ts'
import { binding, encryption, keeper, sealed, signature } from './sealed-key.ts'

/** Also one whose modulus is one bit longer than its encoding: PSS has an octet less there. */
const keys = [2048, 2049, 3072].map((modulusLength) => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  const jwk = publicKey.export({ format: 'jwk' }) as PublicJwk
  return { modulusLength, privateKey, publicKey, jwk }
})
const [first] = keys
const folder = mkdtempSync(join(tmpdir(), 'certkeep-rsa-'))
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const pssPadding = { padding: constants.RSA_PKCS1_PSS_PADDING }

for (const algorithm of signatureAlgorithms) {
  if (algorithm.kind !== 'RSASSA-PSS' && algorithm.kind !== 'RSASSA-PKCS1-v1_5') continue
  const { hash } = algorithm
  if (!hash) continue
  const padding =
    algorithm.kind === 'RSASSA-PSS'
      ? { ...pssPadding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING }

  test(`${algorithm.name}: OpenSSL verifies what we sign, and we what it signs`, async () => {
    for (const { modulusLength, privateKey, publicKey, jwk } of keys) {
      const stored = await sealed(privateKey.export({ format: 'jwk' }))
      const data = randomBytes(100)
      const digest: Uint8Array = createHash(hash).update(data).digest()
      const made = await keeper.signDigest(stored, binding, algorithm, digest)
      assert.ok(verify(hash, data, { key: publicKey, ...padding }, made), `${modulusLength} bits`)
      const theirs: Uint8Array = sign(hash, data, { key: privateKey, ...padding })
      assert.ok(verifyDigest(jwk, algorithm, digest, theirs), `${modulusLength} bits`)
      const other: Uint8Array = createHash(hash).update('other').digest()
      assert.equal(verifyDigest(jwk, algorithm, other, theirs), false)
    }
  })

  test(`${algorithm.name}: the openssl program verifies it`, async () => {
    const { privateKey, publicKey } = first!
    const stored = await sealed(privateKey.export({ format: 'jwk' }))
    const data = Buffer.from('data of a program')
    const made = await keeper.signDigest(stored, binding, algorithm, createHash(hash).update(data).digest())
    const pem = file('public.pem', publicKey.export({ format: 'pem', type: 'spki' }))
    const options =
      algorithm.kind === 'RSASSA-PSS'
        ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
        : []
    const out = execFileSync('openssl', [
      ...['dgst', `-${hash}`, ...options, '-verify', pem, '-signature', file('signature', made)],
      file('data', data),
    ])
    assert.match(String(out), /Verified OK/)
  })
}

test('a salt of another length is no PS256 signature (RFC 7518 3.5)', () => {
  const { privateKey, jwk } = first!
  const data = Buffer.from('data')
  const digest = createHash('sha256').update(data).digest()
  for (const saltLength of [0, 20, 64]) {
    const theirs = sign('sha256', data, { key: privateKey, ...pssPadding, saltLength })
    assert.equal(verifyDigest(jwk, signature<'RSASSA-PSS'>('PS256'), digest, theirs), false)
  }
})

test('an encoding that is nearly PKCS#1 v1.5 is no RS256 signature', () => {
  const { privateKey, jwk } = first!
  const digest = createHash('sha256').update('data').digest()
  const info = Buffer.concat([Buffer.from('3031300d060960864801650304020105000420', 'hex'), digest])
  const raw = (encoded: Buffer) =>
    privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encoded)
  const encoded = (head: string, fill: number, content: Buffer, tail = Buffer.alloc(0)) => {
    const start = Buffer.from(head, 'hex')
    const length = 256 - start.length - 1 - content.length - tail.length
    return Buffer.concat([start, Buffer.alloc(length, fill), Buffer.alloc(1), content, tail])
  }
  const judged = (octets: Buffer) =>
    verifyDigest(jwk, signature<'RSASSA-PKCS1-v1_5'>('RS256'), digest, raw(octets))
  assert.ok(judged(encoded('0001', 0xff, info)))
  assert.equal(judged(encoded('0002', 0xff, info)), false, 'block type')
  assert.equal(judged(encoded('0001', 0xfe, info)), false, 'padding')
  assert.equal(judged(encoded('0001', 0xff, digest)), false, 'no DigestInfo')
  assert.equal(
    judged(encoded('0001', 0xff, info, randomBytes(20))),
    false,
    'octets behind it (CVE-2006-4339)',
  )
  const withoutNull = Buffer.concat([
    Buffer.from('302f300b0609608648016503040201', 'hex'),
    Buffer.from('0420', 'hex'),
    digest,
  ])
  assert.equal(judged(encoded('0001', 0xff, withoutNull)), false, 'parameters left out')
})

test('no octets are a signature, nor those of another length, nor a number above the modulus', () => {
  const { jwk } = first!
  const digest = createHash('sha256').update('data').digest()
  for (const octets of [
    Buffer.alloc(0),
    Buffer.alloc(255, 1),
    Buffer.alloc(257, 1),
    Buffer.alloc(256, 0xff),
    Buffer.alloc(256),
  ])
    for (const name of ['RS256', 'PS256'])
      assert.equal(verifyDigest(jwk, signature<'RSASSA-PSS'>(name), digest, octets), false)
})

test('RSNULL signs the octets themselves', async () => {
  const { privateKey, jwk } = first!
  const stored = await sealed(privateKey.export({ format: 'jwk' }))
  const octets = randomBytes(36)
  const algorithm = signature<'RSASSA-PKCS1-v1_5'>('RSNULL')
  const made = await keeper.signDigest(stored, binding, algorithm, octets)
  assert.deepEqual(Buffer.from(made), privateEncrypt(privateKey, octets))
  assert.ok(verifyDigest(jwk, algorithm, octets, made))
})

const openings = [
  ['RSA-OAEP', ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha1']],
  ['RSA-OAEP-256', ['rsa_padding_mode:oaep', 'rsa_oaep_md:sha256', 'rsa_mgf1_md:sha256']],
  ['RSA1_5', ['rsa_padding_mode:pkcs1']],
] as const

for (const [name, modes] of openings) {
  const options = modes.flatMap((mode) => ['-pkeyopt', mode])

  test(`${name}: the openssl program reads what we encrypt, and we what it encrypts`, async () => {
    const { privateKey, publicKey, jwk } = first!
    const stored = await sealed(privateKey.export({ format: 'jwk' }))
    const plain = randomBytes(32)
    const algorithm = encryption<'RSAES-OAEP'>(name)
    const ours = file('ours', encryptFor(jwk, algorithm, new Secret(plain)))
    const pem = file('private.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const read = execFileSync('openssl', ['pkeyutl', '-decrypt', '-inkey', pem, '-in', ours, ...options])
    assert.deepEqual(read, plain)
    const out = join(folder, 'theirs')
    execFileSync('openssl', [
      ...[
        'pkeyutl',
        '-encrypt',
        '-pubin',
        '-inkey',
        file('public.pem', publicKey.export({ format: 'pem', type: 'spki' })),
      ],
      ...['-in', file('plain', plain), '-out', out, ...options],
    ])
    const opened = await keeper.decrypt(stored, binding, algorithm, { value: readFileSync(out) })
    assert.deepEqual(Buffer.from(opened.reveal()), plain)
  })
}

test('a ciphertext that was damaged anywhere, or cut, gets one answer', async () => {
  const { privateKey, jwk } = first!
  const stored = await sealed(privateKey.export({ format: 'jwk' }))
  const algorithm = encryption<'RSAES-OAEP'>('RSA-OAEP-256')
  const good = Buffer.from(encryptFor(jwk, algorithm, new Secret(Buffer.from('message'))))
  const damaged = [0, 100, 255].map((index) => {
    const octets = Buffer.from(good)
    octets[index]! ^= 1
    return octets
  })
  const wrongs = [...damaged, good.subarray(1), Buffer.alloc(256, 0xff), Buffer.alloc(0)]
  for (const value of wrongs)
    for (const name of ['RSA-OAEP', 'RSA-OAEP-256'])
      await assert.rejects(keeper.decrypt(stored, binding, encryption(name), { value }), (error: Error) => {
        assert.equal(error.message, undecryptable().message)
        assert.equal(error.cause, undefined)
        return true
      })
})

test('RSA1_5 answers a bad padding with octets that look like any others, the same each time', async () => {
  const { privateKey, publicKey } = first!
  const stored = await sealed(privateKey.export({ format: 'jwk' }))
  const algorithm = encryption<'RSAES-PKCS1-v1_5'>('RSA1_5')
  // Type 1 where type 2 belongs; no zero behind the padding; padding that is too short.
  const blocks = [
    Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(200, 0xff), Buffer.alloc(1), Buffer.alloc(53, 7)]),
    Buffer.concat([Buffer.from([0, 2]), Buffer.alloc(254, 9)]),
    Buffer.concat([Buffer.from([0, 2, 9, 9, 0]), Buffer.alloc(251, 9)]),
  ]
  for (const block of blocks) {
    const value = publicEncrypt({ key: publicKey, padding: constants.RSA_NO_PADDING }, block)
    const once = (await keeper.decrypt(stored, binding, algorithm, { value })).reveal()
    const twice = (await keeper.decrypt(stored, binding, algorithm, { value })).reveal()
    assert.deepEqual(once, twice)
    assert.equal(block.includes(Buffer.from(once)) && once.length > 0, false)
  }
})
