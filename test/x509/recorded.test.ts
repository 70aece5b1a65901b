/** What Key Vault itself made, as recorded: certkeep reads it, and from the same contents makes the same bytes. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { emptyNames, parseDistinguishedName, printDistinguishedName } from '../../src/domain/subject.ts'
import {
  buildTbsCertificate,
  parseCertificate,
  thumbprint,
  verifySignature,
} from '../../src/x509/certificate.ts'
import { encodeName } from '../../src/x509/name.ts'
import { certificateExtensions, requestExtensions } from '../../src/x509/profile.ts'
import { checkPublicKey, describePublicKey, subjectKeyIdentifier } from '../../src/x509/public-key.ts'
import { buildRequestInfo, parseRequest, provesPossession } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { requestVectors, vector } from './vectors.ts'

const rsa = signatureAlgorithm({ kty: 'RSA', size: 2048 }).identifier

describe('a self-signed certificate of Key Vault', () => {
  for (const name of [
    'keyvault/self-signed-default',
    'keyvault/self-signed-sans',
    'keyvault/self-signed-short',
  ])
    test(`${name} is built again byte for byte`, () => {
      const recorded = parseCertificate(vector(name))
      const subject = encodeName(parseDistinguishedName(printDistinguishedName(recorded.subject)))
      const rebuilt = buildTbsCertificate({
        serialNumber: recorded.serialNumber,
        signatureAlgorithm: rsa,
        issuer: subject,
        subject,
        notBefore: recorded.notBefore,
        notAfter: recorded.notAfter,
        spki: recorded.spki,
        extensions: certificateExtensions({
          keyUsage: recorded.keyUsage ?? [],
          ekus: recorded.ekus ?? [],
          sans: recorded.sans ?? emptyNames,
          subjectIsEmpty: false,
          spki: recorded.spki,
        }),
      })
      assert.deepEqual(Buffer.from(rebuilt), Buffer.from(recorded.toBeSigned))
      assert.ok(verifySignature(recorded, recorded.spki))
      checkPublicKey(describePublicKey(recorded.spki))
      assert.deepEqual(Buffer.from(recorded.subjectKeyIdentifier ?? []), subjectKeyIdentifier(recorded.spki))
    })

  test('reads as its policy says', () => {
    const recorded = parseCertificate(vector('keyvault/self-signed-sans'))
    assert.equal(
      printDistinguishedName(recorded.subject),
      'C=US, S=WA, L=Redmon, O=Test Noodle, OU=TestNugget, CN=www.mytestdomain.com',
    )
    assert.deepEqual(recorded.sans, { ...emptyNames, dnsNames: ['1', '2'] })
    assert.deepEqual(recorded.ekus, ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'])
    assert.deepEqual(recorded.keyUsage?.toSorted(), [
      'digitalSignature',
      'keyAgreement',
      'keyCertSign',
      'keyEncipherment',
      'nonRepudiation',
    ])
    assert.deepEqual(recorded.basicConstraints, { ca: false })
    assert.equal(
      recorded.notAfter - recorded.notBefore,
      Date.UTC(2028, 10, 6) / 1000 - Date.UTC(2023, 10, 6) / 1000 + 600,
    )
    assert.deepEqual(
      recorded.extensions.map(({ oid, critical }) => `${oid}${critical ? '!' : ''}`),
      ['2.5.29.15!', '2.5.29.19', '2.5.29.37', '2.5.29.17', '2.5.29.35', '2.5.29.14'],
    )
  })
})

describe('a request of Key Vault', () => {
  for (const name of requestVectors)
    test(`${name} is built again byte for byte`, async () => {
      const recorded = parseRequest(vector(name))
      const rebuilt = buildRequestInfo({
        subject: encodeName(parseDistinguishedName(printDistinguishedName(recorded.subject))),
        spki: recorded.spki,
        extensions: requestExtensions({
          keyUsage: recorded.keyUsage ?? [],
          ekus: recorded.ekus ?? [],
          sans: recorded.sans ?? emptyNames,
          subjectIsEmpty: false,
        }),
      })
      assert.deepEqual(Buffer.from(rebuilt), Buffer.from(recorded.toBeSigned))
      assert.deepEqual(Buffer.from(recorded.signatureAlgorithm), Buffer.from(rsa))
      assert.ok(await provesPossession(recorded))
    })
})

describe('imported certificates', () => {
  test('print the subject that Key Vault answered', () => {
    const subject = (name: string) => printDistinguishedName(parseCertificate(vector(name)).subject)
    assert.equal(subject('keyvault/imported-pem'), 'O=Internet Widgits Pty Ltd, S=Some-State, C=AU')
    assert.equal(subject('keyvault/imported-pfx'), 'CN=KeyVaultTest')
    assert.equal(subject('keyvault/merged'), 'CN=MyCert')
  })

  test('without extensions say nothing about them', () => {
    const merged = parseCertificate(vector('keyvault/merged'))
    assert.equal(merged.keyUsage, undefined)
    assert.equal(merged.ekus, undefined)
    assert.equal(merged.basicConstraints, undefined)
    assert.equal(merged.sans, undefined)
    assert.deepEqual(merged.extensions, [])
  })

  test('have the basic constraints and the thumbprint that Key Vault answered', () => {
    assert.deepEqual(parseCertificate(vector('keyvault/imported-pem')).basicConstraints, { ca: true })
    const x5t = Buffer.from(thumbprint(vector('keyvault/imported-pem'), 'sha1')).toString('base64url')
    assert.equal(x5t, 'XLACe2aagyq0ncVXgsRP3-dgFks')
  })
})
