import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, test } from 'node:test'
import { curves } from '../../src/domain/key-spec.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { bitString, type Der, derNull, integer, objectIdentifier, sequence } from '../../src/x509/der.ts'
import {
  checkPublicKey,
  describePublicKey,
  isSamePublicKey,
  subjectKeyIdentifier,
} from '../../src/x509/public-key.ts'
import { vector } from './vectors.ts'

const rsaOid = objectIdentifier('1.2.840.113549.1.1.1')
const ecOid = objectIdentifier('1.2.840.10045.2.1')
const p256 = objectIdentifier(curves['P-256'].oid)

function spkiOf(name: string): Der {
  return parseCertificate(vector(name)).spki
}

function rsa(modulus: Uint8Array, exponent: Uint8Array): Der {
  return sequence(sequence(rsaOid, derNull), bitString(sequence(integer(modulus), integer(exponent))))
}

function ec(point: Uint8Array): Der {
  return sequence(sequence(ecOid, p256), bitString(point))
}

/** Octets of the uncompressed P-256 point of a vector. */
function point(): Buffer {
  return Buffer.from(spkiOf('x509/p-256').subarray(-65))
}

describe('a public key', () => {
  test('has the JWK members that Node gives it', () => {
    const keys = ['rsa-2048', 'rsa-1024', 'rsa-3072-sha384', 'p-256', 'p-384', 'p-521', 'secp256k1']
    for (const name of keys) {
      const facts = describePublicKey(spkiOf(`x509/${name}`))
      const expected = createPublicKey({ key: Buffer.from(facts.spki), format: 'der', type: 'spki' }).export({
        format: 'jwk',
      })
      const named = expected.crv === 'secp256k1' ? { ...expected, crv: 'P-256K' } : expected
      assert.deepEqual({ ...facts.jwk }, { ...named }, name)
    }
  })

  test('has a size', () => {
    const sizes = ['rsa-2048', 'rsa-1024', 'rsa-3072-sha384', 'p-256', 'p-384', 'p-521', 'secp256k1']
    assert.deepEqual(
      sizes.map((name) => describePublicKey(spkiOf(`x509/${name}`)).size),
      [2048, 1024, 3072, 256, 384, 521, 256],
    )
    assert.equal(describePublicKey(rsa(Uint8Array.of(0x7f, 1), Uint8Array.of(3))).size, 15)
  })

  test('may be compressed, which gives the same JWK', () => {
    const full = point()
    const compressed = ec(Buffer.concat([Buffer.of(2 + (full[64]! & 1)), full.subarray(1, 33)]))
    assert.deepEqual(describePublicKey(compressed).jwk, describePublicKey(ec(full)).jwk)
    assert.ok(isSamePublicKey(compressed, ec(full)))
    checkPublicKey(describePublicKey(compressed))
  })

  test('of another kind is refused with its algorithm named', () => {
    assert.throws(() => describePublicKey(spkiOf('x509/ed25519')), {
      code: 'BadParameter',
      message: /1\.3\.101\.112/,
    })
    assert.throws(() => describePublicKey(spkiOf('x509/pss-key')), {
      code: 'BadParameter',
      message: /1\.2\.840\.113549\.1\.1\.10/,
    })
    assert.throws(() => describePublicKey(spkiOf('x509/brainpool')), {
      code: 'BadParameter',
      message: /curve/,
    })
  })

  test('with explicit curve parameters is refused', () => {
    assert.throws(() => describePublicKey(spkiOf('x509/explicit-curve')), {
      code: 'BadParameter',
      message: /explicit/,
    })
  })

  test('with a point of the wrong form or length is refused', () => {
    for (const wrong of [
      Buffer.of(0),
      Buffer.of(),
      point().subarray(0, 64),
      Buffer.concat([Buffer.of(6), point().subarray(1)]),
    ])
      assert.throws(() => describePublicKey(ec(wrong)), { code: 'BadParameter', message: /not a point/ })
  })

  test('with a point beside its curve is refused when checked', () => {
    const beside = point()
    beside[64]! ^= 1
    assert.throws(() => checkPublicKey(describePublicKey(ec(beside))), {
      code: 'BadParameter',
      message: /not a point on P-256/,
    })
    checkPublicKey(describePublicKey(ec(point())))
  })

  test('with numbers that are not positive is refused', () => {
    const negative = sequence(
      sequence(rsaOid, derNull),
      bitString(sequence(Uint8Array.of(2, 1, 0x80), integer(3))),
    )
    assert.throws(() => describePublicKey(negative), { code: 'BadParameter', message: /positive/ })
    assert.throws(() => describePublicKey(rsa(Uint8Array.of(0), Uint8Array.of(3))), {
      code: 'BadParameter',
      message: /positive/,
    })
  })

  test('is identified by the SHA-1 of its bits (RFC 5280 4.2.1.2)', () => {
    for (const name of ['x509/rsa-2048', 'x509/p-521', 'x509/ed25519', 'keyvault/self-signed-default']) {
      const { spki, subjectKeyIdentifier: stated } = parseCertificate(vector(name))
      assert.equal(
        Buffer.from(subjectKeyIdentifier(spki)).toString('hex'),
        Buffer.from(stated ?? []).toString('hex'),
        name,
      )
    }
  })
})

describe('two public keys', () => {
  test('are the same though one lacks the NULL parameters', () => {
    const { modulus, exponent } = describePublicKey(spkiOf('x509/rsa-2048')) as {
      modulus: Uint8Array
      exponent: Uint8Array
    }
    const bare = sequence(sequence(rsaOid), bitString(sequence(integer(modulus), integer(exponent))))
    assert.equal(describePublicKey(bare).size, 2048)
    assert.ok(isSamePublicKey(spkiOf('x509/rsa-2048'), Uint8Array.from(spkiOf('x509/rsa-2048'))))
  })

  test('differ', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const other = publicKey.export({ type: 'spki', format: 'der' })
    assert.equal(isSamePublicKey(other, spkiOf('x509/p-256')), false)
    assert.equal(isSamePublicKey(other, spkiOf('x509/rsa-2048')), false)
    assert.equal(isSamePublicKey(other, Uint8Array.of(1, 2, 3)), false)
  })
})
