/** DigiCert through the unmodified Azure SDK, as Microsoft's guide has it: set the issuer, create a certificate, renew it. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import { seconds } from '../../src/domain/time.ts'
import { apiKey, digicertCa } from '../cas/digicert/server.ts'
import {
  certkeep,
  clientsOf,
  type Environment,
  environmentOf,
  type Service,
  startService,
  tokenOf,
  trust,
} from './service.ts'

let service: Service
let environment: Environment
let certificates: CertificateClient

before(async () => {
  service = await startService()
  environment = await environmentOf(service)
  trust(environment)
  ;({ certificates } = clientsOf(environment))
})
after(() => service?.stop())

const quick = { intervalInMs: 50 }
const wallClock = { now: () => seconds(Math.floor(Date.now() / 1000)) }
const policy: CertificatePolicy = {
  issuerName: 'DigiCertCA',
  subject: 'CN=www.example.com',
  subjectAlternativeNames: { dnsNames: ['www.example.com', 'example.com'] },
  certificateType: 'OV-SSL',
  keyType: 'EC',
  keyCurveName: 'P-256',
}

/** Everything that Key Vault knows is set by the SDK; where the account is, only certkeep has to be told. */
async function leadTo(url: string, trustRoot: string): Promise<void> {
  const address = new URL('/certificates/issuers/DigiCertCA?api-version=7.4', environment.KEYVAULT_URI)
  const response = await fetch(address, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${await tokenOf(environment)}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ settings: { baseUrl: url, trustRoots: [trustRoot] } }),
  })
  assert.equal(response.status, 200, await response.text())
}

test('the issuer is set as in the guide, and certificates come from the account', async (t) => {
  const ca = await digicertCa(t, wallClock)
  const issuer = await certificates.createIssuer('DigiCertCA', 'DigiCert', {
    accountId: '123456',
    password: apiKey,
    organizationId: '204060',
    administratorContacts: [
      { firstName: 'Ada', lastName: 'Lovelace', email: 'admin@example.com', phone: '4255555555' },
    ],
  })
  assert.deepEqual([issuer.provider, issuer.password], ['DigiCert', undefined])
  await leadTo(ca.url, ca.trustRoot)

  const said = await certkeep('issuer', 'test', 'DigiCertCA', '--data', service.dataFolder)
  assert.match(said, /credentials {2}in order {2}DigiCert accepts the API key of ada@example\.com\./)
  assert.ok(!said.includes(apiKey))

  const first = await certificates.beginCreateCertificate('web', policy, quick)
  const { cer, policy: kept } = await first.pollUntilDone()
  assert.deepEqual([kept!.issuerName, kept!.certificateType], ['DigiCertCA', 'OV-SSL'])
  const certificate = new X509Certificate(cer!)
  assert.match(certificate.subjectAltName!, /DNS:www\.example\.com, DNS:example\.com/)
  assert.match(certificate.issuer, /DigiCert Test TLS CA/)

  ca.processingSeconds = 2
  const second = await certificates.beginCreateCertificate('web', policy, quick)
  const { properties } = await certificates.getCertificate('web')
  const operation = await certificates.getCertificateOperation('web')
  const { certificateOperation } = operation.getOperationState()
  assert.deepEqual(
    [certificateOperation!.status, certificateOperation!.issuerName],
    ['inProgress', 'DigiCertCA'],
  )
  const renewed = await second.pollUntilDone()
  assert.notEqual(renewed.properties.version, properties.version)
  assert.equal(ca.orders.length, 1, 'the second one is a reissue')
  assert.deepEqual(
    ca.orders[0]!.certificates.map(({ kind }) => kind),
    ['first', 'reissue'],
  )
})

test('a refusal before any order reaches the poller in words', async (t) => {
  const ca = await digicertCa(t, wallClock)
  await leadTo(ca.url, ca.trustRoot)
  const create = async () => {
    const wildcard = { ...policy, certificateType: 'EV-SSL', subject: 'CN=*.example.com' }
    const poller = await certificates.beginCreateCertificate('refused', wildcard, quick)
    await poller.pollUntilDone()
  }
  await assert.rejects(create, /makes no certificates for wildcards/)
  assert.equal(ca.orders.length, 0)
})

test('an order that is under way can be cancelled through the SDK', async (t) => {
  const ca = await digicertCa(t, wallClock)
  await leadTo(ca.url, ca.trustRoot)
  ca.processingSeconds = 86_400
  const poller = await certificates.beginCreateCertificate('waiting', policy, quick)
  const stop = async () => {
    while (ca.orders.length === 0) await poller.poll()
    await poller.cancelOperation()
    await poller.pollUntilDone()
  }
  await stop().catch(() => {})
  while (ca.orders[0]!.end === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.equal(ca.orders[0]!.end, 'canceled')
})
