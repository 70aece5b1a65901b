import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { integer, sequence } from '../../src/x509/der.ts'
import { type Signed, signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { verifyCertificate, verifyNewCertificate } from '../../src/x509/verified-certificates.ts'
import { vector } from './vectors.ts'

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = publicKey.export({ type: 'spki', format: 'der' })
const { identifier } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })

function signed(number: number): Signed {
  const toBeSigned = sequence(integer(number))
  return { toBeSigned, signatureAlgorithm: identifier, signature: sign('sha256', toBeSigned, privateKey) }
}

test('a certificate that was found good stays so, and no other passes for it', () => {
  const certificate = parseCertificate(vector('x509/p-256'))
  for (let time = 0; time < 2; time++) {
    assert.equal(verifyCertificate(certificate, certificate.spki), true)
    const signature = Buffer.from(certificate.signature)
    signature[signature.length - 1]! ^= 1
    assert.equal(verifyCertificate({ ...certificate, signature }, certificate.spki), false)
    const { identifier: other } = signatureAlgorithm({ kty: 'EC', curve: 'P-384' })
    assert.equal(verifyCertificate({ ...certificate, signatureAlgorithm: other }, certificate.spki), false)
    assert.equal(verifyCertificate({ ...certificate, toBeSigned: sequence() }, certificate.spki), false)
    assert.equal(verifyCertificate(certificate, spki), false)
  }
})

test('what is forgotten for others is verified anew', () => {
  const many = Array.from({ length: 700 }, (_, number) => signed(number))
  const [first, second] = many as [Signed, Signed]
  const swapped = { ...first, signature: second.signature }
  for (let time = 0; time < 2; time++)
    for (const certificate of many) assert.equal(verifyCertificate(certificate, spki), true)
  assert.equal(verifyCertificate(swapped, spki), false)
})

test('a new certificate is verified too', async () => {
  const certificate = signed(1000)
  const swapped = { ...certificate, signature: signed(1001).signature }
  for (let time = 0; time < 2; time++) {
    assert.equal(await verifyNewCertificate(swapped, spki), false)
    assert.equal(verifyCertificate(swapped, spki), false)
    assert.equal(await verifyNewCertificate(certificate, spki), true)
    assert.equal(verifyCertificate(certificate, spki), true)
  }
})
