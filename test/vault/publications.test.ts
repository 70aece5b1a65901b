/** What the public door finds: what authorities have published, and nothing of those that have not. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import { createPublications, type Publications } from '../../src/vault/revocation/publications.ts'
import { ocspFailure } from '../../src/x509/ocsp-response.ts'
import { root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { leaf, publish, revoke, withRoot } from './revocation-lists.ts'

let house: TestVault
let publications: Publications
const ca = { vault: 'default', name: 'root' }
before(async () => {
  house = await openTestVault()
  publications = createPublications(house.parts.storage, createOcspResponder(house.parts))
  await withRoot(house, { crlHours: 10 })
})
after(() => house.close())

test('the certificate of an authority, in whatever case it is named, is its own', async () => {
  const { authority } = await house.vault.readAuthority(house.officer, 'root')
  for (const name of ['root', 'ROOT'])
    assert.deepEqual(await publications.authorityCertificate({ vault: 'Default', name }), {
      der: authority.certificate,
      since: authority.updated,
    })
})

test('what does not exist, or has no certificate yet, publishes nothing', async () => {
  await house.vault.createAuthority(house.officer, 'waiting', { ...root, kind: 'requested' })
  for (const place of [
    { vault: 'default', name: 'waiting' },
    { vault: 'default', name: 'nobody' },
    { vault: 'nowhere', name: 'root' },
  ]) {
    assert.equal(await publications.authorityCertificate(place), undefined)
    for (const kind of ['full', 'delta'] as const)
      assert.equal(await publications.revocationList(place, 0, kind), undefined)
    const { der, fresh } = await publications.ocsp(place, new Uint8Array())
    assert.deepEqual(der, ocspFailure('malformedRequest'))
    assert.equal(fresh, undefined)
  }
})

test('a list is good until the next is due: at half its life, or at once when something was revoked', async () => {
  const certificate = await leaf(house, 'revoked')
  await publish(house)
  const first = await publications.revocationList(ca, 0, 'full')
  const since = house.clock.now()
  assert.deepEqual([first!.since, first!.until], [since, since + 5 * 3600])
  assert.equal(await publications.revocationList(ca, 1, 'full'), undefined)
  assert.equal(await publications.revocationList(ca, 0, 'delta'), undefined)
  house.clock.move(60)
  await revoke(house, certificate, 'superseded')
  const behind = await publications.revocationList(ca, 0, 'full')
  assert.deepEqual(behind!.der, first!.der)
  assert.ok(behind!.until! <= house.clock.now())
  await publish(house)
  const next = await publications.revocationList(ca, 0, 'full')
  assert.notDeepEqual(next!.der, first!.der)
  assert.deepEqual([next!.since, next!.until], [since + 60, since + 60 + 5 * 3600])
})
