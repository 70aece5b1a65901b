/** Fuzz targets of `src/x509` and of the texts in `src/domain`: each also holds what it accepts to a round trip. */
import assert from 'node:assert/strict'
import { badParameter } from '../../src/domain/errors.ts'
import { formatIpAddress, parseIpAddress } from '../../src/domain/ip-address.ts'
import { parseDistinguishedName, printDistinguishedName } from '../../src/domain/subject.ts'
import { authorityInformation } from '../../src/x509/authority-information.ts'
import {
  assembleSigned,
  buildTbsCertificate,
  parseCertificate,
  verifySignature,
} from '../../src/x509/certificate.ts'
import { certificateNames } from '../../src/x509/certificate-names.ts'
import { certificatePolicies } from '../../src/x509/certificate-policies.ts'
import { leafFor, orderChain } from '../../src/x509/chain.ts'
import { type CrlFacts, parseCrl } from '../../src/x509/crl.ts'
import { buildTbsCrl } from '../../src/x509/crl-writer.ts'
import {
  type Der,
  explicit,
  integer,
  objectIdentifier,
  openDer,
  sequence,
  setOf,
} from '../../src/x509/der.ts'
import { crlDistributionPoints, freshestCrl } from '../../src/x509/distribution-points.ts'
import { hasOcspNoCheck } from '../../src/x509/extensions.ts'
import { decodeName, encodeName } from '../../src/x509/name.ts'
import { nameConstraints } from '../../src/x509/name-constraints.ts'
import { isIssuedBy, issuerHashes } from '../../src/x509/ocsp-certificate-id.ts'
import { parseOcspRequest } from '../../src/x509/ocsp-request.ts'
import { checkPath } from '../../src/x509/path.ts'
import { formatPem, parsePem } from '../../src/x509/pem.ts'
import { isPkcs7, readPkcs7Certificates } from '../../src/x509/pkcs7.ts'
import {
  checkPublicKey,
  describePublicKey,
  isSamePublicKey,
  subjectKeyIdentifier,
} from '../../src/x509/public-key.ts'
import { parseRequest } from '../../src/x509/request.ts'
import { verifySigned } from '../../src/x509/signature-algorithm.ts'
import { violatedConstraint } from '../../src/x509/violated-constraint.ts'
import { ocspRequest } from '../x509/ocsp-client.ts'
import { certificateVectors, requestVectors, vector } from '../x509/vectors.ts'

export const targets: Record<string, (input: Uint8Array) => void> = {
  certificate(input) {
    const facts = parseCertificate(input)
    printDistinguishedName(facts.subject)
    // Whatever was read as dates, names and numbers can be written again, and reads the same.
    const { issuerDer, subjectDer } = facts
    const tbs = buildTbsCertificate({ ...facts, issuer: issuerDer, subject: subjectDer, extensions: [] })
    openDer(tbs)
  },

  certificateWithKey(input) {
    const facts = parseCertificate(input)
    verifySignature(facts, facts.spki)
    checkPath([facts], facts.notBefore)
    checkPublicKey(describePublicKey(facts.spki))
  },

  certificateExtensions(input) {
    const facts = parseCertificate(input)
    crlDistributionPoints(facts)
    freshestCrl(facts)
    authorityInformation(facts)
    certificatePolicies(facts)
    hasOcspNoCheck(facts)
    const constraints = nameConstraints(facts)
    if (constraints) violatedConstraint(certificateNames(facts), constraints)
  },

  /** A list that could be ours is written again, and reads the same. */
  crl(input) {
    const facts = parseCrl(input)
    const { nextUpdate, authorityKeyIdentifier, number, deltaBase, distributionPoint } = facts
    if (nextUpdate === undefined || nextUpdate <= facts.thisUpdate || !authorityKeyIdentifier) return
    if (number === undefined || facts.revoked.some(({ serialNumber }) => serialNumber[0]! >= 0x80)) return
    const isFresh = facts.freshestCrl.length > 0 && deltaBase === undefined
    const isPart = distributionPoint && (distributionPoint.uris.length > 0 || distributionPoint.only)
    const tbs = buildTbsCrl({
      signatureAlgorithm: facts.signatureAlgorithm,
      issuer: facts.issuerDer,
      authorityKeyIdentifier,
      thisUpdate: facts.thisUpdate,
      nextUpdate,
      number,
      revoked: facts.revoked,
      ...(deltaBase === undefined ? {} : { deltaBase }),
      ...(isFresh ? { freshestCrl: facts.freshestCrl } : {}),
      ...(isPart ? { distributionPoint } : {}),
    })
    const again = parseCrl(assembleSigned(tbs, facts.signatureAlgorithm, facts.signature))
    assert.deepEqual(listed(again), listed(facts))
    verifySigned(facts, ca.spki)
  },

  /** What was asked is asked again, and reads the same. */
  ocspRequest(input) {
    const { certificates, nonce } = parseOcspRequest(input)
    const ids = certificates.map(({ encoded }) => encoded)
    const again = parseOcspRequest(ocspRequest(ids, nonce ? { nonce } : {}))
    assert.deepEqual(
      again.certificates.map(({ encoded }) => hex(encoded)),
      ids.map(hex),
    )
    assert.equal(again.nonce && hex(again.nonce), nonce && hex(nonce))
    for (const id of certificates) isIssuedBy(id, issuer)
  },

  publicKey(input) {
    subjectKeyIdentifier(input)
    const facts = describePublicKey(input)
    assert.ok(isSamePublicKey(input, facts.spki))
    checkPublicKey(facts)
  },

  request(input) {
    const request = parseRequest(input)
    verifySigned(request, request.spki)
  },

  name(input) {
    const name = decodeName(input)
    const text = printDistinguishedName(name)
    const parsed = parseDistinguishedName(text)
    assert.equal(printDistinguishedName(parsed), text)
  },

  pem(input) {
    for (const { label, der } of parsePem(Buffer.from(input).toString('utf8')))
      assert.deepEqual(Buffer.from(parsePem(formatPem(label, der))[0]!.der), Buffer.from(der))
  },

  /** Whatever is read out of it can be packed again, and is told from a certificate. */
  pkcs7(input) {
    const certificates = readPkcs7Certificates(input)
    assert.ok(isPkcs7(input))
    assert.deepEqual(readPkcs7Certificates(pkcs7Of(certificates)).map(hex), certificates.map(hex))
  },

  chain(input) {
    const certificates = parsePem(Buffer.from(input).toString('utf8')).map(({ der }) => parseCertificate(der))
    const [first] = certificates
    if (!first) return
    const { chain, unrelated } = orderChain(first, certificates)
    assert.ok(chain.length + unrelated.length <= certificates.length)
    checkPath(chain, first.notBefore)
    leafFor(first.spki, certificates)
  },

  subjectText(input) {
    const name = parseDistinguishedName(Buffer.from(input).toString('utf8'))
    assert.deepEqual(parseDistinguishedName(printDistinguishedName(name)), name)
    const flat = name.map((level) => level.toSorted((left, right) => (left.type < right.type ? -1 : 1)))
    const decoded = decodeName(encodeName(name)).map((level) =>
      level.toSorted((left, right) => (left.type < right.type ? -1 : 1)),
    )
    assert.deepEqual(decoded, flat)
  },

  ipAddress(input) {
    const octets = parseIpAddress(Buffer.from(input).toString('utf8'))
    if (!octets) throw badParameter('no address')
    assert.deepEqual(parseIpAddress(formatIpAddress(octets)), octets)
  },
}

/** What a list says of certificates. */
function listed({ number, deltaBase, thisUpdate, nextUpdate, revoked }: CrlFacts) {
  const entries = revoked.map((entry) => ({ ...entry, serialNumber: hex(entry.serialNumber) }))
  return { number, deltaBase, thisUpdate, nextUpdate, entries }
}

const hex = (der: Der) => Buffer.from(der).toString('hex')

/** SignedData without signers (RFC 5652 5.1). */
function pkcs7Of(certificates: readonly Der[]): Der {
  const data = sequence(objectIdentifier('1.2.840.113549.1.7.1'))
  const content = sequence(integer(1), setOf(), data, explicit(0, ...certificates), setOf())
  return sequence(objectIdentifier('1.2.840.113549.1.7.2'), explicit(0, content))
}

const certificates = certificateVectors.map(vector)
const requests = requestVectors.map(vector)
const revocation = (...names: string[]) => names.map((name) => vector(`revocation/${name}`))
const ca = parseCertificate(vector('revocation/ca'))
const issuer = issuerHashes(ca)
const certificateFacts = certificates.map(parseCertificate)
const text = (value: string) => new TextEncoder().encode(value)
const bundle = (...indices: number[]) =>
  text(indices.map((index) => formatPem('CERTIFICATE', certificates[index]!)).join('\n'))

export const seeds: Record<string, readonly Uint8Array[]> = {
  certificate: certificates,
  certificateWithKey: certificates,
  certificateExtensions: [ca.der],
  crl: revocation('crl', 'crl-delta', 'crl-version-1'),
  ocspRequest: revocation(
    'ocsp-request',
    'ocsp-request-nonce',
    'ocsp-request-several',
    'ocsp-request-signed',
  ),
  publicKey: certificateFacts.map(({ spki }) => spki),
  request: requests,
  name: certificateFacts.map(({ subjectDer }) => subjectDer),
  pem: [
    bundle(0),
    bundle(1, 2),
    text('-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n'),
  ],
  pkcs7: [pkcs7Of(certificates.slice(0, 1)), pkcs7Of(certificates.slice(1, 4))],
  chain: [bundle(0, 1), bundle(11, 10, 11), bundle(2, 3, 4)],
  subjectText: [
    'C=US, S=WA, O="a ""b""", CN=x',
    'CN=a\\,b\\C4\\87 + OU=c; OID.1.2.3=d, E=e@f',
    'DC=a, SERIALNUMBER=1',
  ].map(text),
  ipAddress: ['2001:db8::1', '::ffff:1.2.3.4', '192.0.2.1', '1:2:3:4:5:6:7:8'].map(text),
}
