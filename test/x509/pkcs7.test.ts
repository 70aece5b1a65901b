/** Chains in PKCS#7, as OpenSSL writes them, and what is refused. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Der } from '../../src/x509/der.ts'
import { explicit, integer, objectIdentifier, octetString, sequence, setOf } from '../../src/x509/der.ts'
import { formatPem, parsePem } from '../../src/x509/pem.ts'
import { isPkcs7, readPkcs7Certificates } from '../../src/x509/pkcs7.ts'
import { ca, issue } from './authority.ts'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-pkcs7-'))
const at = (file: string) => join(folder, file)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
const hex = (ders: readonly Der[]) => ders.map((der) => Buffer.from(der).toString('hex')).sort()

const root = issue('CN=Root', ca)
const leaf = issue('CN=leaf', { issuer: root })
const chain = [leaf.certificate.der, root.certificate.der]
writeFileSync(at('chain.pem'), chain.map((der) => formatPem('CERTIFICATE', der)).join(''))
writeFileSync(at('leaf.pem'), formatPem('CERTIFICATE', leaf.certificate.der))
writeFileSync(at('leaf.key'), leaf.key.privateKey.export({ type: 'pkcs8', format: 'pem' }))

const refused = (message: RegExp) => ({ code: 'BadParameter', message })

test('the certificates that openssl crl2pkcs7 packs are read, from DER and from PEM', () => {
  const der = openssl('crl2pkcs7', '-nocrl', '-certfile', at('chain.pem'), '-outform', 'DER')
  assert.deepEqual(hex(readPkcs7Certificates(der)), hex(chain))
  const pem = openssl('crl2pkcs7', '-nocrl', '-certfile', at('chain.pem')).toString()
  const [block] = parsePem(pem)
  assert.equal(block!.label, 'PKCS7')
  assert.deepEqual(hex(readPkcs7Certificates(block!.der)), hex(chain))
})

test('a PKCS#7 is told from a certificate', () => {
  const der = openssl('crl2pkcs7', '-nocrl', '-certfile', at('chain.pem'), '-outform', 'DER')
  assert.ok(isPkcs7(der))
  assert.ok(!isPkcs7(leaf.certificate.der))
  assert.ok(!isPkcs7(Buffer.from('MIIC')))
  assert.ok(!isPkcs7(Uint8Array.of(0x30)))
})

/** ContentInfo with SignedData of these parts. */
function signedData(parts: { content?: Der; certificates?: readonly Der[]; signers?: readonly Der[] }): Der {
  const { content, certificates, signers = [] } = parts
  return sequence(
    objectIdentifier('1.2.840.113549.1.7.2'),
    explicit(
      0,
      sequence(
        integer(1),
        setOf(),
        sequence(objectIdentifier('1.2.840.113549.1.7.1'), ...(content ? [explicit(0, content)] : [])),
        ...(certificates ? [explicit(0, ...certificates)] : []),
        setOf(...signers),
      ),
    ),
  )
}

test('the smallest one that is right is read, also in indefinite lengths', () => {
  const [only] = readPkcs7Certificates(signedData({ certificates: [root.certificate.der] }))
  assert.deepEqual(Buffer.from(only!), Buffer.from(root.certificate.der))
  const der = Buffer.from(signedData({ certificates: chain }))
  const start = 2 + (der[1]! & 0x7f)
  const indefinite = Buffer.concat([Uint8Array.of(0x30, 0x80), der.subarray(start), Uint8Array.of(0, 0)])
  assert.ok(isPkcs7(indefinite))
  assert.deepEqual(hex(readPkcs7Certificates(indefinite)), hex(chain))
})

test('messages, signed messages and what carries no certificate are refused, each by what it is', () => {
  const signed = openssl(
    ...['cms', '-sign', '-in', at('leaf.pem'), '-signer', at('leaf.pem'), '-inkey', at('leaf.key')],
    ...['-outform', 'DER'],
  )
  assert.throws(() => readPkcs7Certificates(signed), refused(/signed message/))
  const message = signedData({ content: octetString(Uint8Array.of(1)), certificates: chain })
  assert.throws(() => readPkcs7Certificates(message), refused(/it is a message/))
  assert.throws(() => readPkcs7Certificates(signedData({})), refused(/no certificates/))
  assert.throws(() => readPkcs7Certificates(signedData({ certificates: [] })), refused(/no certificates/))
  const data = sequence(objectIdentifier('1.2.840.113549.1.7.1'), explicit(0, octetString(Uint8Array.of(1))))
  assert.throws(() => readPkcs7Certificates(data), refused(/no certificates/))
  const attributeCertificate = explicit(1, integer(1))
  assert.throws(
    () => readPkcs7Certificates(signedData({ certificates: [attributeCertificate] })),
    refused(/damaged/),
  )
})

test('one that is cut or longer than it says is refused', () => {
  const der = Buffer.from(signedData({ certificates: [root.certificate.der] }))
  for (let length = 0; length < der.length; length++)
    assert.throws(() => readPkcs7Certificates(der.subarray(0, length)), refused(/cannot be read/))
  assert.throws(
    () => readPkcs7Certificates(Buffer.concat([der, Uint8Array.of(0)])),
    refused(/cannot be read/),
  )
  assert.throws(() => readPkcs7Certificates(new Uint8Array(2 ** 20 + 1)), refused(/larger than/))
})
