/** Certificates, lists, requests and responses that OpenSSL made (`test/vectors/revocation`). */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseDistinguishedName } from '../../src/domain/subject.ts'
import { authorityInformation } from '../../src/x509/authority-information.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { certificatePolicies } from '../../src/x509/certificate-policies.ts'
import { parseCrl } from '../../src/x509/crl.ts'
import { crlDistributionPoints, freshestCrl } from '../../src/x509/distribution-points.ts'
import { hasOcspNoCheck } from '../../src/x509/extensions.ts'
import { nameConstraints } from '../../src/x509/name-constraints.ts'
import { encodeCertificateId, isIssuedBy, issuerHashes } from '../../src/x509/ocsp-certificate-id.ts'
import { parseOcspRequest } from '../../src/x509/ocsp-request.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { readOcspResponse } from './ocsp-client.ts'
import { vector } from './vectors.ts'

const ca = parseCertificate(vector('revocation/ca'))
const at = (iso: string) => Date.parse(iso) / 1000
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

test('a CA certificate says where its services are and what binds it', () => {
  assert.deepEqual(ca.basicConstraints, { ca: true, pathLength: 1 })
  assert.deepEqual(crlDistributionPoints(ca), ['http://ca.example/a.crl', 'ldap://ca.example/a'])
  assert.deepEqual(freshestCrl(ca), ['http://ca.example/delta.crl'])
  assert.deepEqual(authorityInformation(ca), {
    caIssuers: ['http://ca.example/ca.cer'],
    ocsp: ['http://ocsp.example/'],
  })
  assert.deepEqual(certificatePolicies(ca), [
    { oid: '2.5.29.32.0' },
    { oid: '1.3.6.1.4.1.99999.1', practiceStatement: 'https://ca.example/cps' },
  ])
  assert.deepEqual(nameConstraints(ca), {
    permitted: {
      dnsNames: ['example.com'],
      ipRanges: ['192.0.2.0/25'],
      emails: ['.example.com'],
      uriHosts: [],
      directoryNames: [parseDistinguishedName('O=Example')],
    },
    excluded: {
      dnsNames: [],
      ipRanges: ['2001:db8::/33'],
      emails: [],
      uriHosts: ['.example.com'],
      directoryNames: [],
    },
    otherKinds: [0],
  })
  assert.equal(hasOcspNoCheck(ca), true)
})

describe('a list', () => {
  const entries = [
    ['7f', at('2027-01-01T00:00:00Z'), 'unspecified', undefined],
    ['0080', at('2027-01-01T00:00:00Z'), 'keyCompromise', undefined],
    ['0123456789abcdef0123456789abcdef01234567', at('2049-12-31T23:59:59Z'), 'superseded', undefined],
    ['01', at('2027-01-01T00:00:00Z'), 'keyCompromise', at('2026-01-01T00:00:00Z')],
    ['02', at('2027-01-01T00:00:00Z'), 'certificateHold', undefined],
  ]
  const lists = { crl: [0x1001n, undefined], 'crl-delta': [0x1002n, 0x1000n] } as const
  for (const [name, [number, base]] of Object.entries(lists))
    test(`${name} is read whole`, () => {
      const facts = parseCrl(vector(`revocation/${name}`))
      assert.equal(verifySigned(facts, ca.spki), true)
      assert.deepEqual([facts.number, facts.deltaBase], [number, base])
      assert.equal(hex(facts.authorityKeyIdentifier!), hex(ca.subjectKeyIdentifier!))
      assert.equal(hex(facts.issuerDer), hex(ca.subjectDer))
      assert.deepEqual(
        facts.revoked
          .map(({ serialNumber, revokedAt, reason, invalidityDate }) => [
            hex(serialNumber),
            revokedAt,
            reason,
            invalidityDate,
          ])
          .toSorted(),
        entries.toSorted(),
      )
      const isPart = base === undefined
      const point = { uris: ['http://ca.example/a.crl'], only: 'userCertificates' }
      assert.deepEqual(facts.distributionPoint, isPart ? point : undefined)
      assert.deepEqual(facts.freshestCrl, isPart ? ['http://ca.example/delta.crl'] : [])
    })

  test('of version 1 has no number', () => {
    const facts = parseCrl(vector('revocation/crl-version-1'))
    assert.equal(verifySigned(facts, ca.spki), true)
    assert.deepEqual([facts.number, facts.revoked], [undefined, []])
  })
})

describe('a request', () => {
  const issuer = issuerHashes(ca)
  const asked = (name: string) => {
    const { certificates, nonce } = parseOcspRequest(vector(`revocation/${name}`))
    return {
      ids: certificates.map((id) => [id.hash, hex(id.serialNumber), isIssuedBy(id, issuer)]),
      nonce: nonce?.length,
    }
  }

  test('asks as the client was told to', () => {
    assert.deepEqual(asked('ocsp-request'), { ids: [['sha1', '0a', true]], nonce: undefined })
    assert.deepEqual(asked('ocsp-request-nonce'), { ids: [['sha256', '0080', true]], nonce: 16 })
    assert.deepEqual(asked('ocsp-request-signed').ids, [['sha1', '0a', true]])
    assert.deepEqual(asked('ocsp-request-several'), {
      ids: [
        ['sha1', '0a', true],
        ['sha256', '0080', true],
        [undefined, '7f', false],
        ['sha1', '01', true],
      ],
      nonce: 16,
    })
  })

  test('names certificates in the same bytes as we do', () => {
    const [id] = parseOcspRequest(vector('revocation/ocsp-request-nonce')).certificates
    assert.equal(hex(id!.encoded), hex(encodeCertificateId('sha256', issuer, Uint8Array.of(0x80))))
  })
})

test('a response is read whole', () => {
  const { status, facts } = readOcspResponse(vector('revocation/ocsp-response'))
  assert.equal(status, 0)
  assert.equal(verifySigned(facts!, ca.spki), true)
  assert.equal(hex(facts!.responderKeyHash!), hex(ca.subjectKeyIdentifier!))
  const request = parseOcspRequest(vector('revocation/ocsp-request-several'))
  assert.equal(hex(facts!.nonce!), hex(request.nonce!))
  assert.deepEqual(
    facts!.responses.map(({ id, thisUpdate, nextUpdate, ...rest }) => [hex(id.serialNumber), rest]),
    [
      ['0a', { status: 'good' }],
      ['0080', { status: 'revoked', revokedAt: at('2027-01-01T00:00:00Z'), reason: 'keyCompromise' }],
      ['7f', { status: 'revoked', revokedAt: at('2027-01-01T00:00:00Z'), reason: 'unspecified' }],
      ['01', { status: 'revoked', revokedAt: at('2027-01-01T00:00:00Z'), reason: 'keyCompromise' }],
    ],
  )
})
