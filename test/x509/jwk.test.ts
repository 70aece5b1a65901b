/** Private keys as JSON Web Keys: the vectors of the RFCs, keys of other programs, and keys that do not fit together. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { type PrivateJwk, readPrivateJwk } from '../../src/x509/jwk.ts'

const read = (jwk: PrivateJwk) => readPrivateJwk(new Secret(jwk))

async function pkcs8Of(jwk: PrivateJwk): Promise<Buffer> {
  const key = await read(jwk)
  assert.notEqual(key.kty, 'oct')
  return Buffer.from((key as { pkcs8: Secret<Uint8Array> }).pkcs8.reveal())
}

/** What node:crypto makes of the PKCS#8, and of the public key beside it. */
async function exported(jwk: PrivateJwk) {
  const key = await read(jwk)
  if (key.kty === 'oct') throw new Error('symmetric')
  const pkcs8 = Buffer.from(key.pkcs8.reveal())
  const spki = createPublicKey({ key: Buffer.from(key.spki), format: 'der', type: 'spki' })
  const own = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  assert.ok(createPublicKey(own).equals(spki))
  return own.export({ format: 'jwk' })
}

/** RFC 7517 A.2. */
const rfcEc: PrivateJwk = {
  kty: 'EC',
  crv: 'P-256',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
  d: '870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE',
}
const rfcRsa: PrivateJwk = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
  d: 'X4cTteJY_gn4FYPsXB8rdXix5vwsg1FLN5E3EaG6RJoVH-HLLKD9M7dx5oo7GURknchnrRweUkC7hT5fJLM0WbFAKNLWY2vv7B6NqXSzUvxT0_YSfqijwp3RTzlBaCxWp4doFk5N2o8Gy_nHNKroADIkJ46pRUohsXywbReAdYaMwFs9tv8d_cPVY3i07a3t8MN6TNwm0dSawm9v47UiCl3Sk5ZiG7xojPLu4sbg1U2jx4IBTNBznbJSzFHK66jT8bgkuqsk0GjskDJk19Z4qwjwbsnn4j2WBii3RL-Us2lGVkY8fkFzme1z0HbIkfz0Y6mqnOYtqc0X4jfcKoAC8Q',
  p: '83i-7IvMGXoMXCskv73TKr8637FiO7Z27zv8oj6pbWUQyLPQBQxtPVnwD20R-60eTDmD2ujnMt5PoqMrm8RfmNhVWDtjjMmCMjOpSXicFHj7XOuVIYQyqVWlWEh6dN36GVZYk93N8Bc9vY41xy8B9RzzOGVQzXvNEvn7O0nVbfs',
  q: '3dfOR9cuYq-0S-mkFLzgItgMEfFzB2q3hWehMuG0oCuqnb3vobLyumqjVZQO1dIrdwgTnCdpYzBcOfW5r370AFXjiWft_NGEiovonizhKpo9VVS78TzFgxkIdrecRezsZ-1kYd_s1qDbxtkDEgfAITAG9LUnADun4vIcb6yelxk',
  dp: 'G4sPXkc6Ya9y8oJW9_ILj4xuppu0lzi_H7VTkS8xj5SdX3coE0oimYwxIi2emTAue0UOa5dpgFGyBJ4c8tQ2VF402XRugKDTP8akYhFo5tAA77Qe_NmtuYZc3C3m3I24G2GvR5sSDxUyAN2zq8Lfn9EUms6rY3Ob8YeiKkTiBj0',
  dq: 's9lAH9fggBsoFR8Oac2R_E2gw282rT2kGOAhvIllETE1efrA6huUUvMfBcMpn8lqeW6vzznYY5SSQF7pMdC_agI3nG8Ibp1BUb0JUiraRNqUfLhcQb_d9GF4Dh7e74WbRsobRonujTYN1xCaP6TO61jvWrX-L18txXw494Q_cgk',
  qi: 'GyM_p6JrXySiz1toFgKbWV-JdI3jQ4ypu9rbMWx3rQJBfmt0FoYzgUIZEVFEcOqwemRN81zoDAaa-Bk0KWNGDjJHZDdDmFhW3AN7lI-puxk_mHZGJ11rxyR8O55XLSe3SPmRfKwZI6yU24ZxvQKFYItdldUKGzO6Ia6zTKhAVRU',
}

test('the private keys of RFC 7517 A.2 are read as they stand there', async () => {
  assert.deepEqual(await exported(rfcEc), rfcEc)
  assert.deepEqual(await exported(rfcRsa), rfcRsa)
})

test('the symmetric keys of RFC 7517 A.3 are their octets', async () => {
  for (const [k, length] of [
    ['GawgguFyGrWKav7AX4VKUg', 16],
    ['AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow', 64],
  ] as const) {
    const key = await read({ kty: 'oct', k })
    assert.ok(key.kty === 'oct')
    assert.equal(key.octets.reveal().length, length)
    assert.equal(Buffer.from(key.octets.reveal()).toString('base64url'), k)
  }
})

const curveNames = [
  ['P-256', 'prime256v1'],
  ['P-384', 'secp384r1'],
  ['P-521', 'secp521r1'],
  ['P-256K', 'secp256k1'],
] as const

for (const [crv, namedCurve] of curveNames)
  test(`a key on ${crv} that node:crypto exported comes back the same`, async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve })
    const jwk = { ...privateKey.export({ format: 'jwk' }), crv } as PrivateJwk
    const own = createPrivateKey({ key: await pkcs8Of(jwk), format: 'der', type: 'pkcs8' })
    assert.ok(own.equals(privateKey))
  })

test('an RSA key that OpenSSL made comes back the same', async () => {
  const pem = execFileSync('openssl', ['genrsa', '3072'], { stdio: ['ignore', 'pipe', 'ignore'] })
  const key = createPrivateKey(pem)
  const jwk = key.export({ format: 'jwk' }) as PrivateJwk
  assert.ok(createPrivateKey({ key: await pkcs8Of(jwk), format: 'der', type: 'pkcs8' }).equals(key))
})

const octets = (text: string) => Buffer.from(text, 'base64url')
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

test('zeros in front of a number change nothing', async () => {
  const zero = (member: string) => text(Buffer.concat([Buffer.alloc(3), octets(member)]))
  assert.deepEqual(await exported({ ...rfcRsa, d: zero(rfcRsa.d!), n: zero(rfcRsa.n!) }), rfcRsa)
  // One in 256 keys has such a scalar or coordinate, and some programs then send less.
  for (;;) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const jwk = privateKey.export({ format: 'jwk' }) as PrivateJwk
    const member = (['d', 'x', 'y'] as const).find((name) => octets(jwk[name]!)[0] === 0)
    if (!member) continue
    assert.deepEqual(await exported({ ...jwk, [member]: text(octets(jwk[member]!).subarray(1)) }), jwk)
    return
  }
})

function changed(jwk: PrivateJwk, member: keyof PrivateJwk): PrivateJwk {
  const bytes = octets(jwk[member]!)
  bytes[bytes.length - 1]! ^= 2
  return { ...jwk, [member]: text(bytes) }
}

test('numbers that do not fit together are refused, whichever it is, and nothing of them is told', async () => {
  const cases = [
    ...(['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((member) => changed(rfcRsa, member)),
    ...(['x', 'y', 'd'] as const).map((member) => changed(rfcEc, member)),
  ]
  for (const jwk of cases)
    await assert.rejects(read(jwk), (error: Error & { code: string }) => {
      assert.equal(error.code, 'BadParameter')
      assert.match(error.message, /do not fit together|public key of another key/)
      for (const secret of [jwk.d!, jwk.p]) assert.ok(!secret || !error.message.includes(secret))
      return true
    })
})

test('members that are missing or not base64url are named', async () => {
  for (const member of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const) {
    const { [member]: _gone, ...rest } = rfcRsa
    await assert.rejects(read(rest as PrivateJwk), {
      code: 'BadParameter',
      message: new RegExp(`^key\\.${member}: .*missing`),
    })
  }
  for (const member of ['crv', 'x', 'y', 'd'] as const) {
    const { [member]: _gone, ...rest } = rfcEc
    await assert.rejects(read(rest as PrivateJwk), {
      code: 'BadParameter',
      message: new RegExp(`^key\\.${member}:`),
    })
  }
  for (const d of ['', `${rfcEc.d}=`, '+/+/', 'a b', 'AB'])
    await assert.rejects(read({ ...rfcEc, d }), { message: /^key\.d: send the octets as base64url/ })
  await assert.rejects(read({ kty: 'oct' }), { message: /^key\.k: .*missing/ })
})

test('numbers of the wrong size are refused', async () => {
  await assert.rejects(read({ ...rfcEc, x: text(Buffer.alloc(33, 1)) }), { message: /32 octets/ })
  await assert.rejects(read({ ...rfcEc, crv: 'P-384' }), { code: 'BadParameter' })
  await assert.rejects(read({ ...rfcEc, d: text(Buffer.alloc(32)) }), {
    message: /not a number that its curve/,
  })
  await assert.rejects(read({ ...rfcEc, d: text(Buffer.alloc(32, 255)) }), { code: 'BadParameter' })
  for (const member of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const)
    await assert.rejects(read({ ...rfcRsa, [member]: 'AA' }), { code: 'BadParameter' })
})

test('RSA keys that can be broken are refused', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  await assert.rejects(read(privateKey.export({ format: 'jwk' }) as PrivateJwk), { message: /1024 bits/ })
})
