/** Who signs OCSP answers: responders that their authority certified, made and renewed in time, whatever breaks. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorityBinding, responderBinding } from '../../src/vault/authorities/authority-key.ts'
import { createOcspDelegates } from '../../src/vault/revocation/ocsp-delegates.ts'
import { createOcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import type { AuthorityInput } from '../../src/vault/vault.ts'
import { type CertificateFacts, parseCertificate } from '../../src/x509/certificate.ts'
import { noSubtrees } from '../../src/x509/name-constraints.ts'
import { extensionOid, keyPurpose } from '../../src/x509/object-identifiers.ts'
import { describePublicKey } from '../../src/x509/public-key.ts'
import { type Break, type BreakingStorage, breakingStorage } from '../doubles/breaking-storage.ts'
import { ask, idOf, placeOf, setRevocation, signerOf } from '../doubles/ocsp.ts'
import { below, enroll, root, verifyWithOpenSsl } from '../doubles/private-ca.ts'
import { newPath, openTestVault, type TestVault } from '../doubles/vault.ts'

const day = 86_400
const baseUrl = 'http://pki.example.org'
const certificateOf = (authority: { readonly certificate?: Uint8Array }) =>
  parseCertificate(authority.certificate!)

/** A vault with an authority `issuing` below `root`. */
async function open(
  input: Partial<AuthorityInput> = {},
  options: Parameters<typeof openTestVault>[0] = {},
): Promise<{ house: TestVault; ca: CertificateFacts }> {
  const house = await openTestVault(options)
  await house.vault.createAuthority(house.officer, 'root', root)
  const made = await house.vault.createAuthority(house.officer, 'issuing', {
    ...below('root'),
    rules: { baseUrl },
    ...input,
  })
  return { house, ca: certificateOf(made.authority) }
}

const renew = ({ parts }: TestVault) => createOcspDelegates(parts).renewDue()
const responderOf = async ({ parts }: TestVault, name = 'issuing') => {
  const found = await parts.storage.read((reader) => reader.authorities.findResponder(placeOf(name)))
  return found && { ...found, certificate: parseCertificate(found.responder.certificate) }
}
const issuedBy = ({ parts }: TestVault, name = 'issuing') =>
  parts.storage.read((reader) => reader.authorities.listIssued(placeOf(name), { limit: 99 }))
const recordsOf = async (house: TestVault) =>
  (await house.audit()).filter(({ operation }) => operation === 'AuthorityResponderRenew')

describe('a responder', () => {
  for (const [kty, key] of [
    ['EC', { curve: 'P-384' }],
    ['RSA', { keyType: 'RSA', keySize: 2048 }],
  ] as const)
    test(`of an authority with an ${kty} key is certified for OCSP alone, for thirty days`, async () => {
      const { house, ca } = await open({ key })
      await renew(house)
      const { certificate, responder } = (await responderOf(house))!
      assert.deepEqual(
        Object.fromEntries(certificate.extensions.map(({ oid, critical }) => [oid, critical])),
        {
          [extensionOid.basicConstraints]: true,
          [extensionOid.keyUsage]: true,
          [extensionOid.extendedKeyUsage]: false,
          [extensionOid.ocspNoCheck]: false,
          [extensionOid.subjectKeyIdentifier]: false,
          [extensionOid.authorityKeyIdentifier]: false,
        },
      )
      assert.deepEqual(certificate.ekus, [keyPurpose.ocspSigning])
      assert.deepEqual(certificate.keyUsage, ['digitalSignature'])
      assert.deepEqual(certificate.authorityKeyIdentifier, ca.subjectKeyIdentifier)
      assert.equal(certificate.notAfter, house.clock.now() + 30 * day)
      assert.equal(responder.notAfter, certificate.notAfter)
      const { kty: own, size } = describePublicKey(certificate.spki)
      assert.deepEqual([own, size], [kty, kty === 'RSA' ? 2048 : 256])
      const top = certificateOf((await house.vault.readAuthority(house.officer, 'root')).authority)
      await verifyWithOpenSsl([certificate, ca, top], house.clock.now(), '-purpose', 'ocsphelper')
      const { serialNumber, notAfter } = certificate
      const [record] = await recordsOf(house)
      assert.deepEqual([record!.outcome, record!.object], ['success', 'authorities/issuing'])
      const facts = { serialNumber: Buffer.from(serialNumber).toString('hex'), notAfter }
      assert.deepEqual(record!.facts, facts)
      await house.close()
    })

  test('has a key that opens under no other binding', async () => {
    const { house } = await open()
    await renew(house)
    const { key } = (await responderOf(house))!
    const place = placeOf('issuing')
    const scheme = { hash: 'sha256' } as const
    const { keys } = house.parts
    await keys.sign(key, responderBinding(place), scheme, Uint8Array.of(1))
    for (const binding of [authorityBinding(place), responderBinding(placeOf('root'))])
      await assert.rejects(keys.sign(key, binding, scheme, Uint8Array.of(1)))
    await house.close()
  })

  test('is made when the first one asks, though nobody is told where OCSP is', async () => {
    const { house, ca } = await open({ rules: {} })
    await renew(house)
    assert.equal(await responderOf(house), undefined)
    const responder = createOcspResponder(house.parts)
    const asked = Array.from({ length: 5 }, () => ask(responder, 'Issuing', [idOf(ca, ca)]))
    for (const said of await Promise.all(asked)) assert.equal(signerOf(said, ca), 'delegate')
    assert.equal((await issuedBy(house)).length, 1, 'one for all who asked')
    await house.close()
  })

  test('is renewed when a third of its life is left, not before, and one that lapsed at once', async () => {
    const { house, ca } = await open()
    await renew(house)
    const first = (await responderOf(house))!
    house.clock.move(19 * day)
    await renew(house)
    assert.deepEqual(await responderOf(house), first)
    house.clock.move(1.01 * day)
    await renew(house)
    const second = (await responderOf(house))!
    assert.equal(second.certificate.notAfter, house.clock.now() + 30 * day)
    assert.notDeepEqual(second.certificate.spki, first.certificate.spki)
    house.clock.move(31 * day)
    const said = await ask(createOcspResponder(house.parts), 'issuing', [idOf(ca, ca)])
    assert.equal(signerOf(said, ca), 'delegate')
    assert.equal((await recordsOf(house)).length, 3)
    await house.close()
  })

  test('that was revoked signs no more, and its answers are not given again', async () => {
    const { house, ca } = await open()
    const { chain } = await enroll(house, 'issuing')
    const responder = createOcspResponder(house.parts)
    const former = await ask(responder, 'issuing', [idOf(ca, chain[0]!)])
    const { certificate } = (await responderOf(house))!
    await setRevocation(house, 'issuing', certificate, { at: house.clock.now(), reason: 'keyCompromise' })
    const said = await ask(responder, 'issuing', [idOf(ca, chain[0]!)])
    assert.equal(signerOf(said, ca), 'delegate')
    assert.notDeepEqual(said.facts!.certificates, former.facts!.certificates)
    await house.close()
  })

  test('never outlives its authority, nor an answer either of them; past the end nothing is said', async () => {
    const { house, ca } = await open({ validityYears: 1 })
    const responder = createOcspResponder(house.parts)
    house.clock.move(ca.notAfter - house.clock.now() - 5 * day)
    await renew(house)
    const last = (await responderOf(house))!
    assert.equal(last.certificate.notAfter, ca.notAfter)
    const { chain } = await enroll(house, 'issuing')
    house.clock.move(5 * day - 3600)
    await renew(house)
    assert.deepEqual(await responderOf(house), last, 'another one would live no longer')
    const said = await ask(responder, 'issuing', [idOf(ca, chain[0]!)])
    assert.equal(said.single!.nextUpdate, ca.notAfter)
    house.clock.move(3600)
    await renew(house)
    assert.equal((await ask(responder, 'issuing', [idOf(ca, chain[0]!)])).status, 6)
    assert.equal((await recordsOf(house)).length, 1)
    await house.close()
  })

  test('is kept for a retired authority until the last of its certificates ends, without being one of them', async () => {
    const { house, ca } = await open()
    const { chain } = await enroll(house, 'issuing')
    await house.vault.updateAuthority(house.officer, 'issuing', { retired: true })
    const responder = createOcspResponder(house.parts)
    assert.equal(signerOf(await ask(responder, 'issuing', [idOf(ca, chain[0]!)]), ca), 'delegate')
    const { outstanding } = await house.vault.readAuthority(house.officer, 'issuing')
    assert.deepEqual(outstanding, { count: 1, lastEnds: chain[0]!.notAfter })
    house.clock.move(chain[0]!.notAfter - house.clock.now())
    await renew(house)
    const count = (await issuedBy(house)).length
    const late = createOcspResponder(house.parts)
    assert.equal(signerOf(await ask(late, 'issuing', [idOf(ca, chain[0]!)]), ca), 'authority')
    assert.equal((await issuedBy(house)).length, count)
    await house.close()
  })

  test('is all that a retired authority certifies', async () => {
    const { house } = await open()
    await house.vault.updateAuthority(house.officer, 'issuing', { retired: true })
    assert.match((await enroll(house, 'issuing')).error!, /retired/)
    await assert.rejects(house.vault.createAuthority(house.officer, 'sub', below('issuing')), /retired/)
    assert.deepEqual(await issuedBy(house), [])
    await house.close()
  })
})

describe('an authority answers itself', () => {
  test('when it is bound to other purposes', async () => {
    const { house, ca } = await open({ ekus: [keyPurpose.serverAuth] })
    await renew(house)
    assert.equal(await responderOf(house), undefined)
    const said = await ask(createOcspResponder(house.parts), 'issuing', [idOf(ca, ca)])
    assert.equal(signerOf(said, ca), 'authority')
    assert.deepEqual(await recordsOf(house), [])
    await house.close()
  })

  test('when the names that it may certify leave no room for a responder, and it says so once an hour', async () => {
    const permitted = { ...noSubtrees, directoryNames: [[[{ type: '2.5.4.10', value: 'Elsewhere' }]]] }
    const { house, ca } = await open({ nameConstraints: { permitted, excluded: noSubtrees } })
    const delegates = createOcspDelegates(house.parts)
    for (let count = 0; count < 3; count++) await delegates.renewDue()
    const records = await recordsOf(house)
    assert.deepEqual(
      records.map(({ outcome }) => outcome),
      ['failed'],
    )
    assert.match(records[0]!.errorMessage!, /name-constraints/)
    assert.deepEqual(await issuedBy(house), [], 'what is refused leaves no number on record')
    house.clock.move(3600)
    await delegates.renewDue()
    assert.equal((await recordsOf(house)).length, 2)
    const said = await ask(createOcspResponder(house.parts), 'issuing', [idOf(ca, ca)])
    assert.equal(signerOf(said, ca), 'authority')
    await house.close()
  })
})

test('a renewal that dies in any transaction leaves one responder in use, and no number twice', async () => {
  const live = async (dies: Break) => {
    const path = newPath()
    const { house, ca } = await open({}, { path })
    const { clock } = house
    await renew(house)
    const former = (await responderOf(house))!
    clock.move(25 * day)
    await house.close()
    let store: BreakingStorage | undefined
    const through = (storage: Parameters<typeof breakingStorage>[0]) => {
      store = breakingStorage(storage, dies)
      return store
    }
    const second = await openTestVault({ path, clock, seed: 'second life', through })
    const delegates = createOcspDelegates(second.parts)
    await delegates.renewDue().catch(() => undefined)
    if (dies.passing) assert.ok((await responderOf(second)) !== undefined)
    await second.close()
    return {
      house: await openTestVault({ path, clock, seed: 'third life' }),
      ca,
      former,
      calls: store!.calls,
    }
  }
  const whole = await live({ call: Number.POSITIVE_INFINITY, when: 'before' })
  await whole.house.close()
  assert.equal(whole.calls, 3, 'the number, the certificate, the responder')
  for (let call = 1; call <= whole.calls; call++)
    for (const when of ['before', 'after'] as const)
      for (const passing of [false, true]) {
        const what = `transaction ${call}, ${when}${passing ? ', passing' : ''}`
        const { house, ca, former } = await live({ call, when, passing })
        const between = (await responderOf(house))!
        const isNew = call === 3 && when === 'after'
        assert.equal(between.certificate.notAfter > former.certificate.notAfter, isNew, what)
        const responder = createOcspResponder(house.parts)
        const said = await ask(responder, 'issuing', [idOf(ca, between.certificate)])
        assert.deepEqual([signerOf(said, ca), said.single!.status], ['delegate', 'good'], what)
        await renew(house)
        const current = (await responderOf(house))!
        assert.equal(current.certificate.notAfter, house.clock.now() + 30 * day, what)
        const after = await ask(responder, 'issuing', [idOf(ca, between.certificate)])
        assert.deepEqual(after.facts!.certificates, [current.responder.certificate], what)
        const serials = (await issuedBy(house)).map((issued) =>
          Buffer.from(issued.serialNumber).toString('hex'),
        )
        assert.equal(new Set(serials).size, serials.length, what)
        assert.ok(serials.length <= 3, what)
        await house.close()
      }
})

test('two processes that renew at once end with the same responder', async () => {
  const path = newPath()
  const { house, ca } = await open({}, { path })
  const other = await openTestVault({ path, clock: house.clock, seed: 'another process' })
  await Promise.all([renew(house), renew(other)])
  const [one, two] = [await responderOf(house), await responderOf(other)]
  assert.deepEqual(one, two)
  assert.equal((await recordsOf(house)).length, 1)
  for (const each of [house, other]) {
    const said = await ask(createOcspResponder(each.parts), 'issuing', [idOf(ca, ca)])
    assert.deepEqual(said.facts!.certificates, [one!.responder.certificate])
    await each.close()
  }
})
