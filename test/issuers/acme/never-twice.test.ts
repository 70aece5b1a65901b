/** The process dies at each of its writes, and each answer of the CA is lost in turn: one order, one certificate. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Storage } from '../../../src/storage/storage.ts'
import { openAcmeHouse } from './house.ts'

const policy = {
  key: { keyType: 'EC' as const },
  x509: { subject: '', sans: { dnsNames: ['www.example.com', '*.example.com'] }, validityMonths: 3 },
  issuer: { name: 'public' },
}

type House = Awaited<ReturnType<typeof openAcmeHouse>>

const operation = async (house: House) =>
  house.parts.storage.read((reader) => reader.operations.find('default', 'web'))

async function settle(house: House, steps = 40) {
  for (let count = 0; count < steps; count++) {
    const { status } = (await operation(house)) ?? {}
    if (status !== 'inProgress') return
    house.clock.move(310)
    await house.recover()
  }
}

async function judge(house: House, what: string) {
  const { status, error } = (await operation(house))!
  assert.deepEqual([status, error], ['completed', undefined], what)
  assert.equal(house.ca.orders.length, 1, `${what}: orders`)
  assert.equal(house.ca.accounts.size, 1, `${what}: accounts`)
  assert.equal(house.shown.places.size, 0, `${what}: something is still shown`)
  const versions = await house.parts.storage.read((reader) =>
    reader.certificates.listVersions('default', 'web', { limit: 9 }),
  )
  assert.equal(versions.length, 1, `${what}: versions`)
}

/** The store fails in its n-th transaction, and works again when `revive` is called. */
function mortal() {
  const life = { left: Number.POSITIVE_INFINITY, when: 'before' as 'before' | 'after', begun: 0 }
  const dead = () => Promise.reject(new Error('the process is dead'))
  const through = (store: Storage): Storage => ({
    read: (work) => (life.left <= 0 ? dead() : store.read(work)),
    async transact(work) {
      life.begun++
      life.left--
      if (life.left > 0) return store.transact(work)
      if (life.left === 0 && life.when === 'after') await store.transact(work)
      return dead()
    },
    close: () => store.close(),
  })
  return { life, through }
}

async function run(call: number, when: 'before' | 'after') {
  const { life, through } = mortal()
  const house = await openAcmeHouse({ vault: { through } })
  await house.vault.createCertificate(house.officer, 'web', { policy })
  const before = life.begun
  life.left = call
  life.when = when
  for (let count = 0; count < 12 && life.left > 0; count++) {
    await house.recover().catch(() => {})
    house.clock.move(4)
  }
  const reached = life.left <= 0
  life.left = Number.POSITIVE_INFINITY
  await settle(house)
  await judge(house, `died ${when} write ${call}`)
  return { reached, writes: life.begun - before }
}

for (const when of ['before', 'after'] as const)
  test(`dying ${when} each write: one order and one certificate`, async () => {
    let call = 1
    while ((await run(call, when)).reached) call++
    assert.ok(call > 10, `only ${call} writes were met`)
  })

for (const kind of ['loseNext', 'dropNext'] as const)
  for (const place of [
    'new-account',
    'new-order',
    '/authz/',
    '/challenge/',
    '/finalize',
    '/certificate/',
    '/order/',
  ])
    test(`${kind === 'loseNext' ? 'the answer is lost' : 'the request is lost'}: ${place}`, async () => {
      const house = await openAcmeHouse()
      house.ca[kind](place)
      await house.vault.createCertificate(house.officer, 'web', { policy })
      await settle(house)
      await judge(house, place)
    })

test('a CA that lists no orders is asked again, and that is its second order at most', async () => {
  const house = await openAcmeHouse()
  house.ca.listsOrders = false
  house.ca.loseNext('new-order')
  await house.vault.createCertificate(house.officer, 'web', { policy })
  await settle(house)
  const { status } = (await operation(house))!
  assert.equal(status, 'completed')
  assert.equal(house.ca.orders.length, 2)
  assert.equal(house.ca.orders.filter((order) => order.status === 'valid').length, 1)
})
