/** A CA that cannot be reached, fails, or has had enough: what was asked for arrives all the same, and is ordered once. */
import assert from 'node:assert/strict'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { type Gate, type Meeting, meetFirst, openGate } from './gate.ts'
import { advance, arrivedInHaste, create, pause, pendingOf, setIssuer, type Vault } from './vault.ts'

const hour = 3600
const problem = (status: number, type: string, retryAfter: string): Meeting => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'retry-after': retryAfter },
  body: JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail: 'Not now.', status }),
})
const page: Meeting = { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' }

export async function hindrances({ send }: Vault, pebble: Pebble): Promise<void> {
  const gate = await openGate(pebble.ports.pebble)
  try {
    await setIssuer(send, 'gate', { directory: gate.directory, trustRoots: [gate.tlsRoot] })
    await throttled(send, gate)
    for (const [what, path, meeting] of [
      ['cannot place an order for the time being', '/order-plz', problem(503, 'serverInternal', '5')],
      ['is hidden behind a web page when it is told to look', '/chalZ/', page],
      ['is hidden behind a web page when it has the order', '/order-plz', page],
      ['fails when the request arrives', '/finalize-order/', problem(500, 'serverInternal', '1')],
      ['breaks the connection when the certificate is fetched', '/certZ/', { broken: 'before' }],
      ['is heard no more once it has the order', '/order-plz', { broken: 'after' }],
      ['is heard no more once it has the request', '/finalize-order/', { broken: 'after' }],
    ] as const)
      await step(`waits for a CA that ${what}`, async () => {
        meetFirst(gate, path, meeting)
        await orderedOnce(send, gate, `hindered-${++count}`)
      })
    await down(send, gate, 'before anything was ordered', '/')
    await down(send, gate, 'while control is proved', '/chalZ/')
    await down(send, gate, 'when the certificate is made', '/certZ/')
  } finally {
    gate.stop()
  }
}

let count = 0

async function orderedOnce(send: Vault['send'], gate: Gate, name: string): Promise<void> {
  const before = gate.orders
  await create(send, { name, issuer: 'gate', hosts: [`${name}.web.example`] })
  await arrivedInHaste(send, name)
  assert.equal(gate.orders - before, 1)
}

async function throttled(send: Vault['send'], gate: Gate): Promise<void> {
  await step('leaves a CA alone that limits the rate, for as long as it says', async () => {
    meetFirst(gate, '/order-plz', problem(429, 'rateLimited', '1800'))
    await create(send, { name: 'throttled', issuer: 'gate', hosts: ['throttled.web.example'] })
    await waitFor(async () => /too much was asked for/.test((await detailsOf(send, 'throttled')) ?? ''))
    const asked = gate.asked.length
    await create(send, { name: 'after', issuer: 'gate', hosts: ['after.web.example'] })
    await advance(send, 1700)
    await pause(1500)
    assert.equal(gate.asked.length, asked, 'it is asked again too early')
    assert.match((await detailsOf(send, 'after')) ?? '', /rests/)
    await advance(send, 200)
    for (const name of ['throttled', 'after']) await arrivedInHaste(send, name)
    assert.equal(gate.orders, 2)
  })
}

/** From the first request to such a path on there is nobody. */
async function down(send: Vault['send'], gate: Gate, when: string, paths: string): Promise<void> {
  await step(`waits for a CA that is down for a day ${when}`, async () => {
    const [name, before] = [`down-${++count}`, gate.orders]
    let gone = false
    gate.meet = (path) => {
      gone ||= path.startsWith(paths)
      return gone ? { broken: 'before' } : undefined
    }
    await create(send, { name, issuer: 'gate', hosts: [`${name}.web.example`] })
    await waitFor(async () => gone)
    for (let hours = 0; hours < 25; hours++) {
      await advance(send, hour)
      await pause(60)
    }
    const { status, status_details } = await pendingOf(send, name)
    assert.equal(status, 'inProgress')
    assert.match(status_details ?? '', /localhost.*The next (try|step) is due/)
    gate.meet = () => undefined
    await advance(send, hour)
    await arrivedInHaste(send, name)
    assert.equal(gate.orders - before, 1)
  })
}

const detailsOf = async (send: Vault['send'], name: string) => (await pendingOf(send, name)).status_details

async function waitFor(seen: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 150; looks++) {
    if (await seen()) return
    await pause(100)
  }
  throw new Error('it was never to be seen')
}
