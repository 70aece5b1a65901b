/** PFX files of other programs, of our own, and damaged ones. How the vectors were made: `test/vectors/pkcs12/make.sh`. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { VaultError } from '../../src/domain/errors.ts'
import { Secret } from '../../src/domain/secret.ts'
import {
  type Der,
  derNull,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  tag,
} from '../../src/x509/der.ts'
import { hashes } from '../../src/x509/hashes.ts'
import { type PfxContent, readPfx } from '../../src/x509/pkcs12.ts'
import { bagOid, contentType } from '../../src/x509/pkcs12-identifiers.ts'
import { writePfxWithoutPassword } from '../../src/x509/pkcs12-writer.ts'
import { ecKey, issue } from './authority.ts'
import {
  bag,
  certificateBag,
  contentInfo,
  indefinite,
  octetStringInPieces,
  pfxWithMac,
  pfxWithMacData,
  pfxWithoutMac,
  plainSafe,
  shroudedKeyBag,
} from './pfx-parts.ts'
import { vector } from './vectors.ts'

const refused = { name: 'VaultError', code: 'BadParameter' }
const damaged = { ...refused, message: /damaged/ }

const leaf = vector('pkcs12/leaf')
const root = vector('pkcs12/root')
const leafKey = vector('pkcs12/leaf.key')
const rsaKey = vector('pkcs12/rsa.key')
const rsa = vector('pkcs12/rsa')

function file(name: string): Uint8Array {
  return readFileSync(new URL(`../vectors/pkcs12/${name}.p12`, import.meta.url))
}

function open(pfx: Uint8Array, password?: string): Promise<PfxContent> {
  return readPfx(pfx, password === undefined ? undefined : new Secret(password))
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

function contentOf({ privateKeys, certificates }: PfxContent) {
  return {
    keys: privateKeys.map(({ pkcs8 }) => hex(pkcs8.reveal())),
    certificates: certificates.map(({ der }) => hex(der)),
  }
}

function content(keys: Der[], certificates: Der[]) {
  return { keys: keys.map(hex), certificates: certificates.map(hex) }
}

/** Those with the same key and certificates, and their passwords. */
const leafFiles: Record<string, string | undefined> = {
  'openssl-modern': 'secret',
  'openssl-modern-iter1': 'secret',
  'openssl-legacy': 'secret',
  'openssl-legacy-iter1': 'secret',
  'openssl-descert': 'secret',
  'openssl-nomaciter': 'secret',
  'openssl-plain': 'secret',
  'openssl-plain-nomac': undefined,
  'openssl-windows': 'secret',
  'openssl-mac-SHA1': 'secret',
  'openssl-mac-SHA224': 'secret',
  'openssl-mac-SHA384': 'secret',
  'openssl-mac-SHA512': 'secret',
  'openssl-aes-128-cbc': 'secret',
  'openssl-aes-192-cbc': 'secret',
  'openssl-des-ede3-cbc': 'secret',
  'openssl-SHA1-RC4-128': 'secret',
  'openssl-SHA1-RC4-40': 'secret',
  'openssl-SHA1-2DES': 'secret',
  'openssl-SHA1-RC2-128': 'secret',
  'openssl-MD5-DES': 'secret',
  'openssl-MD5-RC2-64': 'secret',
  'openssl-SHA1-DES': 'secret',
  'openssl-SHA1-RC2-64': 'secret',
  'openssl-empty': undefined,
  'openssl-empty-legacy': '',
  'openssl-unicode': 'Grüße 𝄞',
  'openssl-unicode-legacy': 'Grüße 𝄞',
  'openssl-octets': 'päß',
  'java-modern': 'secret',
  'java-legacy': 'secret',
  'java-secret': 'secret',
  'gnutls-sha512': 'secret',
  'gnutls-crl': 'secret',
  'gnutls-empty': undefined,
  'gnutls-null': undefined,
  'nss-modern': 'secret',
}

describe('a PFX of another program', () => {
  for (const [name, password] of Object.entries(leafFiles))
    test(`${name} holds the key and both certificates`, async () => {
      const { keys, certificates } = contentOf(await open(file(name), password))
      assert.deepEqual(keys, [hex(leafKey)])
      assert.deepEqual(certificates.toSorted(), [hex(leaf), hex(root)].toSorted())
    })

  test('may hold an RSA key', async () => {
    assert.deepEqual(contentOf(await open(file('openssl-rsa'), 'secret')), content([rsaKey], [rsa]))
  })

  test('may hold several keys', async () => {
    const { keys, certificates } = contentOf(await open(file('java-two-keys'), 'secret'))
    assert.deepEqual(keys.toSorted(), content([leafKey, rsaKey], []).keys.toSorted())
    assert.deepEqual(certificates.toSorted(), content([], [leaf, root, rsa]).certificates.toSorted())
  })

  test('may hold no key', async () => {
    assert.deepEqual(contentOf(await open(file('openssl-nokeys'), 'secret')), content([], [leaf, root]))
    assert.deepEqual(contentOf(await open(file('java-trust'), 'secret')), content([], [root]))
  })

  for (const name of [
    'openssl-modern',
    'openssl-legacy',
    'openssl-plain',
    'openssl-SHA1-RC4-40',
    'java-modern',
  ])
    test(`${name} does not open with a wrong password, nor without one`, async () => {
      const wrong = { ...refused, message: /password \(pwd\) is wrong/ }
      await assert.rejects(open(file(name), 'secretx'), wrong)
      await assert.rejects(open(file(name), 'Secret'), wrong)
      for (const none of [undefined, ''])
        await assert.rejects(open(file(name), none), { ...refused, message: /needs a password/ })
    })

  test('with a key under a password of its own is refused', async () => {
    await assert.rejects(open(file('java-two-passwords'), 'secret'), {
      ...refused,
      message: /a part of it has another password/,
    })
  })
})

describe('the examples of RFC 9579', () => {
  for (const name of ['rfc9579-a1', 'rfc9579-a2', 'rfc9579-a3'])
    test(`${name} is valid`, async () => {
      const { keys, certificates } = contentOf(await open(file(name), '1234'))
      assert.deepEqual([keys.length, certificates.length], [1, 1])
      await assert.rejects(open(file(name), '12345'), { ...refused, message: /wrong/ })
    })

  test('with a wrong iteration count, salt or without key length are refused', async () => {
    await assert.rejects(open(file('rfc9579-a4'), '1234'), { ...refused, message: /wrong/ })
    await assert.rejects(open(file('rfc9579-a5'), '1234'), { ...refused, message: /wrong/ })
    await assert.rejects(open(file('rfc9579-a6'), '1234'), { ...refused, message: /20 and 64/ })
  })

  const pbmac1 = (keyLength: number) => {
    const pbkdf2 = sequence(
      objectIdentifier('1.2.840.113549.1.5.12'),
      sequence(octetString(new Uint8Array(8)), integer(1), integer(keyLength)),
    )
    const algorithm = sequence(
      objectIdentifier('1.2.840.113549.1.5.14'),
      sequence(pbkdf2, sequence(objectIdentifier(hashes.sha1.hmac), derNull)),
    )
    return sequence(sequence(algorithm, octetString(new Uint8Array(20))), octetString(new Uint8Array(8)))
  }
  const empty = sequence()

  test('allow keys of 20 to 64 octets', async () => {
    for (const keyLength of [0, 1, 19, 65, 2 ** 31 - 1])
      await assert.rejects(open(pfxWithMacData(empty, pbmac1(keyLength))), {
        ...refused,
        message: /20 and 64/,
      })
    for (const keyLength of [20, 64])
      await assert.rejects(open(pfxWithMacData(empty, pbmac1(keyLength))), {
        ...refused,
        message: /password/,
      })
  })
})

describe('a PFX without MAC', () => {
  test('is read when it hides nothing and no password is expected to protect it', async () => {
    const pfx = pfxWithoutMac(sequence(plainSafe(bag(bagOid.key, leafKey), certificateBag(leaf))))
    for (const password of [undefined, ''])
      assert.deepEqual(contentOf(await open(pfx, password)), content([leafKey], [leaf]))
  })

  test('is refused with a password', async () => {
    for (const name of ['openssl-nomac', 'openssl-plain-nomac'])
      await assert.rejects(open(file(name), 'secret'), { ...refused, message: /no MAC/ })
  })

  test('is refused when something in it is encrypted', async () => {
    await assert.rejects(open(file('openssl-nomac')), { ...refused, message: /no MAC/ })
  })
})

describe('the structure of a PFX', () => {
  const read = (...safes: Der[]) => open(pfxWithMac(sequence(...safes)))
  const both = content([leafKey], [leaf])

  test('may be in the forms of BER at each of its levels', async () => {
    const certificate = indefinite(
      tag.sequence,
      objectIdentifier('1.2.840.113549.1.9.22.1'),
      indefinite(0xa0, octetStringInPieces(leaf, 100)),
    )
    const entry = (oid: string, value: Uint8Array) =>
      indefinite(tag.sequence, objectIdentifier(oid), indefinite(0xa0, value))
    const contents = indefinite(
      tag.sequence,
      entry(bagOid.key, leafKey),
      entry(bagOid.certificate, certificate),
    )
    const data = (octets: Uint8Array) =>
      indefinite(
        tag.sequence,
        objectIdentifier(contentType.data),
        indefinite(0xa0, octetStringInPieces(octets, 64)),
      )
    const safe = indefinite(tag.sequence, data(contents))
    assert.deepEqual(contentOf(await open(pfxWithMac(safe))), both)
    assert.deepEqual(contentOf(await open(indefinite(tag.sequence, integer(3), data(safe)))), both)
  })

  test('may spell an empty password as nothing at all', async () => {
    const nothing = new Uint8Array()
    const safe = plainSafe(shroudedKeyBag(leafKey, nothing), certificateBag(leaf))
    assert.deepEqual(contentOf(await open(pfxWithMac(sequence(safe), nothing))), both)
  })

  test('may nest safes four deep', async () => {
    const nest = (depth: number): Der =>
      depth === 0 ? certificateBag(leaf) : bag(bagOid.safeContents, sequence(nest(depth - 1)))
    assert.deepEqual(contentOf(await read(plainSafe(nest(4), bag(bagOid.key, leafKey)))), both)
    await assert.rejects(read(plainSafe(nest(5))), damaged)
  })

  test('may have CRLs and secrets beside', async () => {
    const others = [bag(bagOid.crl, sequence()), bag(bagOid.secret, sequence())]
    const safe = plainSafe(...others, certificateBag(leaf), bag(bagOid.key, leafKey))
    assert.deepEqual(contentOf(await read(safe)), both)
  })

  test('may be empty', async () => {
    assert.deepEqual(contentOf(await read()), content([], []))
  })

  test('is bounded', async () => {
    const keys = Array.from({ length: 11 }, () => bag(bagOid.key, leafKey))
    await assert.rejects(read(plainSafe(...keys)), { ...refused, message: /more than 10 private keys/ })
    const many = Array.from({ length: 1001 }, () => certificateBag(Uint8Array.of(5, 0)))
    await assert.rejects(read(plainSafe(...many)), { ...refused, message: /more than 1000 entries/ })
    await assert.rejects(open(new Uint8Array(5 * 1024 * 1024)), { ...refused, message: /larger/ })
  })

  test('is bounded in the work it asks for', async () => {
    const iterations = 9_000_000
    const macData = sequence(
      sequence(sequence(objectIdentifier(hashes.sha1.digest), derNull), octetString(new Uint8Array(20))),
      octetString(new Uint8Array(8)),
      integer(iterations),
    )
    const pfx = pfxWithMacData(sequence(), macData)
    await assert.rejects(readPfx(pfx, new Secret('x'), { iterations: iterations - 1 }), {
      ...refused,
      message: /more than 8999999 iterations/,
    })
    await assert.rejects(readPfx(file('java-legacy'), new Secret('secret'), { iterations: 199_999 }), {
      ...refused,
      message: /iterations/,
    })
    await readPfx(file('java-legacy'), new Secret('secret'), { iterations: 200_000 })
  })

  const pfx = pfxWithMac(sequence(plainSafe(certificateBag(leaf))))
  const bad: Record<string, Uint8Array> = {
    'is empty': new Uint8Array(),
    'is no PKCS#12': leaf,
    'is followed by something': Buffer.concat([pfx, Uint8Array.of(0)]),
    'has another version': sequence(integer(4), contentInfo(contentType.data, octetString(sequence()))),
    'has something behind the MAC': sequence(pfx.subarray(4), derNull),
    'has a content that is no safe': pfxWithMac(Uint8Array.of(5, 0)),
    'has an entry of an unknown kind': pfxWithMac(sequence(plainSafe(bag('1.2.3', derNull)))),
    'has a safe of an unknown type': pfxWithMac(sequence(contentInfo('1.2.3', derNull))),
  }
  for (const [what, octets] of Object.entries(bad))
    test(`that ${what} is refused`, () => assert.rejects(open(octets), damaged))

  test('with a public key in place of a password is refused', async () => {
    const signed = sequence(integer(3), contentInfo(contentType.signedData, sequence()))
    await assert.rejects(open(signed), { ...refused, message: /signed with a key/ })
    await assert.rejects(read(contentInfo(contentType.envelopedData, sequence())), {
      ...refused,
      message: /encrypted for a key/,
    })
  })

  test('with an encryption or a MAC that is not known is refused by its name', async () => {
    const scheme = sequence(objectIdentifier('1.2.840.113549.1.12.1.99'))
    const shrouded = bag(bagOid.shroudedKey, sequence(scheme, octetString(new Uint8Array(8))))
    await assert.rejects(read(plainSafe(shrouded)), {
      ...refused,
      message: /1\.2\.840\.113549\.1\.12\.1\.99/,
    })
    const md5 = sequence(objectIdentifier('1.2.840.113549.2.5'), derNull)
    const macData = sequence(sequence(md5, octetString(new Uint8Array(16))), octetString(new Uint8Array(8)))
    await assert.rejects(open(pfxWithMacData(sequence(), macData)), {
      ...refused,
      message: /1\.2\.840\.113549\.2\.5/,
    })
  })

  test('with a key that is damaged is refused', async () => {
    const key = Uint8Array.from(leafKey)
    key[40]! ^= 1
    await assert.rejects(read(plainSafe(bag(bagOid.key, key))), {
      ...refused,
      message: /public key of another/,
    })
  })
})

describe('no error', () => {
  test('repeats the password', async () => {
    const password = 'hunter2 hunter2'
    for (const name of ['openssl-modern', 'openssl-legacy', 'openssl-nomac', 'rfc9579-a6']) {
      const error = await open(file(name), password).catch((thrown: unknown) => thrown)
      assert.ok(error instanceof VaultError)
      assert.equal(inspect(error, { depth: 9, showHidden: true }).includes(password), false)
    }
  })
})

describe('a PFX written here', () => {
  const authority = issue('CN=Authority', { constraints: { ca: true }, certSign: true })
  const key = ecKey()
  const certificate = issue('CN=leaf.example', { key, issuer: authority }).certificate.der
  const chain = [certificate, authority.certificate.der]
  const pkcs8 = key.privateKey.export({ type: 'pkcs8', format: 'der' })
  const privateKey = new Secret<Uint8Array>(pkcs8)
  const profiles = ['modern', 'legacy'] as const

  for (const profile of profiles) {
    const written = writePfxWithoutPassword({ privateKey, certificates: chain, profile, random: randomBytes })
    const expected = content([pkcs8], chain)

    test(`is read again: ${profile}`, async () => {
      for (const password of [undefined, ''])
        assert.deepEqual(contentOf(await open(written, password)), expected)
      await assert.rejects(open(written, 'x'), { ...refused, message: /wrong/ })
    })

    test(`may hold certificates only: ${profile}`, async () => {
      const pfx = writePfxWithoutPassword({ certificates: chain, profile, random: randomBytes })
      assert.deepEqual(contentOf(await open(pfx)), content([], chain))
    })

    test(`does not show the key: ${profile}`, () => {
      assert.equal(Buffer.from(written).includes(pkcs8.subarray(36, 68)), false)
    })

    test(`is refused when it is cut short anywhere: ${profile}`, async () => {
      for (let length = 0; length < written.length; length++)
        await assert.rejects(open(written.subarray(0, length)), refused)
    })

    test(`is refused, or holds the same, when an octet is changed anywhere: ${profile}`, async () => {
      for (let index = 0; index < written.length; index++)
        for (const change of [1, 0x20, 0x80, 0xff]) {
          const altered = Uint8Array.from(written)
          altered[index]! ^= change
          const read = await readPfx(altered, undefined, { iterations: 1000 }).catch(
            (error: unknown) => error,
          )
          if (!(read instanceof VaultError)) assert.deepEqual(contentOf(read as PfxContent), expected)
        }
    })
  }

  test('survives writing and reading, whatever its certificates are', async () => {
    const octets = fc.uint8Array({ minLength: 1, maxLength: 3000 })
    await fc.assert(
      fc.asyncProperty(
        fc.array(octets, { minLength: 1, maxLength: 5 }),
        fc.boolean(),
        fc.constantFrom(...profiles),
        async (certificates, withKey, profile) => {
          const pfx = writePfxWithoutPassword({
            ...(withKey && { privateKey }),
            certificates,
            profile,
            random: randomBytes,
          })
          assert.deepEqual(contentOf(await open(pfx)), content(withKey ? [pkcs8] : [], certificates))
        },
      ),
    )
  })

  test('takes all its chance from what it is given, and never the same twice in one file', () => {
    let next = 0
    const counting = (length: number) => Uint8Array.from({ length }, () => next++ & 0xff)
    const write = () => {
      next = 0
      return hex(
        writePfxWithoutPassword({ privateKey, certificates: chain, profile: 'modern', random: counting }),
      )
    }
    assert.equal(write(), write())
    assert.equal(next, 80)
  })
})
