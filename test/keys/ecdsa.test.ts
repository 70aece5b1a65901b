/** ECDSA over digests, against OpenSSL's own on every curve, and with signatures that nobody made. */
import assert from 'node:assert/strict'
import {
  createECDH,
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { signatureAlgorithms } from '../../src/domain/key-algorithms.ts'
import { curves } from '../../src/domain/key-spec.ts'
import { curveNumbers, inverse, numberOf, octetsOf } from '../../src/keys/algorithms/curve-arithmetic.ts'
import { signWithEc, verifyWithEc } from '../../src/keys/algorithms/ecdsa.ts'

const pointOf = (key: KeyObject) => {
  const { x, y } = key.export({ format: 'jwk' })
  return { x: numberOf(Buffer.from(x!, 'base64url')), y: numberOf(Buffer.from(y!, 'base64url')) }
}

for (const algorithm of signatureAlgorithms) {
  if (algorithm.kind !== 'ECDSA') continue
  const { name, curve, hash } = algorithm
  const { n } = curveNumbers[curve]
  const { coordinateLength, opensslName } = curves[curve]
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: opensslName })
  const point = pointOf(publicKey)
  const theirs = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const digestOf = (data: Uint8Array) => createHash(hash).update(data).digest()
  const signatureOf = (r: bigint, s: bigint) =>
    Buffer.concat([octetsOf(r, coordinateLength), octetsOf(s, coordinateLength)])

  test(`${name}: OpenSSL verifies what we sign, and we what it signs`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (data) => {
        const digest = digestOf(data)
        assert.ok(verify(hash, data, theirs, signWithEc(privateKey, algorithm, digest, randomBytes)))
        const signature = sign(hash, data, { ...theirs, key: privateKey })
        assert.ok(verifyWithEc(point, algorithm, digest, signature))
        assert.equal(verifyWithEc(point, algorithm, digestOf(signature), signature), false)
      }),
      { numRuns: curve === 'P-256' ? 50 : 8 },
    )
  })

  test(`${name}: each signature has a nonce of its own`, () => {
    const digest = digestOf(Buffer.from('the same'))
    const made = Array.from({ length: 8 }, () =>
      Buffer.from(signWithEc(privateKey, algorithm, digest, randomBytes))
        .subarray(0, coordinateLength)
        .toString('hex'),
    )
    assert.equal(new Set(made).size, made.length)
  })

  test(`${name}: numbers outside of 1 to n - 1, and other lengths, are no signature`, () => {
    const digest = digestOf(Buffer.from('data'))
    const good = Buffer.from(signWithEc(privateKey, algorithm, digest, randomBytes))
    const r = numberOf(good.subarray(0, coordinateLength))
    const s = numberOf(good.subarray(coordinateLength))
    assert.ok(verifyWithEc(point, algorithm, digest, signatureOf(r, s)))
    // Both halves of the y coordinate give the same x: (r, n - s) is as good as (r, s) in ECDSA.
    assert.ok(verifyWithEc(point, algorithm, digest, signatureOf(r, n - s)))
    const wrongs = [
      [0n, s],
      [r, 0n],
      [0n, 0n],
      [n, s],
      [r, n],
      [s, r],
      [n - r, s],
      [r, 1n],
      [1n, 1n],
    ] as const
    for (const [left, right] of wrongs)
      assert.equal(
        verifyWithEc(point, algorithm, digest, signatureOf(left, right)),
        false,
        `${left} ${right}`,
      )
    for (const other of [good.subarray(1), Buffer.concat([good, Buffer.alloc(1)]), Buffer.alloc(0)])
      assert.equal(verifyWithEc(point, algorithm, digest, other), false)
  })

  test(`${name}: a digest of zeros is neither signed nor verified, for anybody can sign it`, () => {
    const zeros = new Uint8Array(digestOf(new Uint8Array()).length)
    assert.throws(() => signWithEc(privateKey, algorithm, zeros, randomBytes), { code: 'BadParameter' })
    // s = r with R = Q: x(Q) over Q itself.
    const r = point.x % n
    assert.equal(verifyWithEc(point, algorithm, zeros, signatureOf(r, r)), false)
  })

  test(`${name}: the public point may be the multiple of the base point that verification adds`, () => {
    // With z = r d, (z/r) G is Q itself and the sum a doubling; with z = -r d it is the point at infinity.
    const d = numberOf(privateKey.export({ format: 'raw-private' }))
    const digest = digestOf(Buffer.from('data'))
    const z = numberOf(digest) % n
    for (const r of [(z * inverse(d, n)) % n, n - ((z * inverse(d, n)) % n)])
      assert.equal(verifyWithEc(point, algorithm, digest, signatureOf(r, 5n)), false)
  })
}

test('the order of each curve is what OpenSSL counts with: n - 1 is a private key and n is none', () => {
  for (const [name, { n }] of Object.entries(curveNumbers)) {
    const { coordinateLength, opensslName } = curves[name as keyof typeof curves]
    const ecdh = createECDH(opensslName)
    ecdh.setPrivateKey(octetsOf(n - 1n, coordinateLength))
    assert.throws(() => ecdh.setPrivateKey(octetsOf(n, coordinateLength)), name)
  }
})
