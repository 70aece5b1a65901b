/** What an issuer object of the private CA adds to every certificate: its own policies, and that a short life is never revoked. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { authorityInformation } from '../../src/x509/authority-information.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { certificatePolicies } from '../../src/x509/certificate-policies.ts'
import { crlDistributionPoints, freshestCrl } from '../../src/x509/distribution-points.ts'
import { extensionValue } from '../../src/x509/extensions.ts'
import { anyPolicy, extensionOid } from '../../src/x509/object-identifiers.ts'
import { below, enroll, root, verifyWithOpenSsl } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const own = ['1.3.6.1.4.1.32473.1', '2.999.7']
const rules = { baseUrl: 'http://pki.example.org', deltaHours: 24 }
let house: TestVault

before(async () => {
  house = await openTestVault()
  const { vault, officer } = house
  await vault.createAuthority(officer, 'root', { ...root, rules })
  await vault.createAuthority(officer, 'issuing', { ...below('root'), rules, pathLength: 1 })
})
after(() => house.close())

const policiesOf = (certificate: Parameters<typeof certificatePolicies>[0]) =>
  certificatePolicies(certificate).map(({ oid }) => oid)

describe('certificate policies', () => {
  test('every certificate names them, and verifiers that require one find it up to the root', async () => {
    const { chain } = await enroll(house, 'issuing', { name: 'policies', settings: { policyOids: own } })
    assert.deepEqual(chain.map(policiesOf), [own, [anyPolicy], []])
    const required = ['-explicit_policy', '-policy_check']
    const at = house.clock.now()
    for (const oid of own) await verifyWithOpenSsl(chain, at, ...required, '-policy', oid)
    await assert.rejects(verifyWithOpenSsl(chain, at, ...required, '-policy', '2.999.8'), /policy/)
  })

  test('without them a certificate names none, and a CA does not limit those below', async () => {
    const leaf = await enroll(house, 'issuing', { name: 'no-policies' })
    assert.deepEqual(policiesOf(leaf.chain[0]!), [])
    const ca = { profile: 'subordinate-ca' } as const
    const free = await enroll(house, 'issuing', { ...ca, name: 'free-ca' })
    assert.deepEqual(policiesOf(free.chain[0]!), [anyPolicy])
    const bound = await enroll(house, 'issuing', { ...ca, name: 'bound-ca', settings: { policyOids: own } })
    assert.deepEqual(policiesOf(bound.chain[0]!), own)
  })

  test('a root that is certified by another does not limit them either', async () => {
    const { vault, officer } = house
    await vault.createAuthority(officer, 'next-root', { ...root, subject: 'CN=Next Root' })
    for (const [name, expected] of [
      ['next-root', [anyPolicy]],
      ['issuing', [anyPolicy]],
    ] as const) {
      const { authority } = await vault.crossCertifyAuthority(officer, name, 'root')
      assert.deepEqual(policiesOf(parseCertificate(authority.crossCertificates.at(-1)!)), expected)
    }
  })
})

describe('short-lived certificates', () => {
  const noRevocation = extensionOid.noRevocationAvailable
  const settings = { validityDaysMax: 5, shortLivedDays: 5 }

  test('say that nothing tells of their revocation, and where the certificate of the CA is', async () => {
    const { chain } = await enroll(house, 'issuing', { name: 'short', settings })
    const [leaf] = chain
    assert.deepEqual(extensionValue(leaf!, noRevocation), Uint8Array.of(5, 0))
    assert.equal(leaf!.extensions.find(({ oid }) => oid === noRevocation)!.critical, false)
    assert.deepEqual(crlDistributionPoints(leaf!), [])
    assert.deepEqual(freshestCrl(leaf!), [])
    assert.deepEqual(authorityInformation(leaf!), {
      caIssuers: ['http://pki.example.org/ca/default/issuing.cer'],
      ocsp: [],
    })
    await verifyWithOpenSsl(chain, house.clock.now(), '-purpose', 'sslserver')
  })

  test('those that live longer, if by a day, name lists and OCSP', async () => {
    for (const [name, longer] of [
      ['longer', { ...settings, validityDaysMax: 6 }],
      ['unsaid', { validityDaysMax: 1 }],
    ] as const) {
      const [leaf] = (await enroll(house, 'issuing', { name, settings: longer })).chain
      assert.equal(extensionValue(leaf!, noRevocation), undefined)
      assert.equal(crlDistributionPoints(leaf!).length, 1)
      assert.equal(freshestCrl(leaf!).length, 1)
      assert.equal(authorityInformation(leaf!).ocsp.length, 1)
    }
  })

  test('an authority without an address says so too', async () => {
    const { vault, officer } = house
    await vault.createAuthority(officer, 'silent', below('root', 'CN=Silent'))
    const [leaf] = (await enroll(house, 'silent', { settings })).chain
    assert.deepEqual(extensionValue(leaf!, noRevocation), Uint8Array.of(5, 0))
    assert.equal(extensionValue(leaf!, extensionOid.authorityInformationAccess), undefined)
  })
})

test('settings that mean nothing are refused by name', async () => {
  const { vault, officer } = house
  const set = (settings: object) =>
    vault.setIssuer(officer, 'refused', {
      provider: 'PrivateCA',
      settings: { authority: 'issuing', ...settings },
    })
  for (const policyOids of [
    '2.999.1',
    [7],
    ['2.999.x'],
    ['3.1'],
    Array.from({ length: 11 }, (_, n) => `2.999.${n}`),
  ])
    await assert.rejects(set({ policyOids }), /settings\.policyOids: send an array of 10/)
  await assert.rejects(set({ policyOids: ['2.999.1', '2.999.1'] }), /settings\.policyOids: .* once/)
  await assert.rejects(set({ policyOids: [anyPolicy] }), /stands for every policy/)
  await assert.rejects(set({ policyOids: ['2.23.140.1.2.1'] }), /of public CAs/)
  for (const shortLivedDays of [0, 8, 1.5, '5', null])
    await assert.rejects(set({ shortLivedDays }), /settings\.shortLivedDays: send a whole number from 1 to 7/)
  await assert.rejects(set({ profile: 'subordinate-ca', shortLivedDays: 5 }), /a CA has to be revocable/)
})
