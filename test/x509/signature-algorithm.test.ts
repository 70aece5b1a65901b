import assert from 'node:assert/strict'
import { constants, generateKeyPairSync, sign } from 'node:crypto'
import { describe, test } from 'node:test'
import type { KeySpec } from '../../src/domain/key-spec.ts'
import { parseCertificate, verifySignature } from '../../src/x509/certificate.ts'
import { type Der, explicit, integer, objectIdentifier, sequence } from '../../src/x509/der.ts'
import { digestOid, mgf1, signatureOid } from '../../src/x509/object-identifiers.ts'
import { signatureAlgorithm, verifySigned, verifySignedInPool } from '../../src/x509/signature-algorithm.ts'
import { vector } from './vectors.ts'

const identifierHex = (spec: KeySpec) => Buffer.from(signatureAlgorithm(spec).identifier).toString('hex')

test('algorithm identifiers are the bytes of TLS Baseline Requirements 7.1.3.2', () => {
  assert.equal(identifierHex({ kty: 'RSA', size: 2048 }), '300d06092a864886f70d01010b0500')
  assert.equal(identifierHex({ kty: 'EC', curve: 'P-256' }), '300a06082a8648ce3d040302')
  assert.equal(identifierHex({ kty: 'EC', curve: 'P-384' }), '300a06082a8648ce3d040303')
  assert.equal(identifierHex({ kty: 'EC', curve: 'P-521' }), '300a06082a8648ce3d040304')
  assert.equal(identifierHex({ kty: 'EC', curve: 'P-256K' }), '300a06082a8648ce3d040302')
  assert.equal(signatureAlgorithm({ kty: 'EC', curve: 'P-384' }).hash, 'sha384')
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = publicKey.export({ type: 'spki', format: 'der' })
const toBeSigned = Buffer.from('to be signed')

/** RSASSA-PSS-params with SHA-256, or with another hash for the mask. */
function pss(options: { maskHash?: string; trailer?: number; salt?: number } = {}): Der {
  const { maskHash = digestOid.sha256, trailer, salt = 32 } = options
  return sequence(
    objectIdentifier(signatureOid.rsaPss),
    sequence(
      explicit(0, sequence(objectIdentifier(digestOid.sha256))),
      explicit(1, sequence(objectIdentifier(mgf1), sequence(objectIdentifier(maskHash)))),
      explicit(2, integer(salt)),
      ...(trailer === undefined ? [] : [explicit(3, integer(trailer))]),
    ),
  )
}

function pssSignature(hash: string, saltLength: number): Buffer {
  return sign(hash, toBeSigned, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}

describe('a signature', () => {
  test('of each algorithm verifies, and does not once altered, in the thread pool too', async () => {
    const names = [
      'rsa-2048',
      'rsa-1024',
      'rsa-3072-sha384',
      'p-256',
      'p-384',
      'p-521',
      'secp256k1',
      'ed25519',
      'pss-key',
      'pss-signature',
    ]
    for (const name of names) {
      const certificate = parseCertificate(vector(`x509/${name}`))
      assert.equal(verifySignature(certificate, certificate.spki), true, name)
      const altered = Buffer.from(certificate.toBeSigned)
      altered[altered.length - 1]! ^= 1
      assert.equal(verifySignature({ ...certificate, toBeSigned: altered }, certificate.spki), false, name)
      assert.equal(verifySignature(certificate, spki), false, name)
      assert.equal(await verifySignedInPool(certificate, certificate.spki), true, name)
      const wrong = { ...certificate, toBeSigned: altered }
      assert.equal(await verifySignedInPool(wrong, certificate.spki), false, name)
      assert.equal(await verifySignedInPool(certificate, spki), false, name)
    }
  })

  test('with RSASSA-PSS verifies by its parameters', () => {
    const signature = pssSignature('sha256', 32)
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: pss(), signature }, spki), true)
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: pss({ trailer: 1 }), signature }, spki), true)
    assert.equal(
      verifySigned({ toBeSigned, signatureAlgorithm: pss({ trailer: 2 }), signature }, spki),
      false,
    )
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: pss({ salt: 20 }), signature }, spki), false)
    assert.equal(
      verifySigned({ toBeSigned, signatureAlgorithm: pss({ maskHash: digestOid.sha1 }), signature }, spki),
      false,
    )
    const defaults = sequence(objectIdentifier(signatureOid.rsaPss), sequence())
    assert.equal(
      verifySigned({ toBeSigned, signatureAlgorithm: defaults, signature: pssSignature('sha1', 20) }, spki),
      true,
    )
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: defaults, signature }, spki), false)
  })

  test('does not verify under an algorithm that does not fit the key', () => {
    const signature = sign('sha256', toBeSigned, privateKey)
    const { identifier } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: identifier, signature }, spki), false)
    assert.equal(
      verifySigned({ toBeSigned, signatureAlgorithm: sequence(objectIdentifier('1.2.3')), signature }, spki),
      false,
    )
    assert.equal(
      verifySigned({ toBeSigned, signatureAlgorithm: Uint8Array.of(5, 0), signature }, spki),
      false,
    )
    assert.equal(verifySigned({ toBeSigned, signatureAlgorithm: pss(), signature }, Uint8Array.of(1)), false)
  })
})
