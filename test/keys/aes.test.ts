/** The examples of NIST SP 800-38A, the GCM specification, RFC 3394 and RFC 5649; and what is no message of theirs. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { EncryptedMessage } from '../../src/domain/key-algorithms.ts'
import { undecryptable } from '../../src/domain/refusals.ts'
import { Secret } from '../../src/domain/secret.ts'
import { encryptWithAes } from '../../src/keys/algorithms/aes.ts'
import { binding, encryption, keeper, secretKey } from './sealed-key.ts'

const hex = (text: string) => Buffer.from(text, 'hex')
const bare = (message: EncryptedMessage) =>
  Object.fromEntries(Object.entries(message).map(([member, octets]) => [member, Buffer.from(octets)]))

const iv = hex('000102030405060708090a0b0c0d0e0f')
const block = hex('6bc1bee22e409f96e93d7e117393172a')
const counting = (length: number) => Buffer.from(Array.from({ length }, (_, index) => index))

const published = [
  ['A128CBC', '2b7e151628aed2a6abf7158809cf4f3c', block, '7649abac8119b246cee98e9b12e9197d', { iv }],
  [
    'A192CBC',
    '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
    block,
    '4f021db243bc633d7178183a9fa071e8',
    { iv },
  ],
  [
    'A256CBC',
    '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4',
    block,
    'f58c4c04d6e5f1ba779eabfb5f7bfbd6',
    { iv },
  ],
  [
    'A128KW',
    counting(16).toString('hex'),
    hex('00112233445566778899aabbccddeeff'),
    '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
    {},
  ],
  [
    'A192KW',
    counting(24).toString('hex'),
    hex('00112233445566778899aabbccddeeff'),
    '96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d',
    {},
  ],
  [
    'A256KW',
    counting(32).toString('hex'),
    hex('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f'),
    '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    {},
  ],
  [
    'CKM_AES_KEY_WRAP_PAD',
    '5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8',
    hex('c37b7e6492584340bed12207808941155068f738'),
    '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a',
    {},
  ],
  [
    'CKM_AES_KEY_WRAP_PAD',
    '5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8',
    hex('466f7250617369'),
    'afbeb0f07dfbf5419200f2ccb50bb24f',
    {},
  ],
] as const

for (const [alg, key, plain, encrypted, parameters] of published)
  test(`${alg} makes and reads the published ${plain.length} octets`, async () => {
    const stored = await secretKey(hex(key))
    const algorithm = encryption<'AES-CBC' | 'AES-KW'>(alg)
    const made = await keeper.encrypt(stored, binding, algorithm, { value: new Secret(plain), ...parameters })
    assert.deepEqual(bare(made), { value: hex(encrypted), ...parameters })
    const read = await keeper.decrypt(stored, binding, algorithm, made)
    assert.deepEqual(Buffer.from(read.reveal()), plain)
  })

test('A128GCM makes and reads the published message, with its nonce', () => {
  const nonce = hex('cafebabefacedbaddecaf888')
  const message = {
    value: hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    ),
    aad: hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
  }
  const key = createSecretKey(hex('feffe9928665731c6d6a8f9467308308'))
  const made = encryptWithAes(key, encryption<'AES-GCM'>('A128GCM'), message, () => nonce)
  assert.deepEqual(bare(made), {
    value: hex(
      '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
    ),
    iv: nonce,
    tag: hex('5bc94fbc3221a5db94fae95ae7121a47'),
    aad: message.aad,
  })
})

test('a padded message may have any length', async () => {
  const stored = await secretKey(randomBytes(32))
  const algorithm = encryption<'AES-CBC'>('A256CBCPAD')
  for (const length of [0, 1, 15, 16, 17, 1000]) {
    const plain = randomBytes(length)
    const made = await keeper.encrypt(stored, binding, algorithm, { value: new Secret(plain), iv })
    assert.equal(made.value.length, (Math.floor(length / 16) + 1) * 16)
    assert.deepEqual(Buffer.from((await keeper.decrypt(stored, binding, algorithm, made)).reveal()), plain)
  }
})

test('GCM draws a nonce for each message, and what was altered in any part does not open', async () => {
  const stored = await secretKey(randomBytes(32))
  const algorithm = encryption<'AES-GCM'>('A256GCM')
  const message = { value: new Secret(Buffer.from('the message')), aad: Buffer.from('beside it') }
  const made = await keeper.encrypt(stored, binding, algorithm, message)
  const again = await keeper.encrypt(stored, binding, algorithm, message)
  assert.notDeepEqual(made.iv, again.iv)
  for (const part of ['value', 'iv', 'tag', 'aad'] as const) {
    const altered = Buffer.from(made[part]!)
    altered[0]! ^= 1
    await refused(keeper.decrypt(stored, binding, algorithm, { ...made, [part]: altered }))
  }
  const { aad, ...without } = made
  assert.ok(aad)
  await refused(keeper.decrypt(stored, binding, algorithm, without))
})

test('whatever is wrong with a message, the answer is the same', async () => {
  const stored = await secretKey(randomBytes(16))
  const wrongs: [string, EncryptedMessage][] = [
    ['A128CBCPAD', { value: randomBytes(15), iv }],
    ['A128CBCPAD', { value: new Uint8Array(), iv }],
    ['A128CBC', { value: randomBytes(17), iv }],
    ['A128KW', { value: randomBytes(24) }],
    ['A128KW', { value: randomBytes(7) }],
    ['A128KW', { value: new Uint8Array() }],
    ['CKM_AES_KEY_WRAP_PAD', { value: randomBytes(16) }],
  ]
  for (const [alg, message] of wrongs)
    await refused(keeper.decrypt(stored, binding, encryption(alg), message))
})

async function refused(attempt: Promise<unknown>): Promise<void> {
  await assert.rejects(attempt, (error: Error) => {
    assert.equal(error.message, undecryptable().message)
    assert.equal(error.cause, undefined)
    assert.doesNotMatch(inspect(error), /bad decrypt|unable to authenticate|ERR_OSSL/i)
    return true
  })
}
