/** What is built here, judged by OpenSSL: another reader of the same standards. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { curves, type KeySpec } from '../../src/domain/key-spec.ts'
import { checkSubjectAlternativeNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import { assembleSigned, buildTbsCertificate } from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import { encodeName } from '../../src/x509/name.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { certificateExtensions, requestExtensions } from '../../src/x509/profile.ts'
import { buildRequestInfo } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { ca, issue } from './authority.ts'

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'needs the openssl command'
const folder = mkdtempSync(join(tmpdir(), 'certkeep-openssl-'))
after(() => rmSync(folder, { recursive: true }))

function file(name: string, ...certificates: Der[]): string {
  const path = join(folder, name)
  writeFileSync(
    path,
    certificates
      .map((der) => formatPem(name.includes('request') ? 'CERTIFICATE REQUEST' : 'CERTIFICATE', der))
      .join(''),
  )
  return path
}

function openssl(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', parameters, { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stdout + stderr
}

function generate(spec: KeySpec): { privateKey: KeyObject; publicKey: KeyObject } {
  return spec.kty === 'RSA'
    ? generateKeyPairSync('rsa', { modulusLength: spec.size })
    : generateKeyPairSync('ec', { namedCurve: curves[spec.curve].opensslName })
}

const sans = checkSubjectAlternativeNames({
  dnsNames: ['www.example.com', '*.example.com'],
  emails: ['user@example.com'],
  upns: ['jörg@corp.example'],
  uris: ['https://example.com/'],
  ipAddresses: ['192.0.2.1', '2001:db8::1'],
})
const subject = encodeName(parseDistinguishedName('C=DE, O="Müller, Söhne & Co.", CN=*.example.com'))
const specs: KeySpec[] = [
  { kty: 'RSA', size: 2048 },
  { kty: 'EC', curve: 'P-256' },
  { kty: 'EC', curve: 'P-384' },
  { kty: 'EC', curve: 'P-521' },
  { kty: 'EC', curve: 'P-256K' },
]

for (const spec of specs)
  describe(`with a key ${spec.kty === 'RSA' ? 'RSA' : spec.curve}`, { skip }, () => {
    const { privateKey, publicKey } = generate(spec)
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    const { identifier, hash } = signatureAlgorithm(spec)

    test('a self-signed certificate is verified and understood', () => {
      const tbs = buildTbsCertificate({
        serialNumber: Uint8Array.from({ length: 16 }, (_, index) => 0x80 + index),
        signatureAlgorithm: identifier,
        issuer: subject,
        subject,
        notBefore: seconds(1_700_000_000),
        notAfter: seconds(4_000_000_000),
        spki,
        extensions: certificateExtensions({
          keyUsage: ['digitalSignature'],
          ekus: ['1.3.6.1.5.5.7.3.1'],
          sans,
          subjectIsEmpty: false,
          spki,
        }),
      })
      const der = assembleSigned(tbs, identifier, sign(hash, tbs, privateKey))
      const path = file('certificate.pem', der)
      assert.match(openssl('verify', '-check_ss_sig', '-attime', '1800000000', '-CAfile', path, path), /OK/)
      const text = openssl('x509', '-in', path, '-noout', '-text', '-nameopt', 'RFC2253,-esc_msb,utf8')
      assert.match(text, /Serial Number:\s+80:81:82/)
      assert.match(text, /Subject: C=DE,O=Müller\\, Söhne & Co\.,CN=\*\.example\.com/)
      assert.match(text, /Not After : Oct {2}2 07:06:40 2096 GMT/)
      assert.match(
        text,
        /DNS:www.example.com, DNS:\*.example.com, email:user@example.com, othername: UPN::jörg@corp.example, URI:https:\/\/example.com\/, IP Address:192.0.2.1, IP Address:2001:DB8:0:0:0:0:0:1/,
      )
      assert.match(text, /Key Usage: critical\s+Digital Signature\n/)
      assert.match(text, /Basic Constraints: \n\s+CA:FALSE/)
      const node = new X509Certificate(der)
      assert.ok(node.checkHost('foo.example.com'))
      assert.ok(node.checkIP('2001:db8::1'))
      assert.ok(node.verify(publicKey))
    })

    test('a request is verified and understood', () => {
      const info = buildRequestInfo({
        subject: encodeName([]),
        spki,
        extensions: requestExtensions({
          keyUsage: ['digitalSignature'],
          ekus: ['1.3.6.1.5.5.7.3.1'],
          sans,
          subjectIsEmpty: true,
        }),
      })
      const path = file('request.pem', assembleSigned(info, identifier, sign(hash, info, privateKey)))
      const text = openssl('req', '-in', path, '-verify', '-noout', '-text')
      assert.match(text, /verify OK/)
      assert.match(text, /Subject Alternative Name: critical\s+DNS:www.example.com/)
    })
  })

test('a chain built here is a path for OpenSSL too', { skip }, () => {
  const root = issue('CN=Root', ca)
  const middle = issue('CN=Middle', {
    issuer: root,
    constraints: { ca: true, pathLength: 0 },
    certSign: true,
  })
  const leaf = issue('CN=leaf.example', { issuer: middle })
  const ders = [leaf, middle, root].map(({ certificate }) => certificate.der) as [Der, Der, Der]
  const verify = (untrusted: Der, certificate: Der) =>
    spawnSync('openssl', [
      'verify',
      '-x509_strict',
      '-attime',
      '1800000000',
      '-CAfile',
      file('root.pem', ders[2]),
      '-untrusted',
      file('middle.pem', untrusted),
      file('leaf.pem', certificate),
    ]).status
  assert.equal(verify(ders[1], ders[0]), 0)
  const forged = issue('CN=leaf.example', { issuer: middle, forged: true })
  assert.notEqual(verify(ders[1], forged.certificate.der), 0)
})
