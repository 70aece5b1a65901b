/** What comes back from a CA and is not what was ordered does not become a version. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emptyNames } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import type { CertificateOrder } from '../../src/issuers/issuer.ts'
import type { Der } from '../../src/x509/der.ts'
import { subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { settableClock } from '../doubles/clock.ts'
import { openTestVault } from '../doubles/vault.ts'
import { ca, ecKey, issue, type Party, type Wishes } from '../x509/authority.ts'

const root = issue('CN=Root', ca)
const middle = issue('CN=Middle', { ...ca, issuer: root })
const dnsNames = ['leaf.example', '*.leaf.example']
const named = (names: readonly string[]) => [
  subjectAltNameExtension({ ...emptyNames, dnsNames: names }, false),
]
const now = settableClock().now()

interface Sent {
  readonly subject?: string
  readonly names?: readonly string[]
  readonly wishes?: Wishes
  /** What stands behind the leaf. */
  readonly chain?: readonly Party[]
}

const chainOf = (order: CertificateOrder, { subject = 'CN=leaf.example', ...sent }: Sent): Der[] => {
  const key = { privateKey: ecKey().privateKey, spki: order.publicKey }
  const wishes = { issuer: middle, extensions: named(sent.names ?? dnsNames), ...sent.wishes, key }
  const leaf = issue(subject, wishes)
  return [leaf, ...(sent.chain ?? [middle, root])].map(({ certificate }) => certificate.der)
}

async function outcomeOf(sent: Sent) {
  const house = await openTestVault()
  const x509 = { subject: 'CN=leaf.example', sans: { dnsNames } }
  await house.vault.createCertificate(house.officer, 'web', {
    policy: { key: { keyType: 'EC' }, x509, issuer: { name: 'my-ca' } },
  })
  house.issuer.answer((order) => ({ state: 'issued', chain: chainOf(order, sent) }))
  await house.recover()
  const { status, error } = await house.vault.readOperation(house.officer, 'web')
  const versions = await house.vault.listCertificateVersions(house.officer, 'web', { limit: 9 })
  await house.close()
  assert.equal(versions.length, status === 'completed' ? 1 : 0)
  return { status, error }
}

const good: Record<string, Sent> = {
  'what was ordered': {},
  'more names than were ordered, in another case': {
    names: ['LEAF.example', '*.Leaf.Example', 'more.example'],
  },
  'no common name, since it is among the alternative names': { subject: 'O=Owner' },
  'a chain in another order': { chain: [root, middle] },
  'a chain without its root': { chain: [middle] },
  'the leaf alone': { chain: [] },
  'the clock of the CA being ahead by less than an hour': { wishes: { notBefore: seconds(now + 3599) } },
}
for (const [what, sent] of Object.entries(good))
  test(`accepted: ${what}`, async () => {
    const { status, error } = await outcomeOf(sent)
    assert.deepEqual([status, error], ['completed', undefined])
  })

const bad: Record<string, [Sent, RegExp]> = {
  'a name is missing': [{ names: ['leaf.example'] }, /not for the name \*\.leaf\.example\./],
  'another common name': [
    { subject: 'CN=other', wishes: { extensions: [] } },
    /not for the name leaf\.example\./,
  ],
  'it has expired': [{ wishes: { notAfter: now } }, /it has expired/],
  'it begins in two hours': [{ wishes: { notBefore: seconds(now + 7200) } }, /not valid yet/],
  'the signature is another’s': [{ wishes: { forged: true } }, /at place 0\. The signature/],
  'the chain belongs to another': [{ chain: [root] }, /none of the certificates that came with it/],
  'a link of the chain is forged': [
    { chain: [issue('CN=Middle', { ...ca, issuer: root, key: middle.key, forged: true }), root] },
    /at place 1\. The signature/,
  ],
  'its issuer is no CA': [
    { chain: [issue('CN=Middle', { issuer: root, key: middle.key }), root] },
    /at place 1\. The issuing certificate is not that of a CA/,
  ],
}
for (const [what, [sent, message]] of Object.entries(bad))
  test(`refused: ${what}`, async () => {
    const { status, error } = await outcomeOf(sent)
    assert.deepEqual([status, error?.code], ['failed', 'Certificate issuer error'])
    assert.match(error!.message, /^The issuer sent a certificate that is not what was ordered: /)
    assert.match(error!.message, message)
  })

test('refused: a common name that is nowhere in the certificate', async () => {
  const house = await openTestVault()
  await house.vault.createCertificate(house.officer, 'web', {
    policy: { key: { keyType: 'EC' }, x509: { subject: 'CN=Billing' }, issuer: { name: 'my-ca' } },
  })
  house.issuer.answer((order) => ({ state: 'issued', chain: chainOf(order, {}) }))
  await house.recover()
  const { error } = await house.vault.readOperation(house.officer, 'web')
  assert.match(error!.message, /not for the subject CN=Billing\./)
  await house.close()
})
