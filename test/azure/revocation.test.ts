/** Certificates that the unmodified Azure SDK made are revoked over the wire, and stay the SDK's to read. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { CertificateClient, CertificatePolicy } from '@azure/keyvault-certificates'
import { type Send, sender } from '../http/request.ts'
import { certkeep, clientsOf, environmentOf, type Service, startService, tokenOf, trust } from './service.ts'

const version = 'api-version=2025-07-01'
let service: Service
let certificates: CertificateClient
let send: Send

before(async () => {
  service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  ;({ certificates } = clientsOf(environment))
  send = sender(service, environment, await tokenOf(environment))
  await ask('PUT', '/authorities/root', { subject: 'CN=Root', key_props: { kty: 'EC' } })
  const settings = { authority: 'root', profile: 'tls-both' }
  await ask('PUT', '/certificates/issuers/own', { provider: 'PrivateCA', settings })
})
after(() => service?.stop())

async function ask(method: string, path: string, body?: object) {
  const reply = await send({ method, path: `${path}?${version}`, ...(body && { body }) })
  assert.equal(reply.status, 200, reply.text)
  return reply.json
}

async function create(name: string): Promise<{ version: string; serial: string }> {
  const policy: CertificatePolicy = {
    issuerName: 'own',
    subject: 'CN=web',
    subjectAlternativeNames: { dnsNames: ['www.example.org'] },
    keyType: 'EC',
  }
  const poller = await certificates.beginCreateCertificate(name, policy, { intervalInMs: 20 })
  const { cer, properties } = await poller.pollUntilDone()
  return { version: properties.version!, serial: new X509Certificate(cer!).serialNumber }
}

test('each version is put on hold, released and revoked for itself', async () => {
  const first = await create('web')
  const second = await create('web')
  const path = `/certificates/web/${first.version}`
  const before = await ask('GET', `${path}/revocation`)
  assert.deepEqual(
    [before.state, before.serialnumber, before.authority, before.issuer, before.reason],
    ['notRevoked', first.serial, 'root', 'own', undefined],
  )
  assert.match(before.id, new RegExp(`/certificates/web/${first.version}/revocation$`))
  const held = await ask('POST', `${path}/revoke`, { reason: 'certificateHold' })
  assert.deepEqual([held.state, held.reason], ['onHold', 'certificateHold'])
  assert.equal((await ask('POST', `${path}/release`)).state, 'notRevoked')
  const revoked = await ask('POST', `${path}/revoke`, { reason: 'keyCompromise' })
  assert.deepEqual([revoked.state, revoked.reason], ['revoked', 'keyCompromise'])
  assert.deepEqual(await ask('POST', `${path}/revoke`), revoked)
  // Without a version, the current one.
  assert.equal((await ask('GET', '/certificates/web/revocation')).serialnumber, second.serial)
  const current = await ask('POST', '/certificates/web/revoke')
  assert.deepEqual([current.reason, current.serialnumber], ['unspecified', second.serial])
  // What the SDK reads is what it read before: revoking does not take the certificate away.
  assert.ok((await certificates.getCertificateVersion('web', first.version)).properties.enabled)
})

test('what an authority issued is listed page by page, and revoked by serial number after the name is gone', async () => {
  const { serial } = await create('gone')
  await (await certificates.beginDeleteCertificate('gone', { intervalInMs: 20 })).pollUntilDone()
  const reply = await send({ method: 'POST', path: `/certificates/gone/revoke?${version}` })
  assert.equal(reply.status, 404)
  const colons = serial.toLowerCase().replace(/..(?=.)/g, '$&:')
  const revoked = await ask('POST', '/authorities/root/revoke', {
    serial_number: colons,
    reason: 'superseded',
  })
  assert.deepEqual([revoked.state, revoked.subject, revoked.serialnumber], ['revoked', 'CN=web', serial])
  assert.equal(new X509Certificate(Buffer.from(revoked.cer, 'base64')).serialNumber, serial)
  assert.deepEqual(await ask('GET', `/authorities/root/issued/${serial}`), revoked)

  const seen: string[] = []
  let path: string | null = `/authorities/root/issued?maxresults=1&${version}`
  while (path !== null) {
    const { json }: Awaited<ReturnType<Send>> = await send({ path })
    seen.push(...json.value.map(({ serialnumber }: { serialnumber: string }) => serialnumber))
    path = json.nextLink === null ? null : json.nextLink.replace(/^https:\/\/[^/]+/, '')
  }
  assert.deepEqual(seen, seen.toSorted())
  assert.ok(seen.includes(serial) && new Set(seen).size === seen.length && seen.length >= 3)
})

test('what the operator revokes beside the service is revoked in it at once', async () => {
  const { serial } = await create('shared')
  const data = ['--data', service.dataFolder]
  await certkeep('certificate', 'hold', 'shared', ...data)
  assert.equal((await ask('GET', '/certificates/shared/revocation')).state, 'onHold')
  await certkeep('ca', 'revoke', 'root', '--serial', serial, '--reason', 'cessationOfOperation', ...data)
  assert.equal((await ask('GET', '/certificates/shared/revocation')).reason, 'cessationOfOperation')
})
