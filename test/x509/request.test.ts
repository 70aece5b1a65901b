import assert from 'node:assert/strict'
import { sign } from 'node:crypto'
import { describe, test } from 'node:test'
import { emptyNames, parseDistinguishedName } from '../../src/domain/subject.ts'
import { assembleSigned } from '../../src/x509/certificate.ts'
import { type Der, encode, integer, objectIdentifier, sequence, setOf } from '../../src/x509/der.ts'
import { keyUsageExtension, subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { buildRequestInfo, parseRequest, provesPossession } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { ecKey } from './authority.ts'

const key = ecKey()
const algorithm = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
const subject = encodeName(parseDistinguishedName('CN=x'))

function signed(info: Der, signer = key): Der {
  return assembleSigned(info, algorithm.identifier, sign(algorithm.hash, info, signer.privateKey))
}

/** CertificationRequestInfo with the given attributes. */
function infoWith(...attributes: Der[]): Der {
  return sequence(integer(0), subject, key.spki, encode(0xa0, ...attributes))
}

const extensionRequest = sequence(
  objectIdentifier('1.2.840.113549.1.9.14'),
  setOf(sequence(keyUsageExtension(['digitalSignature']))),
)
const challenge = sequence(
  objectIdentifier('1.2.840.113549.1.9.7'),
  setOf(encode(0x0c, Buffer.from('secret'))),
)

describe('a request', () => {
  test('reads back as it was meant', () => {
    const sans = { ...emptyNames, dnsNames: ['a.example'], ipAddresses: ['::1'] }
    const extensions = [keyUsageExtension(['digitalSignature']), subjectAltNameExtension(sans, true)]
    const facts = parseRequest(signed(buildRequestInfo({ subject, spki: key.spki, extensions })))
    assert.deepEqual(facts.subject, [[{ type: '2.5.4.3', value: 'x' }]])
    assert.deepEqual(facts.keyUsage, ['digitalSignature'])
    assert.deepEqual(facts.sans, sans)
    assert.deepEqual(Buffer.from(facts.spki), Buffer.from(key.spki))
    assert.deepEqual(
      facts.extensions.map(({ oid, critical }) => [oid, critical]),
      [
        ['2.5.29.15', true],
        ['2.5.29.17', true],
      ],
    )
  })

  test('may ask for no extensions', () => {
    const info = buildRequestInfo({ subject, spki: key.spki, extensions: [] })
    assert.equal(Buffer.from(info.subarray(-2)).toString('hex'), 'a000')
    assert.deepEqual(parseRequest(signed(info)).extensions, [])
    assert.deepEqual(parseRequest(signed(sequence(integer(0), subject, key.spki))).extensions, [])
  })

  test('proves possession of its key, and of no other', async () => {
    const info = buildRequestInfo({ subject, spki: key.spki, extensions: [] })
    assert.equal(await provesPossession(parseRequest(signed(info))), true)
    assert.equal(await provesPossession(parseRequest(signed(info, ecKey()))), false)
  })

  test('may have other attributes', () => {
    assert.deepEqual(parseRequest(signed(infoWith(challenge, extensionRequest))).keyUsage, [
      'digitalSignature',
    ])
    assert.equal(parseRequest(signed(infoWith(challenge))).keyUsage, undefined)
  })

  test('is refused when it is not what PKCS#10 says', () => {
    const refusals: [Der, RegExp][] = [
      [infoWith(extensionRequest, extensionRequest), /twice/],
      [infoWith(sequence(objectIdentifier('1.2.840.113549.1.9.14'), setOf())), /missing/],
      [sequence(integer(1), subject, key.spki, encode(0xa0)), /version/],
      [sequence(integer(0), subject, key.spki, encode(0xa0), encode(0xa1)), /unexpected bytes/],
      [sequence(integer(0), subject), /missing/],
    ]
    for (const [info, message] of refusals)
      assert.throws(() => parseRequest(signed(info)), { name: 'VaultError', code: 'BadParameter', message })
  })
})
