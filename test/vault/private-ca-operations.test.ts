/**
 * Whatever happens around an order of the private CA, in whatever order: the process dies, clocks move, authorities retire or
 * are succeeded, the issuer object changes. The operation ends and says why, and nothing is issued twice.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { IssuedCertificate } from '../../src/domain/authority.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { asked, root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

interface Scene {
  readonly house: TestVault
  /** The store dies in the n-th transaction from now, until `revive`. */
  die(call: number, when: 'before' | 'after'): void
  revive(): void
}

const authorities = ['first', 'second'] as const

async function open(): Promise<Scene> {
  let left = Number.POSITIVE_INFINITY
  let when: 'before' | 'after' = 'before'
  const broken = () => Promise.reject(new Error('the process is dead'))
  const through = (store: Storage): Storage => ({
    read: (work) => (left <= 0 ? broken() : store.read(work)),
    async transact(work) {
      left--
      if (left > 0) return store.transact(work)
      if (left === 0 && when === 'after') await store.transact(work)
      return broken()
    },
    close: () => store.close(),
  })
  const house = await openTestVault({ through })
  for (const name of authorities)
    await house.vault.createAuthority(house.officer, name, {
      ...root,
      subject: `CN=${name}`,
      validityYears: 1,
    })
  await setIssuer(house, 'first', true)
  return {
    house,
    die(call, at) {
      left = call
      when = at
    },
    revive() {
      left = Number.POSITIVE_INFINITY
    },
  }
}

function setIssuer({ vault, officer }: TestVault, authority: string, enabled: boolean) {
  const settings = { authority, profile: 'tls-server' }
  return vault.setIssuer(officer, 'own', { provider: 'PrivateCA', settings, enabled })
}

const create = ({ vault, officer }: TestVault) =>
  vault.createCertificate(officer, 'web', {
    policy: {
      key: { keyType: 'EC' },
      x509: { subject: 'CN=www.example.org', ...asked['tls-server'] },
      issuer: { name: 'own' },
    },
  })

async function run({ house }: Scene, passSeconds: number): Promise<void> {
  house.clock.move(passSeconds)
  await house.recover().catch(() => undefined)
}

async function dieIn(scene: Scene, call: number, when: 'before' | 'after'): Promise<void> {
  scene.die(call, when)
  await run(scene, 30)
  scene.revive()
}

const operationOf = ({ vault, officer }: TestVault) => vault.readOperation(officer, 'web')

/** All that was given out for the order, by whomever. */
async function issuedFor({ parts, ...house }: TestVault): Promise<IssuedCertificate[]> {
  const { requestId } = await operationOf({ parts, ...house })
  const found = await Promise.all(
    authorities.map((name) =>
      parts.storage.read((reader) => reader.authorities.findOrdered({ vault: 'default', name }, requestId)),
    ),
  )
  return found.flatMap((issued) => issued ?? [])
}

const versionsOf = async ({ vault, officer }: TestVault) =>
  vault.listCertificateVersions(officer, 'web', { limit: 9 })

test('an order that is on record stays with its authority, whatever the issuer object names then', async () => {
  // Claim, serial number, certificate, version: the transactions of a step.
  for (const [call, when] of [
    [2, 'after'],
    [3, 'after'],
    [4, 'before'],
  ] as const) {
    const scene = await open()
    const { house } = scene
    await create(house)
    await dieIn(scene, call, when)
    const [before] = await issuedFor(house)
    assert.equal(before?.authority, 'first')
    await setIssuer(house, 'second', true)
    for (let hour = 0; hour < 3; hour++) await run(scene, 3600)
    assert.equal((await operationOf(house)).status, 'completed')
    const issued = await issuedFor(house)
    assert.deepEqual(
      issued.map(({ authority, serialNumber }) => [authority, serialNumber]),
      [['first', before.serialNumber]],
    )
    await house.close()
  }
})

const kinds = ['cancel', 'retire', 'succeed', 'switch', 'disable', 'enable', 'remove'] as const
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      pass: fc.oneof(fc.integer({ min: -600, max: 7200 }), fc.constant(200 * 86_400)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('die' as const),
      call: fc.integer({ min: 1, max: 5 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom(...kinds) }) },
)

async function happen(scene: Scene, each: typeof happening extends fc.Arbitrary<infer T> ? T : never) {
  const { house } = scene
  const { vault, officer, clock } = house
  if (each.kind === 'run') return run(scene, each.pass)
  if (each.kind === 'die') return dieIn(scene, each.call, each.when)
  const acts = {
    cancel: () => vault.cancelOperation(officer, 'web', true),
    retire: () => vault.updateAuthority(officer, 'first', { retired: true }),
    succeed: () =>
      vault.updateAuthority(officer, 'first', { successor: { name: 'second', from: clock.now() } }),
    switch: () => setIssuer(house, 'second', true),
    disable: () => setIssuer(house, 'first', false),
    enable: () => setIssuer(house, 'first', true),
    remove: () => vault.deleteIssuer(officer, 'own'),
  }
  // What has ended cannot be cancelled, and what is gone not be removed.
  await acts[each.kind]().catch(({ code }) => assert.match(code, /^(?:Forbidden|CertificateIssuerNotFound)$/))
}

test('an order ends, or says what it waits for: never two serial numbers, never two versions', async () => {
  const ends = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 8 }), async (happenings) => {
      const scene = await open()
      const { house } = scene
      await create(house)
      let onRecord: IssuedCertificate | undefined
      for (const each of happenings) {
        await happen(scene, each)
        onRecord = await checkCounts(house, onRecord)
        const { status, dueAt, statusDetails } = await operationOf(house)
        if (status === 'inProgress') assert.ok(dueAt !== undefined || statusDetails, 'it waits for nothing')
      }
      for (let step = 0; step < 4; step++) await run(scene, 4000)
      await checkCounts(house, onRecord)
      const { status, error } = await operationOf(house)
      assert.notEqual(status, 'inProgress')
      if (status === 'failed') assert.match(error?.message ?? '', /first|second|own|past its end/)
      ends.set(status, (ends.get(status) ?? 0) + 1)
      await house.close()
    }),
    { numRuns: 80, seed: 7 },
  )
  assert.deepEqual([...ends.keys()].sort(), ['cancelled', 'completed', 'failed'], 'every end was met')
})

async function checkCounts(
  house: TestVault,
  former: IssuedCertificate | undefined,
): Promise<IssuedCertificate | undefined> {
  const issued = await issuedFor(house)
  assert.ok(issued.length <= 1, 'two serial numbers for one order')
  if (former) assert.deepEqual(issued[0]!.serialNumber, former.serialNumber)
  if (former?.certificate) assert.deepEqual(issued[0]!.certificate, former.certificate)
  const { status } = await operationOf(house)
  const versions = await versionsOf(house)
  assert.equal(versions.length, status === 'completed' ? 1 : 0)
  if (status === 'completed') {
    const { version } = await house.vault.readCertificate(house.officer, 'web')
    assert.deepEqual(version!.certificate, issued[0]!.certificate)
  }
  return issued[0]
}
