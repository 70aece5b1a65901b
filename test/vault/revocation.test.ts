/** Revoking: at the vault's own authorities, at CAs outside, by serial number; what is final stays, and every act is on record. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import type { RevocationWish } from '../../src/domain/revoke.ts'
import { Secret } from '../../src/domain/secret.ts'
import { seconds } from '../../src/domain/time.ts'
import type { Issuer, IssuerProvider, ReleaseAnswer, RevokeAnswer } from '../../src/issuers/issuer.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { type Break, breakingStorage } from '../doubles/breaking-storage.ts'
import { scriptedIssuer } from '../doubles/issuer.ts'
import { below, enroll, root } from '../doubles/private-ca.ts'
import { newPath, openTestVault, policyOf, type TestVault, type TestVaultOptions } from '../doubles/vault.ts'
import { ca, issue } from '../x509/authority.ts'

const superseded: RevocationWish = { reason: 'superseded' }
const hold: RevocationWish = { reason: 'certificateHold' }
const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

/** A certificate `web` of the authority `root`. */
async function house(options: TestVaultOptions = {}) {
  const made = await openTestVault(options)
  await made.vault.createAuthority(made.officer, 'root', root)
  const { chain, error } = await enroll(made, 'root', { name: 'web' })
  assert.equal(error, undefined)
  return { ...made, serialNumber: hex(chain[0]!.serialNumber) }
}

const outcomes = async ({ audit }: TestVault, operation: string) =>
  (await audit()).filter((record) => record.operation === operation)

test('a certificate of the vault’s own authority is revoked there, with the record in the same transaction', async () => {
  const at = await house()
  const { vault, officer, clock, serialNumber } = at
  assert.equal((await vault.readRevocation(officer, 'web', undefined)).state, 'notRevoked')
  clock.move(60)
  const wish = { reason: 'keyCompromise', invalidityDate: seconds(clock.now() - 30) } as const
  const view = await vault.revokeCertificate(officer, 'web', undefined, wish)
  assert.deepEqual(
    [view.state, view.authority, view.issuer, hex(view.serialNumber), view.revocation],
    ['revoked', 'root', 'web', serialNumber, { at: clock.now(), ...wish }],
  )
  assert.deepEqual(await vault.readRevocation(officer, 'WEB', view.version), view)
  const issued = await vault.readIssued(officer, 'root', serialNumber)
  assert.deepEqual(issued.revocation, view.revocation)
  const [record, ...more] = await outcomes(at, 'CertificateRevoke')
  assert.deepEqual([record!.outcome, record!.object, more.length], ['success', 'certificates/web', 0])
  assert.deepEqual(record!.facts, {
    version: view.version,
    authority: 'root',
    serialNumber,
    reason: 'keyCompromise',
    revoked: clock.now(),
  })
  await at.close()
})

test('what is final answers how it stands, whatever is asked, and cannot be released', async () => {
  const { vault, officer, clock, close } = await house()
  const first = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  clock.move(60)
  for (const wish of [superseded, hold, { reason: 'keyCompromise' }] satisfies RevocationWish[])
    assert.deepEqual(await vault.revokeCertificate(officer, 'web', undefined, wish), first)
  const conflict = { code: 'Conflict', message: /revoked for good \(superseded\)/ }
  await assert.rejects(vault.releaseCertificate(officer, 'web', undefined), conflict)
  assert.deepEqual(await vault.readRevocation(officer, 'web', undefined), first)
  await close()
})

test('a hold is lifted, may come again, and may become final', async () => {
  const { vault, officer, clock, serialNumber, close } = await house()
  assert.equal((await vault.revokeCertificate(officer, 'web', undefined, hold)).state, 'onHold')
  clock.move(60)
  for (let count = 0; count < 2; count++) {
    const released = await vault.releaseCertificate(officer, 'web', undefined)
    assert.deepEqual([released.state, released.revocation], ['notRevoked', undefined])
  }
  assert.equal((await vault.readIssued(officer, 'root', serialNumber)).released, clock.now())
  clock.move(60)
  const held = await vault.revokeIssued(officer, 'root', serialNumber, hold)
  assert.deepEqual(
    [held.revocation, held.released],
    [{ at: clock.now(), reason: 'certificateHold' }, undefined],
  )
  clock.move(60)
  const { revocation } = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  assert.deepEqual(revocation, { at: held.revocation!.at, reason: 'superseded' })
  await close()
})

test('the policy may name another issuer by now, the issuer object be gone, the certificate past its end', async () => {
  const { vault, officer, clock, close } = await house()
  await vault.updatePolicy(officer, 'web', { issuer: { name: 'Self' } })
  await vault.deleteIssuer(officer, 'web')
  await vault.updateAuthority(officer, 'root', { retired: true })
  clock.move(5 * 366 * 86_400)
  assert.equal((await vault.revokeCertificate(officer, 'web', undefined, superseded)).state, 'revoked')
  await close()
})

test('each version is revoked for itself, at the authority that signed it', async () => {
  const at = await house()
  const { vault, officer, recover } = at
  const { version: first } = (await vault.readCertificate(officer, 'web')).version!
  await vault.createAuthority(officer, 'sub', below('root'))
  await vault.setIssuer(officer, 'web', {
    provider: 'PrivateCA',
    settings: { authority: 'sub', profile: 'tls-server' },
  })
  await vault.createCertificate(officer, 'web', {})
  await recover()
  const second = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  assert.notEqual(second.version, first)
  assert.deepEqual([second.authority, second.state], ['sub', 'revoked'])
  const former = await vault.readRevocation(officer, 'web', first)
  assert.deepEqual([former.authority, former.state], ['root', 'notRevoked'])
  await at.close()
})

test('an intermediate is revoked at its parent by serial number, and requests of others are found by it', async () => {
  const { vault, officer, close } = await house()
  const { certificate } = await vault.createAuthority(officer, 'sub', below('root'))
  const serial = hex(certificate!.serialNumber)
  const pretty = `00:${serial.toUpperCase().replace(/..(?=.)/g, '$&:')}`
  for (const spelled of [serial, serial.toUpperCase(), pretty])
    assert.equal(hex((await vault.readIssued(officer, 'ROOT', spelled)).serialNumber), serial)
  const { revocation, subject } = await vault.revokeIssued(officer, 'root', pretty, {
    reason: 'cACompromise',
  })
  assert.deepEqual([revocation!.reason, subject], ['cACompromise', 'CN=Example Issuing'])
  const listed = await vault.listIssued(officer, 'root', { limit: 25 })
  const serials = listed.map((issued) => hex(issued.serialNumber))
  assert.deepEqual(serials, serials.toSorted())
  assert.equal(listed.filter((issued) => issued.revocation).length, 1)
  const rest = await vault.listIssued(officer, 'root', { after: serials[0]!.toUpperCase(), limit: 25 })
  assert.deepEqual(
    rest.map((issued) => hex(issued.serialNumber)),
    serials.slice(1),
  )
  await close()
})

test('what cannot be is refused, and nothing changes', async () => {
  const at = await house()
  const { vault, officer, clock, serialNumber, parts } = at
  const early = { reason: 'keyCompromise', invalidityDate: seconds(1) } as const
  const late = { reason: 'keyCompromise', invalidityDate: seconds(clock.now() + 1) } as const
  const refusals: [() => Promise<unknown>, object][] = [
    [() => vault.revokeCertificate(officer, 'web', undefined, early), { code: 'BadParameter' }],
    [() => vault.revokeIssued(officer, 'root', serialNumber, late), { code: 'BadParameter' }],
    [() => vault.revokeCertificate(officer, 'none', undefined, hold), { code: 'CertificateNotFound' }],
    [() => vault.revokeCertificate(officer, 'web', '0'.repeat(32), hold), { code: 'CertificateNotFound' }],
    [
      () => vault.revokeIssued(officer, 'none', serialNumber, hold),
      { code: 'NotFound', message: /no authority none/ },
    ],
    [
      () => vault.revokeIssued(officer, 'root', '1f', hold),
      { code: 'NotFound', message: /serial number 1F/ },
    ],
    [
      () => vault.releaseIssued(officer, 'root', `${serialNumber}0000`),
      { code: 'BadParameter', message: /^serial_number/ },
    ],
    [() => vault.readIssued(officer, 'root', '0x1f'), { code: 'BadParameter', message: /^serial_number/ }],
    [() => vault.readIssued(officer, 'root', ''), { code: 'BadParameter' }],
    [() => vault.readIssued(officer, 'root', ':'.repeat(1_000_000)), { code: 'BadParameter' }],
    [() => vault.readIssued(officer, 'root', '00'), { code: 'NotFound' }],
    [() => vault.listIssued(officer, 'none', { limit: 1 }), { code: 'NotFound' }],
  ]
  for (const [refused, error] of refusals) await assert.rejects(refused(), error)
  assert.equal((await vault.readIssued(officer, 'root', serialNumber)).revocation, undefined)
  // A number that was given out, and nothing known to be signed with it.
  const issued = { ...(await vault.readIssued(officer, 'root', serialNumber)), orderKey: 'other' }
  const { certificate: _none, ...unsigned } = { ...issued, serialNumber: Uint8Array.of(7) }
  await parts.storage.transact((writer) => writer.authorities.recordIssued(unsigned))
  await assert.rejects(vault.revokeIssued(officer, 'root', '07', hold), {
    code: 'Conflict',
    message: /known to have been signed/,
  })
  await vault.deleteCertificate(officer, 'web')
  await assert.rejects(vault.revokeCertificate(officer, 'web', undefined, hold), {
    code: 'CertificateNotFound',
  })
  assert.equal(
    (await vault.revokeIssued(officer, 'root', serialNumber, hold)).revocation!.reason,
    'certificateHold',
  )
  await at.close()
})

test('what has no CA that could be asked is refused, and says what to do instead', async () => {
  const at = await openTestVault()
  const { vault, officer } = at
  await vault.createCertificate(officer, 'self', { policy: policyOf('Self') })
  await at.recover()
  await at.issue('bought')
  const elsewhere = issue('CN=elsewhere', { issuer: issue('CN=Root', ca) })
  const key = elsewhere.key.privateKey.export({ format: 'der', type: 'pkcs8' })
  const value = new Secret(
    formatPem('CERTIFICATE', elsewhere.certificate.der) + formatPem('PRIVATE KEY', key),
  )
  await vault.importCertificate(officer, 'imported', { value })
  const reasons = {
    self: /its own issuer/,
    bought: /my-ca takes no revocations/,
    imported: /not made by an issuer/,
  }
  for (const [name, message] of Object.entries(reasons)) {
    const conflict = { code: 'Conflict', message }
    await assert.rejects(vault.revokeCertificate(officer, name, undefined, superseded), conflict)
    await assert.rejects(vault.releaseCertificate(officer, name, undefined), {
      ...conflict,
      message: /disable or delete/,
    })
    assert.equal((await vault.readRevocation(officer, name, undefined)).state, 'unknown')
  }
  await at.close()
})

test('a certificate with the serial number of another is not taken for it', async () => {
  const at = await house()
  const { vault, officer, parts, serialNumber } = at
  const twin = issue('CN=elsewhere', { issuer: issue('CN=Root', ca) })
  const key = twin.key.privateKey.export({ format: 'der', type: 'pkcs8' })
  const value = new Secret(formatPem('CERTIFICATE', twin.certificate.der) + formatPem('PRIVATE KEY', key))
  await vault.importCertificate(officer, 'twin', { value })
  const issued = await vault.readIssued(officer, 'root', serialNumber)
  const sameNumber = { ...issued, orderKey: 'other', serialNumber: twin.certificate.serialNumber }
  await parts.storage.transact((writer) => writer.authorities.recordIssued(sameNumber))
  assert.equal((await vault.readRevocation(officer, 'twin', undefined)).authority, undefined)
  await assert.rejects(vault.revokeCertificate(officer, 'twin', undefined, superseded), { code: 'Conflict' })
  const issuer = parts.issuers.provider('PrivateCA')!
  const own = issuer.connect({ vault: 'default', name: 'web', settings: { authority: 'root' } })
  for (const answer of [own.revoke!(twin.certificate.der, superseded), own.release!(twin.certificate.der)])
    assert.deepEqual(await answer, {
      state: 'refused',
      reason: 'No authority of this vault issued the certificate.',
    })
  const all = await vault.listIssued(officer, 'root', { limit: 9 })
  assert.deepEqual(
    all.map(({ revocation }) => revocation),
    [undefined, undefined],
  )
  await at.close()
})

/** A CA outside that answers what it is told to; afterwards it does what it is asked. */
function outside({ holds = true } = {}) {
  const asked: string[] = []
  const answers: (RevokeAnswer | ReleaseAnswer | Error)[] = []
  const next = <Answer>(usual: Answer): Answer => {
    const answer = answers.shift() ?? usual
    if (answer instanceof Error) throw answer
    return answer as Answer
  }
  const provider: IssuerProvider = {
    name: 'Outside',
    connect: () => ({
      ...scriptedIssuer(),
      async revoke(_certificate, { reason }) {
        asked.push(reason)
        return next<RevokeAnswer>({ state: 'revoked' })
      },
      ...(holds && {
        async release() {
          asked.push('release')
          return next<ReleaseAnswer>({ state: 'released' })
        },
      }),
    }),
  }
  return { provider, asked, answers }
}

async function bought(ca: ReturnType<typeof outside>, options: TestVaultOptions = {}) {
  const at = await openTestVault({ providers: [ca.provider], ...options })
  const { vault, officer } = at
  await vault.setIssuer(officer, 'shop', { provider: 'Outside' })
  await vault.createCertificate(officer, 'web', { policy: policyOf('shop') })
  await at.recover()
  return at
}

test('a CA outside is asked, also by a disabled issuer, and what it says is kept with the version', async () => {
  const shop = outside()
  const { vault, officer, clock, close } = await bought(shop)
  assert.equal((await vault.readRevocation(officer, 'web', undefined)).state, 'unknown')
  await vault.updateIssuer(officer, 'shop', { enabled: false })
  await vault.updatePolicy(officer, 'web', { issuer: { name: 'Self' } })
  shop.answers.push({ state: 'pending', details: 'The administrator has to approve.' })
  const waiting = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  assert.deepEqual(
    [waiting.state, waiting.issuer, waiting.authority, waiting.details],
    ['pending', 'shop', undefined, 'The administrator has to approve.'],
  )
  assert.deepEqual(await vault.readRevocation(officer, 'web', undefined), waiting)
  clock.move(60)
  const done = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  assert.deepEqual([done.state, done.revocation!.at, done.details], ['revoked', clock.now(), undefined])
  assert.deepEqual(await vault.revokeCertificate(officer, 'web', undefined, hold), done)
  await assert.rejects(vault.releaseCertificate(officer, 'web', undefined), { code: 'Conflict' })
  assert.deepEqual(shop.asked, ['superseded', 'superseded'], 'what is final is not asked again')
  await close()
})

test('a hold at a CA outside is lifted there, or becomes final', async () => {
  const shop = outside()
  const { vault, officer, close } = await bought(shop)
  assert.equal((await vault.revokeCertificate(officer, 'web', undefined, hold)).state, 'onHold')
  assert.equal((await vault.releaseCertificate(officer, 'web', undefined)).state, 'unknown')
  assert.equal((await vault.releaseCertificate(officer, 'web', undefined)).state, 'unknown')
  await vault.revokeCertificate(officer, 'web', undefined, hold)
  assert.equal((await vault.revokeCertificate(officer, 'web', undefined, superseded)).state, 'revoked')
  assert.deepEqual(shop.asked, ['certificateHold', 'release', 'certificateHold', 'superseded'])
  await close()
})

test('a CA that refuses, fails, or knows no hold changes nothing, and the caller hears why', async () => {
  const shop = outside({ holds: false })
  const { vault, officer, close } = await bought(shop)
  const refusals: [RevokeAnswer | Error | undefined, RevocationWish, object][] = [
    [
      { state: 'refused', reason: 'Too old.' },
      superseded,
      { code: 'Conflict', message: 'The CA refuses: Too old.' },
    ],
    [new IssuerFailure('auth', 'No right.'), superseded, { code: 'Conflict', message: /No right/ }],
    [
      new IssuerFailure('ambiguous', 'No answer.'),
      superseded,
      { code: 'ServiceUnavailable', message: /Ask again/ },
    ],
    [new Error('socket hang up'), superseded, { message: 'socket hang up' }],
    [undefined, hold, { code: 'BadParameter', message: /^reason/ }],
    [undefined, { reason: 'superseded', invalidityDate: seconds(1) }, { code: 'BadParameter' }],
  ]
  for (const [answer, wish, error] of refusals) {
    if (answer) shop.answers.push(answer)
    await assert.rejects(vault.revokeCertificate(officer, 'web', undefined, wish), error)
    assert.equal((await vault.readRevocation(officer, 'web', undefined)).state, 'unknown')
  }
  assert.equal(shop.asked.length, 4, 'what is refused here does not reach the CA')
  await vault.deleteIssuer(officer, 'shop')
  const gone = { code: 'Conflict', message: /shop that made it is not there/ }
  await assert.rejects(vault.revokeCertificate(officer, 'web', undefined, superseded), gone)
  await close()
})

test('a backup carries which issuer made a version, and what its CA said', async () => {
  const shop = outside()
  const { vault, officer, close } = await bought(shop)
  const told = await vault.revokeCertificate(officer, 'web', undefined, superseded)
  const blob = await vault.backUpCertificate(officer, 'web')
  await vault.deleteCertificate(officer, 'web')
  await vault.purgeCertificate(officer, 'web')
  await vault.restoreCertificate(officer, blob)
  assert.deepEqual(await vault.readRevocation(officer, 'web', undefined), told)
  await close()
})

/** Goes the way of an issuer object, with the current certificate of `web`. */
async function byProvider<Answer>(
  { parts }: TestVault,
  ask: (issuer: Issuer, certificate: Uint8Array) => Promise<Answer>,
): Promise<Answer> {
  const settings = { authority: 'root' }
  const own = parts.issuers.provider('PrivateCA')!.connect({ vault: 'default', name: 'web', settings })
  const version = await parts.storage.read((reader) => reader.certificates.findVersion('default', 'web'))
  return ask(own, version!.certificate)
}

test('the provider of the private CA revokes and releases, and the vault itself is on record', async () => {
  const at = await house()
  assert.deepEqual(await byProvider(at, (own, der) => own.revoke!(der, hold)), { state: 'revoked' })
  assert.equal((await at.vault.readRevocation(at.officer, 'web', undefined)).state, 'onHold')
  assert.deepEqual(await byProvider(at, (own, der) => own.release!(der)), { state: 'released' })
  assert.deepEqual(await byProvider(at, (own, der) => own.revoke!(der, superseded)), { state: 'revoked' })
  const refused = await byProvider(at, (own, der) => own.release!(der))
  assert.ok(refused.state === 'refused' && refused.reason.includes('revoked for good (superseded)'))
  const records = (await at.audit()).filter(({ operation }) => operation.startsWith('AuthorityCertificateR'))
  assert.deepEqual(
    records.map(({ operation, identity, object, facts }) => [
      operation,
      identity.kind,
      object,
      facts?.reason,
    ]),
    [
      ['AuthorityCertificateRevoke', 'vault', 'authorities/root', 'certificateHold'],
      ['AuthorityCertificateRelease', 'vault', 'authorities/root', undefined],
      ['AuthorityCertificateRevoke', 'vault', 'authorities/root', 'superseded'],
    ],
  )
  await at.close()
})

test('of two that ask for different things at once, the first to be recorded is what both hear', async () => {
  const shop = outside()
  for (const at of [await house(), await bought(shop)]) {
    const reasons = ['superseded', 'keyCompromise', 'certificateHold'] as const
    const views = await Promise.all(
      reasons.map((reason) => at.vault.revokeCertificate(at.officer, 'web', undefined, { reason })),
    )
    const last = await at.vault.readRevocation(at.officer, 'web', undefined)
    assert.equal(last.state, 'revoked')
    for (const view of views) assert.deepEqual(view, last)
    await at.close()
  }
  assert.equal(shop.asked.length, 3)
})

test('whatever transaction breaks: the revocation is on record with its audit record, or neither is', async () => {
  const acts: [string, (at: TestVault) => Promise<unknown>][] = [
    ['CertificateRevoke', ({ vault, officer }) => vault.revokeCertificate(officer, 'web', undefined, hold)],
    ['AuthorityCertificateRevoke', (at) => byProvider(at, (own, der) => own.revoke!(der, hold))],
    [
      'AuthorityCertificateRevoke',
      async ({ vault, officer, parts }) => {
        const place = { vault: 'default', name: 'root' }
        const [issued] = await parts.storage.read((reader) =>
          reader.authorities.listIssued(place, { limit: 1 }),
        )
        return vault.revokeIssued(officer, 'root', hex(issued!.serialNumber), hold)
      },
    ],
  ]
  for (const [operation, act] of acts)
    for (const when of ['before', 'after'] as const) {
      const path = newPath()
      const first = await house({ path })
      await first.close()
      const dies: Break = { call: 1, when }
      const through: TestVaultOptions['through'] = (storage) => breakingStorage(storage, dies)
      const broken = await openTestVault({ path, clock: first.clock, seed: 'second', through })
      await assert.rejects(act(broken))
      await broken.close()
      const after = await openTestVault({ path, clock: first.clock, seed: 'third' })
      const happened = when === 'after'
      const { state } = await after.vault.readRevocation(after.officer, 'web', undefined)
      assert.equal(state, happened ? 'onHold' : 'notRevoked', `${operation}, ${when}`)
      assert.equal((await outcomes(after, operation)).length, happened ? 1 : 0)
      await act(after)
      assert.equal((await after.vault.readRevocation(after.officer, 'web', undefined)).state, 'onHold')
      await after.close()
    }
})

test('an answer of the CA outside that could not be recorded is asked for again', async () => {
  const shop = outside()
  const path = newPath()
  const first = await bought(shop, { path })
  await first.close()
  const through: TestVaultOptions['through'] = (storage) =>
    breakingStorage(storage, { call: 1, when: 'before' })
  const options = { path, clock: first.clock, providers: [shop.provider] }
  const broken = await openTestVault({ ...options, seed: 'second', through })
  await assert.rejects(broken.vault.revokeCertificate(broken.officer, 'web', undefined, superseded))
  await broken.close()
  const after = await openTestVault({ ...options, seed: 'third' })
  assert.equal((await after.vault.readRevocation(after.officer, 'web', undefined)).state, 'unknown')
  assert.equal(
    (await after.vault.revokeCertificate(after.officer, 'web', undefined, superseded)).state,
    'revoked',
  )
  assert.deepEqual(shop.asked, ['superseded', 'superseded'])
  await after.close()
})

test('a role on one certificate revokes that one, and reaches no authority', async () => {
  const at = await house()
  const { vault, officer, serialNumber } = at
  const scope = { vault: 'default', collection: 'certificates', name: 'web' } as const
  const keeper = await at.appoint('keeper', 'Key Vault Certificates Officer', scope)
  assert.equal((await vault.revokeCertificate(keeper, 'web', undefined, hold)).state, 'onHold')
  for (const refused of [
    () => vault.revokeIssued(keeper, 'root', serialNumber, superseded),
    () => vault.releaseIssued(keeper, 'root', serialNumber),
    () => vault.readIssued(keeper, 'root', serialNumber),
    () => vault.listIssued(keeper, 'root', { limit: 1 }),
  ])
    await assert.rejects(refused(), { code: 'ForbiddenByRbac' })
  assert.equal((await vault.readIssued(officer, 'root', serialNumber)).revocation!.reason, 'certificateHold')
  await at.close()
})
