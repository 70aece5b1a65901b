/** The process dies at each of its writes, and each answer of DigiCert is lost or spoilt in turn: one order, paid once. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Storage } from '../../../src/storage/storage.ts'
import type { Fault } from '../../cas/digicert/server.ts'
import { type DigiCertHouse, openDigiCertHouse } from './house.ts'

async function judge(house: DigiCertHouse, what: string, versions = 1) {
  const { status, error, statusDetails = '' } = await house.operation()
  assert.deepEqual([status, error], ['completed', undefined], `${what}: ${statusDetails}`)
  assert.equal(house.ca.orders.length, 1, `${what}: orders`)
  assert.equal(house.ca.balance, 100_000 - 200, `${what}: money`)
  assert.equal(house.ca.orders[0]!.certificates.length, versions, `${what}: certificates`)
  const kept = await house.vault.listCertificateVersions(house.officer, 'web', { limit: 9 })
  assert.equal(kept.length, versions, `${what}: versions`)
}

/** The store fails in its n-th transaction, and works again when it is revived. */
function mortal() {
  const life = { left: Number.POSITIVE_INFINITY, when: 'before' as 'before' | 'after' }
  const dead = () => Promise.reject(new Error('the process is dead'))
  const through = (store: Storage): Storage => ({
    read: (work) => (life.left <= 0 ? dead() : store.read(work)),
    async transact(work) {
      life.left--
      if (life.left > 0) return store.transact(work)
      if (life.left === 0 && life.when === 'after') await store.transact(work)
      return dead()
    },
    close: () => store.close(),
  })
  return { life, through }
}

/** @returns whether the write was reached. */
async function dieAt(
  t: TestContext,
  call: number,
  when: 'before' | 'after',
  processingSeconds: number,
): Promise<boolean> {
  const { life, through } = mortal()
  const house = await openDigiCertHouse(t, { vault: { through } })
  house.ca.processingSeconds = processingSeconds
  await house.create()
  life.left = call
  life.when = when
  for (let count = 0; count < 12 && life.left > 0; count++) {
    await house.recover().catch(() => {})
    house.clock.move(20)
  }
  const reached = life.left <= 0
  life.left = Number.POSITIVE_INFINITY
  await house.settle()
  await judge(house, `died ${when} write ${call}`)
  return reached
}

for (const processingSeconds of [0, 30])
  for (const when of ['before', 'after'] as const)
    test(`dying ${when} each write, with ${processingSeconds} seconds of processing: one order`, async (t) => {
      let call = 1
      while (await dieAt(t, call, when, processingSeconds)) call++
      assert.ok(call > 3, `only ${call} writes were met`)
    })

const faults: readonly Fault[] = ['drop', 'busy', 'broken', 'lose', 'fail', 'gateway', 'page', 'garbage']
const places = [
  /^GET \/product/,
  /^GET \/organization/,
  /^GET \/domain/,
  /^POST \/order\/certificate\/ssl_basic/,
  /^GET \/order\/certificate\/\d+$/,
  /^GET \/order\/certificate$/,
  /^GET \/certificate/,
]

for (const fault of faults)
  test(`once everywhere: ${fault}`, async (t) => {
    for (const place of places) {
      const house = await openDigiCertHouse(t)
      house.ca.processingSeconds = 60
      house.ca.meet(place, fault)
      // So that orders are looked for as well.
      if (!place.source.startsWith('^POST')) house.ca.meet(/^POST/, 'lose')
      await house.create()
      await house.settle()
      await judge(house, `${fault} at ${place.source}`)
    }
  })

for (const fault of faults)
  test(`a reissue: ${fault}`, async (t) => {
    const house = await openDigiCertHouse(t)
    await house.create()
    await house.settle()
    house.clock.move(86_400)
    house.ca.processingSeconds = 60
    house.ca.meet(/^POST .*reissue$/, fault)
    await house.create()
    await house.settle()
    await judge(house, fault, 2)
  })

test('DigiCert is down for hours, behind the order', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.meet(/^POST/, 'lose')
  house.ca.meet(/^GET \/order/, 'broken', 40)
  await house.create()
  await house.settle('web', { bySeconds: 3700, steps: 100 })
  await judge(house, 'down for hours')
})

test('lists that pass over filters and order are searched all the same', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.quirks.ignoresFilters = true
  for (const name of ['a', 'b', 'c']) {
    await house.create(name, { names: [`${name}.example.com`] })
    await house.settle(name)
  }
  house.clock.move(86_400)
  house.ca.meet(/^POST/, 'lose')
  await house.create()
  await house.settle()
  assert.equal((await house.operation()).status, 'completed')
  assert.equal(house.ca.orders.length, 4)
})

test('the same names are ordered by another certificate, and its order is not taken', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.processingSeconds = 60
  await house.create('one')
  await house.recover()
  house.ca.meet(/^POST/, 'drop')
  await house.create('two')
  await house.settle('one')
  await house.settle('two')
  assert.equal((await house.operation('one')).status, 'completed')
  assert.equal((await house.operation('two')).status, 'completed')
  assert.equal(house.ca.orders.length, 2)
})

test('an order that DigiCert tells nothing of is known by its certificate', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.quirks.taciturn = true
  house.ca.processingSeconds = 7200
  house.ca.meet(/^POST/, 'lose')
  await house.create()
  await house.settle('web', { steps: 3 })
  assert.match((await house.operation()).statusDetails!, /may be this one, whose answer was lost/)
  await house.settle('web', { bySeconds: 3700 })
  await judge(house, 'nothing is told')
})

test('where DigiCert tells too little to know, nothing is sent again and a person has to look', async (t) => {
  const house = await openDigiCertHouse(t)
  house.ca.quirks.taciturn = true
  await house.create('one')
  await house.settle('one')
  house.ca.meet(/^POST/, 'drop')
  await house.create('two')
  await house.settle('two', { steps: 10 })
  const { status, statusDetails } = await house.operation('two')
  assert.equal(status, 'inProgress')
  assert.match(statusDetails!, /It is not sent again, for it may have been accepted/)
  assert.equal(house.ca.orders.length, 1)
})

test('the wrong certificate is never taken', async (t) => {
  const house = await openDigiCertHouse(t)
  await house.create('other', { names: ['other.example.com'] })
  await house.settle('other')
  house.ca.processingSeconds = 60
  house.ca.quirks.handsOut = { what: 'other', times: 9 }
  await house.create()
  await house.settle('web', { steps: 2 })
  assert.match((await house.operation()).statusDetails!, /a certificate that is not the one ordered/)
  await house.settle()
  assert.equal((await house.operation()).status, 'completed')
  assert.equal(house.ca.orders.length, 2)
})

test('an order that could be sent too late is not sent: somebody else may be about to', async (t) => {
  const house = await openDigiCertHouse(t)
  const { ca, clock } = house
  ca.chance = (request) => {
    if (request === 'GET /domain' && ca.orders.length === 0 && clock.now() < 1_800_000_100) clock.move(121)
    return undefined
  }
  await house.create()
  await house.recover()
  assert.match((await house.operation()).statusDetails!, /slow to answer .* nothing was sent/)
  assert.equal(ca.orders.length, 0)
  await house.settle()
  await judge(house, 'slow')
})
