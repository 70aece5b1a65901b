/** Private keys in every form that programs write. How the vectors were made: `test/vectors/private-key/make.sh`. */
import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, generateKeyPairSync, generatePrimeSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { VaultError } from '../../src/domain/errors.ts'
import { Secret } from '../../src/domain/secret.ts'
import {
  bitString,
  type Der,
  derNull,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/x509/der.ts'
import { keyAlgorithm } from '../../src/x509/object-identifiers.ts'
import { type PemBlock, parsePem } from '../../src/x509/pem.ts'
import { type CheckedKey, readPkcs8, readPrivateKey } from '../../src/x509/private-key.ts'
import { isSamePublicKey } from '../../src/x509/public-key.ts'
import { vector } from './vectors.ts'

const refused = { name: 'VaultError', code: 'BadParameter' }

function block(name: string): PemBlock {
  const text = readFileSync(new URL(`../vectors/private-key/${name}.pem`, import.meta.url), 'utf8')
  const found = parsePem(text).find(({ label }) => label.endsWith('PRIVATE KEY'))
  return found ?? assert.fail(`${name} holds no private key`)
}

async function read(name: string, password?: string): Promise<string> {
  const { pkcs8 } = await readPrivateKey(
    block(name),
    password === undefined ? undefined : new Secret(password),
  )
  return hex(pkcs8.reveal())
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const plain = (name: string) => hex(vector(`private-key/${name}`))

const pkcs8 = (der: Der): PemBlock => ({ label: 'PRIVATE KEY', der })

describe('a private key', () => {
  for (const name of ['rsa', 'p-256', 'p-384', 'p-521', 'secp256k1'])
    test(`${name} in PKCS#8 stays as it is, and gives its public key`, async () => {
      assert.equal(await read(name), plain(name))
      assert.equal(await read(name, 'a password that is not needed'), plain(name))
      const spki = readPkcs8(vector(`private-key/${name}`)).spki
      assert.equal(hex(spki), plain(`${name}.public`))
    })

  for (const [name, key] of [
    ['rsa.pkcs1', 'rsa'],
    ['p-256.sec1', 'p-256'],
    ['p-256.sec1-no-public', 'p-256'],
    ['p-256.sec1-compressed', 'p-256'],
  ] as const)
    test(`${name} becomes PKCS#8`, async () => {
      assert.equal(await read(name), plain(key))
    })

  for (const [name, key] of [
    ...['des', 'des3', 'aes128', 'aes192', 'aes256'].map((cipher) => [`rsa.pkcs1-${cipher}`, 'rsa']),
    ['p-256.sec1-aes256', 'p-256'],
    ...['SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'].map((hash) => [
      `p-256.pkcs8-aes256-${hash}`,
      'p-256',
    ]),
    ...['aes128', 'aes192', 'des3', 'scrypt'].map((scheme) => [`p-256.pkcs8-${scheme}`, 'p-256']),
    ...['MD5-DES', 'MD5-RC2-64', 'SHA1-DES', 'SHA1-RC2-64', 'SHA1-RC4-128', 'SHA1-RC4-40', 'SHA1-3DES'].map(
      (scheme) => [`p-256.pkcs8-${scheme}`, 'p-256'],
    ),
    ...['SHA1-2DES', 'SHA1-RC2-128', 'SHA1-RC2-40'].map((scheme) => [`p-256.pkcs8-${scheme}`, 'p-256']),
  ] as [string, string][])
    test(`${name} opens with its password only`, async () => {
      assert.equal(await read(name, 'secret'), plain(key))
      for (const none of [undefined, ''])
        await assert.rejects(read(name, none), { ...refused, message: /send its password in pwd/ })
      // Among so many some pass by their padding; then the noise behind it is what is refused.
      for (let attempt = 0; attempt < (name.includes('scrypt') ? 2 : 50); attempt++)
        await assert.rejects(read(name, `wrong ${attempt}`), { ...refused, message: /does not open it/ })
    })

  const kinds: Record<string, RegExp> = {
    ed25519: /RSA or EC key; .*1\.3\.101\.112/,
    dsa: /RSA or EC key/,
    'rsa-pss': /RSA or EC key; .*1\.2\.840\.113549\.1\.1\.10/,
    openssh: /'OPENSSH PRIVATE KEY' is not supported; convert it/,
    explicit: /name their curve/,
    'p-256.sec1-explicit': /name their curve/,
    brainpool: /curve 1\.3\.36\.3\.3\.2\.8\.1\.1\.7 is not supported/,
    'three-primes': /more than two primes/,
  }
  for (const [name, message] of Object.entries(kinds))
    test(`of the kind of ${name} is refused`, () => assert.rejects(read(name), { ...refused, message }))

  test('encrypted with a cipher that is not known is refused by its name', async () => {
    await assert.rejects(read('p-256.pkcs8-camellia256', 'secret'), {
      ...refused,
      message: /1\.2\.392\.200011\.61\.1\.1\.1\.4/,
    })
    await assert.rejects(read('rsa.pkcs1-camellia256', 'secret'), { ...refused, message: /not supported/ })
  })

  test('that asks for too much work, memory or is nonsense is refused', async () => {
    const encrypted = (kdf: string, ...parameters: Der[]) => ({
      label: 'ENCRYPTED PRIVATE KEY',
      der: sequence(
        sequence(
          objectIdentifier('1.2.840.113549.1.5.13'),
          sequence(
            sequence(objectIdentifier(kdf), sequence(octetString(new Uint8Array(8)), ...parameters)),
            sequence(objectIdentifier('2.16.840.1.101.3.4.1.42'), octetString(new Uint8Array(16))),
          ),
        ),
        octetString(new Uint8Array(64)),
      ),
    })
    const pbkdf2 = (iterations: number, ...rest: Der[]) =>
      encrypted('1.2.840.113549.1.5.12', integer(iterations), ...rest)
    const scrypt = (N: number, r: number, p: number) =>
      encrypted('1.3.6.1.4.1.11591.4.11', integer(N), integer(r), integer(p))
    const cases: [PemBlock, RegExp][] = [
      [pbkdf2(10_000_001), /iterations/],
      [pbkdf2(0), /damaged/],
      [pbkdf2(1, integer(16)), /damaged/],
      [pbkdf2(1, sequence(objectIdentifier('1.2.3'))), /1\.2\.3/],
      [scrypt(2 ** 20, 8, 1), /memory/],
      [scrypt(2 ** 14, 8, 100), /iterations/],
      [scrypt(2, 1, 2 ** 30), /memory/],
      [scrypt(3, 1, 1), /damaged/],
      [scrypt(0, 1, 1), /damaged/],
      [scrypt(2, 0, 1), /damaged/],
      [encrypted('1.2.3', integer(1)), /1\.2\.3/],
    ]
    for (const [asking, message] of cases)
      await assert.rejects(readPrivateKey(asking, new Secret('secret')), { ...refused, message })
  })

  test('that is damaged anywhere is refused, or is the same key', async () => {
    const der = block('p-256').der
    const same = plain('p-256')
    for (let index = 0; index < der.length; index++) {
      await assert.rejects(readPrivateKey(pkcs8(der.subarray(0, index))), refused)
      const altered = Uint8Array.from(der)
      altered[index]! ^= 1
      const outcome = await readPrivateKey(pkcs8(altered)).catch((error: unknown) => error)
      if (!(outcome instanceof VaultError)) assert.equal(hex((outcome as CheckedKey).pkcs8.reveal()), same)
    }
    await assert.rejects(readPrivateKey(pkcs8(Buffer.concat([der, Uint8Array.of(0)]))), {
      ...refused,
      message: /damaged/,
    })
  })

  test('is read though keys of two types were compared before', async () => {
    const [rsa, ec] = [vector('private-key/rsa.public'), vector('private-key/p-256.public')]
    assert.equal(isSamePublicKey(rsa, ec), false)
    createPrivateKey({ key: Buffer.from(block('rsa').der), format: 'der', type: 'pkcs8' })
    assert.equal(isSamePublicKey(rsa, ec), false)
    assert.equal(await read('rsa'), plain('rsa'))
  })

  test('never stands in an error, nor does its password', async () => {
    const password = 'hunter2 hunter2'
    for (const name of ['rsa.pkcs1-aes256', 'p-256.pkcs8-scrypt']) {
      const error = await read(name, password).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof VaultError)
      assert.equal(inspect(error, { depth: 9, showHidden: true }).includes(password), false)
    }
  })
})

describe('an EC key', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const { d, x, y } = privateKey.export({ format: 'jwk' })
  const scalar = Buffer.from(d!, 'base64url')
  const p256 = objectIdentifier('1.2.840.10045.3.1.7')
  const p384 = objectIdentifier('1.3.132.0.34')
  const wrapped = (sec1: Der, curve = p256) =>
    pkcs8(sequence(integer(0), sequence(objectIdentifier(keyAlgorithm.ec), curve), octetString(sec1)))
  const normal = hex(privateKey.export({ type: 'pkcs8', format: 'der' }))
  const readBlock = async (pem: PemBlock) => hex((await readPrivateKey(pem)).pkcs8.reveal())

  test('whose private number lacks zeros in front, or has some too many, is the same key', async () => {
    const longer = sequence(integer(1), octetString(Buffer.concat([new Uint8Array(3), scalar])))
    assert.equal(await readBlock(wrapped(longer)), normal)
    const short = await readPrivateKey(wrapped(sequence(integer(1), octetString(Uint8Array.of(5)))))
    assert.equal(
      Buffer.from(short.pkcs8.reveal()).includes(Buffer.concat([new Uint8Array(31), Uint8Array.of(5)])),
      true,
    )
  })

  test('may name its curve inside as well, but no other', async () => {
    const naming = (curve: Der) => sequence(integer(1), octetString(scalar), explicit(0, curve))
    assert.equal(await readBlock(wrapped(naming(p256))), normal)
    await assert.rejects(readBlock(wrapped(naming(p384))), { ...refused, message: /damaged/ })
  })

  test('that names no curve is refused', async () => {
    const sec1 = sequence(integer(1), octetString(scalar))
    await assert.rejects(readBlock({ label: 'EC PRIVATE KEY', der: sec1 }), {
      ...refused,
      message: /does not name its curve/,
    })
  })

  test('with the public key of another is refused', async () => {
    const point = other.publicKey.export({ type: 'spki', format: 'der' }).subarray(-65)
    const sec1 = sequence(integer(1), octetString(scalar), explicit(1, bitString(point)))
    await assert.rejects(readBlock(wrapped(sec1)), { ...refused, message: /public key of another key/ })
    const broken = sequence(integer(1), octetString(scalar), explicit(1, bitString(Uint8Array.of(9))))
    await assert.rejects(readBlock(wrapped(broken)), { ...refused, message: /public key of another key/ })
  })

  test('that is no number of its curve is refused', async () => {
    const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
    for (const number of ['00', order, 'ff'.repeat(32), `01${'00'.repeat(32)}`]) {
      const sec1 = sequence(integer(1), octetString(Buffer.from(number, 'hex')))
      await assert.rejects(readBlock(wrapped(sec1)), { ...refused, message: /number that its curve allows/ })
    }
  })

  test('gives the public key that belongs to its private number', () => {
    const { spki } = readPkcs8(wrapped(sequence(integer(1), octetString(scalar))).der)
    const jwk = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }).export({
      format: 'jwk',
    })
    assert.deepEqual([jwk.x, jwk.y], [x, y])
  })
})

describe('an RSA key', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = privateKey.export({ format: 'jwk' })
  const names = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const
  type Numbers = Record<(typeof names)[number], bigint>
  const numbers = Object.fromEntries(
    names.map((name) => [name, BigInt(`0x${Buffer.from(jwk[name]!, 'base64url').toString('hex')}`)]),
  ) as Numbers

  const encodeNumber = (value: bigint) => {
    const digits = value.toString(16)
    return integer(Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex'))
  }
  const key = (changes: Partial<Numbers> = {}, version = 0): PemBlock => ({
    label: 'RSA PRIVATE KEY',
    der: sequence(integer(version), ...names.map((name) => encodeNumber({ ...numbers, ...changes }[name]))),
  })

  test('whose numbers fit is accepted', async () => {
    const read = await readPrivateKey(key())
    assert.equal(hex(read.pkcs8.reveal()), hex(privateKey.export({ type: 'pkcs8', format: 'der' })))
  })

  for (const name of names)
    test(`with another ${name} is refused`, async () => {
      await assert.rejects(readPrivateKey(key({ [name]: numbers[name] + 2n })), {
        ...refused,
        message: /do not fit together/,
      })
    })

  test('of numbers that cannot be is refused', async () => {
    for (const changes of [{ p: 1n, q: numbers.n }, { p: numbers.n, q: 1n }, { e: 1n }])
      await assert.rejects(readPrivateKey(key(changes)), { ...refused, message: /do not fit together/ })
    for (const name of names)
      await assert.rejects(readPrivateKey(key({ [name]: 0n })), { ...refused, message: /damaged/ })
    await assert.rejects(readPrivateKey(key({}, 2)), { ...refused, message: /damaged/ })
    await assert.rejects(readPrivateKey(key({ n: 1n << 20_000n })), { ...refused, message: /16384 bits/ })
  })

  test('whose factors are no primes is refused, though its numbers fit', async () => {
    const half = () => generatePrimeSync(512, { bigint: true })
    const e = 65_537n
    const [p, q] = [half() * half(), half() * half()]
    const common = (p - 1n) * (q - 1n)
    const d = inverse(e, common)
    const changes = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) }
    await assert.rejects(readPrivateKey(key(changes)), { ...refused, message: /signatures that do not hold/ })
  })

  test('may leave its NULL parameters away', async () => {
    const bare = sequence(integer(0), sequence(objectIdentifier(keyAlgorithm.rsa)), octetString(key().der))
    assert.equal(
      hex((await readPrivateKey(pkcs8(bare))).pkcs8.reveal()),
      hex((await readPrivateKey(key())).pkcs8.reveal()),
    )
  })

  test('loses the attributes and the second public key of PKCS#8', async () => {
    const algorithm = sequence(objectIdentifier(keyAlgorithm.rsa), derNull)
    const attributes = explicit(0, sequence(objectIdentifier('1.2.3'), sequence()))
    const extended = sequence(integer(1), algorithm, octetString(key().der), attributes)
    assert.equal(
      hex((await readPrivateKey(pkcs8(extended))).pkcs8.reveal()),
      hex((await readPrivateKey(key())).pkcs8.reveal()),
    )
  })
})

/** Extended Euclid. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [r0, r1, t0, t1] = [modulus, value % modulus, 0n, 1n]
  while (r1 !== 0n) {
    const quotient = r0 / r1
    ;[r0, r1, t0, t1] = [r1, r0 - quotient * r1, t1, t0 - quotient * t1]
  }
  assert.equal(r0, 1n)
  return ((t0 % modulus) + modulus) % modulus
}
