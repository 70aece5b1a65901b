/** Issuer objects and contacts through the unmodified Azure SDK. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import { clientsOf, collect, environmentOf, type Service, startService, trust } from './service.ts'

let service: Service
let certificates: CertificateClient

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates } = clientsOf(environment))
})
after(() => service?.stop())

const quick = { intervalInMs: 20 }
const administratorContacts = [
  { firstName: 'John', lastName: 'Doe', email: 'admin@microsoft.com', phone: '4255555555' },
]
/** The client takes `issuers` for the name; the id has it. */
const nameOf = ({ id }: { id?: string }) => id!.split('/').at(-1)!
const policyOf = (issuerName: string): CertificatePolicy => ({
  issuerName,
  subject: 'CN=web.example.org',
  keyType: 'EC',
  keyCurveName: 'P-256',
  keyUsage: ['digitalSignature'],
})

test('an issuer is created, read, changed, listed and deleted; its password never comes back', async () => {
  const created = await certificates.createIssuer('issuer1', 'Test', {
    accountId: 'keyvaultuser',
    password: 'never seen again',
    organizationId: 'org',
    administratorContacts,
  })
  assert.deepEqual(
    [nameOf(created), created.provider, created.enabled, created.accountId, created.password],
    ['issuer1', 'Test', true, 'keyvaultuser', undefined],
  )
  assert.deepEqual(created.administratorContacts, administratorContacts)
  const updated = await certificates.updateIssuer('issuer1', { organizationId: 'other' })
  assert.deepEqual([updated.organizationId, updated.accountId], ['other', 'keyvaultuser'])
  assert.deepEqual(updated.administratorContacts, administratorContacts)
  assert.deepEqual(updated.createdOn, created.createdOn)
  assert.deepEqual(await certificates.getIssuer('ISSUER1'), updated)
  const [listed] = await collect(certificates.listPropertiesOfIssuers())
  assert.deepEqual([nameOf(listed!), listed!.provider], ['issuer1', 'Test'])
  assert.deepEqual(await certificates.deleteIssuer('issuer1'), updated)
  await assert.rejects(certificates.getIssuer('issuer1'), {
    statusCode: 404,
    code: 'CertificateIssuerNotFound',
  })
  assert.deepEqual(await collect(certificates.listPropertiesOfIssuers()), [])
})

test('issuers are listed page by page', async () => {
  const names = Array.from({ length: 27 }, (_, index) => `paged-${String(index).padStart(2, '0')}`)
  for (const name of names) await certificates.createIssuer(name, 'Test')
  const pages: string[][] = []
  for await (const page of certificates.listPropertiesOfIssuers().byPage()) pages.push(page.map(nameOf))
  assert.deepEqual(
    pages.map((page) => page.length),
    [25, 2],
  )
  assert.deepEqual(pages.flat(), names)
  for (const name of names) await certificates.deleteIssuer(name)
})

test('a policy that names the issuer gets its certificate from it', async () => {
  await certificates.createIssuer('test-ca', 'Test')
  const poller = await certificates.beginCreateCertificate('web', policyOf('test-ca'), quick)
  const { policy, cer } = await poller.pollUntilDone()
  assert.equal(policy!.issuerName, 'test-ca')
  assert.equal(policy!.lifetimeActions![0]!.action, 'AutoRenew')
  const { subject, issuer } = new X509Certificate(cer!)
  assert.equal(subject, 'CN=web.example.org')
  assert.match(issuer, /^CN=certkeep Test CA/)
})

test('an issuer that cannot be asked fails the operation, and the poller says why', async () => {
  await certificates.createIssuer('digicert', 'DigiCert', { accountId: '1', password: 'key' })
  const create = async () => {
    const poller = await certificates.beginCreateCertificate('failing', policyOf('digicert'), quick)
    await poller.pollUntilDone()
  }
  await assert.rejects(create, /set org_details\.id to the number/)
})

test('an issuer that does not exist, or a provider that nobody knows, is refused', async () => {
  await assert.rejects(certificates.beginCreateCertificate('none', policyOf('nobody'), quick), {
    statusCode: 404,
    code: 'CertificateIssuerNotFound',
  })
  await assert.rejects(certificates.createIssuer('nobody', 'Nobody'), {
    statusCode: 400,
    code: 'BadParameter',
    message: /DigiCert, GlobalSign, ACME, PrivateCA, Test/,
  })
})

test('contacts are set, read and removed', async () => {
  await assert.rejects(certificates.getContacts(), { statusCode: 404, code: 'ContactsNotFound' })
  const contacts = [
    { email: 'admin@contoso.com', name: 'John Doe', phone: '123-456-7890' },
    { email: 'other@contoso.com', name: undefined, phone: undefined },
  ]
  assert.deepEqual(await certificates.setContacts(contacts as { email: string }[]), contacts)
  assert.deepEqual(await certificates.getContacts(), contacts)
  // The client loses the list that the answer holds.
  await certificates.deleteContacts()
  await assert.rejects(certificates.getContacts(), { statusCode: 404 })
  await assert.rejects(certificates.setContacts([{ email: 'nobody' }] as { email: string }[]), {
    statusCode: 400,
    code: 'BadParameter',
  })
})
