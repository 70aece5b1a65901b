import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../../../src/domain/secret.ts'
import { seconds } from '../../../../src/domain/time.ts'
import { bindExternalAccount } from '../../../../src/issuers/acme/protocol/external-account.ts'
import {
  dnsAccountLabel,
  dnsRecordValue,
  jwkThumbprint,
  keyAuthorization,
  tlsAlpnDigest,
} from '../../../../src/issuers/acme/protocol/key-authorization.ts'
import { renewalIdentifier } from '../../../../src/issuers/acme/protocol/renewal-information.ts'
import { assembleSigned, buildTbsCertificate } from '../../../../src/x509/certificate.ts'
import { authorityKeyIdentifierExtension } from '../../../../src/x509/extensions.ts'
import { signatureAlgorithm } from '../../../../src/x509/signature-algorithm.ts'
import { issue } from '../../../x509/authority.ts'

const rsa = {
  kty: 'RSA',
  n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  e: 'AQAB',
}
const ec = {
  crv: 'P-256',
  kty: 'EC',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
}

test('thumbprints are those of RFC 7638, whatever the order of the members', () => {
  assert.equal(jwkThumbprint(rsa), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
  assert.equal(jwkThumbprint(ec), 'oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U')
})

test('key authorizations become records and digests', () => {
  const authorization = keyAuthorization('evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA', rsa)
  assert.equal(dnsRecordValue(authorization), 'ZTRx1Ckl1-tM05o5zaizTTA0yUy5AGereMgSNWC6Ll8')
  assert.equal(
    Buffer.from(tlsAlpnDigest(authorization)).toString('hex'),
    '653471d42925d7eb4cd39a39cda8b34d3034c94cb90067ab78c8123560ba2e5f',
  )
})

test('an account has its own label in the DNS', () => {
  assert.equal(dnsAccountLabel('https://example.com/acme/acct/ExampleAccount'), '_ujmmovf2vn55tgye')
})

test('an external account is bound with its MAC key', async () => {
  const url = 'https://acme.test/new-acct'
  for (const text of [
    'BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc',
    ' BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n',
  ]) {
    const account = { keyIdentifier: 'kid-1', macKey: new Secret(text) }
    const binding = await bindExternalAccount(account, url, ec)
    assert.equal(binding.signature, 'EJFNZS_MXqRgsEVQVQ0rxlzEdNYgb3krbM7WC9JoXVM')
    const header = Buffer.from(binding.protected, 'base64url').toString()
    assert.deepEqual(JSON.parse(header), { alg: 'HS256', kid: 'kid-1', url })
  }
})

test('a MAC key that cannot be read is asked for, and not repeated', async () => {
  for (const text of ['', 'short', 'not base64 at all, this one']) {
    const account = { keyIdentifier: 'kid-1', macKey: new Secret(text) }
    await assert.rejects(bindExternalAccount(account, 'https://acme.test/', ec), (error: Error) => {
      assert.match(error.message, /must be base64url text/)
      assert.ok(text === '' || !error.message.includes(text))
      return true
    })
  }
})

test('a certificate is named by the key above it and its serial number, with the leading zero', () => {
  const { certificate } = issue('CN=any')
  const { identifier } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
  const certificateWith = (extensions: Uint8Array[]) =>
    assembleSigned(
      buildTbsCertificate({
        serialNumber: Uint8Array.of(0x00, 0x87, 0x65, 0x43, 0x21),
        signatureAlgorithm: identifier,
        issuer: certificate.issuerDer,
        subject: certificate.subjectDer,
        notBefore: seconds(1_700_000_000),
        notAfter: seconds(1_800_000_000),
        spki: certificate.spki,
        extensions,
      }),
      identifier,
      Uint8Array.of(0),
    )
  const authority = Buffer.from('69885B6B87464041E1B37B847BA0AE2CDE01C8D4', 'hex')
  assert.equal(
    renewalIdentifier(certificateWith([authorityKeyIdentifierExtension(authority)])),
    'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE',
  )
  assert.equal(renewalIdentifier(certificateWith([])), undefined)
})
