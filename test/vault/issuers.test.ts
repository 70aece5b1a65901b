/** Issuer objects: kept, changed, and what policies that name them get. */
import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from 'node:util'
import type { CertificateIssuerInput } from '../../src/domain/certificate-issuer.ts'
import { badParameter } from '../../src/domain/errors.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { IssuerAccount, IssuerProvider } from '../../src/issuers/issuer.ts'
import { connectIssuer } from '../../src/vault/issuers/find-issuer.ts'
import { openPassword } from '../../src/vault/issuers/issuer-password.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { checkPath } from '../../src/x509/path.ts'
import { scriptedIssuer } from '../doubles/issuer.ts'
import { callerAt, openTestVault, policyOf, type TestVault } from '../doubles/vault.ts'

const password = 'an-api-key-of-the-ca'
const account = { credentials: { accountId: '42', password: new Secret(password) } }
const set = (house: TestVault, name: string, input: CertificateIssuerInput & { provider?: string } = {}) =>
  house.vault.setIssuer(house.officer, name, { provider: 'Test', ...input })
const stored = async (house: TestVault, name: string) =>
  (await house.parts.storage.read(({ issuers }) => issuers.find('default', name)))!
const passwordOf = async (house: TestVault, name: string) =>
  openPassword(house.parts.sealer, await stored(house, name))?.reveal()
const create = (house: TestVault, issuer: string, name = 'web') =>
  house.vault.createCertificate(house.officer, name, { policy: policyOf(issuer) })

test('an issuer that is set again keeps its creation and its spelling, and nothing else', async () => {
  const house = await openTestVault()
  const organization = { id: '7', administrators: [{ email: 'ada@example.com' }] }
  const first = await set(house, 'My-CA', { ...account, organization, enabled: false })
  assert.deepEqual(
    [first.enabled, first.organization, first.credentials?.accountId],
    [false, organization, '42'],
  )
  house.clock.move(60)
  const { created } = first
  const again = await set(house, 'MY-ca', { provider: 'test' })
  const updated = house.clock.now()
  assert.deepEqual(again, {
    vault: 'default',
    name: 'My-CA',
    provider: 'test',
    enabled: true,
    created,
    updated,
  })
  assert.deepEqual({ ...(await house.vault.readIssuer(house.officer, 'my-ca')) }, again)
  await house.close()
})

test('a change takes what was sent: the administrators as a whole, the rest member by member', async () => {
  const house = await openTestVault()
  const organization = { id: '7', administrators: [{ email: 'ada@example.com' }, { phone: '1' }] }
  await set(house, 'ca', { ...account, organization })
  house.clock.move(60)
  const update = (input: CertificateIssuerInput) => house.vault.updateIssuer(house.officer, 'CA', input)
  const renamed = await update({ credentials: { accountId: '43' }, organization: { id: '8' } })
  assert.deepEqual(renamed.organization, { ...organization, id: '8' })
  assert.deepEqual([renamed.credentials?.accountId, await passwordOf(house, 'ca')], ['43', password])
  const replaced = await update({ organization: { administrators: [{ lastName: 'L' }] }, enabled: false })
  assert.deepEqual(replaced.organization, { id: '8', administrators: [{ lastName: 'L' }] })
  assert.equal((await update({})).enabled, false)
  assert.equal((await update({ credentials: { password: new Secret('new') } })).credentials?.accountId, '43')
  assert.equal(await passwordOf(house, 'ca'), 'new')
  await assert.rejects(house.vault.updateIssuer(house.officer, 'none', {}), {
    code: 'CertificateIssuerNotFound',
  })
  await house.close()
})

test('another provider does not get the credentials of the former', async () => {
  const house = await openTestVault()
  await set(house, 'ca', { provider: 'DigiCert', ...account })
  const same = await house.vault.updateIssuer(house.officer, 'ca', { provider: 'digicert' })
  assert.equal(same.credentials?.accountId, '42')
  const moved = await house.vault.updateIssuer(house.officer, 'ca', { provider: 'GlobalSign' })
  assert.equal(moved.credentials, undefined)
  await house.close()
})

test('the password lies sealed, opens for its own issuer only, and is in no record and no log', async () => {
  const house = await openTestVault()
  await set(house, 'ca', { provider: 'DigiCert', ...account })
  const issuer = await stored(house, 'ca')
  const sealed = Buffer.from(issuer.credentials!.sealedPassword!)
  assert.ok(!sealed.includes(password))
  assert.equal(await passwordOf(house, 'CA'), password)
  assert.throws(() => openPassword(house.parts.sealer, { ...issuer, name: 'other' }))
  assert.throws(() => openPassword(house.parts.sealer, { ...issuer, vault: 'other' }))
  await house.vault.updateIssuer(house.officer, 'ca', { enabled: true })
  await create(house, 'ca')
  await house.recover()
  const seen = inspect(
    [await house.audit(), house.log, await house.vault.listIssuers(house.officer, { limit: 9 })],
    {
      depth: 9,
    },
  )
  assert.ok(!seen.includes(password))
  await house.close()
})

/** A provider that has to know an address, and says what it was connected with. */
function askedFor(): { provider: IssuerProvider; accounts: IssuerAccount[] } {
  const accounts: IssuerAccount[] = []
  const provider: IssuerProvider = {
    name: 'Scripted',
    checkSettings({ url }) {
      if (typeof url !== 'string') throw badParameter('settings.url: send the address of the CA.')
    },
    connect(account) {
      accounts.push(account)
      return scriptedIssuer()
    },
  }
  return { provider, accounts }
}

test('settings are judged by their provider, kept as sent, replaced as a whole, and given to it alone', async () => {
  const { provider, accounts } = askedFor()
  const house = await openTestVault({ providers: [provider] })
  const settings = { url: 'https://ca.example', tags: ['a', { b: null }] }
  await assert.rejects(set(house, 'ca', { provider: 'Scripted' }), { message: /^settings\.url/ })
  assert.deepEqual((await set(house, 'ca', { provider: 'scripted', settings })).settings, settings)
  assert.deepEqual((await stored(house, 'ca')).settings, settings)
  const update = (input: CertificateIssuerInput) => house.vault.updateIssuer(house.officer, 'ca', input)
  assert.deepEqual((await update({ enabled: true })).settings, settings)
  await assert.rejects(update({ settings: { tags: [] } }), {
    code: 'BadParameter',
    message: /^settings\.url/,
  })
  assert.deepEqual((await update({ settings: { url: 'u' } })).settings, { url: 'u' })
  await create(house, 'ca')
  await house.recover()
  assert.deepEqual(accounts, [{ vault: 'default', name: 'ca', settings: { url: 'u' } }])
  assert.equal((await update({ provider: 'DigiCert' })).settings, undefined)
  await assert.rejects(update({ provider: 'Scripted' }), { message: /^settings\.url/ })
  await house.close()
})

const refused: [what: string, name: string, input: CertificateIssuerInput, message: RegExp][] = [
  [
    'an unknown provider',
    'ca',
    { provider: 'Nobody' },
    /send one of DigiCert, GlobalSign, ACME, PrivateCA, Test/,
  ],
  ['a built-in name', 'Self', {}, /built in/],
  ['the other built-in name', 'UNKNOWN', {}, /built in/],
  ['a name that policies cannot hold', 'a.b', {}, /only letters, digits and hyphens/],
  ['a name that is too long', 'a'.repeat(128), {}, /1 to 127/],
  ['a long account', 'ca', { credentials: { accountId: 'a'.repeat(257) } }, /credentials\.account_id/],
  [
    'a long password',
    'ca',
    { credentials: { password: new Secret('p'.repeat(4097)) } },
    /credentials\.pwd: at most 4096/,
  ],
  [
    'an address that is none',
    'ca',
    { organization: { administrators: [{}, { email: 'a@b.c\r\nBcc: d@e.f' }] } },
    /org_details\.admin_details\.1\.email/,
  ],
  [
    'settings for who takes none',
    'ca',
    { settings: { url: 'x' } },
    /^settings: the provider Test takes none/,
  ],
  [
    'settings without end',
    'ca',
    { settings: { text: 'a'.repeat(17_000) } },
    /^settings: at most 16384 octets/,
  ],
  ['too many administrators', 'ca', { organization: { administrators: Array(26).fill({}) } }, /at most 25/],
]
for (const [what, name, input, message] of refused)
  test(`${what} is refused, and nothing is kept`, async () => {
    const house = await openTestVault()
    await assert.rejects(set(house, name, input), { code: 'BadParameter', message })
    assert.deepEqual(await house.vault.listIssuers(house.officer, { limit: 9 }), [])
    await house.close()
  })

test('a role on the certificate of the same name gives no right to the issuer', async () => {
  const house = await openTestVault()
  await set(house, 'web')
  const scope = { vault: 'default', collection: 'certificates', name: 'web' } as const
  const caller = await house.appoint('narrow', 'Key Vault Certificates Officer', scope)
  await assert.rejects(house.vault.readIssuer(caller, 'web'), { code: 'ForbiddenByRbac' })
  await assert.rejects(house.vault.deleteIssuer(caller, 'web'), { code: 'ForbiddenByRbac' })
  await assert.rejects(house.vault.listIssuers(caller, { limit: 9 }), { code: 'ForbiddenByRbac' })
  assert.equal((await house.vault.createCertificate(caller, 'web', { policy: policyOf('web') })).name, 'web')
  await house.close()
})

test('the test CA issues what the policy says, under a root of its own', async () => {
  const house = await openTestVault()
  await set(house, 'issuer01')
  await house.vault.createCertificate(house.officer, 'web', {
    policy: {
      ...policyOf('ISSUER01'),
      x509: { subject: 'CN=leaf.example', sans: { dnsNames: ['leaf.example'] }, validityMonths: 24 },
    },
  })
  await house.recover()
  const { version } = await house.vault.readCertificate(house.officer, 'web')
  const [leaf, root, ...more] = [version!.certificate, ...version!.chain].map(parseCertificate)
  assert.deepEqual(more, [])
  assert.deepEqual(checkPath([leaf!, root!], house.clock.now()), [])
  assert.match(new X509Certificate(root!.der).subject, /^CN=certkeep Test CA [0-9a-f]{8} \(do not trust\)$/)
  assert.deepEqual(leaf!.sans!.dnsNames, ['leaf.example'])
  assert.deepEqual([leaf!.basicConstraints, leaf!.ekus?.length], [{ ca: false }, 2])
  assert.ok(new X509Certificate(leaf!.der).verify(new X509Certificate(root!.der).publicKey))
  await create(house, 'issuer01', 'other')
  await house.recover()
  const other = await house.vault.readCertificate(house.officer, 'other')
  assert.deepEqual(Buffer.from(other.version!.chain[0]!), Buffer.from(root!.der))
  await house.close()
})

test('DigiCert without an account is configured, and an order says what is missing before anything is sent', async () => {
  const house = await openTestVault()
  await set(house, 'ca', { provider: 'DigiCert' })
  await create(house, 'ca')
  await house.recover()
  const { status, error } = await house.vault.readOperation(house.officer, 'web')
  assert.deepEqual([status, error?.code], ['failed', 'Certificate issuer error'])
  assert.match(error!.message, /set credentials\.account_id to the number/)
  await house.close()
})

for (const provider of ['GlobalSign'])
  test(`${provider} can be configured; an order fails, says why, and can still be merged`, async () => {
    const house = await openTestVault()
    await set(house, 'ca', { provider })
    assert.equal((await create(house, 'ca')).status, 'inProgress')
    await house.recover()
    const { status, error } = await house.vault.readOperation(house.officer, 'web')
    assert.deepEqual([status, error?.code], ['failed', 'Certificate issuer error'])
    assert.match(error!.message, new RegExp(`cannot be ordered from ${provider} here yet`))
    await house.close()
  })

test('policies find issuers of their own vault only', async () => {
  const house = await openTestVault()
  await set(house, 'ca')
  const settings = { ...house.officer.vault, name: 'other' }
  await house.parts.storage.transact((writer) => writer.settings.putVault(settings))
  await house.appoint('guest', 'Key Vault Administrator')
  const guest = callerAt(settings, 'guest')
  await assert.rejects(house.vault.createCertificate(guest, 'web', { policy: policyOf('ca') }), {
    code: 'CertificateIssuerNotFound',
  })
  await assert.rejects(house.vault.readIssuer(guest, 'ca'), { code: 'CertificateIssuerNotFound' })
  assert.deepEqual(await house.vault.listIssuers(guest, { limit: 9 }), [])
  await house.close()
})

test('a disabled issuer takes no new order, and ends one that began before', async () => {
  const house = await openTestVault()
  await set(house, 'ca', { enabled: false })
  await assert.rejects(create(house, 'ca'), { code: 'Forbidden', message: /Issuer ca is disabled/ })
  await assert.rejects(house.vault.readCertificate(house.officer, 'web'), { code: 'CertificateNotFound' })
  await house.vault.updateIssuer(house.officer, 'ca', { enabled: true })
  await create(house, 'ca')
  await house.vault.updateIssuer(house.officer, 'ca', { enabled: false })
  await house.recover()
  const { status, error } = await house.vault.readOperation(house.officer, 'web')
  assert.deepEqual([status, error?.code], ['failed', 'Certificate issuer error'])
  assert.match(error!.message, /disabled/)
  await house.close()
})

test('an issuer that policies name can be deleted; what they ask for then is refused', async () => {
  const house = await openTestVault()
  await set(house, 'ca')
  await create(house, 'ca')
  await house.recover()
  const deleted = await house.vault.deleteIssuer(house.officer, 'CA')
  assert.equal(deleted.name, 'ca')
  await assert.rejects(house.vault.createCertificate(house.officer, 'web', {}), {
    code: 'CertificateIssuerNotFound',
  })
  await assert.rejects(house.vault.updatePolicy(house.officer, 'web', { issuer: { name: 'none' } }), {
    code: 'CertificateIssuerNotFound',
  })
  await assert.rejects(house.vault.deleteIssuer(house.officer, 'ca'), { code: 'CertificateIssuerNotFound' })
  await house.close()
})

test('a kind of CA that this program does not know ends the operation', async () => {
  const house = await openTestVault()
  await set(house, 'ca')
  await create(house, 'ca')
  await house.parts.storage.transact(async ({ issuers }) => {
    await issuers.put({ ...(await issuers.find('default', 'ca'))!, provider: 'FromTheFuture' })
  })
  assert.equal(await connectIssuer(house.parts, 'default', 'ca'), undefined)
  await house.recover()
  assert.equal(
    (await house.vault.readOperation(house.officer, 'web')).error?.code,
    'Certificate issuer error',
  )
  await house.close()
})
