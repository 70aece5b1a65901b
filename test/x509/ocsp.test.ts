import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../src/domain/time.ts'
import {
  bitString,
  type Der,
  derNull,
  encode,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
} from '../../src/x509/der.ts'
import { extension } from '../../src/x509/extensions.ts'
import { digestOid } from '../../src/x509/object-identifiers.ts'
import {
  type CertificateIdHash,
  encodeCertificateId,
  isIssuedBy,
  issuerHashes,
} from '../../src/x509/ocsp-certificate-id.ts'
import { ocspQuestionsMax, ocspRequestOctetsMax, parseOcspRequest } from '../../src/x509/ocsp-request.ts'
import {
  assembleOcspResponse,
  buildResponseData,
  type CertificateStatus,
  ocspFailure,
  type ResponseContent,
} from '../../src/x509/ocsp-response.ts'
import { subjectKeyIdentifier } from '../../src/x509/public-key.ts'
import { revocationReasons } from '../../src/x509/revocation-reason.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { endOfTime } from '../../src/x509/time.ts'
import { ca, issue } from './authority.ts'
import { nonceExtension, ocspRequest, readOcspResponse } from './ocsp-client.ts'
import { algorithm, anHourAgo, now, tomorrow } from './revocation-lists.ts'

const root = issue('CN=Root', ca)
const issuer = issuerHashes(root.certificate)
const leaf = issue('CN=leaf', { issuer: root })
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const idOf = (serialNumber: Uint8Array, hash: CertificateIdHash = 'sha1') =>
  encodeCertificateId(hash, issuer, serialNumber)
const leafId = idOf(leaf.certificate.serialNumber)
const serials = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .filter((octets) => octets[0]! > 0 && octets[0]! < 0x80)
const hashNames = fc.constantFrom<CertificateIdHash>('sha1', 'sha256')

describe('a certificate is named', () => {
  test('by the hashes of its issuer that the client chose', () => {
    for (const hash of ['sha1', 'sha256'] as const) {
      const id = parseOcspRequest(ocspRequest([idOf(Uint8Array.of(0x7f), hash)])).certificates[0]!
      assert.equal(id.hash, hash)
      assert.equal(id.issuerNameHash.length, hash === 'sha1' ? 20 : 32)
      assert.equal(isIssuedBy(id, issuer), true)
    }
  })

  test('as one of no other issuer, even of the same name or the same key', () => {
    const id = parseOcspRequest(ocspRequest([leafId])).certificates[0]!
    for (const other of [issue('CN=Root', ca), issue('CN=Other', { ...ca, key: root.key })])
      assert.equal(isIssuedBy(id, issuerHashes(other.certificate)), false)
    assert.equal(isIssuedBy({ ...id, issuerNameHash: id.issuerNameHash.subarray(1) }, issuer), false)
    assert.equal(isIssuedBy({ ...id, issuerKeyHash: new Uint8Array() }, issuer), false)
  })

  test('by a hash that is not known here, as a certificate of nobody here', () => {
    const sha384 = sequence(
      sequence(objectIdentifier(digestOid.sha384), derNull),
      octetString(issuer.sha1.name),
    )
    const encoded = sequence(
      sequence(objectIdentifier(digestOid.sha384)),
      octetString(issuer.sha1.name),
      octetString(issuer.sha1.key),
      integer(1),
    )
    const id = parseOcspRequest(ocspRequest([encoded])).certificates[0]!
    assert.equal(id.hash, undefined)
    assert.equal(hex(id.encoded), hex(encoded))
    assert.equal(isIssuedBy(id, issuer), false)
    assert.throws(() => parseOcspRequest(ocspRequest([sha384])), { code: 'BadParameter' })
  })
})

describe('a request', () => {
  test('reads back as it was meant', () => {
    const ids = fc.array(fc.tuple(serials, hashNames), { minLength: 1, maxLength: 5 })
    const nonces = fc.option(fc.uint8Array({ minLength: 1, maxLength: 128 }), { nil: undefined })
    fc.assert(
      fc.property(ids, nonces, (ids, nonce) => {
        const certificates = ids.map(([serial, hash]) => idOf(serial, hash))
        const request = parseOcspRequest(ocspRequest(certificates, nonce ? { nonce } : {}))
        assert.deepEqual(request.nonce, nonce)
        assert.deepEqual(
          request.certificates.map(({ encoded, serialNumber, hash }) => [
            hex(encoded),
            hex(serialNumber),
            hash,
          ]),
          ids.map(([serial, hash], index) => [hex(certificates[index]!), hex(serial), hash]),
        )
      }),
      { numRuns: 200 },
    )
  })

  const directory = explicit(4, root.certificate.subjectDer)
  const signature = (...certificates: Der[]) =>
    sequence(algorithm.identifier, bitString(Uint8Array.of(1)), ...certificates)
  const unknown = (critical: boolean) => extension('1.2.3.4', critical, derNull)

  test('may say who asks, sign it, and ask for what is not known here', () => {
    const accepted = [
      ocspRequest([leafId], { requestor: directory }),
      ocspRequest([leafId], { signature: signature() }),
      ocspRequest([leafId], { signature: signature(explicit(0, sequence(root.certificate.der))) }),
      ocspRequest([leafId], { extensions: [unknown(false)], singleExtensions: [unknown(false)] }),
      ocspRequest([leafId], { version: integer(0) }),
    ]
    for (const request of accepted) assert.equal(parseOcspRequest(request).certificates.length, 1)
  })

  test('may ask as many questions as there is room for', () => {
    const most = Array.from({ length: ocspQuestionsMax }, (_, number) =>
      idOf(integer(number + 1).subarray(2), 'sha256'),
    )
    const request = ocspRequest(most)
    assert.ok(request.length <= ocspRequestOctetsMax)
    assert.equal(parseOcspRequest(request).certificates.length, ocspQuestionsMax)
    assert.throws(() => parseOcspRequest(ocspRequest([...most, leafId])), {
      message: /at most 100 certificates/,
    })
  })

  test('has a nonce of 1 to 128 octets or none', () => {
    for (const length of [1, 16, 32, 128])
      assert.equal(
        parseOcspRequest(ocspRequest([leafId], { nonce: new Uint8Array(length) })).nonce?.length,
        length,
      )
    assert.equal(parseOcspRequest(ocspRequest([leafId])).nonce, undefined)
    for (const length of [0, 129])
      assert.throws(() => parseOcspRequest(ocspRequest([leafId], { nonce: new Uint8Array(length) })), {
        code: 'BadParameter',
        message: /nonce/,
      })
  })

  const nonce = Uint8Array.of(1, 2, 3)
  const refused: Record<string, Uint8Array> = {
    'asks for nothing': ocspRequest([]),
    'is empty': new Uint8Array(),
    'has something behind it': Buffer.concat([ocspRequest([leafId]), Uint8Array.of(0)]),
    'is longer than any': new Uint8Array(ocspRequestOctetsMax + 1),
    'is of version 2': ocspRequest([leafId], { version: integer(1) }),
    'has an unknown critical extension': ocspRequest([leafId], { extensions: [unknown(true)] }),
    'has one in a question': ocspRequest([leafId], { singleExtensions: [unknown(true)] }),
    'has a nonce that is not wrapped': ocspRequest([leafId], { extensions: [nonceExtension(nonce)] }),
    'has two nonces': ocspRequest([leafId], { nonce, extensions: [nonceExtension(octetString(nonce))] }),
    'is signed with nothing': ocspRequest([leafId], { signature: sequence() }),
    'is signed with what is no certificate': ocspRequest([leafId], {
      signature: signature(explicit(0, sequence(integer(1)))),
    }),
    'is asked by nobody': ocspRequest([leafId], { requestor: integer(1) }),
    'is asked by two': ocspRequest([leafId], { requestor: Buffer.concat([directory, directory]) }),
    'names a serial number that is padded': ocspRequest([
      sequence(
        sequence(objectIdentifier(digestOid.sha1), derNull),
        octetString(issuer.sha1.name),
        octetString(issuer.sha1.key),
        encode(2, Uint8Array.of(0, 1)),
      ),
    ]),
    'gives a hash parameters': ocspRequest([
      sequence(
        sequence(objectIdentifier(digestOid.sha1), integer(1)),
        octetString(issuer.sha1.name),
        octetString(issuer.sha1.key),
        integer(1),
      ),
    ]),
  }
  for (const [what, request] of Object.entries(refused))
    test(`that ${what} is refused`, () =>
      assert.throws(() => parseOcspRequest(request), { name: 'VaultError', code: 'BadParameter' }))
})

describe('a response', () => {
  function response(content: Partial<ResponseContent>, certificates?: readonly Der[]): Der {
    const responseData = buildResponseData({
      responderKeyHash: subjectKeyIdentifier(root.key.spki),
      producedAt: now,
      responses: [],
      ...content,
    })
    const signature = sign(algorithm.hash, responseData, root.key.privateKey)
    const signed = { responseData, signatureAlgorithm: algorithm.identifier, signature }
    return assembleOcspResponse(certificates ? { ...signed, certificates } : signed)
  }

  test('reads back as it was meant', () => {
    const dates = fc.integer({ min: 0, max: endOfTime }).map(seconds)
    const statuses = fc.oneof(
      fc.constant<CertificateStatus>({ status: 'good' }),
      fc.constant<CertificateStatus>({ status: 'unknown' }),
      fc
        .tuple(dates, fc.constantFrom(...revocationReasons))
        .map(([revokedAt, reason]): CertificateStatus => ({ status: 'revoked', revokedAt, reason })),
    )
    const singles = fc
      .tuple(statuses, serials, hashNames, dates, fc.option(dates, { nil: undefined }))
      .map(([status, serial, hash, date, other]) => ({
        ...status,
        certificate: idOf(serial, hash),
        thisUpdate: seconds(Math.min(date, other ?? date)),
        ...(other === undefined ? {} : { nextUpdate: seconds(Math.max(date, other)) }),
      }))
    const nonces = fc.option(fc.uint8Array({ minLength: 1, maxLength: 128 }), { nil: undefined })
    const lists = fc.array(singles, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(dates, lists, nonces, fc.boolean(), (producedAt, responses, nonce, delegated) => {
        const content = { producedAt, responses, ...(nonce ? { nonce } : {}) }
        const { status, facts } = readOcspResponse(
          response(content, delegated ? [leaf.certificate.der] : undefined),
        )
        assert.equal(status, 0)
        assert.equal(verifySigned(facts!, root.key.spki), true)
        assert.equal(hex(facts!.responderKeyHash!), hex(root.certificate.subjectKeyIdentifier!))
        assert.equal(facts!.producedAt, producedAt)
        assert.deepEqual(facts!.nonce, nonce)
        assert.deepEqual(facts!.certificates.map(hex), delegated ? [hex(leaf.certificate.der)] : [])
        assert.deepEqual(
          facts!.responses.map(({ id, ...single }) => ({ ...single, certificate: hex(id.encoded) })),
          responses.map((single) => ({
            nextUpdate: undefined,
            ...single,
            certificate: hex(single.certificate),
          })),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('repeats the name of the certificate as the client wrote it', () => {
    const withoutNull = sequence(
      sequence(objectIdentifier(digestOid.sha1)),
      octetString(issuer.sha1.name),
      octetString(issuer.sha1.key),
      integer(1),
    )
    const { encoded } = parseOcspRequest(ocspRequest([withoutNull])).certificates[0]!
    const der = response({ responses: [{ status: 'good', certificate: encoded, thisUpdate: now }] })
    assert.ok(hex(der).includes(hex(withoutNull)))
  })

  test('writes every date in full, and nothing for an unspecified reason', () => {
    const der = response({
      responses: [
        {
          status: 'revoked',
          revokedAt: anHourAgo,
          reason: 'unspecified',
          certificate: leafId,
          thisUpdate: now,
          nextUpdate: tomorrow,
        },
      ],
    })
    const time = (digits: string) => `180f${Buffer.from(digits).toString('hex')}`
    const dates = `a111${time('20270115070000Z')}${time('20270115080000Z')}a011${time('20270116080000Z')}`
    assert.ok(hex(der).includes(`${hex(leafId)}${dates}`), hex(der))
  })

  test('that is never current is not written', () => {
    const single = { status: 'good', certificate: leafId, thisUpdate: now, nextUpdate: anHourAgo } as const
    assert.throws(() => response({ responses: [single] }), RangeError)
  })

  test('without an answer is a number that nobody signs', () => {
    const failures = {
      malformedRequest: 1,
      internalError: 2,
      tryLater: 3,
      sigRequired: 5,
      unauthorized: 6,
    } as const
    for (const [failure, number] of Object.entries(failures)) {
      const der = ocspFailure(failure as keyof typeof failures)
      assert.equal(hex(der), `30030a010${number}`)
      assert.deepEqual(readOcspResponse(der), { status: number, facts: undefined })
    }
  })
})
