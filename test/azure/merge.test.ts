/** Requests that an outside CA signs, merged through the unmodified Azure SDK. OpenSSL is the CA. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import type { SecretClient } from '@azure/keyvault-secrets'
import { clientsOf, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let certificates: CertificateClient
let secrets: SecretClient

const folder = mkdtempSync(join(tmpdir(), 'certkeep-merge-'))
const at = (file: string) => join(folder, file)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })

before(async () => {
  writeFileSync(
    at('ca.cnf'),
    '[req]\ndistinguished_name=name\n[name]\n[ca]\nbasicConstraints=critical,CA:TRUE\n',
  )
  openssl(
    ...['req', '-config', at('ca.cnf'), '-extensions', 'ca', '-x509', '-newkey', 'rsa:2048', '-nodes'],
    ...['-days', '30', '-subj', '/CN=Outside CA', '-keyout', at('ca.key'), '-out', at('ca.pem')],
  )
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates, secrets } = clientsOf(environment))
})
after(() => service?.stop())

const waiting: CertificatePolicy = { issuerName: 'Unknown', subject: 'CN=web.example.org', keyType: 'RSA' }

/** Opens an operation; the poller would wait for the merge. */
async function requestFor(name: string, policy = waiting): Promise<Uint8Array> {
  await certificates.beginCreateCertificate(name, policy, { intervalInMs: 20 })
  return csrOf(name)
}

/** The request of an operation that waits. */
async function csrOf(name: string): Promise<Uint8Array> {
  const poller = await certificates.getCertificateOperation(name, { intervalInMs: 20 })
  const { certificateOperation } = poller.getOperationState()
  assert.equal(certificateOperation!.status, 'inProgress')
  assert.equal(
    certificateOperation!.statusDetails,
    'Pending certificate created. Please Perform Merge to complete the request.',
  )
  return certificateOperation!.csr!
}

/** The certificate in PEM that the CA makes of a request. */
function signed(csr: Uint8Array): string {
  writeFileSync(at('web.csr'), csr)
  openssl('req', '-inform', 'DER', '-in', at('web.csr'), '-verify', '-noout')
  return openssl(
    ...['x509', '-req', '-inform', 'DER', '-in', at('web.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-days', '1', '-copy_extensions', 'copyall'],
  ).toString()
}

const der = (pem: string) => new X509Certificate(pem).raw
const caDer = () => der(readFileSync(at('ca.pem'), 'utf8'))

test('a merged certificate is read back with its chain and its private key', async () => {
  const leaf = signed(await requestFor('first'))
  const merged = await certificates.mergeCertificate('first', [der(leaf), caDer()])
  assert.deepEqual(Buffer.from(merged.cer!), Buffer.from(der(leaf)))
  assert.equal(merged.properties.enabled, true)
  assert.equal(merged.policy!.issuerName, 'Unknown')
  const current = await certificates.getCertificate('first')
  assert.equal(current.properties.version, merged.properties.version)

  const pfx = (await secrets.getSecret('first')).value!
  writeFileSync(at('first.pfx'), Buffer.from(pfx, 'base64'))
  const unpacked = openssl('pkcs12', '-in', at('first.pfx'), '-passin', 'pass:', '-nodes').toString()
  const key = createPrivateKey(/-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(unpacked)![0])
  const [first, second] = unpacked.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)!
  assert.ok(new X509Certificate(first!).checkPrivateKey(key))
  assert.deepEqual(der(second!), caDer())
  assert.ok(new X509Certificate(first!).verify(new X509Certificate(second!).publicKey))
})

test('the poller ends once somebody has merged', async () => {
  const poller = await certificates.beginCreateCertificate('polled', waiting, { intervalInMs: 20 })
  const done = poller.pollUntilDone()
  const leaf = der(signed(await csrOf('polled')))
  // What the SDK's own sample sends: the text of the PEM file without its first and last line.
  const body = Buffer.from(leaf.toString('base64'))
  const merged = await certificates.mergeCertificate('polled', [body])
  assert.equal((await done).properties.version, merged.properties.version)
})

test('a PKCS#7 from the CA is merged', async () => {
  writeFileSync(at('leaf.pem'), signed(await requestFor('packed')))
  const pkcs7 = openssl(
    ...['crl2pkcs7', '-nocrl', '-certfile', at('ca.pem'), '-certfile', at('leaf.pem'), '-outform', 'DER'],
  )
  const merged = await certificates.mergeCertificate('packed', [pkcs7])
  assert.deepEqual(Buffer.from(merged.cer!), Buffer.from(der(readFileSync(at('leaf.pem'), 'utf8'))))
})

test('what was made for another request is refused, and the right one still merged', async () => {
  const [mine, other] = [signed(await requestFor('mine')), signed(await requestFor('other'))]
  await assert.rejects(certificates.mergeCertificate('mine', [der(other), caDer()]), {
    statusCode: 400,
    code: 'BadParameter',
    message: /^Unable to parse X5c certificate chain and locate leaf certificate/,
  })
  await certificates.mergeCertificate('mine', [caDer(), der(mine)])
  await assert.rejects(certificates.mergeCertificate('mine', [der(mine)]), {
    statusCode: 403,
    code: 'Forbidden',
  })
})

test('a second version is merged; until then the first is current', async () => {
  const first = await certificates.mergeCertificate('renewed', [der(signed(await requestFor('renewed')))])
  const csr = await requestFor('renewed', { ...waiting, subject: 'CN=again.example.org' })
  assert.equal((await certificates.getCertificate('renewed')).properties.version, first.properties.version)
  const second = await certificates.mergeCertificate('renewed', [der(signed(csr))])
  assert.notEqual(second.properties.version, first.properties.version)
  assert.equal(new X509Certificate(second.cer!).subject, 'CN=again.example.org')
  const former = await certificates.getCertificateVersion('renewed', first.properties.version!)
  assert.deepEqual(former.cer, first.cer)
})

test('the order of an upload is preserved where that was asked for, and said', async () => {
  openssl(
    ...['req', '-config', at('ca.cnf'), '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=uploaded'],
    ...['-keyout', at('uploaded.key'), '-outform', 'DER', '-out', at('uploaded.csr')],
  )
  const leaf = signed(readFileSync(at('uploaded.csr')))
  const text = [readFileSync(at('uploaded.key')), readFileSync(at('ca.pem')), leaf].join('')
  for (const preserveCertificateOrder of [true, false]) {
    const imported = await certificates.importCertificate('ordered', Buffer.from(text), {
      policy: { contentType: 'application/x-pem-file' },
      preserveCertificateOrder,
    })
    assert.equal(imported.properties.preserveCertificateOrder, preserveCertificateOrder)
    const { value } = await secrets.getSecret('ordered')
    const blocks = value!.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)!.map(der)
    assert.deepEqual(blocks, preserveCertificateOrder ? [caDer(), der(leaf)] : [der(leaf), caDer()])
  }
})
