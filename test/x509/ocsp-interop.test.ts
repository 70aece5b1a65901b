/** OCSP between certkeep and OpenSSL, both ways, and responses as GnuTLS understands them. */
import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import {
  extendedKeyUsageExtension,
  keyUsageExtension,
  ocspNoCheckExtension,
} from '../../src/x509/extensions.ts'
import { keyPurpose } from '../../src/x509/object-identifiers.ts'
import { encodeCertificateId, isIssuedBy, issuerHashes } from '../../src/x509/ocsp-certificate-id.ts'
import { type OcspRequest, parseOcspRequest } from '../../src/x509/ocsp-request.ts'
import {
  assembleOcspResponse,
  buildResponseData,
  type CertificateStatus,
  type OcspFailure,
  ocspFailure,
} from '../../src/x509/ocsp-response.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { subjectKeyIdentifier } from '../../src/x509/public-key.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { issue, type Party } from './authority.ts'
import { readOcspResponse } from './ocsp-client.ts'
import { attempt, needs, run, workFolder } from './programs.ts'
import { algorithm, listingCa } from './revocation-lists.ts'

const { path, save } = workFolder()
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const saveCertificate = (name: string, { certificate }: Party) =>
  save(name, formatPem('CERTIFICATE', certificate.der))
const saveKey = (name: string, { key }: Party) =>
  save(name, key.privateKey.export({ type: 'pkcs8', format: 'pem' }))

const root = listingCa('CN=Root')
const [good, withdrawn, absent] = ['good', 'withdrawn', 'absent'].map((name) =>
  issue(`CN=${name}.example`, { issuer: root }),
) as [Party, Party, Party]
const foreign = issue('CN=foreign.example', { issuer: listingCa('CN=Foreign') })
const delegate = issue('CN=Responder', {
  issuer: root,
  extensions: [
    keyUsageExtension(['digitalSignature']),
    extendedKeyUsageExtension([keyPurpose.ocspSigning]),
    ocspNoCheckExtension,
  ],
})
const rootFile = saveCertificate('root.pem', root)
const files = {
  good: saveCertificate('good.pem', good),
  withdrawn: saveCertificate('withdrawn.pem', withdrawn),
  absent: saveCertificate('absent.pem', absent),
  foreign: saveCertificate('foreign.pem', foreign),
}

/** OpenSSL judges the times of a response by the clock of the machine. */
const times = { thisUpdate: seconds(1_700_000_000), nextUpdate: seconds(2_000_000_000) }
const hashes = issuerHashes(root.certificate)
const statuses = new Map<string, CertificateStatus>([
  [hex(good.certificate.serialNumber), { status: 'good' }],
  [
    hex(withdrawn.certificate.serialNumber),
    { status: 'revoked', revokedAt: seconds(1_750_000_000), reason: 'keyCompromise' },
  ],
])

/** What a responder does, in short. */
function answer({ certificates, nonce }: OcspRequest, signer = root): Uint8Array {
  const responseData = buildResponseData({
    responderKeyHash: subjectKeyIdentifier(signer.key.spki),
    producedAt: seconds(1_760_000_000),
    responses: certificates.map((id) => ({
      ...((isIssuedBy(id, hashes) && statuses.get(hex(id.serialNumber))) || { status: 'unknown' }),
      certificate: id.encoded,
      ...times,
    })),
    ...(nonce ? { nonce } : {}),
  })
  return assembleOcspResponse({
    responseData,
    signatureAlgorithm: algorithm.identifier,
    signature: sign(algorithm.hash, responseData, signer.key.privateKey),
    ...(signer === root ? {} : { certificates: [signer.certificate.der] }),
  })
}

describe('OpenSSL', needs('openssl', 'version'), () => {
  const ask = (...parameters: string[]) => run('openssl', 'ocsp', '-issuer', rootFile, ...parameters)

  /** The request that OpenSSL makes. */
  function requestOf(...parameters: string[]): Buffer {
    ask(...parameters, '-reqout', path('request.der'))
    return readFileSync(path('request.der'))
  }

  /** What OpenSSL says of our answer to its own request for these certificates, without a nonce. */
  function judged(parameters: readonly string[], signer = root): string {
    const request = parseOcspRequest(requestOf(...parameters, '-no_nonce'))
    const response = save('response.der', answer(request, signer))
    return ask(...parameters, '-no_nonce', '-respin', response, '-CAfile', rootFile)
  }

  for (const hash of ['sha1', 'sha256'] as const)
    for (const nonce of [true, false])
      test(`asks by ${hash} ${nonce ? 'with' : 'without'} a nonce`, () => {
        const request = parseOcspRequest(
          requestOf(`-${hash}`, '-cert', files.good, nonce ? '-nonce' : '-no_nonce'),
        )
        assert.equal(request.nonce !== undefined, nonce)
        const [id] = request.certificates
        assert.equal(hex(id!.encoded), hex(encodeCertificateId(hash, hashes, good.certificate.serialNumber)))
        assert.equal(isIssuedBy(id!, hashes), true)
      })

  test('asks for several certificates, by serial number, and signs', () => {
    const serial = BigInt(`0x${'7f'.repeat(20)}`)
    const several = parseOcspRequest(
      requestOf('-cert', files.good, '-sha384', '-cert', files.withdrawn, '-sha1', '-serial', String(serial)),
    )
    assert.deepEqual(
      several.certificates.map(({ hash, serialNumber }) => [hash, hex(serialNumber)]),
      [
        ['sha1', hex(good.certificate.serialNumber)],
        [undefined, hex(withdrawn.certificate.serialNumber)],
        ['sha1', '7f'.repeat(20)],
      ],
    )
    const signer = [
      '-signer',
      saveCertificate('signer.pem', good),
      '-signkey',
      saveKey('signer-key.pem', good),
    ]
    assert.equal(parseOcspRequest(requestOf('-cert', files.good, ...signer)).certificates.length, 1)
  })

  for (const [who, signer] of [
    ['the CA', root],
    ['a delegate', delegate],
  ] as const)
    test(`trusts what ${who} says`, () => {
      for (const hash of ['-sha1', '-sha256']) {
        const text = judged(
          [hash, '-cert', files.good, hash, '-cert', files.withdrawn, hash, '-cert', files.absent],
          signer,
        )
        assert.match(text, /Response verify OK/)
        assert.match(
          text,
          /good\.pem: good\n\s+This Update: Nov 14 22:13:20 2023 GMT\n\s+Next Update: May 18 03:33:20 2033 GMT/,
        )
        assert.match(
          text,
          /withdrawn\.pem: revoked\n.*\n.*\n\s+Reason: keyCompromise\n\s+Revocation Time: Jun 15 15:06:40 2025 GMT/,
        )
        assert.match(text, /absent\.pem: unknown/)
        assert.doesNotMatch(text, /WARNING: Status times/)
      }
    })

  test('trusts no delegate without the purpose, and no stranger', () => {
    const request = parseOcspRequest(requestOf('-cert', files.good, '-no_nonce'))
    for (const signer of [good, foreign]) {
      const response = save('response.der', answer(request, signer))
      const { text } = attempt(
        ...(['openssl', 'ocsp', '-issuer', rootFile, '-cert', files.good, '-respin', response] as const),
        '-CAfile',
        rootFile,
      )
      assert.match(text, /Response Verify Failure/)
    }
  })

  test('finds its nonce again', () => {
    const request = save('nonce.der', requestOf('-cert', files.good, '-nonce'))
    const parsed = parseOcspRequest(readFileSync(request))
    const check = (response: Uint8Array) =>
      attempt(
        'openssl',
        'ocsp',
        '-reqin',
        request,
        '-respin',
        save('response.der', response),
        '-CAfile',
        rootFile,
      ).text
    assert.doesNotMatch(check(answer(parsed, delegate)), /nonce/i)
    assert.match(check(answer(parsed, delegate)), /Response verify OK/)
    assert.match(check(answer({ ...parsed, nonce: Uint8Array.of(1) }, delegate)), /Nonce Verify error/i)
    assert.match(check(answer({ ...parsed, nonce: undefined }, delegate)), /no nonce in response/)
  })

  test('understands every failure', () => {
    const words: Record<OcspFailure, string> = {
      malformedRequest: 'malformedrequest',
      internalError: 'internalerror',
      tryLater: 'trylater',
      sigRequired: 'sigrequired',
      unauthorized: 'unauthorized',
    }
    for (const [failure, word] of Object.entries(words)) {
      const response = save('failure.der', ocspFailure(failure as OcspFailure))
      assert.match(
        attempt('openssl', 'ocsp', '-respin', response, '-noverify').text,
        new RegExp(`Responder Error: ${word} `),
      )
    }
  })

  test('answers what our requests and responses are compared with', () => {
    const revokedAt = '250615150640Z,keyCompromise'
    const index = [
      `V\t330518033320Z\t\t${hex(good.certificate.serialNumber).toUpperCase()}\tunknown\t/CN=good.example`,
      `R\t330518033320Z\t${revokedAt}\t${hex(withdrawn.certificate.serialNumber).toUpperCase()}\tunknown\t/CN=x`,
    ]
    const request = save('theirs.der', requestOf('-cert', files.good, '-cert', files.withdrawn, '-nonce'))
    const responder = ['-index', save('index', `${index.join('\n')}\n`), '-CA', rootFile, '-resp_key_id']
    const signer = [
      '-rsigner',
      saveCertificate('delegate.pem', delegate),
      '-rkey',
      saveKey('delegate-key.pem', delegate),
    ]
    run(
      'openssl',
      'ocsp',
      ...responder,
      ...signer,
      '-ndays',
      '7',
      '-reqin',
      request,
      '-respout',
      path('theirs'),
    )
    const theirs = readOcspResponse(readFileSync(path('theirs'))).facts!
    const ours = readOcspResponse(answer(parseOcspRequest(readFileSync(request)), delegate)).facts!
    assert.equal(verifySigned(theirs, delegate.key.spki), true)
    const comparable = ({ responderKeyHash, nonce, certificates, responses }: typeof ours) => ({
      responder: hex(responderKeyHash!),
      nonce: hex(nonce!),
      certificates: certificates.map(hex),
      responses: responses.map(({ id, thisUpdate, nextUpdate, ...status }) => [hex(id.encoded), status]),
    })
    assert.deepEqual(comparable(ours), comparable(theirs))
  })
})

test('GnuTLS asks, understands the answer and trusts it', needs('ocsptool', '--version'), () => {
  const question = [
    '--load-issuer',
    rootFile,
    '--load-cert',
    files.withdrawn,
    '--outfile',
    path('gnutls.der'),
  ]
  run('ocsptool', '--generate-request', ...question)
  const request = parseOcspRequest(readFileSync(path('gnutls.der')))
  const nonce = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index)
  const response = save('gnutls-response.der', answer({ ...request, nonce }, delegate))
  const text = run('ocsptool', '--response-info', '--infile', response)
  assert.match(text, /Response Status: Successful/)
  assert.match(text, /Certificate Status: revoked\n\s+Revocation time: Sun Jun 15 15:06:40 UTC 2025/)
  assert.match(text, new RegExp(`Nonce: ${hex(nonce)}`))
  assert.match(
    run('ocsptool', '--verify-response', '--load-response', response, '--load-trust', rootFile),
    /Success/,
  )
})
