/** The certificate of tls-alpn-01, octet by octet where RFC 8737 speaks of it, and as OpenSSL and Node read it. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { seconds } from '../../src/domain/time.ts'
import { parseCertificate, verifySignature } from '../../src/x509/certificate.ts'
import { challengeCertificate } from '../../src/x509/challenge-certificate.ts'
import { newSerialNumber } from '../../src/x509/serial-number.ts'
import { digestHex, noon } from '../challenges/sample.ts'
import { repeatableRandom } from '../doubles/random.ts'

const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
const make = (identifier: { type: 'dns' | 'ip'; value: string }) =>
  challengeCertificate({
    ...pair,
    identifier,
    digest: Buffer.from(digestHex, 'hex'),
    serialNumber: newSerialNumber(repeatableRandom()),
    now: seconds(noon),
  })

test('it holds the digest of the key authorization in a critical extension, and exactly one name', () => {
  const certificate = parseCertificate(make({ type: 'dns', value: 'www.example.org' }))
  const [names, acme, ...more] = certificate.extensions
  assert.deepEqual(more, [])
  assert.equal(names?.oid, '2.5.29.17')
  assert.deepEqual(
    { ...acme, value: Buffer.from(acme!.value).toString('hex') },
    { oid: '1.3.6.1.5.5.7.1.31', critical: true, value: `0420${digestHex}` },
  )
  const { dnsNames, ipAddresses, emails, upns, uris } = certificate.sans!
  assert.deepEqual([dnsNames, ipAddresses, emails, upns, uris], [['www.example.org'], [], [], [], []])
})

test('it signs itself, and is valid around now', () => {
  const certificate = parseCertificate(make({ type: 'dns', value: 'www.example.org' }))
  assert.deepEqual(certificate.issuerDer, certificate.subjectDer)
  assert.ok(verifySignature(certificate, certificate.spki))
  assert.ok(certificate.notBefore < noon && noon < certificate.notAfter)
})

for (const value of ['192.0.2.1', '2001:db8::1'])
  test(`an address is the one name of its certificate: ${value}`, () => {
    const { sans } = parseCertificate(make({ type: 'ip', value }))
    assert.deepEqual([sans?.dnsNames, sans?.ipAddresses], [[], [value]])
  })

test('OpenSSL and Node read it as it is meant', () => {
  const pem = String(new X509Certificate(make({ type: 'dns', value: 'www.example.org' })))
  const input = { input: pem }
  const text = execFileSync('openssl', ['x509', '-noout', '-text'], input).toString()
  assert.match(text, /1\.3\.6\.1\.5\.5\.7\.1\.31: critical|acmeIdentifier: critical/)
  assert.match(text, /DNS:www\.example\.org\n/)
  const dump = execFileSync('openssl', ['asn1parse'], input).toString()
  assert.ok(dump.includes(`0420${digestHex}`.toUpperCase()))
  const read = new X509Certificate(pem)
  assert.equal(read.subjectAltName, 'DNS:www.example.org')
  assert.ok(read.verify(read.publicKey))
})
