// What a vault has beside its objects: contacts and issuers.
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { host, made, selfSigned } from './certificate-tour.js'
import { collected, refused, step } from './steps.js'

// The client takes the word `issuers` of an id for the name.
const nameIn = (id) => id.split('/').at(-1)

export async function collectionTour(clients) {
  const { certificates } = clients

  await step('sets, reads and deletes the contacts', async () => {
    await refused(() => certificates.getContacts(), 404, 'ContactsNotFound')
    const contact = { email: 'team@example.org', name: 'Team', phone: '123' }
    await certificates.setContacts([contact])
    assert.deepEqual(await certificates.getContacts(), [contact])
    await certificates.deleteContacts()
    await refused(() => certificates.getContacts(), 404, 'ContactsNotFound')
  })

  await step('sets, reads, updates and lists issuers, and never shows a password', async () => {
    const created = await certificates.createIssuer('authority', 'Test', {
      accountId: 'account',
      password: 'a password',
      organizationId: 'organisation',
      administratorContacts: [{ firstName: 'Ada', lastName: 'L', email: 'ada@example.org', phone: '1' }],
    })
    assert.deepEqual([created.provider, created.accountId, created.password], ['Test', 'account', undefined])
    assert.equal(created.administratorContacts[0].email, 'ada@example.org')
    await certificates.updateIssuer('authority', { accountId: 'another' })
    assert.equal((await certificates.getIssuer('authority')).accountId, 'another')
    const listed = await collected(certificates.listPropertiesOfIssuers())
    assert.deepEqual(
      listed.map(({ id, provider }) => [nameIn(id), provider]),
      [['authority', 'Test']],
    )
  })

  await step('has the named issuer sign a certificate', async () => {
    const { cer } = await made(clients, 'issued', { ...selfSigned, issuerName: 'authority' })
    const certificate = new X509Certificate(cer)
    assert.notEqual(certificate.issuer, certificate.subject)
    assert.equal(certificate.subjectAltName, `DNS:${host}`)
  })

  await step('deletes an issuer', async () => {
    assert.equal(nameIn((await certificates.deleteIssuer('authority')).id), 'authority')
    await refused(() => certificates.getIssuer('authority'), 404, 'CertificateIssuerNotFound')
  })
}
