/** Many names in one order: what fails for one of them, and who tells the CA. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openAcmeHouse, settings } from './house.ts'

type House = Awaited<ReturnType<typeof openAcmeHouse>>

const names = Array.from({ length: 20 }, (_, index) => `n${index}.example.com`)

/** The order is placed with that. */
async function createWith(house: House, dnsNames: readonly string[]) {
  await house.vault.createCertificate(house.officer, 'web', {
    policy: {
      key: { keyType: 'EC' },
      x509: { subject: '', sans: { dnsNames }, validityMonths: 3 },
      issuer: { name: 'public' },
    },
  })
  await house.recover()
}

const operation = async (house: House) =>
  (await house.parts.storage.read((reader) => reader.operations.find('default', 'web')))!

const told = ({ ca }: House) => ca.requests.filter((request) => request.includes('/challenge/')).length

async function step(house: House, seconds = 4) {
  house.clock.move(seconds)
  await house.recover()
}

test('what fails for one name is tried again, and keeps none of the others waiting', async () => {
  const house = await openAcmeHouse()
  await createWith(house, names)
  house.ca.refuseNext('/challenge/', 'serverInternal', 500)
  await step(house)
  assert.match((await operation(house)).statusDetails ?? '', /The next try is due/)
  assert.equal(told(house), names.length)
  await step(house)
  assert.equal(told(house), names.length + 1)
  for (let count = 0; count < 6; count++) await step(house)
  assert.equal((await operation(house)).status, 'completed')
  assert.equal(told(house), names.length + 1)
})

test('a step that failed is over: nothing of it goes on behind the next one', async () => {
  const house = await openAcmeHouse()
  await createWith(house, names)
  house.ca.refuseNext('/challenge/', 'rateLimited', 429)
  await step(house)
  const requests = house.ca.requests.length
  assert.ok(told(house) < names.length, 'a CA that limits the rate is asked for no more')
  for (let count = 0; count < 20; count++) await new Promise(setImmediate)
  assert.equal(house.ca.requests.length, requests)
})

test('a CA that was told by somebody else meanwhile may refuse to be told again', async () => {
  const house = await openAcmeHouse()
  await createWith(house, ['www.example.com'])
  const pending = await operation(house)
  let looks = 0
  let both = () => {}
  const met = new Promise<void>((resolve) => (both = resolve))
  house.shown.lookLater = async () => {
    if (++looks === 2) both()
    await met
  }
  const order = {
    orderKey: pending.requestId,
    request: pending.request,
    publicKey: pending.publicKey,
    policy: pending.policy,
    serialNumber: pending.serialNumber,
    created: pending.created,
    attempt: 1,
    sign: () => assert.fail('signs'),
  }
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  const check = () => issuer.check(order, pending.orderReference!)
  const answers = await Promise.all([check(), check()])
  assert.deepEqual(
    answers.map(({ state }) => state),
    ['pending', 'pending'],
  )
  assert.equal(told(house), 2)
  for (let count = 0; count < 6; count++) await step(house)
  assert.equal((await operation(house)).status, 'completed')
})

test('what is shown under a key that the account has no more is shown anew, and the former is taken away', async () => {
  const house = await openAcmeHouse()
  house.shown.look = () => ({ state: 'waiting', details: 'not yet' })
  await createWith(house, ['*.example.com', 'www.example.com'])
  await step(house)
  const values = () => [...house.shown.places.values()].flatMap((place) => [...place.values()])
  const before = values()
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  await issuer.account!.replaceKey()
  const removed: string[] = []
  house.shown.cleanUp = ({ keyAuthorization }) => removed.push(keyAuthorization)
  await step(house, 8)
  assert.deepEqual(removed.toSorted(), before.toSorted())
  assert.equal(values().length, 2)
  assert.ok(!values().some((value) => before.includes(value)))
  house.shown.look = () => ({ state: 'visible' })
  for (let count = 0; count < 6; count++) await step(house, 8)
  assert.equal((await operation(house)).status, 'completed')
  assert.equal(house.shown.places.size, 0)
})

test('the key of the account stays while the CA looks at a proof by it', async () => {
  const house = await openAcmeHouse()
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  const replace = () => issuer.account!.replaceKey()
  const refusal = { failure: 'transient', message: /looking at what proves control of www\.example\.com/ }
  await createWith(house, ['www.example.com'])
  await step(house)
  assert.equal(told(house), 1)
  await assert.rejects(replace, refusal)
  assert.equal((await issuer.account!.read()).replacingKey, false)
  for (let count = 0; count < 6; count++) await step(house)
  assert.equal((await operation(house)).status, 'completed')
  assert.match(await replace(), /has a new key/)
})

test('a CA that was told and does not look is no reason to keep the key', async () => {
  const house = await openAcmeHouse()
  await createWith(house, ['www.example.com'])
  await step(house)
  house.clock.move(61)
  const issuer = house.provider.connect({ vault: 'default', name: 'public', settings })
  assert.match(await issuer.account!.replaceKey(), /has a new key/)
})

test('what the CA refuses for another reason is no such case', async () => {
  const house = await openAcmeHouse()
  await createWith(house, ['www.example.com'])
  house.ca.refuseNext('/challenge/', 'malformed')
  await step(house)
  const { status, error } = await operation(house)
  assert.equal(status, 'failed')
  assert.match(error?.message ?? '', /does not understand the request/)
})
