/** Certificates of the private CA through the unmodified Azure SDK, and what OpenSSL and GnuTLS say of them. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { CertificateClient } from '@azure/keyvault-certificates'
import type { SecretClient } from '@azure/keyvault-secrets'
import { type Send, sender } from '../http/request.ts'
import { clientsOf, environmentOf, type Service, startService, tokenOf, trust } from './service.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'certkeep-private-ca-'))
const quick = { intervalInMs: 20 }
const version = 'api-version=2025-07-01'
let service: Service
let certificates: CertificateClient
let secrets: SecretClient
let send: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates, secrets } = clientsOf(environment))
  send = sender(service, environment, await tokenOf(environment))
  await put('/authorities/root', { subject: 'CN=Example Root', key_props: { kty: 'EC' } })
  await put('/authorities/issuing', {
    kind: 'intermediate',
    subject: 'CN=Example Issuing',
    parent: 'root',
    key_props: { kty: 'RSA', key_size: 2048 },
    rules: { validity_days_max: 90, base_url: 'http://pki.example.org', partitions: 4 },
  })
  await put('/certificates/issuers/internal', {
    provider: 'PrivateCA',
    settings: { authority: 'issuing', profile: 'tls-both' },
  })
})
after(async () => {
  rmSync(folder, { recursive: true })
  await service?.stop()
})

async function put(path: string, body: object) {
  const reply = await send({ method: 'PUT', path: `${path}?${version}`, body })
  assert.equal(reply.status, 200, reply.text)
  return reply.json
}

function fileOf(name: string, ...certificatesPem: string[]): string {
  const path = join(folder, name)
  writeFileSync(path, certificatesPem.join('\n'))
  return path
}

test('a certificate is created, with its chain up to the root, and cut to what the authority allows', async () => {
  const poller = await certificates.beginCreateCertificate(
    'web',
    {
      issuerName: 'internal',
      subject: 'CN=web.example.org',
      subjectAlternativeNames: { dnsNames: ['web.example.org'] },
      contentType: 'application/x-pem-file',
      validityInMonths: 12,
    },
    quick,
  )
  const { properties } = await poller.pollUntilDone()
  const { value } = await secrets.getSecret('web')
  const pems = value!.match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs)!
  const [leaf, issuing, root] = pems.map((pem) => new X509Certificate(pem))
  assert.deepEqual(
    [leaf!.subject, issuing!.subject, root!.subject],
    ['CN=web.example.org', 'CN=Example Issuing', 'CN=Example Root'],
  )
  const days = (properties.expiresOn!.getTime() - properties.createdOn!.getTime()) / 86_400_000
  assert.equal(Math.round(days), 90)
  assert.equal(leaf!.serialNumber.length, 40)
  const chain = fileOf('chain.pem', ...pems)
  const [anchor, leafFile] = [fileOf('root.pem', pems[2]!), fileOf('leaf.pem', pems[0]!)]
  await run('openssl', [
    ...['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'web.example.org'],
    ...['-CAfile', anchor, '-untrusted', chain, leafFile],
  ])
  const { stdout } = await run('certtool', [
    '--verify',
    '--verify-purpose=1.3.6.1.5.5.7.3.1',
    '--verify-hostname=web.example.org',
    `--load-ca-certificate=${anchor}`,
    `--infile=${chain}`,
  ])
  assert.match(stdout, /Chain verification output: Verified\. The certificate is trusted\./)
  const { stdout: text } = await run('openssl', ['x509', '-noout', '-text', '-in', leafFile])
  assert.match(text, /URI:http:\/\/pki\.example\.org\/crl\/default\/issuing(\/[123])?\.crl/)
  assert.match(text, /OCSP - URI:http:\/\/pki\.example\.org\/ocsp\/default\/issuing/)
  assert.match(text, /CA Issuers - URI:http:\/\/pki\.example\.org\/ca\/default\/issuing\.cer/)
})

test('a new version is issued by the same policy', async () => {
  const poller = await certificates.beginCreateCertificate(
    'web',
    {
      issuerName: 'internal',
      subject: 'CN=web.example.org',
      subjectAlternativeNames: { dnsNames: ['web.example.org'] },
    },
    quick,
  )
  const { cer } = await poller.pollUntilDone()
  assert.equal(new X509Certificate(cer!).issuer, 'CN=Example Issuing')
  const { json } = await send({ path: `/authorities/issuing?${version}` })
  assert.equal(json.outstanding.count, 2)
})

test('what does not fit the profile fails the operation, and the poller says why', async () => {
  const create = async () => {
    const policy = { issuerName: 'internal', subject: 'CN=web.example.org', ekus: ['1.3.6.1.5.5.7.3.3'] }
    await (
      await certificates.beginCreateCertificate('unfit', { ...policy, enhancedKeyUsage: policy.ekus }, quick)
    ).pollUntilDone()
  }
  await assert.rejects(create, /ekus does not fit the profile tls-both/)
})

test('neither key nor secret nor backup of an authority is behind any door', async () => {
  for (const path of [
    '/keys/authorities%2FROOT',
    '/secrets/authorities%2FROOT',
    '/keys/root',
    '/secrets/root',
  ])
    for (const wanted of [path, `${path}/`]) {
      const { status } = await send({ path: `${wanted}?${version}` })
      assert.ok(status === 404 || status === 400, `${wanted}: ${status}`)
    }
  const { json } = await send({ path: `/authorities/root?${version}` })
  assert.ok(!JSON.stringify(json).includes('PRIVATE'))
})
