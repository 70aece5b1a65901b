/** What the responder says of certificates, by what is on record of them. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createOcspResponder, type OcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { ask, idOf, signerOf } from '../doubles/ocsp.ts'
import { below, enroll, root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const hour = 3600
let house: TestVault
let responder: OcspResponder
let leaf: CertificateFacts
let ca: CertificateFacts
before(async () => {
  house = await openTestVault()
  await house.vault.createAuthority(house.officer, 'root', root)
  await house.vault.createAuthority(house.officer, 'issuing', below('root'))
  const { chain } = await enroll(house, 'issuing')
  ;[leaf, ca] = chain as [CertificateFacts, CertificateFacts]
  responder = createOcspResponder(house.parts)
})
after(() => house.close())

test('a certificate is good, by either hash', async () => {
  for (const hash of ['sha1', 'sha256'] as const) {
    const said = await ask(responder, 'ISSUING', [idOf(ca, leaf, hash)])
    assert.equal(said.single!.status, 'good')
    signerOf(said, ca)
    const now = house.clock.now()
    assert.deepEqual(said.answer.fresh, { producedAt: now, thisUpdate: now, nextUpdate: now + 24 * hour })
  }
})
