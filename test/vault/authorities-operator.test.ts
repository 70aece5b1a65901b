/** Authorities in the hands of the operator: every act is on record, and what was made at the machine issues in the service. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import { keyUsageExtension } from '../../src/x509/extensions.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { parseRequest } from '../../src/x509/request.ts'
import { createTestInstallation } from '../doubles/installation.ts'
import { root } from '../doubles/private-ca.ts'
import { issue } from '../x509/authority.ts'

const notAfter = seconds(1_900_000_000)
const authority = {
  constraints: { ca: true },
  extensions: [keyUsageExtension(['keyCertSign', 'cRLSign'])],
  notAfter,
} as const
const pemOf = ({ certificate }: ReturnType<typeof issue>) => formatPem('CERTIFICATE', certificate.der)
const keyPemOf = ({ key }: ReturnType<typeof issue>) =>
  formatPem('PRIVATE KEY', key.privateKey.export({ format: 'der', type: 'pkcs8' }))

test('each act leaves a record of the operator, refusals too, in the vault as it is spelled', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  const made = await administration.createAuthority('DEFAULT', 'root', root)
  assert.equal(made.authority.vault, 'default')
  const conflict = { code: 'Conflict' }
  await assert.rejects(administration.createAuthority('default', 'ROOT', root), conflict)
  await assert.rejects(administration.createAuthority('none', 'a', root), { code: 'VaultNotFound' })
  await administration.updateAuthority('default', 'root', { retired: true })
  await administration.readAuthority('default', 'root')
  const records = (await house.audit()).filter(({ operation }) => operation.startsWith('Authority'))
  assert.deepEqual(
    records.map(({ operation, identity, object, outcome }) => [operation, identity.kind, object, outcome]),
    [
      ['AuthorityCreate', 'operator', 'authorities/root', 'success'],
      ['AuthorityCreate', 'operator', 'authorities/ROOT', 'failed'],
      ['AuthorityCreate', 'operator', 'authorities/a', 'failed'],
      ['AuthorityUpdate', 'operator', 'authorities/root', 'success'],
      ['AuthorityGet', 'operator', 'authorities/root', 'success'],
    ],
  )
  await house.close()
})

test('a CA is taken in with its chain, and one that was certified outside is installed', async () => {
  const house = await createTestInstallation()
  const { administration } = house
  const offline = issue('CN=Offline Root', authority)
  const old = issue('CN=Old CA', { ...authority, issuer: offline })
  const value = new Secret(pemOf(offline) + pemOf(old) + keyPemOf(old))
  const taken = await administration.importAuthority('default', 'old', { value })
  assert.deepEqual([taken.subject, taken.authority.chain.length], ['CN=Old CA', 1])

  await administration.createAuthority('default', 'sub', { kind: 'requested', subject: 'CN=Sub' })
  const { spki } = parseRequest(await administration.readAuthorityRequest('default', 'sub'))
  const sub = issue('CN=Sub', { ...authority, issuer: offline, key: { ...offline.key, spki } })
  const installed = await administration.installAuthority('default', 'sub', [pemOf(sub) + pemOf(offline)])
  assert.equal(installed.certificate!.pem, pemOf(sub) + pemOf(offline))
  const names = (await administration.listAuthorities('default')).map((view) => view.authority.name)
  assert.deepEqual(names, ['old', 'sub'])
  assert.ok(!JSON.stringify(await house.audit()).includes('PRIVATE'))
  await house.close()
})

test('what is no CA, or lacks a part, is not taken in', async () => {
  const house = await createTestInstallation()
  const offline = issue('CN=Offline Root', authority)
  const old = issue('CN=Old CA', { ...authority, issuer: offline })
  const leaf = issue('CN=Leaf', { issuer: offline, notAfter })
  const cases: [RegExp, string][] = [
    [/not-a-ca/, keyPemOf(leaf) + pemOf(leaf) + pemOf(offline)],
    [/does not end with a root/, keyPemOf(old) + pemOf(old)],
    [/holds no private key/, pemOf(old) + pemOf(offline)],
    [/key: none of the certificates/, keyPemOf(leaf) + pemOf(old) + pemOf(offline)],
  ]
  for (const [message, text] of cases) {
    const taken = house.administration.importAuthority('default', 'old', { value: new Secret(text) })
    await assert.rejects(taken, { code: 'BadParameter', message })
  }
  assert.deepEqual(await house.administration.listAuthorities('default'), [])
  await house.close()
})
