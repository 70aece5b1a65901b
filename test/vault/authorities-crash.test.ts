/**
 * The store dies in every transaction of an issuance in turn, before or behind it, and the service starts again: one order
 * stays one serial number and one certificate.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IssuedCertificate } from '../../src/domain/authority.ts'
import { type Break, type BreakingStorage, breakingStorage } from '../doubles/breaking-storage.ts'
import { asked, below, root } from '../doubles/private-ca.ts'
import { newPath, openTestVault, type TestVault } from '../doubles/vault.ts'

const never: Break = { call: Number.POSITIVE_INFINITY, when: 'before' }
const place = { vault: 'default', name: 'root' }
const issuedBy = ({ parts }: TestVault): Promise<IssuedCertificate[]> =>
  parts.storage.read((reader) => reader.authorities.listIssued(place, { limit: 9 }))

async function createAndAdvance({ vault, officer, recover }: TestVault): Promise<void> {
  await vault.createCertificate(officer, 'web', {
    policy: {
      key: { keyType: 'EC' },
      x509: { subject: 'CN=a', ...asked['tls-server'] },
      issuer: { name: 'own' },
    },
  })
  await recover()
}

/** One life until the store dies, and the next one. */
async function live(during: (house: TestVault) => Promise<unknown>, dies: Break) {
  const path = newPath()
  let house = await openTestVault({ path })
  const { clock } = house
  await house.vault.createAuthority(house.officer, 'root', root)
  const settings = { authority: 'root', profile: 'tls-server' }
  await house.vault.setIssuer(house.officer, 'own', { provider: 'PrivateCA', settings })
  await house.close()

  let store: BreakingStorage | undefined
  const through = (storage: Parameters<typeof breakingStorage>[0]) => {
    store = breakingStorage(storage, dies)
    return store
  }
  house = await openTestVault({ path, clock, seed: 'second life', through })
  const outcome = await during(house).then(
    () => 'answered',
    () => 'died',
  )
  await house.close()

  house = await openTestVault({ path, clock, seed: 'third life' })
  return { house, outcome, transactions: store!.calls }
}

test('an order that is interrupted anywhere ends in one certificate with one serial number', async () => {
  const whole = await live(createAndAdvance, never)
  assert.equal(whole.outcome, 'answered')
  assert.ok(whole.transactions >= 5, 'create, record, keep and version are transactions of their own')
  await whole.house.close()
  for (let call = 1; call <= whole.transactions; call++)
    for (const when of ['before', 'after'] as const)
      for (const passing of [false, true]) {
        const { house } = await live(createAndAdvance, { call, when, passing })
        const before = await issuedBy(house)
        for (let hour = 0; hour < 3; hour++) {
          await house.recover()
          house.clock.move(3600)
        }
        const what = `transaction ${call}, ${when}${passing ? ', passing' : ''}`
        const created = call > 1 || when === 'after'
        const issued = await issuedBy(house)
        assert.equal(issued.length, created ? 1 : 0, what)
        if (before[0]) assert.deepEqual(issued[0]!.serialNumber, before[0].serialNumber, what)
        if (before[0]?.certificate) assert.deepEqual(issued[0]!.certificate, before[0].certificate, what)
        if (created) {
          const { version } = await house.vault.readCertificate(house.officer, 'web')
          assert.deepEqual(version!.certificate, issued[0]!.certificate, what)
        }
        await house.close()
      }
})

test('an intermediate that is interrupted is there or not, and its CA knows of all that it signed', async () => {
  const create = ({ vault, officer }: TestVault) => vault.createAuthority(officer, 'sub', below('root'))
  const whole = await live(create, never)
  await whole.house.close()
  for (let call = 1; call <= whole.transactions; call++)
    for (const when of ['before', 'after'] as const) {
      const { house, outcome } = await live(create, { call, when })
      const what = `transaction ${call}, ${when}`
      assert.equal(outcome, 'died', what)
      const sub = await house.parts.storage.read((reader) => reader.authorities.find('default', 'sub'))
      const issued = await issuedBy(house)
      const certificates = issued.flatMap(({ certificate }) => (certificate ? [certificate] : []))
      if (sub) assert.deepEqual(certificates, [sub.certificate], what)
      assert.ok(issued.length <= 1, what)
      assert.equal(sub !== undefined, call === whole.transactions && when === 'after', what)
      // The name is free for another try, which is another certificate.
      if (!sub) {
        await create(house)
        assert.equal((await issuedBy(house)).length, issued.length + 1, what)
      }
      await house.close()
    }
})

test('two that take the same step at once get the same certificate', async () => {
  const house = await openTestVault()
  const { vault, officer, parts } = house
  await vault.createAuthority(officer, 'root', root)
  const settings = { authority: 'root', profile: 'tls-server' }
  await vault.setIssuer(officer, 'own', { provider: 'PrivateCA', settings })
  await vault.createCertificate(officer, 'web', {
    policy: {
      key: { keyType: 'EC' },
      x509: { subject: 'CN=a', ...asked['tls-server'] },
      issuer: { name: 'own' },
    },
  })
  const operation = (await parts.storage.read((reader) => reader.operations.find('default', 'web')))!
  const issuer = parts.issuers.provider('PrivateCA')!.connect({ vault: 'default', name: 'own', settings })
  const { requestId: orderKey, ...rest } = operation
  const order = { ...rest, orderKey, attempt: 0, sign: () => Promise.reject(new Error('not asked')) }
  const answers = await Promise.all([issuer.order(order), issuer.order(order), issuer.check(order, '')])
  const leaves = answers.map((answer) => (answer.state === 'issued' ? answer.chain[0]! : undefined))
  for (const leaf of leaves) assert.deepEqual(Buffer.from(leaf!), Buffer.from(leaves[0]!))
  assert.equal((await issuedBy(house)).length, 1)
  await house.close()
})
