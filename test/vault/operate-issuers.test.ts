/** What the operator does to issuer objects is on record, and no record holds a password. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { openPassword } from '../../src/vault/issuers/issuer-password.ts'
import { createTestInstallation } from '../doubles/installation.ts'

test('each act leaves a record of the operator, with the issuer’s name and without its password', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  const credentials = { accountId: '42', password: new Secret('never in a record') }
  await administration.addIssuer('DEFAULT', 'ca', { provider: 'DigiCert', credentials })
  const { sealedPassword } = (await administration.readIssuer('default', 'CA')).credentials!
  assert.ok(!Buffer.from(sealedPassword!).includes('never in a record'))
  await administration.verifyIssuer('default', 'ca')
  await administration.removeIssuer('default', 'ca')
  await assert.rejects(administration.removeIssuer('default', 'ca'), { code: 'CertificateIssuerNotFound' })
  const records = (await house.audit()).filter(({ operation }) => operation.startsWith('CertificateIssuer'))
  assert.deepEqual(
    records.map(({ operation, identity, object, outcome }) => [operation, identity.kind, object, outcome]),
    [
      ['CertificateIssuerSet', 'operator', 'issuers/ca', 'success'],
      ['CertificateIssuerGet', 'operator', 'issuers/CA', 'success'],
      ['CertificateIssuerVerify', 'operator', 'issuers/ca', 'success'],
      ['CertificateIssuerDelete', 'operator', 'issuers/ca', 'success'],
      ['CertificateIssuerDelete', 'operator', 'issuers/ca', 'failed'],
    ],
  )
  assert.ok(!JSON.stringify(await house.audit()).includes('never in a record'))
  await house.close()
})

test('what the operator set is what the service opens, in the vault as it is spelled', async () => {
  const house = await createTestInstallation()
  const credentials = { password: new Secret('the password') }
  const { vault } = await house.administration.addIssuer('Default', 'ca', {
    provider: 'DigiCert',
    credentials,
  })
  assert.equal(vault, 'default')
  const { storage, keys } = house.parts
  const stored = await storage.read((reader) => reader.issuers.find('default', 'ca'))
  assert.equal(openPassword(keys, stored!)?.reveal(), 'the password')
  await house.close()
})

test('an issuer that is disabled is not in order, whatever its account says', async () => {
  const house = await createTestInstallation()
  await house.administration.addIssuer('default', 'ca', { provider: 'Test', enabled: false })
  const findings = await house.administration.verifyIssuer('default', 'ca')
  assert.deepEqual(
    findings.map(({ inOrder }) => inOrder),
    [false, true],
  )
  assert.match(findings[0]!.details, /disabled/)
  await house.close()
})
