/** What the responder says of certificates, by what is on record of them, and what it keeps of its answers. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../src/domain/time.ts'
import type { KeyProtection } from '../../src/keys/key-protection.ts'
import { authorityRegister } from '../../src/vault/authorities/authority-register.ts'
import { createOcspResponder, type OcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { derNull, encode, integer, objectIdentifier, octetString, sequence, tag } from '../../src/x509/der.ts'
import { digestOid } from '../../src/x509/object-identifiers.ts'
import { issuerHashes } from '../../src/x509/ocsp-certificate-id.ts'
import { ask, failureStatus, idOf, placeOf, read, setRevocation, signerOf } from '../doubles/ocsp.ts'
import { below, enroll, root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { ocspRequest } from '../x509/ocsp-client.ts'

const hour = 3600
const day = 24 * hour
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')
const never = Uint8Array.from({ length: 20 }, () => 0x11)

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

const revoke = (revocation: Parameters<typeof setRevocation>[3]) =>
  setRevocation(house, 'issuing', leaf, revocation)
/** Keys that count how often they sign. */
function counting(keys: KeyProtection): KeyProtection & { signatures: number } {
  const counted: KeyProtection & { signatures: number } = Object.create(keys)
  counted.signatures = 0
  counted.sign = (...parameters) => {
    counted.signatures++
    return keys.sign(...parameters)
  }
  return counted
}

describe('a certificate', () => {
  test('that was issued is good, by either hash and whatever the case of the name', async () => {
    for (const hash of ['sha1', 'sha256'] as const) {
      const said = await ask(responder, 'ISSUING', [idOf(ca, leaf, hash)])
      assert.equal(said.single!.status, 'good')
      assert.equal(signerOf(said, ca), 'delegate')
      const now = house.clock.now()
      const { producedAt, thisUpdate, nextUpdate } = { ...said.facts!, ...said.single! }
      assert.deepEqual({ producedAt, thisUpdate, nextUpdate }, said.answer.fresh)
      assert.deepEqual(said.answer.fresh, { producedAt: now, thisUpdate: now, nextUpdate: now + day })
    }
  })

  test('that is revoked is so with date and reason, on hold too, and good again when the hold is lifted', async () => {
    const at = seconds(house.clock.now() - 60)
    for (const reason of ['certificateHold', undefined, 'keyCompromise', 'unspecified'] as const) {
      await revoke(reason && { at, reason })
      const { single } = await ask(responder, 'issuing', [idOf(ca, leaf)])
      const { status } = single!
      if (single!.status !== 'revoked') assert.deepEqual([status, reason], ['good', undefined])
      else assert.deepEqual([single!.revokedAt, single!.reason], [at, reason])
    }
    await revoke(undefined)
  })

  test('that nobody issued is unknown, and may be issued in a moment: nobody keeps that', async () => {
    const said = await ask(responder, 'issuing', [idOf(ca, never)])
    assert.equal(said.single!.status, 'unknown')
    assert.equal(said.single!.nextUpdate, undefined)
    assert.equal(said.answer.fresh, undefined)
    assert.equal(signerOf(said, ca), 'delegate')
  })

  /** CertID whose INTEGER has these octets. */
  function idWith(serialNumber: Uint8Array) {
    const { name, key } = issuerHashes(ca).sha1
    const algorithm = sequence(objectIdentifier(digestOid.sha1), derNull)
    return sequence(algorithm, octetString(name), octetString(key), encode(tag.integer, serialNumber))
  }

  /** Puts a serial number on record. */
  async function record(serialNumber: Uint8Array): Promise<void> {
    const now = house.clock.now()
    const orderKey = `order of ${hex(serialNumber)}`
    const validity = { recorded: now, notBefore: now, notAfter: seconds(now + day) }
    const place = { ...placeOf('issuing'), authority: 'issuing', partition: 0 }
    await authorityRegister(house.parts).record(
      { ...place, ...validity, serialNumber, orderKey, subject: 'CN=a' },
      'server',
    )
  }

  test('whose number is on record without a certificate is unknown', async () => {
    const serialNumber = new Uint8Array(20).fill(0x22)
    await record(serialNumber)
    const { single } = await ask(responder, 'issuing', [idOf(ca, serialNumber)])
    assert.equal(single!.status, 'unknown')
  })

  test('is not meant by a negative number that has its octets', async () => {
    const serialNumber = new Uint8Array(20).fill(0x99)
    await record(serialNumber)
    await authorityRegister(house.parts).keep(placeOf('issuing'), serialNumber, leaf.der)
    const positive = Uint8Array.of(0, ...serialNumber)
    for (const [octets, status] of [
      [positive, 'good'],
      [serialNumber, 'unknown'],
    ] as const)
      assert.equal((await ask(responder, 'issuing', [idWith(octets)])).single!.status, status)
  })

  test('is never good but by the very number of one that was issued', async () => {
    const serials = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 30 }),
      fc.constant(leaf.serialNumber),
      // Neighbours of what was issued: other lengths, other signs, one octet changed.
      fc
        .tuple(fc.nat(19), fc.integer({ min: 1, max: 255 }))
        .map(([index, flip]) => leaf.serialNumber.map((octet, at) => (at === index ? octet ^ flip : octet))),
      fc.nat(19).map((length) => leaf.serialNumber.subarray(0, length + 1)),
      fc.uint8Array({ minLength: 1, maxLength: 5 }).map((more) => Buffer.concat([leaf.serialNumber, more])),
    )
    await fc.assert(
      fc.asyncProperty(serials, fc.boolean(), async (serial, negative) => {
        const octets = Uint8Array.from(serial)
        if (negative) octets[0] = octets[0]! | 0x80
        const { status, single } = await ask(responder, 'issuing', [idWith(octets)])
        const isIssued = hex(octets) === hex(leaf.serialNumber)
        if (status === 0) assert.equal(single!.status, isIssued ? 'good' : 'unknown')
        else assert.deepEqual([status, isIssued], [failureStatus.malformedRequest, false])
      }),
      { numRuns: 100 },
    )
  })
})

describe('a request', () => {
  const alien = () => {
    const other = { subjectDer: leaf.subjectDer, spki: leaf.spki } as CertificateFacts
    return idOf(other, leaf)
  }
  const strange = () => {
    const { name, key } = issuerHashes(ca).sha256
    const algorithm = sequence(objectIdentifier(digestOid.sha384))
    return sequence(algorithm, octetString(name), octetString(key), integer(leaf.serialNumber))
  }

  test('with a nonce is answered with it, for this request alone', async () => {
    for (const length of [1, 32, 128]) {
      const nonce = new Uint8Array(length).fill(7)
      const said = await ask(responder, 'issuing', [idOf(ca, leaf)], { nonce })
      assert.deepEqual(said.facts!.nonce, nonce)
      assert.deepEqual([said.single!.status, said.answer.fresh], ['good', undefined])
      assert.equal(signerOf(said, ca), 'delegate')
    }
  })

  test('with several questions gets as many answers, in its order', async () => {
    const ids = [idOf(ca, never), idOf(ca, leaf, 'sha256'), alien(), strange(), idOf(ca, leaf)]
    const { facts, answer } = await ask(responder, 'issuing', ids)
    assert.deepEqual(
      facts!.responses.map(({ id, status }) => [hex(id.encoded), status]),
      ids.map((id, index) => [hex(id), ['unknown', 'good', 'unknown', 'unknown', 'good'][index]]),
    )
    assert.equal(answer.fresh, undefined)
  })

  test('that asks for others alone is not for this responder', async () => {
    for (const ids of [[alien()], [strange()], [alien(), strange()]]) {
      const { status, answer } = await ask(responder, 'issuing', ids)
      assert.deepEqual([status, answer.fresh], [failureStatus.unauthorized, undefined])
    }
    // A certificate of the intermediate, asked of the root.
    assert.equal((await ask(responder, 'root', [idOf(ca, leaf)])).status, failureStatus.unauthorized)
  })

  test('to an authority that is not there, or waits for its certificate, is not for this responder', async () => {
    await house.vault.createAuthority(house.officer, 'waiting', { kind: 'requested', subject: 'CN=Waiting' })
    for (const name of ['nowhere', 'waiting', '', '../issuing', 'x'.repeat(9999)])
      assert.equal((await ask(responder, name, [idOf(ca, leaf)])).status, failureStatus.unauthorized, name)
    const elsewhere = { vault: 'other', name: 'issuing' }
    const said = read(await responder.answer(elsewhere, ocspRequest([idOf(ca, leaf)])))
    assert.equal(said.status, failureStatus.unauthorized)
  })

  test('that is none, or has no proper nonce, is malformed', async () => {
    const requests = [
      new Uint8Array(),
      Uint8Array.of(0x30),
      new Uint8Array(1_000_000),
      ocspRequest([]),
      ocspRequest([idOf(ca, leaf)], { nonce: new Uint8Array() }),
      ocspRequest([idOf(ca, leaf)], { nonce: new Uint8Array(129) }),
    ]
    for (const request of requests)
      assert.equal(read(await responder.answer(placeOf('issuing'), request)).status, 1)
  })

  test('that was spoiled anywhere ends in an answer, a defined failure or unknown', async () => {
    const whole = ocspRequest([idOf(ca, leaf), idOf(ca, never)], { nonce: never })
    const logged = house.log.length
    const spoils = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(spoils, fc.nat(3), async (changes, cut) => {
        const request = Uint8Array.from(whole.subarray(0, whole.length - cut))
        for (const [index, octet] of changes) if (index < request.length) request[index] = octet
        const { status } = read(await responder.answer(placeOf('issuing'), request))
        assert.ok([0, failureStatus.malformedRequest, failureStatus.unauthorized].includes(status as 0))
      }),
      { numRuns: 500 },
    )
    assert.equal(house.log.length, logged, 'nothing of it is a fault of the service')
  })
})

describe('an answer', () => {
  const id = () => idOf(ca, leaf)

  test('is signed once, and again when the status changes or half of its life has passed', async () => {
    const keys = counting(house.parts.keys)
    const kept = createOcspResponder({ ...house.parts, keys })
    const first = await ask(kept, 'issuing', [id()])
    const begun = keys.signatures
    assert.equal((await ask(kept, 'Issuing', [id()])).answer.der, first.answer.der)
    house.clock.move(12 * hour - 1)
    assert.equal((await ask(kept, 'issuing', [id()])).answer.der, first.answer.der)
    assert.equal(keys.signatures, begun)
    house.clock.move(1)
    const second = await ask(kept, 'issuing', [id()])
    assert.equal(second.answer.fresh!.thisUpdate, first.answer.fresh!.thisUpdate + 12 * hour)
    assert.equal(keys.signatures, begun + 1)

    // Another process revokes: nobody tells this one.
    await revoke({ at: house.clock.now(), reason: 'superseded' })
    assert.equal((await ask(kept, 'issuing', [id()])).single!.status, 'revoked')
    assert.equal((await ask(kept, 'issuing', [id()])).single!.status, 'revoked')
    assert.equal(keys.signatures, begun + 2)
    await revoke(undefined)
    assert.equal((await ask(kept, 'issuing', [id()])).single!.status, 'good')
    house.clock.move(-hour)
    const earlier = await ask(kept, 'issuing', [id()])
    assert.equal(earlier.answer.fresh!.thisUpdate, house.clock.now(), 'not from the future')
    house.clock.move(-11 * hour)
  })

  test('is kept with so many others, and no more', async () => {
    const { chain } = await enroll(house, 'issuing', { name: 'second' })
    const keys = counting(house.parts.keys)
    const small = createOcspResponder({ ...house.parts, keys, answersMax: 2 })
    const [one, two, three] = [id(), idOf(ca, leaf, 'sha256'), idOf(ca, chain[0]!)]
    const begun = async (...ids: Uint8Array[]) => {
      const before = keys.signatures
      for (const each of ids) await ask(small, 'issuing', [each])
      return keys.signatures - before
    }
    assert.equal(await begun(one, two, one, two), 2)
    assert.equal(await begun(three, three), 1)
    assert.equal(await begun(two, three), 0, 'those that were asked for last are there')
    assert.equal(await begun(one), 1)
  })

  test('with a nonce, or about what is unknown, is signed every time', async () => {
    const keys = counting(house.parts.keys)
    const live = createOcspResponder({ ...house.parts, keys })
    for (let count = 1; count <= 3; count++) {
      await ask(live, 'issuing', [id()], { nonce: never })
      await ask(live, 'issuing', [idOf(ca, never)])
      assert.equal(keys.signatures, 2 * count)
    }
  })

  test('is not good for longer than a list would be', async () => {
    await house.vault.updateAuthority(house.officer, 'issuing', { rules: { crlHours: 6 } })
    const said = await ask(createOcspResponder(house.parts), 'issuing', [id()])
    assert.equal(said.single!.nextUpdate, house.clock.now() + 6 * hour)
    await house.vault.updateAuthority(house.officer, 'issuing', { rules: { crlHours: 168 } })
  })

  test('says nothing of what went wrong in the service, which its operator is told', async () => {
    const keys: KeyProtection = Object.create(house.parts.keys)
    const secret = 'the token of the HSM is 1234'
    keys.sign = () => Promise.reject(new Error(secret))
    const noKey = await ask(createOcspResponder({ ...house.parts, keys }), 'issuing', [id()])
    keys.sign = async () => new Uint8Array(70)
    const spoiled = await ask(createOcspResponder({ ...house.parts, keys }), 'issuing', [id()])
    for (const said of [noKey, spoiled]) assert.equal(said.status, failureStatus.tryLater)
    const storage = { ...house.parts.storage, read: () => Promise.reject(new Error(secret)) }
    const noStore = await ask(createOcspResponder({ ...house.parts, storage }), 'issuing', [id()])
    assert.equal(noStore.status, failureStatus.internalError)
    for (const { answer } of [noKey, noStore]) assert.equal(answer.der.length, 5)
    const told = house.log.filter(({ message }) => /OCSP request could not be answered/.test(message))
    assert.equal(told.length, 3)
  })
})
