/** The account behind an issuer object, through the verbs: who may, what refusals become, and what is on record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import { createAdministration } from '../../src/vault/identity/administer.ts'
import { acmeCa } from '../cas/acme.ts'
import { openAcmeHouse, settings } from '../issuers/acme/house.ts'

type House = Awaited<ReturnType<typeof openAcmeHouse>>

const records = async (house: House, operation: string) =>
  (await house.audit()).filter((record) => record.operation === operation)

test('acts are carried out, answered in words, and on record with what they came to', async () => {
  const house = await openAcmeHouse()
  const { vault, officer } = house
  const opened = await vault.changeIssuerAccount(officer, 'PUBLIC', { act: 'open' })
  assert.deepEqual([opened.issuer, opened.status], ['public', 'valid'])
  assert.match(opened.details!, /was opened\.$/)
  const read = await vault.readIssuerAccount(officer, 'public')
  const { details: _, ...state } = opened
  assert.deepEqual(read, state)
  await vault.changeIssuerAccount(officer, 'public', { act: 'replaceKey' })
  await vault.changeIssuerAccount(officer, 'public', { act: 'deactivate' })
  await vault.changeIssuerAccount(officer, 'public', { act: 'startAnew', evenIfValid: false })
  const { url } = opened
  assert.deepEqual(
    (await records(house, 'CertificateIssuerAccountUpdate')).map(({ outcome, facts }) => [outcome, facts]),
    [
      ['success', { act: 'open', status: 'valid', account: url }],
      ['success', { act: 'replaceKey', status: 'valid', account: url }],
      ['success', { act: 'deactivate', status: 'deactivated', account: url }],
      ['success', { act: 'startAnew', status: 'none' }],
    ],
  )
})

test('what cannot be done is a conflict, and what may work later is said to be so', async () => {
  const house = await openAcmeHouse()
  const { vault, officer, ca } = house
  const open = () => vault.changeIssuerAccount(officer, 'public', { act: 'open' })
  ca.dropNext('new-account')
  await assert.rejects(open(), { code: 'ServiceUnavailable', message: /cannot be reached\. Ask again\.$/ })
  await open()
  const anew = { act: 'startAnew', evenIfValid: false } as const
  await assert.rejects(vault.changeIssuerAccount(officer, 'public', anew), {
    code: 'Conflict',
    message: /is valid\. Deactivate it first/,
  })
  assert.deepEqual(
    (await records(house, 'CertificateIssuerAccountUpdate')).map(({ outcome, errorCode }) => [
      outcome,
      errorCode,
    ]),
    [
      ['failed', 'ServiceUnavailable'],
      ['success', undefined],
      ['failed', 'Conflict'],
    ],
  )
})

test('providers whose accounts are opened elsewhere say so; unknown issuers are not found', async () => {
  const { vault, officer } = await openAcmeHouse()
  await vault.setIssuer(officer, 'try-out', { provider: 'Test' })
  const refusal = { code: 'NotFound', message: /try-out is not kept from here: the provider Test/ }
  await assert.rejects(vault.readIssuerAccount(officer, 'try-out'), refusal)
  await assert.rejects(vault.changeIssuerAccount(officer, 'try-out', { act: 'open' }), refusal)
  const [finding] = await vault.verifyIssuer(officer, 'try-out')
  assert.equal(finding?.inOrder, true)
  const none = { code: 'CertificateIssuerNotFound' }
  await assert.rejects(vault.readIssuerAccount(officer, 'none'), none)
  await assert.rejects(vault.verifyIssuer(officer, 'none'), none)
})

test('a reader looks, and has nothing sent to the CA', async () => {
  const { vault, appoint, ca } = await openAcmeHouse()
  const reader = await appoint('reader', 'Key Vault Reader')
  const asked = ca.requests.length
  assert.equal((await vault.readIssuerAccount(reader, 'public')).status, 'none')
  const refusal = { code: 'ForbiddenByRbac', message: /certificatecas\/write/ }
  await assert.rejects(vault.changeIssuerAccount(reader, 'public', { act: 'open' }), refusal)
  await assert.rejects(vault.verifyIssuer(reader, 'public'), refusal)
  assert.equal(ca.requests.length, asked)
})

test('an account that rested may be used again after somebody has looked after it', async () => {
  const { vault, officer, parts, clock } = await openAcmeHouse()
  const { storage } = parts
  const object = () => storage.read((reader) => reader.issuers.find('default', 'public'))
  const resting = { ...(await object())!, restsUntil: seconds(clock.now() + 3600) }
  await storage.transact((writer) => writer.issuers.put(resting))
  await vault.readIssuerAccount(officer, 'public')
  assert.equal((await object())?.restsUntil, resting.restsUntil, 'looking ends nothing')
  await vault.changeIssuerAccount(officer, 'public', { act: 'open' })
  assert.equal((await object())?.restsUntil, undefined)
})

test('the MAC key of an external account reaches the CA as a signature, and no record', async () => {
  const macKey = Buffer.alloc(32, 7).toString('base64url')
  const house = await openAcmeHouse({ ca: acmeCa({ meta: { externalAccountRequired: true } }) })
  const { vault, officer, ca } = house
  ca.externalAccounts.set('kid-1', macKey)
  const credentials = { accountId: 'kid-1', password: new Secret(macKey) }
  await vault.updateIssuer(officer, 'public', { credentials })
  const view = await vault.changeIssuerAccount(officer, 'public', { act: 'open' })
  assert.equal(view.externalAccount, 'kid-1')
  assert.ok(!JSON.stringify([view, await house.audit()]).includes(macKey))
})

test('the operator does the same, and asks a CA what it says of itself before there is an issuer', async () => {
  const meta = { termsOfService: 'https://acme.example/terms', profiles: { brief: 'Six days.' } }
  const house = await openAcmeHouse({ ca: acmeCa({ meta }) })
  const desk = createAdministration({ ...house.parts, operatorName: 'ada' })
  const { termsOfServiceAgreed: _, ...unagreed } = settings
  assert.deepEqual(await desk.describeCa('default', 'ACME', unagreed), {
    host: 'acme.example',
    termsOfService: 'https://acme.example/terms',
    externalAccountRequired: false,
    profiles: ['brief'],
  })
  await assert.rejects(desk.describeCa('default', 'Test', {}), { code: 'BadParameter' })
  await assert.rejects(desk.describeCa('default', 'ACME', { ca: 'nobody' }), { code: 'BadParameter' })
  assert.equal((await desk.changeIssuerAccount('DEFAULT', 'public', { act: 'open' })).status, 'valid')
  assert.equal((await desk.readIssuerAccount('default', 'public')).status, 'valid')
  await assert.rejects(desk.readIssuerAccount('none', 'public'), { code: 'VaultNotFound' })
  const acts = (await house.audit()).filter(({ identity }) => identity.kind === 'operator')
  assert.deepEqual(
    acts.map(({ operation, object, outcome }) => `${operation} ${object} ${outcome}`),
    [
      'CertificateIssuerDescribe providers/ACME success',
      'CertificateIssuerDescribe providers/Test failed',
      'CertificateIssuerDescribe providers/ACME failed',
      'CertificateIssuerAccountUpdate issuers/public success',
      'CertificateIssuerAccountGet issuers/public success',
      'CertificateIssuerAccountGet issuers/public failed',
    ],
  )
})
